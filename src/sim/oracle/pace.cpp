// Calls per second in every one-second window, over restarts too, and channels of a trunk.
#include <deque>
#include <map>

#include <fmt/format.h>

#include "sim/oracle/list.hpp"
#include "sim/world.hpp"

namespace ziptone::sim {
namespace {

class Pace : public Oracle {
 public:
  std::string_view name() const override { return "calls per second and channels"; }

  void see(const Sight& sight, World& world) override {
    const auto* invited = std::get_if<sight::Invited>(&sight);
    if (invited == nullptr) return;
    const auto& trunk = world.setup.trunks.at(invited->trunk.value - 1);
    const auto now = world.now().mono;
    auto& sent = sent_[trunk.id];
    while (!sent.empty() && sent.front() + base::seconds{1} <= now) sent.pop_front();
    sent.push_back(now);
    if (static_cast<double>(sent.size()) > trunk.cps)
      world.fail(name(), fmt::format("trunk {}: {} INVITEs in a second, {} allowed", trunk.id, sent.size(),
                                     trunk.cps));
    std::uint32_t busy = 0;
    for (const auto id : world.ledger.active()) {
      const CallNote& note = *world.ledger.find(id);
      if (note.orphan || note.intent.trunk != trunk.id) continue;
      busy += note.is_live(now) || note.is_up();
    }
    if (busy > trunk.channels)
      world.fail(name(),
                 fmt::format("trunk {}: {} calls at once, {} allowed", trunk.id, busy, trunk.channels));
  }

 private:
  std::map<dialer::TrunkId, std::deque<dialer::Instant>> sent_;
};

}  // namespace

std::unique_ptr<Oracle> make_pace() { return std::make_unique<Pace>(); }

}  // namespace ziptone::sim
