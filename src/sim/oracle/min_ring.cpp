// No unanswered call is cancelled before its minimum ring time (47 CFR 64.1200(a)(6)), but by an emergency
// stop, by the network's own voice, or by the restart of a process that died.
#include <vector>

#include <fmt/format.h>

#include "sim/oracle/list.hpp"
#include "sim/world.hpp"

namespace ziptone::sim {
namespace {

class MinRing : public Oracle {
 public:
  std::string_view name() const override { return "minimum ring time"; }

  void see(const Sight& sight, World&) override {
    const auto* cancelled = std::get_if<sight::Cancelled>(&sight);
    if (cancelled != nullptr && !cancelled->at_start_up) cancelled_.push_back(cancelled->attempt);
  }
  // After the step: its row says whose order it was.
  void look(World& world) override {
    for (const auto id : cancelled_) judge(id, world);
    cancelled_.clear();
  }
  void tick(World& world) override { look(world); }

 private:
  void judge(dialer::AttemptId id, World& world) {
    const CallNote* note = world.ledger.find(id);
    if (note == nullptr || !note->invited || !note->cancelled || note->cancelled_by_order ||
        note->early_voice)
      return;
    if (note->froze) return;  // an 18x that came while the process stood still is read after its deadlines
    const auto& rules = world.setup.campaigns.at(note->intent.campaign.value - 1);
    const Now& since = note->rang ? *note->rang : *note->invited;
    if (note->cancelled->mono - since.mono < rules.ring_min)
      world.fail(name(), fmt::format("call {} was cancelled after {} ms", id,
                                     (note->cancelled->mono - since.mono).count() / 1000));
  }
  std::vector<dialer::AttemptId> cancelled_;
};

}  // namespace

std::unique_ptr<Oracle> make_min_ring() { return std::make_unique<MinRing>(); }

}  // namespace ziptone::sim
