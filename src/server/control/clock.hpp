// The process's clocks as the core's Now. The only place of the server that reads them for the core.
#pragma once

#include <chrono>

#include "base/time.hpp"

namespace ziptone::control {

inline base::WallTime wall_now() {
  return base::WallTime{
      std::chrono::duration_cast<base::Duration>(std::chrono::system_clock::now().time_since_epoch())};
}
inline base::Now now() {
  const auto mono = std::chrono::steady_clock::now().time_since_epoch();
  return {base::Instant{std::chrono::duration_cast<base::Duration>(mono)}, wall_now()};
}
// When the core's instant comes on the clock that threads wait by.
inline std::chrono::steady_clock::time_point steady(base::Instant at) {
  if (at == base::kNever) return std::chrono::steady_clock::time_point::max();
  return std::chrono::steady_clock::time_point{at.time_since_epoch()};
}

}  // namespace ziptone::control
