// Is it still whole? What was touched is checked after every step, everything from time to time.
#include "base/check.hpp"
#include "dialer/state.hpp"

namespace ziptone::dialer {
namespace {

constexpr std::uint64_t kFullEvery = 1024;  // steps

}  // namespace

void Dialer::State::check_call(const CallRecord& call) const {
  const AgentId id = call::agent_of(call.state);
  VERIFY(!call::holds_contact(call.state) || book.record(call.contact).leased);
  if (!id) return;
  const agent::State& state = agents.at(id).state;
  VERIFY(agent::call_of(state) == call.attempt.id);
  VERIFY(std::holds_alternative<agent::Engaged>(state) == call::is_talking(call.state));
  VERIFY(std::holds_alternative<agent::WrappingUp>(state) ==
         std::holds_alternative<call::WrappingUp>(call.state));
}

void Dialer::State::check_agent(const AgentRecord& who) const {
  const AttemptId id = agent::call_of(who.state);
  const auto* open = std::get_if<agent::Available>(&who.state);
  VERIFY(open == nullptr || available.contains({open->since, who.config.id}));
  if (!id) return;
  const auto call = calls.find(id);
  VERIFY(call != calls.end());
  VERIFY(call::agent_of(call->second.state) == who.config.id);
}

void Dialer::State::cross_check() {
  for (const AttemptId id : touched_calls) {
    if (const auto call = calls.find(id); call != calls.end()) check_call(call->second);
  }
  for (const AgentId id : touched_agents) check_agent(agents.at(id));
  touched_calls.clear();
  touched_agents.clear();
  if (++steps % kFullEvery != 0) return;
  std::map<TrunkId, std::uint32_t> in_use;
  for (const auto& [id, call] : calls) {
    check_call(call);
    if (call::holds_channel(call.state)) ++in_use[call.attempt.trunk];
  }
  for (const auto& [trunk, count] : in_use) VERIFY(trunks.in_use(trunk) == count);
  for (const auto& [id, who] : agents) check_agent(who);
  for (const auto& [id, in] : campaigns) {
    const ContactBook::Counts counts = book.counts(id);
    std::uint64_t sum = counts.ready_open + counts.ready_closed + counts.leased;
    for (const std::uint64_t count : counts.by_reason) sum += count;
    VERIFY(sum == counts.total);
  }
}

}  // namespace ziptone::dialer
