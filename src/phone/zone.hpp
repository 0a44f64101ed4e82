// Time zones as values: local time from UTC and back, by rules that a shell has loaded.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace ziptone::phone {

// A number for an IANA zone, good within one version of the program: store zone_name(), never the value. 0 =
// none.
struct ZoneId {
  std::uint16_t value = 0;
  constexpr explicit operator bool() const { return value != 0; }
  friend constexpr auto operator<=>(const ZoneId&, const ZoneId&) = default;
};

// "Europe/Istanbul"; empty for none.
std::string_view zone_name(ZoneId zone);
// By exact IANA name, links included ("Asia/Istanbul"); none when there is no such zone.
ZoneId find_zone(std::string_view name);
// Ids run from 1 to this.
std::size_t zone_count();

// A local wall clock: which day, and how far into it.
struct LocalTime {
  std::int64_t day = 0;     // days since 1970-01-01, local
  std::int32_t second = 0;  // 0 to 86399
  int weekday = 0;          // 0 = Monday ... 6 = Sunday
  friend constexpr bool operator==(const LocalTime&, const LocalTime&) = default;
};

// From `at` on, local = UTC + offset.
struct Transition {
  base::WallTime at;
  std::int32_t offset_s = 0;
  bool dst = false;
};

// The rules of all zones. A zone without rules is unknown: nothing is answered for it.
class ZoneTable {
 public:
  // `transitions` in ascending order, at least one; the first one's offset also holds before it, the last
  // one's for ever.
  void set(ZoneId zone, std::vector<Transition> transitions);
  bool knows(ZoneId zone) const;

  std::optional<LocalTime> local(ZoneId zone, base::WallTime at) const;
  // Local = UTC + this many seconds.
  std::optional<std::int32_t> offset_s(ZoneId zone, base::WallTime at) const;

  // The instant at which the zone's clocks show `second` of `day`. second is 0 to 86400 (86400 = the end of
  // the day). An hour that spring skips gives the first instant after the gap; an hour that autumn repeats
  // gives its first pass.
  std::optional<base::WallTime> to_wall(ZoneId zone, std::int64_t day, std::int32_t second) const;

 private:
  const std::vector<Transition>* rules(ZoneId zone) const;
  std::vector<std::vector<Transition>> zones_;  // by ZoneId::value
};

}  // namespace ziptone::phone
