#include "server/control/zone_sets.hpp"

#include <algorithm>
#include <utility>

namespace ziptone::control {

dialer::ZoneSetId ZoneSets::intern(std::string_view zones) {
  if (zones.empty()) return 0;
  const std::lock_guard lock{mutex_};
  const auto known = ids_.find(zones);
  if (known != ids_.end()) return known->second;
  const auto id = static_cast<dialer::ZoneSetId>(ids_.size() + 1);
  dialer::event::ZoneSetDefined defined{id, {}};
  for (std::string_view rest = zones; !rest.empty();) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    defined.zones.push_back(zones_.rules(phone::find_zone(rest.substr(0, end))));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  ids_.emplace(zones, id);
  new_.push_back(std::move(defined));
  return id;
}

std::vector<dialer::event::ZoneSetDefined> ZoneSets::take_new() {
  const std::lock_guard lock{mutex_};
  return std::exchange(new_, {});
}

}  // namespace ziptone::control
