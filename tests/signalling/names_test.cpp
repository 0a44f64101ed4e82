#include "server/signalling/names.hpp"

#include <gtest/gtest.h>

namespace ziptone::signalling {
namespace {

const std::string kKey = "0123456789abcdef0123456789abcdef";

TEST(Names, HmacMatchesRfc4231) {
  // RFC 4231 4.3, test case 2.
  EXPECT_EQ(hmac_hex("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Names, AreTheSameAfterARestart) {
  EXPECT_EQ(Names(kKey, base::AttemptId{7}).call_id(), Names(kKey, base::AttemptId{7}).call_id());
  EXPECT_EQ(Names(kKey, base::AttemptId{7}).branch(1, "sip:a"),
            Names(kKey, base::AttemptId{7}).branch(1, "sip:a"));
}

TEST(Names, DifferByAttemptKeyRequestAndTarget) {
  const Names seven(kKey, base::AttemptId{7});
  EXPECT_NE(seven.call_id(), Names(kKey, base::AttemptId{8}).call_id());
  EXPECT_NE(seven.from_tag(), Names(kKey + "x", base::AttemptId{7}).from_tag());
  EXPECT_NE(seven.call_id(), Names(kKey, base::AgentId{7}, 0).call_id());
  EXPECT_NE(seven.branch(1, "sip:a"), seven.branch(2, "sip:a"));
  EXPECT_NE(seven.branch(1, "sip:a"), seven.branch(1, "sip:b"));
}

}  // namespace
}  // namespace ziptone::signalling
