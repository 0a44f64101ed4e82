#include "dialer/machine/leg.hpp"

namespace ziptone::dialer::leg {
namespace {

constexpr Duration kNailedUpAnswer =
    base::seconds{60};  // a person signs in and picks up the phone once a shift
constexpr Duration kOnDemandAnswer = base::seconds{12};  // peers.md 2.10: RONA 12 s

State end(In& in) {
  in.effects.emplace_back(effect::EndLeg{in.agent});
  return Down{};
}

}  // namespace

State on(const Down&, const Called&, In& in) {
  in.effects.emplace_back(effect::CallAgent{in.agent});
  return Calling{in.now.mono + (in.mode == LegMode::on_demand ? kOnDemandAnswer : kNailedUpAnswer)};
}
State on(const Down& s, const Dropped&, In&) { return s; }
State on(const Down&, const LegUp&, In& in) { return end(in); }

State on(const Calling& s, const Called&, In&) { return s; }
State on(const Calling&, const Dropped&, In& in) { return end(in); }
State on(const Calling&, const LegUp&, In& in) { return in.inward.push_back(Inward::came_up), Up{}; }
State on(const Calling&, const LegDown&, In& in) { return in.inward.push_back(Inward::unanswered), Down{}; }
State on(const Calling&, const DeadlineReached&, In& in) {
  in.inward.push_back(Inward::unanswered);
  return end(in);
}

State on(const Up& s, const Called&, In&) { return s; }
State on(const Up&, const LegHeld&, In& in) { return in.inward.push_back(Inward::held), Up{true}; }
State on(const Up&, const LegResumed&, In& in) { return in.inward.push_back(Inward::resumed), Up{false}; }
State on(const Up&, const Dropped&, In& in) { return end(in); }
State on(const Up&, const LegDown&, In& in) {
  in.inward.push_back(Inward::went_down);
  if (!in.engaged) return Down{};
  in.effects.emplace_back(effect::CallAgent{in.agent});
  return Recovering{in.now.mono + kRecovery};
}

State on(const Recovering& s, const Called&, In&) { return s; }
State on(const Recovering&, const Dropped&, In& in) { return end(in); }
State on(const Recovering&, const LegUp&, In& in) { return in.inward.push_back(Inward::came_up), Up{}; }
State on(const Recovering&, const LegDown&, In& in) {
  return in.inward.push_back(Inward::unanswered), Down{};
}
State on(const Recovering&, const DeadlineReached&, In& in) {
  in.inward.push_back(Inward::unanswered);
  return end(in);
}

Instant deadline_of(const State& state) {
  if (const auto* calling = std::get_if<Calling>(&state)) return calling->answer_by;
  if (const auto* recovering = std::get_if<Recovering>(&state)) return recovering->answer_by;
  return base::kNever;
}

}  // namespace ziptone::dialer::leg
