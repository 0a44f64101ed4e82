// An outcome exactly once an attempt: as the core says it, and on the disk at the end. What was not placed
// was never on the wire.
#include <fmt/format.h>

#include "sim/oracle/list.hpp"
#include "sim/world.hpp"

namespace ziptone::sim {
namespace {

class Outcomes : public Oracle {
 public:
  std::string_view name() const override { return "one outcome an attempt"; }

  void see(const Sight& sight, World& world) override {
    const auto* end = std::get_if<sight::Concluded>(&sight);
    if (end == nullptr) return;
    const CallNote* note = world.ledger.find(end->outcome.attempt);
    if (note == nullptr) return world.fail(name(), fmt::format("call {} is unknown", end->outcome.attempt));
    if (note->outcomes > 1) world.fail(name(), fmt::format("call {} ended twice", end->outcome.attempt));
    if (end->outcome.outcome == dialer::Outcome::not_placed && note->invited)
      world.fail(name(),
                 fmt::format("call {} was dialed and is recorded as not placed", end->outcome.attempt));
  }

  void tick(World& world) override {
    // Half a minute after the wire fell silent the outcome is written.
    if (!world.process.alive() || world.process.frozen()) return;
    const auto now = world.now().mono;
    for (const auto id : world.ledger.active()) {
      const CallNote& note = *world.ledger.find(id);
      if (note.orphan || note.outcomes > 0 || note.froze) continue;
      const auto over = note.left ? note.left : note.byed ? note.byed : note.final_sent;
      if (over && now - over->mono > base::seconds{45})
        return world.fail(name(), fmt::format("call {} is over and has no outcome", id));
    }
  }

  void close(World& world) override {
    for (const auto& [id, attempt] : world.store.attempts()) {
      if (attempt.outcomes > 1)
        world.fail(name(), fmt::format("call {} has {} outcomes on the disk", id, attempt.outcomes));
    }
  }
};

}  // namespace

std::unique_ptr<Oracle> make_outcomes() { return std::make_unique<Outcomes>(); }

}  // namespace ziptone::sim
