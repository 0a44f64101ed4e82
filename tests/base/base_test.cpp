#include <set>

#include <gtest/gtest.h>

#include "base/check.hpp"
#include "base/id.hpp"
#include "base/pii.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/wall.hpp"

namespace ziptone::base {
namespace {

TEST(Wall, PrintsIso) {
  EXPECT_EQ(to_iso(wall_from_micros(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(to_iso(wall_from_micros(1'795'369'825'123'456)), "2026-11-22T17:50:25.123Z");
  EXPECT_EQ(to_iso(wall_from_micros(-1)), "1969-12-31T23:59:59.999Z");
}

TEST(Wall, CountsDaysBothWaysOverLeapYears) {
  for (std::int64_t day = -800'000; day < 800'000; day += 97)
    EXPECT_EQ(days_from_civil(civil_from_days(day)), day);
  EXPECT_EQ(civil_from_days(days_from_civil({2028, 2, 29})), (CivilDate{2028, 2, 29}));
  EXPECT_EQ(weekday_from_days(days_from_civil({2026, 11, 22})), 6) << "a Sunday";
  EXPECT_EQ(weekday_from_days(days_from_civil({1969, 12, 29})), 0) << "a Monday before 1970";
}

TEST(Pii, MasksTheMiddleOfANumber) {
  EXPECT_EQ(masked("+905321234567"), "+90532•••4567");
  EXPECT_EQ(masked("112"), "•••") << "a short text shows nothing";
}

TEST(Random, SameSeedSameNumbersAndBoundsHold) {
  Random a{7};
  Random b{7};
  std::set<std::int64_t> seen;
  for (int i = 0; i < 1000; ++i) {
    const auto value = a.between(-2, 2);
    EXPECT_EQ(value, b.between(-2, 2));
    seen.insert(value);
  }
  EXPECT_EQ(seen, (std::set<std::int64_t>{-2, -1, 0, 1, 2}));
}

TEST(Result, SaysWhereWhatAndHowToMend) {
  const Result<int> failed = error("unknown key", "config.toml: trunk[0].cpss", "write cps");
  ASSERT_FALSE(failed);
  EXPECT_EQ(to_string(failed.error()), "config.toml: trunk[0].cpss: unknown key; write cps");
}

TEST(Check, BugCountsAndVerifyAborts) {
  const auto before = bug_count();
  BUG("counted");
  EXPECT_EQ(bug_count(), before + 1);
  EXPECT_DEATH(VERIFY(1 == 2), "VERIFY failed: 1 == 2");
}

}  // namespace
}  // namespace ziptone::base
