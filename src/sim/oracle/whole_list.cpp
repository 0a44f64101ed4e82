// Every contact is in exactly one state, the counts add up to the list, and what is on the disk is what the
// core says of the contacts that ended.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "sim/oracle/list.hpp"
#include "sim/world.hpp"

namespace ziptone::sim {
namespace {

using dialer::event::ContactPhase;

class WholeList : public Oracle {
 public:
  std::string_view name() const override { return "every contact in one state"; }

  void see(const Sight& sight, World& world) override {
    if (std::holds_alternative<sight::Born>(sight)) {
      changed_.clear(), screens_.clear(), told_.clear();
      for (const auto& one : world.store.contacts()) told_[one.seed.id] = one.campaign;
    }
    if (const auto* listed = std::get_if<sight::Listed>(&sight)) {
      if (told_[listed->contact] != listed->campaign) changed_.insert(listed->contact);
      told_[listed->contact] = listed->campaign;
    }
    if (const auto* rowed = std::get_if<sight::Rowed>(&sight); rowed && rowed->row.machine == "agent")
      screens_[dialer::AgentId{rowed->row.id}] = rowed->row.attempt;
  }
  void tick(World& world) override {
    if (++ticks_ % 8 == 0) judge(world);
  }
  void close(World& world) override { judge(world); }

 private:
  static bool is_end(ContactPhase phase) {
    return phase == ContactPhase::done || phase == ContactPhase::exhausted ||
           phase == ContactPhase::suppressed;
  }

  void judge(World& world) {
    const dialer::Dialer* dialer = world.process.dialer();
    if (dialer == nullptr) return;
    const bool settled = world.store.idle() && !world.store.failed() && !world.process.frozen();
    std::map<dialer::CampaignId, Sum> sums;
    for (const auto& [id, campaign] : told_) {
      // Taken off or moved in a call, it leaves when that is over.
      if (changed_.contains(id) && is_busy(id, world)) {
        for (auto& one : world.setup.campaigns) ++sums[one.id].uncertain;
        continue;
      }
      const auto known = dialer->contact(id);
      if (bool{campaign} != known.has_value())
        return world.fail(name(), fmt::format("contact {} is {}", id, known ? "still there" : "lost"));
      if (!known) continue;
      ++sums[campaign].listed;
      sums[campaign].ended += is_end(known->phase);
      const auto stored = world.store.contacts().at(id.value - 1).seed.phase;
      if (settled && is_end(known->phase) && stored != known->phase)
        return world.fail(name(), fmt::format("contact {} has ended and the disk does not know", id));
    }
    for (const auto& campaign : world.setup.campaigns) add_up(sums[campaign.id], campaign.id, world);
  }

  struct Sum {
    std::uint64_t listed = 0;
    std::uint64_t ended = 0;
    std::uint64_t uncertain = 0;
  };
  void add_up(const Sum& sum, dialer::CampaignId campaign, World& world) {
    const auto counts = *world.process.dialer()->counts(campaign);
    const auto ended = counts.done + counts.exhausted + counts.suppressed;
    const auto all = counts.ready + counts.leased + counts.retry_at + counts.callback_at + ended;
    const bool listed = counts.total >= sum.listed && counts.total <= sum.listed + sum.uncertain;
    if (!listed || all != counts.total || (sum.uncertain == 0 && ended != sum.ended))
      world.fail(name(),
                 fmt::format("campaign {}: {} contacts and {} in doubt, total {}, sum {}, ended {} of {}",
                             campaign, sum.listed, sum.uncertain, counts.total, all, ended, sum.ended));
  }

  bool is_busy(dialer::ContactId contact, const World& world) const {
    const auto is_of = [&](dialer::AttemptId id) { return world.contact_of(id) == contact; };
    for (const auto id : world.ledger.active()) {
      if (world.ledger.find(id)->intent.contact == contact) return true;
    }
    return std::any_of(screens_.begin(), screens_.end(), [&](const auto& one) { return is_of(one.second); });
  }

  std::map<dialer::ContactId, dialer::CampaignId> told_;  // what the living process was told last
  std::set<dialer::ContactId> changed_;                   // since it started
  std::map<dialer::AgentId, dialer::AttemptId> screens_;
  std::uint64_t ticks_ = 0;
};

}  // namespace

std::unique_ptr<Oracle> make_whole_list() { return std::make_unique<WholeList>(); }

}  // namespace ziptone::sim
