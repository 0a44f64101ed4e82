// Sets of time zones as the core's small numbers: "Europe/Istanbul", or several joined by a comma.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dialer/event.hpp"
#include "phone/zone.hpp"

namespace ziptone::control {

class ZoneSets {
 public:
  explicit ZoneSets(phone::ZoneTable zones) : zones_(std::move(zones)) {}

  // Any thread. The same text gives the same number; "" is 0, unknown.
  dialer::ZoneSetId intern(std::string_view zones);
  // The sets interned since the last call: to be fed to the core before the contacts that use them.
  std::vector<dialer::event::ZoneSetDefined> take_new();

 private:
  const phone::ZoneTable zones_;
  std::mutex mutex_;
  std::map<std::string, dialer::ZoneSetId, std::less<>> ids_;
  std::vector<dialer::event::ZoneSetDefined> new_;
};

}  // namespace ziptone::control
