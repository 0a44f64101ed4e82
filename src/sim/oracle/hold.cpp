// A held call is not ended by us: while the contact hears music and the agent's phone is up, no BYE leaves.
#include <map>

#include <fmt/format.h>

#include "sim/oracle/list.hpp"
#include "sim/world.hpp"

namespace ziptone::sim {
namespace {

class Hold : public Oracle {
 public:
  std::string_view name() const override { return "a held call can't be ended"; }

  void see(const Sight& sight, World& world) override {
    if (const auto* did = std::get_if<sight::AgentDid>(&sight); did && did->act == sight::Act::leg_lost)
      leg_lost_[did->agent] = world.now().mono;
    const auto* bye = std::get_if<sight::Byed>(&sight);
    if (bye == nullptr) return;
    const CallNote* note = world.ledger.find(bye->attempt);
    if (note == nullptr || note->orphan || !note->music || note->joined_now || note->left || note->message)
      return;
    const auto lost = leg_lost_.find(note->agent);
    const bool phone_lost = lost != leg_lost_.end() && lost->second >= note->joined->mono;
    if (!phone_lost) world.fail(name(), fmt::format("call {} was held and got a BYE", bye->attempt));
  }

 private:
  std::map<dialer::AgentId, dialer::Instant> leg_lost_;
};

}  // namespace

std::unique_ptr<Oracle> make_hold() { return std::make_unique<Hold>(); }

}  // namespace ziptone::sim
