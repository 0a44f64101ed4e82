// Never two INVITEs for one attempt, and none before its intent is on the disk.
#include <fmt/format.h>

#include "sim/oracle/list.hpp"
#include "sim/world.hpp"

namespace ziptone::sim {
namespace {

class Once : public Oracle {
 public:
  std::string_view name() const override { return "one INVITE an attempt"; }
  void see(const Sight& sight, World& world) override {
    const auto* invited = std::get_if<sight::Invited>(&sight);
    if (invited == nullptr) return;
    const CallNote* note = world.ledger.find(invited->attempt);
    if (note == nullptr) return world.fail(name(), fmt::format("call {} has no intent", invited->attempt));
    if (note->invites > 1) world.fail(name(), fmt::format("call {} was dialed twice", invited->attempt));
    if (note->orphan)
      world.fail(name(), fmt::format("call {} of a dead process was dialed", invited->attempt));
    if (!note->intent_durable)
      world.fail(name(),
                 fmt::format("call {} was dialed before its intent was on the disk", invited->attempt));
  }
};

}  // namespace

std::unique_ptr<Oracle> make_once() { return std::make_unique<Once>(); }

}  // namespace ziptone::sim
