#include "base/wall.hpp"

#include <fmt/format.h>

namespace ziptone::base {

CivilDate civil_from_days(std::int64_t days) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  return {static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day()))};
}

std::int64_t days_from_civil(const CivilDate& date) {
  const auto day = std::chrono::year{date.year} / std::chrono::month{static_cast<unsigned>(date.month)} /
                   std::chrono::day{static_cast<unsigned>(date.day)};
  return std::chrono::sys_days{day}.time_since_epoch().count();
}

std::string to_iso(WallTime t) {
  const auto since = t.time_since_epoch();
  const auto days = std::chrono::floor<std::chrono::days>(since);
  const CivilDate date = civil_from_days(days.count());
  const auto ms = std::chrono::duration_cast<milliseconds>(since - days).count();
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", date.year, date.month, date.day,
                     ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60, ms % 1000);
}

}  // namespace ziptone::base
