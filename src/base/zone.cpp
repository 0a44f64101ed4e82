#include "base/zone.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "base/wall.hpp"

namespace ziptone::base {
namespace {

constexpr std::int64_t kDay = 86'400;

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

// The index of the transition in force at `at`.
std::size_t in_force(const ZoneRules& rules, WallTime at) {
  VERIFY(!rules.empty());
  const auto after = std::upper_bound(rules.begin(), rules.end(), at,
                                      [](WallTime t, const Transition& rule) { return t < rule.from; });
  return after == rules.begin() ? 0 : static_cast<std::size_t>(after - rules.begin()) - 1;
}

}  // namespace

LocalTime local_time(const ZoneRules& rules, WallTime at) {
  const std::int64_t local = floor_div(micros(at), 1'000'000) + rules[in_force(rules, at)].offset_s;
  const std::int64_t day = floor_div(local, kDay);
  return {day, static_cast<std::int32_t>(local - day * kDay), weekday_from_days(day)};
}

WallTime first_instant(const ZoneRules& rules, std::int64_t day, std::int32_t second) {
  const std::int64_t wanted = day * kDay + second;
  // Candidates: the wanted local time under each offset in force around it, and the transitions that jump
  // over it.
  const std::size_t centre = in_force(rules, wall_from_micros(wanted * 1'000'000));
  WallTime best = kNeverWall;
  for (std::size_t i = centre > 1 ? centre - 2 : 0; i < std::min(rules.size(), centre + 3); ++i) {
    const WallTime starts = i == 0 ? WallTime{Duration::min()} : rules[i].from;
    const WallTime ends = i + 1 < rules.size() ? rules[i + 1].from : kNeverWall;
    const WallTime here = std::max(starts, wall_from_micros((wanted - rules[i].offset_s) * 1'000'000));
    if (here < ends) best = std::min(best, here);
  }
  return best;
}

}  // namespace ziptone::base
