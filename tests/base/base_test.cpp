#include <set>

#include <gtest/gtest.h>

#include "base/check.hpp"
#include "base/id.hpp"
#include "base/pii.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/wall.hpp"
#include "base/zone.hpp"

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

// Two transitions of London in 2026: 29 March 01:00 UTC to +1, 25 October 01:00 UTC to +0.
const ZoneRules kLondon = {{wall_from_micros(0), 0},
                           {wall_from_micros(1'774'746'000'000'000), 3600},
                           {wall_from_micros(1'792'890'000'000'000), 0}};

TEST(Zone, SpringGapAndAutumnFold) {
  const auto spring = days_from_civil({2026, 3, 29});
  const auto autumn = days_from_civil({2026, 10, 25});
  EXPECT_EQ(first_instant(kLondon, spring, 90 * 60), kLondon[1].from)
      << "01:30 does not exist: the end of the gap";
  EXPECT_EQ(first_instant(kLondon, autumn, 90 * 60), kLondon[2].from - minutes{30})
      << "01:30 twice: the earlier";
  EXPECT_EQ(local_time(kLondon, kLondon[1].from).second, 2 * 3600);
  EXPECT_EQ(local_time(kLondon, kLondon[1].from - seconds{1}).second, 3599);
  EXPECT_EQ(local_time(kLondon, kLondon[2].from).weekday, 6);
}

TEST(Zone, RoundTripsOnOrdinaryDays) {
  for (std::int64_t day = days_from_civil({2026, 4, 1}); day < days_from_civil({2026, 10, 1}); ++day) {
    const LocalTime back = local_time(kLondon, first_instant(kLondon, day, 9 * 3600));
    EXPECT_EQ(back.day, day);
    EXPECT_EQ(back.second, 9 * 3600);
  }
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
