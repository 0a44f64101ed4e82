// Half-open windows in the called number's zones, over days, gaps and folds.
#include "dialer/contact/window.hpp"

#include <gtest/gtest.h>

#include "base/wall.hpp"

namespace ziptone::dialer {
namespace {

using base::days_from_civil;
using base::ZoneRules;

constexpr std::uint8_t kWeekdays = 0x1F;

WallTime utc(int month, int day, int hour, int minute = 0, int second = 0) {
  const std::int64_t days = days_from_civil({2026, month, day});
  return base::wall_from_micros(((days * 24 + hour) * 3600 + minute * 60 + second) * 1'000'000);
}

const ZoneRules kIstanbul{{WallTime{}, 3 * 3600}};
const ZoneRules kKathmandu{{WallTime{}, 5 * 3600 + 45 * 60}};
const ZoneRules kLondon{{WallTime{}, 0}, {utc(3, 29, 1), 3600}, {utc(10, 25, 1), 0}};
const std::vector<Window> kNineToEight{{kWeekdays, 9 * 60, 20 * 60}};

TEST(Window, OpensAtTheMinuteAndIsClosedAtTheOther) {
  // Monday 23 November 2026; Istanbul is UTC+3.
  EXPECT_FALSE(opening(kNineToEight, {kIstanbul}, utc(11, 23, 5, 59, 59)).open);
  EXPECT_TRUE(opening(kNineToEight, {kIstanbul}, utc(11, 23, 6)).open);
  EXPECT_TRUE(opening(kNineToEight, {kIstanbul}, utc(11, 23, 16, 59, 59)).open);
  const Opening evening = opening(kNineToEight, {kIstanbul}, utc(11, 23, 17));
  EXPECT_FALSE(evening.open);
  EXPECT_EQ(evening.until, utc(11, 24, 6));
}

TEST(Window, TheWeekendWaitsForMonday) {
  const Opening saturday = opening(kNineToEight, {kIstanbul}, utc(11, 21, 10));
  EXPECT_FALSE(saturday.open);
  EXPECT_EQ(saturday.until, utc(11, 23, 6));
}

TEST(Window, QuarterHourZones) {
  EXPECT_FALSE(opening(kNineToEight, {kKathmandu}, utc(11, 23, 3, 14, 59)).open);
  EXPECT_TRUE(opening(kNineToEight, {kKathmandu}, utc(11, 23, 3, 15)).open);
}

TEST(Window, AllZonesMustBeOpen) {
  const Opening both = opening(kNineToEight, {kIstanbul, kLondon}, utc(11, 23, 8));
  EXPECT_FALSE(both.open) << "08:00 in London";
  EXPECT_EQ(both.until, utc(11, 23, 9));
  EXPECT_EQ(opening(kNineToEight, {kIstanbul, kLondon}, utc(11, 23, 12)).until, utc(11, 23, 17))
      << "20:00 in Istanbul";
}

TEST(Window, UnknownZonesNeverOpen) {
  EXPECT_FALSE(opening(kNineToEight, {}, utc(11, 23, 12)).open);
  EXPECT_FALSE(opening(kNineToEight, {kIstanbul, {}}, utc(11, 23, 12)).open);
  EXPECT_EQ(opening(kNineToEight, {{}}, utc(11, 23, 12)).until, base::kNeverWall);
}

TEST(Window, TheMissingHourOfSpringIsNotDialed) {
  const std::vector<Window> night{
      {0x7F, 60, 120}};  // 01:00-02:00, which does not exist on 29 March in London
  const Opening gap = opening(night, {kLondon}, utc(3, 29, 0, 59));
  EXPECT_FALSE(gap.open);
  EXPECT_EQ(gap.until, utc(3, 30, 0)) << "01:00 summer time of the next day";
}

TEST(Window, TwoWindowsThatTouchAreOne) {
  const std::vector<Window> day{{0x7F, 9 * 60, 12 * 60}, {0x7F, 12 * 60, 18 * 60}};
  EXPECT_EQ(opening(day, {kIstanbul}, utc(11, 23, 7)).until, utc(11, 23, 15));
}

TEST(Window, AWholeDayClosesAtMidnight) {
  const std::vector<Window> monday{{0x01, 0, 1440}};
  EXPECT_TRUE(opening(monday, {kIstanbul}, utc(11, 23, 20, 59, 59)).open);
  EXPECT_FALSE(opening(monday, {kIstanbul}, utc(11, 23, 21)).open);
}

}  // namespace
}  // namespace ziptone::dialer
