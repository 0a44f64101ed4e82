// Never outside eligibility, as the second evaluator judges it; a failover only where nobody can have heard
// the first attempt.
#include <map>

#include <fmt/format.h>

#include "sim/oracle/evaluator.hpp"
#include "sim/oracle/list.hpp"
#include "sim/world.hpp"

namespace ziptone::sim {
namespace {

class Eligible : public Oracle {
 public:
  std::string_view name() const override { return "eligible contacts only"; }

  void see(const Sight& sight, World& world) override {
    if (const auto* invited = std::get_if<sight::Invited>(&sight)) judge(*invited, world);
    evaluator_.see(sight, world);
    if (const auto* told = std::get_if<sight::CampaignTold>(&sight))
      running_[told->campaign] = told->order == sight::Order::started;
    if (const auto* listed = std::get_if<sight::Listed>(&sight)) list_[listed->contact] = listed->campaign;
    if (std::holds_alternative<sight::Died>(sight)) running_.clear(), list_.clear();
  }

 private:
  void judge(const sight::Invited& invited, World& world) {
    const CallNote* note = world.ledger.find(invited.attempt);
    if (note == nullptr) return;
    const bool follows = bool{note->intent.follows};
    const std::string why =
        evaluator_.objection(world, note->intent.campaign, note->intent.contact, invited.number, follows);
    if (!why.empty())
      world.fail(name(), fmt::format("call {} to contact {} on {}: {}", invited.attempt, note->intent.contact,
                                     invited.number, why));
    if (list_[note->intent.contact] != note->intent.campaign)
      world.fail(name(), fmt::format("call {}: contact {} is not in the list of campaign {}", invited.attempt,
                                     note->intent.contact, note->intent.campaign));
    if (!running_[note->intent.campaign])
      world.fail(name(),
                 fmt::format("call {}: campaign {} is stopped", invited.attempt, note->intent.campaign));
    if (follows) judge_follow(*note, world);
  }

  void judge_follow(const CallNote& note, World& world) {
    const CallNote* first = world.ledger.find(note.intent.follows);
    const bool lawful = first != nullptr && first->final_sent && !first->rang && !first->answer_heard &&
                        first->final_facts.code < 600 && first->intent.number == note.intent.number &&
                        first->intent.trunk != note.intent.trunk;
    if (!lawful)
      world.fail(name(),
                 fmt::format("call {} must not follow call {}", note.intent.attempt, note.intent.follows));
  }

  Evaluator evaluator_;
  std::map<dialer::CampaignId, bool> running_;
  std::map<dialer::ContactId, dialer::CampaignId> list_;
};

}  // namespace

std::unique_ptr<Oracle> make_eligible() { return std::make_unique<Eligible>(); }

}  // namespace ziptone::sim
