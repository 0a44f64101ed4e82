// Nothing is dialed for an agent before the campaign's pause is over, but to go on after a call that reached
// nobody. The second evaluator of the pause: from the agents' rows and the intents alone.
#include <map>

#include <fmt/format.h>

#include "sim/oracle/list.hpp"
#include "sim/world.hpp"

namespace ziptone::sim {
namespace {

class LeftAlone : public Oracle {
 public:
  std::string_view name() const override { return "agents left alone"; }

  void see(const Sight& sight, World& world) override {
    if (std::holds_alternative<sight::Died>(sight)) free_since_.clear();
    if (const auto* rowed = std::get_if<sight::Rowed>(&sight); rowed && rowed->row.machine == "agent")
      note(dialer::AgentId{rowed->row.id}, rowed->row.from, rowed->row.to, world.now().mono);
    if (const auto* intended = std::get_if<sight::Intended>(&sight)) judge(intended->intent, world);
  }

 private:
  // Who is freed from a reservation keeps the place in the line, and so what was waited already.
  void note(dialer::AgentId agent, std::string_view from, std::string_view to, dialer::Instant now) {
    if (to == "Available" && from != "Available" && from != "Reserved") free_since_[agent] = now;
  }
  void judge(const dialer::effect::CommitAttempt& intent, World& world) {
    const auto since = free_since_.find(intent.agent);
    if (intent.follows || since == free_since_.end()) return;
    const auto pause = world.setup.campaigns.at(intent.campaign.value - 1).pause;
    const auto waited = world.now().mono - since->second;
    if (waited < pause)
      world.fail(name(), fmt::format("call {} for agent {} after {} ms of {}", intent.attempt, intent.agent,
                                     waited.count() / 1000, pause.count() / 1000));
  }
  std::map<dialer::AgentId, dialer::Instant> free_since_;
};

}  // namespace

std::unique_ptr<Oracle> make_left_alone() { return std::make_unique<LeftAlone>(); }

}  // namespace ziptone::sim
