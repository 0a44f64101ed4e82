// The time zones of the world by number, and the table of their rules that a shell has loaded.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/zone.hpp"

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

// The rules of all zones. A zone without rules is unknown: nothing is answered for it.
class ZoneTable {
 public:
  // `rules` ordered, at least one.
  void set(ZoneId zone, base::ZoneRules rules);
  // Empty for an unknown zone.
  const base::ZoneRules& rules(ZoneId zone) const;
  bool knows(ZoneId zone) const { return !rules(zone).empty(); }

  // As base::local_time and base::first_instant; nothing for an unknown zone.
  std::optional<base::LocalTime> local(ZoneId zone, base::WallTime at) const;
  std::optional<base::WallTime> to_wall(ZoneId zone, std::int64_t day, std::int32_t second) const;

 private:
  std::vector<base::ZoneRules> zones_;  // by ZoneId::value
};

}  // namespace ziptone::phone
