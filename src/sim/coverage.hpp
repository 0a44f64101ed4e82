// What the worlds have reached: a counter that stays zero over CI's seeds says that nothing tests it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace ziptone::sim {

enum class Reached : std::uint8_t {
  answer_after_cancel,
  answer_while_lingering,
  takeover,
  unattended_message,
  unattended_offered,
  fork_rings,
  fork_answers,
  late_ring,
  answer_without_ring,
  crossing_bye,
  crash,
  crash_in_intent_gap,
  crash_while_ringing,
  crash_while_talking,
  crash_in_wrap_up,
  wrap_up_owed,
  stale_intent,
  idle_in_gap,
  dnc_in_gap,
  stop_in_gap,
  failover_followed,
  breaker_opened,
  early_media_verdict,
  callback_dialed,
  held_hang_up,
  held_end_refused,
  hold_limit,
  leg_recovered,
  leg_not_recovered,
  merge_failed,
  emergency_stop,
  freeze,
  wall_step,
  store_failed,
  slow_store,
  trunk_dead,
  late_wrap_up,
  doubled_wrap_up,
  sign_out_in_wrap_up,
  rona,
  opt_out_by_key,
  opt_out_by_code,
  naming,
  paced,
  on_demand_leg,
  list_withdrawn,
  list_moved,
  numbers_changed,
  withdrawn_in_gap,
  message_left,
  message_begun_again,
  greeting_too_long,
  person_behind_machine,
  screening_suspected,
  screening_passed,
  screening_given_up,
  machine_accepted,
  machine_accepted_twice,
  count
};
inline constexpr std::size_t kReached = static_cast<std::size_t>(Reached::count);
std::string_view name(Reached one);

struct Coverage {
  std::array<std::uint64_t, kReached> counts{};
  void hit(Reached one) { ++counts[static_cast<std::size_t>(one)]; }
  void add(const Coverage& other) {
    for (std::size_t i = 0; i < kReached; ++i) counts[i] += other.counts[i];
  }
};

}  // namespace ziptone::sim
