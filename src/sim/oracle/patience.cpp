// The clock that the contact feels: nobody who has stopped speaking waits over two seconds, nobody who still
// speaks past the campaign's longest analysis. Then there is an agent or the message; the message is counted
// as abandoned, and a person is never just hung up on.
#include <algorithm>

#include <fmt/format.h>

#include "sim/oracle/list.hpp"
#include "sim/world.hpp"

namespace ziptone::sim {
namespace {

using base::milliseconds;
using dialer::Outcome;
constexpr Duration kSilence = milliseconds{2000};
constexpr Duration kSlack = milliseconds{100};  // a frame is heard, the loop wakes up, the legs are joined

class Patience : public Oracle {
 public:
  std::string_view name() const override { return "nobody hears silence"; }

  void look(World& world) override { judge_all(world); }
  void tick(World& world) override { judge_all(world); }

  void see(const Sight& sight, World& world) override {
    // At the instant of relief too: late is late.
    if (const auto* joined = std::get_if<sight::Joined>(&sight)) judge(joined->attempt, world);
    if (const auto* message = std::get_if<sight::MessageBegan>(&sight)) judge(message->attempt, world);
    if (const auto* end = std::get_if<sight::Concluded>(&sight)) judge_end(end->outcome, world);
  }

 private:
  static bool is_assistant(const CallNote& note, const dialer::Campaign& rules) {
    return note.was_assistant && answers(rules);
  }
  static bool answers(const dialer::Campaign& rules) {
    return rules.screening_answer && rules.analysis && rules.mode == dialer::ConnectionMode::silent;
  }
  static bool keeps_agents(const dialer::Campaign& rules) {
    return answers(rules) && rules.machine != dialer::MachineTreatment::connect;
  }
  void judge_all(World& world) {
    if (!world.process.alive()) return;
    for (const auto id : world.ledger.active()) judge(id, world);
  }

  void judge(dialer::AttemptId id, World& world) {
    const CallNote* found = world.ledger.find(id);
    if (found == nullptr || !found->is_up() || found->orphan || found->froze) return;
    const CallNote& note = *found;
    const auto now = world.now().mono;
    const auto relieved = [&](const std::optional<Now>& at) { return at && at->mono < now; };
    if (relieved(note.joined) || relieved(note.message)) return;
    const auto& rules = world.setup.campaigns.at(note.intent.campaign.value - 1);
    const bool leaves_messages = rules.analysis && rules.mode == dialer::ConnectionMode::silent &&
                                 rules.machine == dialer::MachineTreatment::leave_message;
    // A machine waits for nobody, until a person takes the call from it.
    if (leaves_messages && note.machine_at && note.judged != dialer::event::Verdict::person) return;
    const auto heard = note.answer_heard->mono;
    auto until = heard + kSilence;
    // Nor does a machine that may be an assistant, for as long as an assistant asks.
    if (note.judged == dialer::event::Verdict::machine && note.machine_at && keeps_agents(rules)) return;
    if (is_assistant(note, rules)) {
      // Nor does an assistant; who speaks behind the answer to it may be the person.
      const bool somebody =
          note.assistant_told && note.speaking_since && *note.speaking_since > *note.assistant_told;
      if (note.judged != dialer::event::Verdict::person && !somebody) return;
      until = std::max(until, somebody ? *note.speaking_since + kSilence : *note.judged_at + kSilence);
    }
    if (note.machine_at && (leaves_messages || keeps_agents(rules)))
      until = std::max(until, *note.judged_at + kSilence);
    if (rules.analysis && rules.mode == dialer::ConnectionMode::silent && !rules.decide_from_answer) {
      if (note.speaking) {
        until = std::max(until, heard + rules.maximum_analysis + milliseconds{200});
      } else if (note.spoke_until) {
        until = std::max(until, std::min(*note.spoke_until + kSilence,
                                         heard + rules.maximum_analysis + milliseconds{200}));
      }
    }
    if (now > until + kSlack)
      world.fail(name(), fmt::format("the contact of call {} has waited {} ms too long", id,
                                     (now - until).count() / 1000));
  }

  void judge_end(const dialer::effect::SaveOutcome& end, World& world) {
    const CallNote* note = world.ledger.find(end.attempt);
    if (note == nullptr || !note->answer_heard || note->orphan) return;
    const bool talked = bool{note->joined};
    if (note->message && !talked && end.outcome != Outcome::abandoned)
      world.fail(name(),
                 fmt::format("call {} heard the message and is not counted as abandoned", end.attempt));
    if (end.outcome == Outcome::abandoned && !note->message && !note->left)
      world.fail(name(), fmt::format("call {} is abandoned without a message", end.attempt));
    const bool lawful = talked || note->message || note->left || end.outcome == Outcome::machine ||
                        end.outcome == Outcome::fax || end.outcome == Outcome::screened ||
                        end.outcome == Outcome::false_answer || end.outcome == Outcome::stopped;
    if (!lawful)
      world.fail(name(), fmt::format("call {} was answered and hung up on ({})", end.attempt,
                                     dialer::name(end.outcome)));
  }
};

}  // namespace

std::unique_ptr<Oracle> make_patience() { return std::make_unique<Patience>(); }

}  // namespace ziptone::sim
