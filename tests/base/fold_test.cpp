#include "base/fold.hpp"

#include <gtest/gtest.h>

namespace ziptone::base {
namespace {

TEST(Fold, LeavesOutCaseAndAccentsAndMakesTheFourIsAlike) {
  EXPECT_EQ(fold("IŞIL İNCE"), "isil ince");
  EXPECT_EQ(fold("ışıl ince"), "isil ince");
  EXPECT_EQ(fold("Çağrı ÖZTÜRK"), "cagri ozturk");
  EXPECT_EQ(fold("Zoë Ångström ñ ÿ Ý"), "zoe angstrom n y y");
  EXPECT_EQ(fold("I\xCC\x87nce"), "ince") << "a combining dot";
}

TEST(Fold, LeavesTheRestAsItIs) {
  EXPECT_EQ(fold("Ольга ×÷ß 42"), "Ольга ×÷ß 42");
  EXPECT_EQ(fold("cut \xC3"), "cut \xC3");
  EXPECT_EQ(fold("\xC5"), "\xC5");
  EXPECT_EQ(fold(""), "");
}

}  // namespace
}  // namespace ziptone::base
