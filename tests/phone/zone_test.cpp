// Local time by rules that the test writes itself.
#include "phone/zone.hpp"

#include <string>

#include <fmt/format.h>

#include <gtest/gtest.h>

#include "base/wall.hpp"

namespace ziptone::phone {
namespace {

base::WallTime utc(int year, int month, int day, int hour, int minute = 0, int second = 0) {
  const std::int64_t days = base::days_from_civil({year, month, day});
  return base::WallTime{base::seconds{days * 86400 + hour * 3600 + minute * 60 + second}};
}

constexpr int kHour = 3600;

// Berlin's two changes of 2026 and Istanbul's fixed +3.
ZoneTable table() {
  ZoneTable zones;
  zones.set(find_zone("Europe/Berlin"),
            {{utc(2025, 10, 26, 1), kHour}, {utc(2026, 3, 29, 1), 2 * kHour}, {utc(2026, 10, 25, 1), kHour}});
  zones.set(find_zone("Europe/Istanbul"), {{utc(2016, 9, 6, 21), 3 * kHour}});
  return zones;
}

TEST(Zone, NamesAndIdsAreOneToOne) {
  for (std::size_t i = 1; i <= zone_count(); ++i) {
    const ZoneId zone{static_cast<std::uint16_t>(i)};
    EXPECT_EQ(find_zone(zone_name(zone)), zone);
  }
  EXPECT_TRUE(find_zone("Europe/Istanbul"));
  EXPECT_TRUE(find_zone("Asia/Istanbul")) << "links are names too";
  for (const char* bad : {"", "Istanbul", "europe/istanbul", "Europe/Istanbu", "Europe/Istanbull"})
    EXPECT_FALSE(find_zone(bad)) << bad;
  EXPECT_EQ(zone_name({}), "");
  EXPECT_EQ(zone_name(ZoneId{65535}), "");
}

TEST(Zone, WithoutRulesIsUnknown) {
  const ZoneTable zones = table();
  const ZoneId paris = find_zone("Europe/Paris");
  EXPECT_FALSE(zones.knows(paris));
  EXPECT_FALSE(zones.local(paris, utc(2026, 1, 1, 0)));
  EXPECT_FALSE(zones.to_wall(paris, 0, 0));
  EXPECT_FALSE(zones.local({}, utc(2026, 1, 1, 0)));
  EXPECT_FALSE(ZoneTable{}.local(find_zone("Europe/Berlin"), utc(2026, 1, 1, 0)));
}

std::string shown(const ZoneTable& zones, ZoneId zone, base::WallTime at) {
  const auto local = zones.local(zone, at);
  const base::CivilDate date = base::civil_from_days(local->day);
  return fmt::format("{}-{:02}-{:02} {:02}:{:02}:{:02} {}", date.year, date.month, date.day,
                     local->second / kHour, local->second / 60 % 60, local->second % 60, local->weekday);
}

TEST(Zone, LocalTimeAcrossMidnightAndChanges) {
  const ZoneTable zones = table();
  const ZoneId berlin = find_zone("Europe/Berlin");
  const ZoneId istanbul = find_zone("Europe/Istanbul");
  EXPECT_EQ(shown(zones, istanbul, utc(2026, 11, 22, 20, 59, 59)), "2026-11-22 23:59:59 6");
  EXPECT_EQ(shown(zones, istanbul, utc(2026, 11, 22, 21)), "2026-11-23 00:00:00 0");
  EXPECT_EQ(shown(zones, istanbul, utc(1969, 12, 31, 20)), "1969-12-31 23:00:00 2");
  EXPECT_EQ(shown(zones, berlin, utc(2026, 3, 29, 0, 59, 59)), "2026-03-29 01:59:59 6");
  EXPECT_EQ(shown(zones, berlin, utc(2026, 3, 29, 1)), "2026-03-29 03:00:00 6");
  EXPECT_EQ(shown(zones, berlin, utc(1990, 7, 1, 0)), "1990-07-01 01:00:00 6")
      << "the first rule holds before it";
}

TEST(Zone, BackToUtc) {
  const ZoneTable zones = table();
  const ZoneId berlin = find_zone("Europe/Berlin");
  const std::int64_t spring = base::days_from_civil({2026, 3, 29});
  const std::int64_t autumn = base::days_from_civil({2026, 10, 25});
  EXPECT_EQ(zones.to_wall(berlin, spring, 90 * 60), utc(2026, 3, 29, 0, 30));
  EXPECT_EQ(zones.to_wall(berlin, spring, 2 * kHour), utc(2026, 3, 29, 1)) << "02:00 does not exist";
  EXPECT_EQ(zones.to_wall(berlin, spring, 2 * kHour + 1800), utc(2026, 3, 29, 1)) << "nor 02:30";
  EXPECT_EQ(zones.to_wall(berlin, spring, 3 * kHour), utc(2026, 3, 29, 1));
  EXPECT_EQ(zones.to_wall(berlin, autumn, 2 * kHour + 1800), utc(2026, 10, 25, 0, 30)) << "the first 02:30";
  EXPECT_EQ(zones.to_wall(berlin, autumn, 3 * kHour), utc(2026, 10, 25, 2));
  EXPECT_EQ(zones.to_wall(berlin, autumn, 86400), utc(2026, 10, 25, 23));
}

TEST(Zone, ThereAndBackEveryQuarterOfAnHour) {
  const ZoneTable zones = table();
  for (const ZoneId zone : {find_zone("Europe/Berlin"), find_zone("Europe/Istanbul")}) {
    for (auto t = utc(2026, 1, 1, 0); t < utc(2027, 1, 1, 0); t += base::minutes{15}) {
      const auto local = zones.local(zone, t);
      const auto back = zones.to_wall(zone, local->day, local->second);
      // The second pass of a repeated hour is answered with the first.
      const bool repeated = *back == t - base::hours{1} && shown(zones, zone, *back) == shown(zones, zone, t);
      EXPECT_TRUE(*back == t || repeated) << base::to_iso(t);
    }
  }
}

}  // namespace
}  // namespace ziptone::phone
