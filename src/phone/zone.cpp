#include "phone/zone.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "base/wall.hpp"
#include "phone/tables.hpp"

namespace ziptone::phone {
namespace {

constexpr std::int64_t kDay_s = 86400;

std::int64_t floor_seconds(base::WallTime at) {
  return std::chrono::floor<base::seconds>(at.time_since_epoch()).count();
}

// The transition in force at `at`; the first one also before its time.
std::vector<Transition>::const_iterator in_force(const std::vector<Transition>& rules, base::WallTime at) {
  const auto next = std::ranges::upper_bound(rules, at, {}, &Transition::at);
  return next == rules.begin() ? next : next - 1;
}

}  // namespace

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

void ZoneTable::set(ZoneId zone, std::vector<Transition> transitions) {
  VERIFY(zone && zone.value <= tables::zone_count);
  VERIFY(!transitions.empty());
  VERIFY(std::ranges::is_sorted(transitions, {}, &Transition::at));
  if (zones_.size() <= zone.value) zones_.resize(tables::zone_count + 1);
  zones_[zone.value] = std::move(transitions);
}

const std::vector<Transition>* ZoneTable::rules(ZoneId zone) const {
  if (zone.value >= zones_.size() || zones_[zone.value].empty()) return nullptr;
  return &zones_[zone.value];
}

bool ZoneTable::knows(ZoneId zone) const { return rules(zone) != nullptr; }

std::optional<std::int32_t> ZoneTable::offset_s(ZoneId zone, base::WallTime at) const {
  const auto* transitions = rules(zone);
  if (transitions == nullptr) return std::nullopt;
  return in_force(*transitions, at)->offset_s;
}

std::optional<LocalTime> ZoneTable::local(ZoneId zone, base::WallTime at) const {
  const auto offset = offset_s(zone, at);
  if (!offset) return std::nullopt;
  const std::int64_t shown = floor_seconds(at) + *offset;
  LocalTime result;
  result.day = shown >= 0 ? shown / kDay_s : -((-shown + kDay_s - 1) / kDay_s);
  result.second = static_cast<std::int32_t>(shown - result.day * kDay_s);
  result.weekday = base::weekday_from_days(result.day);
  return result;
}

std::optional<base::WallTime> ZoneTable::to_wall(ZoneId zone, std::int64_t day, std::int32_t second) const {
  const auto* transitions = rules(zone);
  if (transitions == nullptr) return std::nullopt;
  const std::int64_t shown = day * kDay_s + second;
  // No zone is further than 26 hours from UTC: start two days early and take the first stretch whose clocks
  // reach `shown` before the stretch ends. That is the earlier pass of a repeated hour, and the start of the
  // next stretch for a skipped one.
  auto stretch = in_force(*transitions, base::WallTime{base::seconds{shown - 2 * kDay_s}});
  for (;; ++stretch) {
    const base::WallTime wanted{base::seconds{shown - stretch->offset_s}};
    const base::WallTime begun = stretch == transitions->begin() ? wanted : stretch->at;
    const auto next = stretch + 1;
    if (next == transitions->end() || wanted < next->at) return std::max(wanted, begun);
  }
}

}  // namespace ziptone::phone
