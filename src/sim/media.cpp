#include "sim/media.hpp"

#include "sim/draw.hpp"
#include "sim/world.hpp"

namespace ziptone::sim {

using base::milliseconds;
using base::seconds;
using dialer::AttemptId;
namespace event = dialer::event;

namespace {
// A frame of 20 ms and the loop's wake-up lie between what is said and what the core is told.
constexpr Duration kHearing = milliseconds{20};
constexpr Duration kEndedAfter = milliseconds{200};  // of quiet, as the analysis waits
}  // namespace

Media::Line& Media::line(AttemptId id) {
  const auto [at, added] = lines_.try_emplace(id.value);
  if (added) at->second.random = stream(world_.options.seed, 5, id.value, life_);
  return at->second;
}

// The 200 was heard and nobody has hung up.
bool Media::is_up(AttemptId id) const {
  const auto* call = world_.carrier.find(id);
  return call != nullptr && call->answer_heard;
}

bool Media::has_talked(AttemptId id) const {
  const auto at = lines_.find(id.value);
  return at != lines_.end() && at->second.talked;
}

// ---- analysis
// ------------------------------------------------------------------------------------------------------
void Media::start_analysis(AttemptId id) {
  const std::uint64_t analysis = ++line(id).analysis;
  const auto* call = world_.carrier.find(id);
  if (call == nullptr) return;
  if (call->state == Carrier::Call::State::answered && call->answer_heard) {
    hear_contact(id, analysis);
  } else {
    hear_early(id, analysis);
  }
}

void Media::stop_analysis(AttemptId id) { ++line(id).analysis; }

void Media::say(AttemptId id, std::uint64_t analysis, dialer::Instant at, dialer::Event one) {
  world_.at(std::max(at, world_.now().mono) + kHearing, [this, id, analysis, one = std::move(one)] {
    if (line(id).analysis != analysis || world_.carrier.find(id) == nullptr) return;
    if (const auto* reached = std::get_if<event::VerdictReached>(&one))
      world_.see(sight::Judged{id, reached->verdict});
    world_.process.tell(one);
  });
}

void Media::hear_early(AttemptId id, std::uint64_t analysis) {
  const Plan& plan = world_.carrier.find(id)->plan;
  if (!plan.early_verdict) return;
  const auto at = world_.now().mono + between(line(id).random, milliseconds{500}, milliseconds{3000});
  world_.at(at, [this, id, analysis] {
    const auto* call = world_.carrier.find(id);
    if (line(id).analysis != analysis || call == nullptr || call->answer_heard) return;
    world_.see(sight::EarlyVoice{id});
    world_.hit(Reached::early_media_verdict);
    world_.process.tell(event::VerdictReached{id, *call->plan.early_verdict});
  });
}

void Media::hear_contact(AttemptId id, std::uint64_t analysis) {
  const auto* call = world_.carrier.find(id);
  const auto from = call->answered_at;
  const auto now = world_.now().mono;
  for (const auto& speech : call->plan.speech) {
    if (from + speech.to < now) continue;  // said before anybody listened
    say(id, analysis, from + speech.from, event::SpeechStarted{id});
    say(id, analysis, from + speech.to + kEndedAfter, event::SpeechEnded{id, kEndedAfter});
  }
  const auto decided = from + call->plan.verdict_at;
  say(id, analysis, decided, event::VerdictReached{id, call->plan.verdict});
  for (const auto& end : call->plan.greeting_ends)
    say(id, analysis, std::max(decided, from + end) + milliseconds{1}, event::GreetingEnded{id});
  for (const auto& revision : call->plan.revisions)
    say(id, analysis, std::max(decided, from + revision.at) + milliseconds{1},
        event::VerdictReached{id, revision.verdict});
}

// ---- who hears whom
// ------------------------------------------------------------------------------------------------
void Media::join(AttemptId id, dialer::AgentId agent, bool first) {
  Line& one = line(id);
  one.joined = true;
  world_.see(sight::Joined{id, agent});
  if (!first) return;
  one.talked = true;
  const Plan& plan = world_.carrier.find(id)->plan;
  // Some hang up in the very moment in which the agent does: the two BYEs cross.
  const bool patient = plan.agent_ends && !plan.crosses;
  world_.in(patient ? plan.talk * 2 + seconds{120} : plan.talk, [this, id] { world_.carrier.hang_up(id); });
}

void Media::merge(AttemptId id, dialer::AgentId agent) {
  Line& one = line(id);
  const std::uint64_t path = ++one.path;
  if (world_.faulty() && one.random.chance(world_.options.faults.no_bridge))
    return world_.hit(Reached::merge_failed);
  world_.in(between(one.random, milliseconds{2}, milliseconds{30}), [this, id, agent, path] {
    if (line(id).path != path || !is_up(id) || !world_.agents.phone_is_up(agent)) return;
    join(id, agent, !line(id).talked);
    world_.process.tell(event::Bridged{id});
  });
}

void Media::split(AttemptId id) {
  Line& one = line(id);
  ++one.path;
  if (one.joined) world_.see(sight::Parted{id});
  one.joined = false;
}

void Media::hold(AttemptId id) {
  split(id);
  if (is_up(id)) world_.see(sight::MusicBegan{id});
}

void Media::resume(AttemptId id, dialer::AgentId agent) {
  ++line(id).path;
  if (is_up(id)) join(id, agent, false);
}

void Media::stop_message(AttemptId id) { ++line(id).path; }

void Media::play_message(AttemptId id, dialer::effect::Message which) {
  split(id);
  if (!is_up(id)) return;
  world_.see(sight::MessageBegan{id, which});
  Line& one = line(id);
  const Duration length = between(one.random, seconds{3}, seconds{12});
  const std::uint64_t path = one.path;
  world_.in(length, [this, id, path, which] {
    if (line(id).path != path || !is_up(id)) return;
    world_.see(sight::MessageEnded{id, which});
    world_.process.tell(event::MessagePlayed{id});
  });
  if (which != dialer::effect::Message::safe_harbour || !world_.carrier.find(id)->plan.opts_out) return;
  world_.in(seconds{2}, [this, id, path] {
    if (line(id).path != path || !is_up(id)) return;
    world_.hit(Reached::opt_out_by_key);
    world_.process.tell(event::DigitPressed{id, '9'});
  });
}

void Media::contact_left(AttemptId id) {
  Line& one = line(id);
  ++one.path;
  ++one.analysis;
}

void Media::process_died() {
  ++life_;
  for (auto& [id, one] : lines_) {
    ++one.path;
    ++one.analysis;
    one.joined = false;
  }
}

}  // namespace ziptone::sim
