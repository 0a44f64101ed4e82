// The machine's time zone database (Debian's tzdata) as the value that the core works with.
#pragma once

#include "base/result.hpp"
#include "phone/zone.hpp"

namespace ziptone::config {

// Reads the rules of every zone from 2020 to 2037, once, at start (10 to 90 ms). A zone that this machine's
// tzdata lacks stays unknown, and its numbers are not dialed. An error when there is no database at all.
base::Result<phone::ZoneTable> load_zones();

}  // namespace ziptone::config
