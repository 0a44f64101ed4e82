// Time as values. Nothing here reads a clock: `now` is an argument everywhere below the shells.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace ziptone::base {

// A length of time. Whole microseconds; never negative unless a difference says so.
using Duration = std::chrono::microseconds;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

namespace detail {
// Clock tags without now(): a time point can be compared and moved, never asked for.
struct Monotonic {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  static constexpr bool is_steady = true;
};
struct Wall {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  static constexpr bool is_steady = false;
};
}  // namespace detail

// A point on the process's monotonic clock: for deadlines and durations. Means nothing after a restart.
using Instant = std::chrono::time_point<detail::Monotonic, Duration>;
// A point in UTC, microseconds since 1970-01-01: for windows, callbacks and what is stored. May step.
using WallTime = std::chrono::time_point<detail::Wall, Duration>;

// What every event carries: the same moment on both clocks.
struct Now {
  Instant mono{};
  WallTime wall{};
  friend constexpr auto operator<=>(const Now&, const Now&) = default;
};

inline constexpr Instant kNever{Duration::max()};
inline constexpr WallTime kNeverWall{Duration::max()};

constexpr std::int64_t micros(Instant t) { return t.time_since_epoch().count(); }
constexpr std::int64_t micros(WallTime t) { return t.time_since_epoch().count(); }
constexpr WallTime wall_from_micros(std::int64_t us) { return WallTime{Duration{us}}; }
constexpr Instant instant_from_micros(std::int64_t us) { return Instant{Duration{us}}; }
constexpr std::int64_t millis(Duration d) { return std::chrono::duration_cast<milliseconds>(d).count(); }

}  // namespace ziptone::base
