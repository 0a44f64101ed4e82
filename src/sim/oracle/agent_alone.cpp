// One live attempt per reserved agent: INVITE sent, no final answer, no BYE, less than two seconds since
// CANCEL. Calls of a process that died are nobody's.
#include <map>

#include <fmt/format.h>

#include "sim/oracle/list.hpp"
#include "sim/world.hpp"

namespace ziptone::sim {
namespace {

class AgentAlone : public Oracle {
 public:
  std::string_view name() const override { return "one live attempt an agent"; }

  void see(const Sight& sight, World& world) override {
    if (const auto* did = std::get_if<sight::AgentDid>(&sight)) {
      using sight::Act;
      if (did->act != Act::signed_in && did->act != Act::available && did->act != Act::leg_up &&
          did->act != Act::reconnected)
        went_away_[did->agent] = world.now().mono;
    }
    const auto* rowed = std::get_if<sight::Rowed>(&sight);
    if (rowed == nullptr || rowed->row.machine != "call" || rowed->row.event != "Leased") return;
    const CallNote* note = world.ledger.find(dialer::AttemptId{rowed->row.id});
    if (note != nullptr && note->intent.agent != rowed->row.agent)
      world.fail(name(), fmt::format("the intent of call {} names agent {}, reserved is {}", rowed->row.id,
                                     note->intent.agent, rowed->row.agent));
  }

  void look(World& world) override {
    const auto now = world.now().mono;
    std::map<dialer::AgentId, dialer::AttemptId> live;
    for (const auto id : world.ledger.active()) {
      const CallNote& note = *world.ledger.find(id);
      if (note.orphan || !note.is_live(now)) continue;
      if (!note.agent) {
        // Nobody's: only because the one it was dialed for went away.
        const auto went = went_away_.find(note.intent.agent);
        if (!note.cancelled && went == went_away_.end())
          world.fail(name(), fmt::format("call {} rings for nobody and nobody went away", id));
        continue;
      }
      const auto [at, alone] = live.emplace(note.agent, id);
      if (!alone)
        world.fail(name(), fmt::format("agent {} has calls {} and {} alive", note.agent, at->second, id));
    }
  }

 private:
  std::map<dialer::AgentId, dialer::Instant> went_away_;
};

}  // namespace

std::unique_ptr<Oracle> make_agent_alone() { return std::make_unique<AgentAlone>(); }

}  // namespace ziptone::sim
