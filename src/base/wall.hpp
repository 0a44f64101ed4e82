// UTC as text, and the calendar that days are counted in.
#pragma once

#include <string>

#include "base/time.hpp"

namespace ziptone::base {

// ISO 8601 with milliseconds: 2026-11-22T17:50:25.123Z. Valid for years 0000-9999.
std::string to_iso(WallTime t);

struct CivilDate {
  int year;
  int month;  // 1-12
  int day;    // 1-31
  friend constexpr auto operator<=>(const CivilDate&, const CivilDate&) = default;
};

// The proleptic Gregorian date of a count of days since 1970-01-01.
CivilDate civil_from_days(std::int64_t days);
// The inverse; month and day must be in range.
std::int64_t days_from_civil(const CivilDate& date);
// 0 = Monday ... 6 = Sunday.
constexpr int weekday_from_days(std::int64_t days) { return static_cast<int>(((days % 7) + 10) % 7); }

}  // namespace ziptone::base
