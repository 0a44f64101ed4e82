// Liveness: an available agent with a voice path, a contact that the second evaluator would call, and a
// healthy trunk: within two seconds (after the campaign's pause) one of them is taken, or explain() states a
// reason that the world confirms.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "sim/oracle/evaluator.hpp"
#include "sim/oracle/list.hpp"
#include "sim/world.hpp"

namespace ziptone::sim {
namespace {

using base::milliseconds;
using base::seconds;
constexpr Duration kDialBound = milliseconds{2250};  // two seconds, seen in quarters
constexpr Duration kSettling = seconds{20};  // after the last fault: phones are called, agents come back
constexpr Duration kBreakerMax = base::minutes{6};  // the longest opening and its ramp

class Progress : public Oracle {
 public:
  std::string_view name() const override { return "progress"; }

  void see(const Sight& sight, World& world) override {
    evaluator_.see(sight, world);
    const auto now = world.now().mono;
    if (const auto* rowed = std::get_if<sight::Rowed>(&sight); rowed && rowed->row.machine == "agent") {
      const dialer::AgentId id{rowed->row.id};
      screens_[id] = rowed->row.attempt;
      if (rowed->row.event == "AgentJoined") joined_.insert({id, rowed->row.campaign});
      if (rowed->row.to != "Available") {
        available_.erase(id);
      } else {
        available_.try_emplace(id, now);
      }
    }
    if (const auto* told = std::get_if<sight::CampaignTold>(&sight))
      running_[told->campaign] = told->order == sight::Order::started;
    if (std::holds_alternative<sight::Died>(sight))
      available_.clear(), running_.clear(), dialable_.clear(), screens_.clear(), joined_.clear();
    if (const auto* did = std::get_if<sight::AgentDid>(&sight); did && did->act == sight::Act::signed_out)
      std::erase_if(joined_, [&](const auto& one) { return one.first == did->agent; });
    if (std::holds_alternative<sight::WallStepped>(sight)) dialable_.clear();
  }

  void tick(World& world) override {
    const auto now = world.now().mono;
    const bool quiet = world.options.mode == Mode::liveness && now > world.faults_end() + kSettling;
    if (!quiet || !world.process.alive() || world.store.failed()) return;
    // What the core's own timer brings at this very instant it has not been told yet.
    if (world.process.dialer()->deadline() == now) return;
    note_dialable(world);
    for (const auto& campaign : world.setup.campaigns) judge(campaign, world);
  }

 private:
  void note_dialable(World& world) {
    std::map<std::uint64_t, bool> busy;
    for (const auto id : world.ledger.active()) busy[world.ledger.find(id)->intent.contact.value] = true;
    // A contact whose code is still owed is its agent's.
    for (const auto& [agent, attempt] : screens_) busy[world.contact_of(attempt).value] = true;
    for (const auto& contact : world.store.contacts()) {
      const auto id = contact.seed.id;
      if (busy.contains(id.value) || !is_due(contact.seed, world)) {
        dialable_.erase(id);
        continue;
      }
      // In their order: those before the one that is next were left for this round of the list.
      bool any = false;
      const auto& numbers = contact.seed.numbers;
      for (std::size_t i = contact.seed.number < numbers.size() ? contact.seed.number : 0; i < numbers.size();
           ++i)
        any = any || evaluator_.is_owed(world, id, numbers[i].number);
      if (any) {
        dialable_.try_emplace(id, world.now().mono);
      } else {
        dialable_.erase(id);
      }
    }
  }

  static bool is_due(const dialer::event::ContactSeed& seed, const World& world) {
    using Phase = dialer::event::ContactPhase;
    if (seed.phase == Phase::ready) return true;
    if (seed.phase == Phase::callback_at && seed.callback_agent) return false;  // that agent's alone
    return (seed.phase == Phase::retry_at || seed.phase == Phase::callback_at) &&
           seed.next_at <= world.now().wall;
  }

  void judge(const dialer::Campaign& campaign, World& world) {
    const auto now = world.now().mono;
    if (!running_[campaign.id]) return;
    const auto& teams = world.setup.queues.at(campaign.queue.value - 1).teams;
    for (const auto& [agent, since] : available_) {
      const auto& config = world.setup.agents.at(agent.value - 1);
      const bool serves = std::find(teams.begin(), teams.end(), config.teams.front()) != teams.end();
      if (campaign.join_by_hand && !joined_.contains({agent, campaign.id})) continue;
      const bool hears = world.agents.phone_is_up(agent) && !world.agents.phone_is_on_hold(agent);
      if (!serves || now - since < kDialBound + campaign.pause || !hears) continue;
      for (const auto& [contact, from] : dialable_) {
        if (world.store.contacts().at(contact.value - 1).campaign != campaign.id || now - from < kDialBound)
          continue;
        return ask_why(campaign, agent, contact, world);
      }
    }
  }

  // Somebody could be dialed and is not: only the trunks may be the reason, and not for ever.
  void ask_why(const dialer::Campaign& campaign, dialer::AgentId agent, dialer::ContactId contact,
               World& world) {
    const auto why = world.process.dialer()->explain(campaign.id, world.now());
    bool trunk = false;
    for (const auto& gate : why->gates) trunk = trunk || (!gate.open && gate.name.substr(0, 5) == "trunk");
    const bool too_long =
        world.now().mono > world.faults_end() + kBreakerMax && gate_of(*why) == "trunk_down";
    if (trunk && !too_long && !why->dialing) return;
    std::string gates;
    for (const auto& gate : why->gates) {
      if (!gate.open) gates += fmt::format(" {}", gate.name);
    }
    std::string leg;
    for (const auto& view : world.process.dialer()->agents()) {
      if (view.agent == agent) leg = view.leg;
    }
    const auto phase = [&](const dialer::event::ContactSeed& seed) {
      return fmt::format("{}, number {} of {}, in {} s", static_cast<int>(seed.phase), seed.number + 1,
                         seed.numbers.size(), (seed.next_at - world.now().wall).count() / 1000000);
    };
    world.fail(
        name(),
        fmt::format(
            "campaign {}: agent {} is free (leg {}), contact {} is due (phase {}; the store's {}), and "
            "nothing is dialed; closed:{}",
            campaign.id, agent, leg, contact, phase(*world.process.dialer()->contact(contact)),
            phase(world.store.contacts().at(contact.value - 1).seed), gates));
  }
  static std::string_view gate_of(const dialer::Explanation& why) {
    for (const auto& gate : why.gates) {
      if (!gate.open && gate.name.substr(0, 5) == "trunk") return gate.name;
    }
    return {};
  }

  Evaluator evaluator_;
  std::map<dialer::AgentId, dialer::AttemptId> screens_;
  std::map<dialer::AgentId, dialer::Instant> available_;
  std::map<dialer::ContactId, dialer::Instant> dialable_;
  std::map<dialer::CampaignId, bool> running_;
  std::set<std::pair<dialer::AgentId, dialer::CampaignId>> joined_;
};

}  // namespace

std::unique_ptr<Oracle> make_progress() { return std::make_unique<Progress>(); }

}  // namespace ziptone::sim
