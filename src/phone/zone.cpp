#include "phone/zone.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "phone/tables.hpp"

namespace ziptone::phone {
std::string_view zone_name(ZoneId zone) {
  return zone.value <= tables::zone_count ? tables::zone_names[zone.value] : "";
}

ZoneId find_zone(std::string_view name) {
  if (name.empty()) return {};
  const auto* const first = tables::zone_names + 1;
  const auto* const last = first + tables::zone_count;
  const auto* const found = std::lower_bound(
      first, last, name, [](const char* a, std::string_view b) { return std::string_view(a) < b; });
  if (found == last || *found != name) return {};
  return ZoneId{static_cast<std::uint16_t>(found - tables::zone_names)};
}

std::size_t zone_count() { return tables::zone_count; }

void ZoneTable::set(ZoneId zone, base::ZoneRules rules) {
  VERIFY(zone && zone.value <= tables::zone_count);
  VERIFY(!rules.empty());
  VERIFY(std::ranges::is_sorted(rules, {}, &base::Transition::from));
  if (zones_.empty()) zones_.resize(tables::zone_count + 1);
  zones_[zone.value] = std::move(rules);
}

const base::ZoneRules& ZoneTable::rules(ZoneId zone) const {
  static const base::ZoneRules kUnknown;
  return zone.value < zones_.size() ? zones_[zone.value] : kUnknown;
}

std::optional<base::LocalTime> ZoneTable::local(ZoneId zone, base::WallTime at) const {
  if (!knows(zone)) return std::nullopt;
  return base::local_time(rules(zone), at);
}

std::optional<base::WallTime> ZoneTable::to_wall(ZoneId zone, std::int64_t day, std::int32_t second) const {
  if (!knows(zone)) return std::nullopt;
  return base::first_instant(rules(zone), day, second);
}

}  // namespace ziptone::phone
