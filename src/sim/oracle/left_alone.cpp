// Nothing is dialed for an agent before the campaign's pause is over, but to go on after a call that reached
// nobody; nor for who never joined a campaign that is joined by hand (that signing out leaves it is the story
// lease/joined_by_hand.flow: who goes idle after signing out in a call stays). The second evaluator of both:
// from the agents' rows and the intents alone.
#include <map>
#include <set>

#include <fmt/format.h>

#include "sim/oracle/list.hpp"
#include "sim/world.hpp"

namespace ziptone::sim {
namespace {

class LeftAlone : public Oracle {
 public:
  std::string_view name() const override { return "agents left alone"; }

  void see(const Sight& sight, World& world) override {
    if (std::holds_alternative<sight::Died>(sight)) free_since_.clear(), joined_.clear();
    if (const auto* rowed = std::get_if<sight::Rowed>(&sight); rowed && rowed->row.machine == "agent")
      note(rowed->row, world.now().mono);
    if (const auto* intended = std::get_if<sight::Intended>(&sight)) judge(intended->intent, world);
  }

 private:
  // Who is freed from a reservation keeps the place in the line, and so what was waited already.
  void note(const dialer::effect::AppendRow& row, dialer::Instant now) {
    const dialer::AgentId agent{row.id};
    if (row.to == "Available" && row.from != "Available" && row.from != "Reserved") free_since_[agent] = now;
    if (row.event == "AgentJoined") joined_.insert({agent, row.campaign});
  }
  void judge(const dialer::effect::CommitAttempt& intent, World& world) {
    const auto since = free_since_.find(intent.agent);
    if (intent.follows || since == free_since_.end()) return;
    const auto& campaign = world.setup.campaigns.at(intent.campaign.value - 1);
    if (campaign.join_by_hand && !joined_.contains({intent.agent, intent.campaign}))
      world.fail(name(), fmt::format("call {} of campaign {} for agent {}, who did not join it",
                                     intent.attempt, intent.campaign, intent.agent));
    const auto pause = campaign.pause;
    const auto waited = world.now().mono - since->second;
    if (waited < pause)
      world.fail(name(), fmt::format("call {} for agent {} after {} ms of {}", intent.attempt, intent.agent,
                                     waited.count() / 1000, pause.count() / 1000));
  }
  std::map<dialer::AgentId, dialer::Instant> free_since_;
  std::set<std::pair<dialer::AgentId, dialer::CampaignId>> joined_;
};

}  // namespace

std::unique_ptr<Oracle> make_left_alone() { return std::make_unique<LeftAlone>(); }

}  // namespace ziptone::sim
