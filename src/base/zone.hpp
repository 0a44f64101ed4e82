// A time zone as data: its offsets from UTC over time. Who reads the system's zone files is a shell.
#pragma once

#include <vector>

#include "base/time.hpp"

namespace ziptone::base {

struct Transition {
  WallTime from{};            // the offset holds from this instant on
  std::int32_t offset_s = 0;  // seconds east of UTC, -50400 to +50400
};

// Ordered by `from`. Empty means that nothing is known of the zone.
using ZoneRules = std::vector<Transition>;

struct LocalTime {
  std::int64_t day = 0;     // days since 1970-01-01, local
  std::int32_t second = 0;  // of the local day, 0-86399
  int weekday = 0;          // 0 = Monday
};

// Before the first transition the first offset holds. `rules` must not be empty.
LocalTime local_time(const ZoneRules& rules, WallTime at);

// The first instant whose local time is `second` of `day` or later: in a spring gap the instant after the
// gap, in an autumn fold the earlier of the two. `rules` must not be empty.
WallTime first_instant(const ZoneRules& rules, std::int64_t day, std::int32_t second);

}  // namespace ziptone::base
