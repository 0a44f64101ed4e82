// One step: the event, what follows from it, what time has brought, who is dialed now, and the check.
#include "base/check.hpp"
#include "dialer/state.hpp"

namespace ziptone::dialer {

Dialer::Dialer(Start start) : state_(std::make_unique<State>(start)) {}
Dialer::~Dialer() = default;
Dialer::Dialer(Dialer&&) noexcept = default;
Dialer& Dialer::operator=(Dialer&&) noexcept = default;

void Dialer::step(const Event& event, Now now, std::vector<Effect>& effects) {
  state_->step(event, now, effects);
}
Instant Dialer::deadline() const { return state_->deadline(); }

void Dialer::State::step(const Event& event, Now at, std::vector<Effect>& out) {
  VERIFY(at.mono >= now.mono);
  const std::size_t first = out.size();
  now = at;
  effects = &out;
  if (!started) started = at;
  book.set_clock(started->wall, (at.wall - started->wall) - (at.mono - started->mono));
  book.refresh(now.wall);
  std::visit([this](const auto& e) { take(e); }, event);
  drain();
  expire();
  match();
  drain();
  forget_ended();
  cross_check();
  for (std::size_t i = first; i < out.size(); ++i) {
    if (auto* appended = std::get_if<effect::AppendRow>(&out[i])) {
      appended->sequence = next_sequence++;
      appended->at = now.wall;
    }
  }
  effects = nullptr;
}

void Dialer::State::remember(Instant at, std::uint64_t id, bool leg) {
  if (at != base::kNever) due.push({at, id, leg});
}

// Whether the entry is still the deadline of what it names: states leave their entries behind.
bool Dialer::State::is_current(const Due& one) const {
  if (one.leg) {
    const auto who = agents.find(AgentId{one.id});
    return who != agents.end() && leg::deadline_of(who->second.leg) == one.at;
  }
  const auto call = calls.find(AttemptId{one.id});
  return call != calls.end() && call::deadline_of(call->second.state) == one.at;
}

void Dialer::State::expire() {
  while (!due.empty() && due.top().at <= now.mono) {
    const Due one = due.top();
    due.pop();
    if (!is_current(one)) continue;
    if (one.leg) {
      line.emplace_back(ToLeg{AgentId{one.id}, leg::DeadlineReached{}});
    } else {
      expire_call(calls.at(AttemptId{one.id}));
    }
    drain();
  }
}

void Dialer::State::expire_call(CallRecord& call) {
  // An intent that is not durable within its second: the disk is behind, and the next would be stale as well.
  if (std::holds_alternative<call::Leased>(call.state)) store_lagging = true;
  // The trunk's turn has come: much may have changed since the disk was asked.
  if (std::holds_alternative<call::Paced>(call.state)) {
    const std::string_view refusal = refusal_of(call);
    if (!refusal.empty()) return send(call.attempt.id, call::Withdrawn{refusal});
    // Those that were due while the process stood still do not leave together.
    const Instant send_at = trunks.earliest_send(call.attempt.trunk, now.mono);
    if (send_at > now.mono) return send(call.attempt.id, call::Admitted{send_at});
  }
  send(call.attempt.id, call::DeadlineReached{});
}

Instant Dialer::State::deadline() const {
  Instant next = match_again;
  // An entry that is no longer current only wakes us early, once.
  if (!due.empty()) next = std::min(next, due.top().at);
  const WallTime change = book.next_change();
  if (change != base::kNeverWall) {
    // The wall clock may step: it is looked at again within a second.
    const Duration ahead = std::clamp(change - now.wall, Duration{0}, Duration{base::seconds{1}});
    next = std::min(next, now.mono + ahead);
  }
  return next;
}

void Dialer::State::row(std::string_view machine, std::uint64_t id, std::string_view from,
                        std::string_view event, std::string_view to, const CallRecord* call, AgentId agent) {
  effect::AppendRow appended;
  appended.machine = machine;
  appended.id = id;
  appended.from = from;
  appended.event = event;
  appended.to = to;
  appended.agent = agent;
  if (call != nullptr) {
    appended.campaign = call->attempt.campaign;
    appended.attempt = call->attempt.id;
    appended.contact = book.record(call->contact).id;
  }
  effects->emplace_back(appended);
}

CampaignRecord* Dialer::State::campaign(CampaignId id) {
  const auto at = campaigns.find(id);
  return at == campaigns.end() ? nullptr : &at->second;
}
AgentRecord* Dialer::State::agent(AgentId id) {
  const auto at = agents.find(id);
  return at == agents.end() ? nullptr : &at->second;
}

}  // namespace ziptone::dialer
