#include "sim/world.hpp"

#include "base/check.hpp"
#include "sim/draw.hpp"

namespace ziptone::sim {

World::World(const Options& o) : World(o, draw_setup(o)) {}

World::World(const Options& o, Setup drawn)
    : options(o),
      setup(std::move(drawn)),
      trace(o.mode == Mode::planning ? 0 : 4000),
      statistics(setup.agents.size()),
      store(*this),
      carrier(*this),
      media(*this),
      agents(*this),
      process(*this),
      trouble(*this),
      wall_base_(setup.start - begin_.time_since_epoch()),
      judged_(o.mode != Mode::planning) {
  base::fatal_bugs(true);
  if (judged_) oracles_ = all_oracles();
}
World::~World() = default;

void World::run() {
  process.start();
  agents.begin();
  trouble.begin();
  if (judged_) in(base::milliseconds{250}, [this] { tick(); });
  const dialer::Instant end = begin_ + options.length;
  while (!heap_.empty() && !broken && heap_.next() <= end) {
    mono_ = heap_.next();
    heap_.pop()();
  }
  statistics.close(now());
  for (const auto& oracle : oracles_) {
    if (!broken) oracle->close(*this);
  }
}

void World::look_for_breakers() {
  if (!process.alive() || coverage.counts[static_cast<std::size_t>(Reached::breaker_opened)] > 0) return;
  for (const auto& campaign : setup.campaigns) {
    const auto why = process.dialer()->explain(campaign.id, now());
    for (const auto& gate : why->gates) {
      if (gate.name == "trunk_breaker") hit(Reached::breaker_opened);
    }
  }
}

void World::tick() {
  look_for_breakers();
  for (const auto& oracle : oracles_) {
    if (!broken) oracle->tick(*this);
  }
  in(base::milliseconds{250}, [this] { tick(); });
}

void World::step_wall(Duration by) {
  wall_base_ += by;
  see(sight::WallStepped{});
}

dialer::ContactId World::contact_of(dialer::AttemptId id) const {
  const auto at = store.attempts().find(id.value);
  return at == store.attempts().end() ? dialer::ContactId{} : at->second.intent.contact;
}

void World::fail(std::string_view oracle, std::string what) {
  if (broken) return;
  trace.note("BROKEN " + std::string(oracle) + ": " + what, now());
  broken = Broken{std::string(oracle), std::move(what)};
}

void World::see(const Sight& sight) {
  statistics.see(sight, now());
  if (!judged_) return;
  trace.add(sight, now());
  observe_coverage(sight);
  ledger.see(sight, now());
  for (const auto& oracle : oracles_) {
    if (!broken) oracle->see(sight, *this);
  }
}

void World::after_step() {
  if (!judged_) return;
  for (const auto& oracle : oracles_) {
    if (!broken) oracle->look(*this);
  }
}

// ---- what was reached
// ----------------------------------------------------------------------------------------------
void World::observe_coverage(const Sight& sight) {
  if (const auto* s = std::get_if<sight::AnswerHeard>(&sight)) {
    const CallNote* note = ledger.find(s->attempt);
    if (note != nullptr && note->cancelled && !note->orphan) hit(Reached::answer_after_cancel);
  }
  if (const auto* s = std::get_if<sight::Invited>(&sight)) {
    const CallNote* note = ledger.find(s->attempt);
    if (note == nullptr) return;
    if (note->intent.follows) hit(Reached::failover_followed);
    const auto& contact = store.contacts()[note->intent.contact.value - 1].seed;
    if (contact.phase == dialer::event::ContactPhase::callback_at) hit(Reached::callback_dialed);
  }
  if (std::holds_alternative<sight::Died>(sight)) {
    for (const auto& [id, note] : ledger.calls()) {
      if (note.orphan) continue;
      if (note.is_live(mono_)) hit(Reached::crash_while_ringing);
      if (note.joined_now) hit(Reached::crash_while_talking);
      if (note.joined && note.is_over() && note.outcomes > 0) hit(Reached::crash_in_wrap_up);
    }
  }
  if (const auto* s = std::get_if<sight::Concluded>(&sight)) {
    const auto& reason = s->outcome.reason;
    if (reason == "stale") hit(Reached::stale_intent);
    if (reason == "agent_idle") hit(Reached::idle_in_gap);
    if (reason == "do_not_call") hit(Reached::dnc_in_gap);
    if (reason == "withdrawn") hit(Reached::withdrawn_in_gap);
    if (reason == "campaign_not_running") hit(Reached::stop_in_gap);
    if (reason == "leg_lost") hit(Reached::leg_not_recovered);
    if (s->outcome.message_left) hit(Reached::message_left);
    if (reason == "greeting_too_long") hit(Reached::greeting_too_long);
  }
  if (const auto* s = std::get_if<sight::Rowed>(&sight)) observe_row(s->row);
}

void World::observe_row(const dialer::effect::AppendRow& row) {
  if (row.machine == "leg" && row.from == "Recovering" && row.to == "Up") hit(Reached::leg_recovered);
  if (row.machine == "leg" && row.from == "Calling" && row.to == "Up" &&
      setup.agents[row.id - 1].leg_mode == dialer::LegMode::on_demand)
    hit(Reached::on_demand_leg);
  if (row.machine != "call") return;
  if (row.from == "Lingering" && row.event == "Answered") hit(Reached::answer_while_lingering);
  if (row.from == "Unattended" && row.to == "PlayingMessage") hit(Reached::unattended_message);
  if (row.event == "AgentOffered") hit(Reached::unattended_offered);
  if ((row.event == "AgentLost" || row.event == "AgentLeaving") && row.agent) {
    const CallNote* note = ledger.find(dialer::AttemptId{row.id});
    if (note != nullptr && note->agent != row.agent) hit(Reached::takeover);
  }
  if (row.from == "Held" && row.event == "HungUp") hit(Reached::held_hang_up);
  if (row.from == "Held" && row.event == "DeadlineReached" && row.to == "Talking") hit(Reached::hold_limit);
  if (row.to == "Paced") hit(Reached::paced);
  if (row.from == "Screening" && row.event == "VerdictReached" &&
      row.verdict == dialer::event::Verdict::screening)
    hit(Reached::screening_suspected);
  if (row.from == "Screening" && row.to == "Merging") hit(Reached::screening_passed);
  if (row.from == "Screening" && row.event == "DeadlineReached" && row.to == "Ended")
    hit(Reached::screening_given_up);
  if (row.event == "MachineAccepted" && row.to == "Ended") hit(Reached::machine_accepted);
  const bool with_machine = row.from == "AwaitingBeep" || row.from == "LeavingMessage";
  if (with_machine && row.to == "PlayingMessage") hit(Reached::person_behind_machine);
  if (row.from == "LeavingMessage" && (row.to == "AwaitingBeep" || row.event == "GreetingEnded"))
    hit(Reached::message_begun_again);
}

}  // namespace ziptone::sim
