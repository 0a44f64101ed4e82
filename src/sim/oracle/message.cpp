// The campaign's message is for machines: it is begun only after the analysis has said so, no agent's time is
// spent on it, and who is said to have it has heard it whole. Likewise the answer to a screening assistant;
// and no agent can call a machine what the analysis did not.
#include <map>
#include <set>

#include <fmt/format.h>

#include "sim/oracle/list.hpp"
#include "sim/world.hpp"

namespace ziptone::sim {
namespace {

using dialer::effect::Message;

class MachineMessage : public Oracle {
 public:
  std::string_view name() const override { return "messages for machines alone"; }

  void see(const Sight& sight, World& world) override {
    if (std::holds_alternative<sight::Died>(sight)) busy_with_.clear();
    if (const auto* rowed = std::get_if<sight::Rowed>(&sight)) {
      if (rowed->row.machine == "agent") note(rowed->row);
      if (rowed->row.event == "VerdictReached" && rowed->row.verdict == dialer::event::Verdict::person)
        told_person_.insert(rowed->row.attempt);
    }
    if (const auto* begun = std::get_if<sight::MessageBegan>(&sight);
        begun && begun->which == Message::machine)
      judge(begun->attempt, world);
    if (const auto* told = std::get_if<sight::MessageBegan>(&sight);
        told && told->which == Message::screening)
      judge_answer(told->attempt, world);
    if (const auto* end = std::get_if<sight::Concluded>(&sight)) judge_end(end->outcome, world);
  }

 private:
  void note(const dialer::effect::AppendRow& row) {
    const bool busy = row.to == "Reserved" || row.to == "Engaged" || row.to == "WrappingUp";
    busy_with_[dialer::AgentId{row.id}] = busy ? row.attempt : dialer::AttemptId{};
  }
  void judge(dialer::AttemptId id, World& world) {
    const CallNote* note = world.ledger.find(id);
    if (note == nullptr) return world.fail(name(), fmt::format("call {} is unknown", id));
    if (!note->machine_at || told_person_.contains(id))
      world.fail(name(), fmt::format("call {} is no machine's and hears its message", id));
    for (const auto& [agent, call] : busy_with_) {
      if (call == id) world.fail(name(), fmt::format("agent {} is held by call {}", agent, id));
    }
  }
  void judge_answer(dialer::AttemptId id, World& world) {
    const CallNote* note = world.ledger.find(id);
    if (note == nullptr || !note->was_assistant)
      world.fail(name(), fmt::format("call {} is no assistant's and hears the answer to it", id));
  }
  void judge_end(const dialer::effect::SaveOutcome& end, World& world) {
    const CallNote* note = world.ledger.find(end.attempt);
    using dialer::event::Verdict;
    if (note != nullptr && end.reason == "late_verdict" &&
        (!note->judged || note->judged == Verdict::person || note->judged == Verdict::unsure))
      world.fail(name(), fmt::format("call {} was ended as a machine's, and is none", end.attempt));
    if (note == nullptr || !end.message_left) return;
    if (!note->message_whole)
      world.fail(name(),
                 fmt::format("call {} did not hear the message that it is said to have", end.attempt));
    if (end.outcome != dialer::Outcome::machine)
      world.fail(name(),
                 fmt::format("call {} was left a message and is {}", end.attempt, dialer::name(end.outcome)));
  }
  std::map<dialer::AgentId, dialer::AttemptId> busy_with_;
  // Whom the core was told of: a process that stood still begins the message before it hears of the person
  // who spoke meanwhile, and ends it with the same batch.
  std::set<dialer::AttemptId> told_person_;
};

}  // namespace

std::unique_ptr<Oracle> make_machine_message() { return std::make_unique<MachineMessage>(); }

}  // namespace ziptone::sim
