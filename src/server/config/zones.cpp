#include "server/config/zones.hpp"

#include <exception>
#include <string>
#include <utility>

#include <date/tz.h>

namespace ziptone::config {
namespace {

// Calls are placed now and callbacks a few months ahead; binary tzdata ends with 2037.
constexpr date::sys_seconds kFirst = date::sys_days{date::year{2020} / 1 / 1};
constexpr date::sys_seconds kLast = date::sys_days{date::year{2038} / 1 / 1};

base::ZoneRules rules(const date::time_zone& zone) {
  base::ZoneRules result;
  for (date::sys_seconds at = kFirst; at < kLast;) {
    const date::sys_info info = zone.get_info(at);
    result.push_back({base::WallTime{at.time_since_epoch()}, static_cast<std::int32_t>(info.offset.count())});
    if (info.end <= at) break;
    at = info.end;
  }
  return result;
}

// The database throws for a name that it does not have.
const date::time_zone* find(const std::string& name) {
  try {
    return date::locate_zone(name);
  } catch (const std::exception&) {
    return nullptr;
  }
}

}  // namespace

base::Result<phone::ZoneTable> load_zones() {
  const auto missing = [](const std::string& why) {
    return base::error("no time zone data: " + why, "/usr/share/zoneinfo", "install the package tzdata");
  };
  try {
    date::get_tzdb();
  } catch (const std::exception& e) {
    return missing(e.what());
  }
  phone::ZoneTable table;
  std::size_t known = 0;
  for (std::size_t i = 1; i <= phone::zone_count(); ++i) {
    const phone::ZoneId id{static_cast<std::uint16_t>(i)};
    const date::time_zone* zone = find(std::string(phone::zone_name(id)));
    if (zone == nullptr) continue;
    table.set(id, rules(*zone));
    ++known;
  }
  if (known == 0) return missing("no zone that we know is in it");
  return table;
}

}  // namespace ziptone::config
