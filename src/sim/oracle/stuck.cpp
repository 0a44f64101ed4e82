// No agent is reserved, connecting or wrapping up for ever.
#include <map>

#include <fmt/format.h>

#include "sim/oracle/list.hpp"
#include "sim/world.hpp"

namespace ziptone::sim {
namespace {

using base::seconds;

class Stuck : public Oracle {
 public:
  std::string_view name() const override { return "no agent stuck"; }

  void see(const Sight& sight, World& world) override {
    if (std::holds_alternative<sight::Died>(sight)) screens_.clear();
    if (std::holds_alternative<sight::Thawed>(sight)) thawed_ = world.now().mono;
    const auto* rowed = std::get_if<sight::Rowed>(&sight);
    if (rowed == nullptr) return;
    const auto& row = rowed->row;
    if (row.machine == "call" && row.event == "WrapUpExtended") screens_[row.agent].extra += seconds{10};
    // An agent who is back at the desk has the whole time again.
    if (row.machine == "call" && row.event == "AgentReturned") screens_[row.agent].since = world.now().mono;
    if (row.machine != "agent") return;
    Screen& screen = screens_[dialer::AgentId{row.id}];
    if (screen.state == row.to && screen.attempt == row.attempt) return;
    // Owed since before a restart: the agent has to come back first.
    const Duration longer = row.event == "WrapUpRestored" ? Duration{base::hours{1}} : Duration{0};
    screen = {row.to, row.attempt, world.now().mono, longer};
  }

  void tick(World& world) override {
    if (!world.process.alive() || world.process.frozen()) return;
    for (const auto& [agent, screen] : screens_) {
      const auto since = world.now().mono - std::max(screen.since, thawed_);
      const CallNote* note = world.ledger.find(screen.attempt);
      if (note == nullptr) continue;
      const auto& rules = world.setup.campaigns.at(note->intent.campaign.value - 1);
      // To ring, to be cancelled, to be analysed and joined; five seconds on top (reliability.md I14).
      const Duration screening = rules.screening_answer ? seconds{12 + 25} : seconds{0};
      const Duration longest =
          rules.setup_max + rules.ring_max + seconds{2} + rules.maximum_analysis + screening + seconds{7};
      if (screen.state == "Reserved" && since > longest)
        world.fail(name(), fmt::format("agent {} is reserved for call {} since {} s", agent, screen.attempt,
                                       since.count() / 1000000));
      if (screen.state == "WrappingUp" && !rules.wrap_up_required &&
          since > rules.wrap_up_max + screen.extra + seconds{5})
        world.fail(name(), fmt::format("agent {} wraps up call {} since {} s", agent, screen.attempt,
                                       since.count() / 1000000));
    }
  }

 private:
  struct Screen {
    std::string_view state;
    dialer::AttemptId attempt;
    dialer::Instant since{};
    Duration extra{};
  };
  std::map<dialer::AgentId, Screen> screens_;
  dialer::Instant thawed_{};
};

}  // namespace

std::unique_ptr<Oracle> make_stuck() { return std::make_unique<Stuck>(); }

}  // namespace ziptone::sim
