// No leaked call and no leaked leg: who answered is in use or gets a BYE, what rings for a dead process gets
// a CANCEL, and the phone of an agent who has gone home is hung up.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "sim/oracle/list.hpp"
#include "sim/world.hpp"

namespace ziptone::sim {
namespace {

using base::seconds;
constexpr dialer::Duration kBound = seconds{5};  // reliability.md I12

class Leak : public Oracle {
 public:
  std::string_view name() const override { return "no leaked call or leg"; }

  void see(const Sight& sight, World& world) override {
    if (const auto* rowed = std::get_if<sight::Rowed>(&sight); rowed && rowed->row.machine == "agent")
      screens_[dialer::AgentId{rowed->row.id}] = rowed->row.to;
    if (const auto* did = std::get_if<sight::AgentDid>(&sight)) {
      if (did->act == sight::Act::signed_out) signed_out_[did->agent] = world.now().mono;
      // To go idle or available after signing out in a call is to stay.
      const bool stays = did->act == sight::Act::signed_in || did->act == sight::Act::idle ||
                         did->act == sight::Act::available;
      if (stays) signed_out_.erase(did->agent);
    }
    if (std::holds_alternative<sight::Died>(sight)) screens_.clear(), signed_out_.clear();
    if (std::holds_alternative<sight::Thawed>(sight)) thawed_ = world.now().mono;
  }

  void tick(World& world) override {
    if (!world.process.alive() || world.process.frozen()) return;
    for (const auto id : world.ledger.active()) judge(id, *world.ledger.find(id), world);
    for (const auto& [agent, since] : signed_out_) {
      const bool gone = screens_[agent] == "Away" || screens_[agent].empty();
      if (!gone || !world.agents.phone_is_up(agent)) {
        up_since_.erase(agent);
        continue;
      }
      const auto up = up_since_.try_emplace(agent, world.now().mono).first->second;
      if (world.now().mono - std::max(up, thawed_) > kBound)
        world.fail(name(), fmt::format("agent {} is gone and the phone is still up", agent));
    }
  }

 private:
  void judge(dialer::AttemptId id, const CallNote& note, World& world) {
    const auto now = world.now().mono;
    const auto& rules = world.setup.campaigns.at(note.intent.campaign.value - 1);
    auto used = std::max(world.ledger.born(), thawed_);
    if (note.is_up()) {
      if (note.joined_now) return;
      used = std::max(used, note.answer_heard->mono + (note.orphan ? seconds{0} : rules.maximum_analysis));
      if (note.parted && !note.orphan) used = std::max(used, note.parted->mono);
      // A machine has its greeting's time, twice at most, and hears the message to its end.
      if (note.machine_at && rules.machine == dialer::MachineTreatment::leave_message && !note.orphan)
        used = std::max(used, *note.machine_at + rules.greeting_max);
      if (note.was_assistant && rules.screening_answer && !note.orphan)
        used = std::max(used, *note.judged_at + seconds{25});
      if (note.machine_at && rules.screening_answer && !note.orphan)
        used = std::max(used, *note.machine_at + seconds{12} + rules.greeting_max);
      if (note.machine_message && !note.orphan)
        used = std::max(used, note.machine_message->mono + seconds{66} + rules.greeting_max);
      if (note.message && !note.orphan) used = std::max(used, note.message->mono + seconds{31});
      if (note.music && !note.orphan) used = std::max(used, note.music->mono + rules.hold_max + seconds{11});
      if (now - used > kBound) world.fail(name(), fmt::format("call {} is up and nobody uses it", id));
      return;
    }
    if (!note.is_live(now) || note.cancelled) return;
    if (note.orphan) {
      if (now - used > kBound) world.fail(name(), fmt::format("call {} rings for a process that died", id));
      return;
    }
    const auto latest = note.invited->mono + rules.setup_max + rules.ring_max + kBound;
    if (now > std::max(latest, used + rules.ring_max + kBound))
      world.fail(name(), fmt::format("call {} rings for ever", id));
  }

  std::map<dialer::AgentId, std::string_view> screens_;
  std::map<dialer::AgentId, dialer::Instant> signed_out_;
  std::map<dialer::AgentId, dialer::Instant> up_since_;
  dialer::Instant thawed_{};
};

}  // namespace

std::unique_ptr<Oracle> make_leak() { return std::make_unique<Leak>(); }

}  // namespace ziptone::sim
