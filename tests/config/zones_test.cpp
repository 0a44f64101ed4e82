// The machine's own time zone data, against days that are known.
#include "server/config/zones.hpp"

#include <gtest/gtest.h>

#include "base/wall.hpp"
#include "phone/number.hpp"

namespace ziptone::config {
namespace {

base::WallTime utc(int year, int month, int day, int hour, int minute = 0) {
  return base::WallTime{base::hours{base::days_from_civil({year, month, day}) * 24 + hour} +
                        base::minutes{minute}};
}

const phone::ZoneTable& zones() {
  static const base::Result<phone::ZoneTable> table = load_zones();
  EXPECT_TRUE(table) << base::to_string(table.error());
  return *table;
}

std::int64_t offset_s(phone::ZoneId zone, base::WallTime at) {
  const auto local = zones().local(zone, at);
  return local->day * 86400 + local->second - base::micros(at) / 1'000'000;
}

TEST(Zones, EveryZoneOfEveryNumberIsKnownHere) {
  for (std::size_t i = 1; i <= phone::zone_count(); ++i) {
    const phone::ZoneId zone{static_cast<std::uint16_t>(i)};
    EXPECT_TRUE(zones().knows(zone)) << phone::zone_name(zone);
  }
}

TEST(Zones, OffsetsOfKnownDays) {
  struct Row {
    const char* zone;
    base::WallTime at;
    std::int32_t minutes;
  };
  const Row table[] = {
      {"Europe/Istanbul", utc(2026, 1, 15, 12), 180},   {"Europe/Istanbul", utc(2026, 7, 15, 12), 180},
      {"Europe/Berlin", utc(2026, 3, 29, 0, 59), 60},   {"Europe/Berlin", utc(2026, 3, 29, 1), 120},
      {"Europe/Berlin", utc(2037, 7, 1, 0), 120},       {"America/New_York", utc(2026, 3, 8, 6, 59), -300},
      {"America/New_York", utc(2026, 3, 8, 7), -240},   {"Asia/Kathmandu", utc(2026, 1, 1, 0), 345},
      {"Australia/Lord_Howe", utc(2026, 1, 1, 0), 660}, {"America/Phoenix", utc(2026, 7, 1, 0), -420},
      {"Asia/Famagusta", utc(2026, 1, 15, 12), 120},    {"UTC", utc(2026, 1, 1, 0), 0},
  };
  for (const Row& row : table)
    EXPECT_EQ(offset_s(phone::find_zone(row.zone), row.at), row.minutes * 60) << row.zone;
}

TEST(Zones, ANumbersLocalTime) {
  const auto number = phone::parse("0532 123 45 67", phone::Country{"TR"});
  const auto ids = phone::zones_of(*number);
  ASSERT_EQ(ids.size(), 1u);
  const std::int64_t monday = base::days_from_civil({2026, 11, 23});
  const auto local = zones().local(ids[0], utc(2026, 11, 23, 6, 30));
  EXPECT_EQ(local->day, monday);
  EXPECT_EQ(local->second, 9 * 3600 + 1800);
  EXPECT_EQ(local->weekday, 0);
  EXPECT_EQ(zones().to_wall(ids[0], monday, 9 * 3600), utc(2026, 11, 23, 6));
}

}  // namespace
}  // namespace ziptone::config
