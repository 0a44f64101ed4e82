// Every contact is in exactly one state, the counts add up to the list, and what is on the disk is what the
// core says of the contacts that ended.
#include <fmt/format.h>

#include "sim/oracle/list.hpp"
#include "sim/world.hpp"

namespace ziptone::sim {
namespace {

using dialer::event::ContactPhase;

class WholeList : public Oracle {
 public:
  std::string_view name() const override { return "every contact in one state"; }

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
    for (const auto& campaign : world.setup.campaigns) {
      std::uint64_t listed = 0;
      std::uint64_t ended = 0;
      for (const auto& contact : world.setup.contacts) {
        if (contact.campaign != campaign.id) continue;
        ++listed;
        const auto known = dialer->contact(contact.seed.id);
        if (!known) return world.fail(name(), fmt::format("contact {} is lost", contact.seed.id));
        ended += is_end(known->phase);
        const auto stored = world.store.contacts().at(contact.seed.id.value - 1).seed.phase;
        if (settled && is_end(known->phase) && stored != known->phase)
          return world.fail(name(),
                            fmt::format("contact {} has ended and the disk does not know", contact.seed.id));
      }
      const auto counts = *dialer->counts(campaign.id);
      const auto sum = counts.ready + counts.leased + counts.retry_at + counts.callback_at + counts.done +
                       counts.exhausted + counts.suppressed;
      if (counts.total != listed || sum != listed ||
          counts.done + counts.exhausted + counts.suppressed != ended)
        world.fail(name(), fmt::format("campaign {}: {} contacts, total {}, sum {}, ended {} of {}",
                                       campaign.id, listed, counts.total, sum,
                                       counts.done + counts.exhausted + counts.suppressed, ended));
    }
  }
  std::uint64_t ticks_ = 0;
};

}  // namespace

std::unique_ptr<Oracle> make_whole_list() { return std::make_unique<WholeList>(); }

}  // namespace ziptone::sim
