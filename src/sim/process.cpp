#include "sim/process.hpp"

#include <utility>

#include "base/check.hpp"
#include "sim/world.hpp"

namespace ziptone::sim {

namespace effect = dialer::effect;
namespace event = dialer::event;

// ---- life
// --------------------------------------------------------------------------------------------------------
void Process::start() {
  ++life_;
  Recovered found = world_.store.recover();
  dialer_.emplace(found.start);
  world_.see(sight::Born{});
  configure(found);
  for (const auto id : found.dialogs) world_.carrier.recover(id);
  world_.agents.process_started();
  for (const auto id : found.running) tell(event::CampaignStarted{id, 0});
}

void Process::configure(const Recovered& found) {
  const Setup& setup = world_.setup;
  for (const auto& zones : setup.zones) step(zones);
  for (dialer::Trunk trunk : setup.trunks) {
    if (world_.options.plant == Plant::burst) trunk.cps *= 10;
    step(event::TrunkDefined{trunk});
    if (world_.carrier.seems_dead(trunk.id)) step(event::TrunkDown{trunk.id});
  }
  for (const auto& entry_point : setup.entry_points) step(event::EntryPointDefined{entry_point});
  for (const auto& queue : setup.queues) step(event::QueueDefined{queue});
  for (const auto& agent : setup.agents) step(event::AgentDefined{agent});
  for (dialer::Campaign campaign : setup.campaigns) {
    if (world_.options.plant == Plant::ignore_pause) campaign.pause = {};
    if (world_.options.plant == Plant::ignore_joining) campaign.join_by_hand = false;
    if (world_.options.plant == Plant::ignore_window) campaign.windows = {{0x7F, 0, 1440}};
    step(event::CampaignDefined{std::move(campaign)});
  }
  for (const auto number : found.do_not_call) {
    if (world_.options.plant == Plant::ignore_dnc) break;
    step(event::DncAdded{number});
  }
  for (const auto& history : found.history) step(history);
  for (event::ContactsLoaded chunk : found.contacts) {
    if (world_.options.plant == Plant::shrink_list && !chunk.contacts.empty()) chunk.contacts.pop_back();
    step(std::move(chunk));
  }
  for (const auto& owed : found.owed) step(owed);
}

void Process::kill() {
  if (!alive()) return;
  dialer_.reset();
  ++life_;
  frozen_ = false;
  for (const auto& one : std::exchange(held_, {})) {
    if (const auto* answered = std::get_if<event::Answered>(&one))
      world_.carrier.answer_unread(answered->attempt);
  }
  asked_.clear();
  wake_at_ = base::kNever;
  world_.see(sight::Died{});
  world_.store.crash();
  world_.media.process_died();
  world_.agents.process_died();
}

void Process::freeze(Duration length) {
  if (!alive() || frozen_) return;
  frozen_ = true;
  world_.see(sight::Froze{});
  world_.in(length, [this, life = life_] {
    if (life != life_ || !frozen_) return;
    frozen_ = false;
    world_.see(sight::Thawed{});
    // The loop serves what is due before it reads what came, or after; both happen.
    if (world_.now().mono.time_since_epoch().count() % 2 == 0) wake();
    const auto held = std::move(held_);
    held_.clear();
    for (const auto& one : held) {
      if (alive()) step(one);
    }
    if (alive()) wake();
  });
}

// ---- in
// ----------------------------------------------------------------------------------------------------------
void Process::tell(const dialer::Event& one) {
  if (!alive()) return;
  if (world_.options.plant == Plant::hear_machines) return tell_on(misheard(one));
  tell_on(one);
}

void Process::tell_on(const dialer::Event& one) {
  if (frozen_) return held_.push_back(one);
  step(one);
}

// A planted bug: every person is a machine to the core.
dialer::Event Process::misheard(dialer::Event one) {
  auto* reached = std::get_if<event::VerdictReached>(&one);
  if (reached != nullptr && reached->verdict == event::Verdict::person)
    reached->verdict = event::Verdict::machine;
  return one;
}

void Process::ask(dialer::Event one, Answered answered) {
  if (!alive()) return;
  const auto* pressed = std::get_if<event::EndPressed>(&one);
  if (world_.options.plant == Plant::end_held && pressed != nullptr) world_.agents.end_anyway(pressed->agent);
  const dialer::Ticket ticket = next_ticket_++;
  std::visit(
      [&](auto& e) {
        if constexpr (requires { e.ticket; }) e.ticket = ticket;
      },
      one);
  asked_[ticket] = std::move(answered);
  tell(one);
}

// What the witnesses must know of the moment in which the core learned something.
void Process::witness(const dialer::Event& one) {
  using sight::Act;
  if (const auto* e = std::get_if<event::DncAdded>(&one)) world_.see(sight::DncTold{e->number});
  if (const auto* e = std::get_if<event::ContactsLoaded>(&one)) {
    for (const auto& seed : e->contacts) world_.see(sight::Listed{seed.id, e->campaign});
  }
  if (const auto* e = std::get_if<event::ContactsWithdrawn>(&one)) {
    for (const auto id : e->contacts) world_.see(sight::Listed{id, {}});
  }
  if (const auto* e = std::get_if<event::CampaignStarted>(&one))
    world_.see(sight::CampaignTold{e->campaign, sight::Order::started});
  if (const auto* e = std::get_if<event::CampaignPaused>(&one))
    world_.see(sight::CampaignTold{e->campaign, sight::Order::paused});
  if (const auto* e = std::get_if<event::CampaignStopped>(&one))
    world_.see(sight::CampaignTold{e->campaign, sight::Order::stopped});
  if (const auto* e = std::get_if<event::EmergencyStopped>(&one))
    world_.see(sight::CampaignTold{e->campaign, sight::Order::emergency});
  const auto did = [&](dialer::AgentId agent, Act act) { world_.see(sight::AgentDid{agent, act}); };
  if (const auto* e = std::get_if<event::AgentSignedIn>(&one)) did(e->agent, Act::signed_in);
  if (const auto* e = std::get_if<event::AgentSignedOut>(&one)) did(e->agent, Act::signed_out);
  if (const auto* e = std::get_if<event::AgentWentIdle>(&one)) did(e->agent, Act::idle);
  if (const auto* e = std::get_if<event::AgentWentAvailable>(&one)) did(e->agent, Act::available);
  if (const auto* e = std::get_if<event::AgentDisconnected>(&one)) did(e->agent, Act::disconnected);
  if (const auto* e = std::get_if<event::AgentReconnected>(&one)) did(e->agent, Act::reconnected);
  if (const auto* e = std::get_if<event::LegUp>(&one)) did(e->agent, Act::leg_up);
  if (const auto* e = std::get_if<event::LegHeld>(&one)) did(e->agent, Act::leg_held);
  if (const auto* e = std::get_if<event::LegDown>(&one)) did(e->agent, Act::leg_lost);
}

void Process::step(const dialer::Event& one) {
  VERIFY(!stepping_);
  stepping_ = true;
  witness(one);
  effects_.clear();
  const auto* started = std::get_if<event::CampaignStarted>(&one);
  if (world_.options.plant == Plant::pause_unseen && started != nullptr) {
    dialer_->step(event::CampaignPaused{started->campaign, 0}, world_.now(), effects_);
  } else {
    dialer_->step(one, world_.now(), effects_);
  }
  ++world_.steps;
  Batch batch;
  for (const auto& effect : effects_) {
    keep(effect, batch);
    std::visit([this](const auto& e) { carry_out(e); }, effect);
  }
  if (!batch.effects.empty() || !batch.answers.empty()) world_.store.submit(std::move(batch));
  stepping_ = false;
  plan_wake();
  world_.after_step();
}

void Process::plan_wake() {
  if (world_.options.plant == Plant::deaf_timer) return;
  const Instant next = std::max(dialer_->deadline(), world_.now().mono);
  if (dialer_->deadline() == base::kNever || next >= wake_at_) return;
  wake_at_ = next;
  world_.at(next, [this, life = life_, next] {
    if (life != life_ || wake_at_ != next) return;
    wake_at_ = base::kNever;
    wake();
  });
}

void Process::wake() {
  if (!alive() || frozen_) return;
  if (dialer_->deadline() <= world_.now().mono) return step(event::TimePassed{});
  plan_wake();
}

// ---- out: the store and the answers to people
// --------------------------------------------------------------------
void Process::keep(const dialer::Effect& one, Batch& batch) {
  const Plant plant = world_.options.plant;
  if (const auto* intent = std::get_if<effect::CommitAttempt>(&one)) return keep_intent(*intent, batch);
  if (const auto* accepted = std::get_if<effect::Accepted>(&one))
    return answer(accepted->ticket, true, {}, batch);
  if (const auto* refused = std::get_if<effect::Refused>(&one))
    return answer(refused->ticket, false, refused->reason, batch);
  bool kept =
      std::holds_alternative<effect::SaveWrapUp>(one) || std::holds_alternative<effect::SaveCampaign>(one);
  if (const auto* end = std::get_if<effect::SaveOutcome>(&one)) {
    const int times = plant == Plant::save_outcome_twice ? 2 : 1;
    for (int i = 0; i < times; ++i) world_.see(sight::Concluded{*end});
    kept = true;
  } else if (const auto* row = std::get_if<effect::AppendRow>(&one)) {
    world_.see(sight::Rowed{*row});
    kept = true;
  } else if (std::holds_alternative<effect::SaveContact>(one)) {
    kept = plant != Plant::lose_save_contact;
  } else if (const auto* dnc = std::get_if<effect::SaveDnc>(&one)) {
    world_.see(sight::DncTold{dnc->number});
    kept = true;
  }
  if (kept) batch.effects.push_back(one);
}

void Process::keep_intent(effect::CommitAttempt intent, Batch& batch) {
  contact_of_[intent.attempt.value] = intent.contact;
  if (world_.options.plant == Plant::swap_agent) intent.agent.value += 1;
  world_.see(sight::Intended{intent});
  batch.effects.emplace_back(intent);
  if (world_.options.plant == Plant::place_early)
    carry_out(effect::PlaceCall{intent.attempt, intent.trunk, intent.entry_point, intent.number});
}

// A refusal changes nothing and is told at once; what was accepted is told when it is durable.
void Process::answer(dialer::Ticket ticket, bool accepted, std::string_view reason, Batch& batch) {
  const auto at = asked_.find(ticket);
  if (at == asked_.end()) return;
  const Answered answered = std::move(at->second);
  asked_.erase(at);
  if (!accepted || world_.options.plant == Plant::lie_durable) return answered(accepted, reason);
  batch.answers.emplace_back([answered] { answered(true, {}); });
}

// ---- out: the world
// ----------------------------------------------------------------------------------------------
void Process::carry_out(const effect::PlaceCall& e) {
  const auto contact = contact_of_.at(e.attempt.value);
  world_.carrier.invite(e.attempt, e.trunk, e.number, contact);
  if (world_.options.plant == Plant::place_twice)
    world_.carrier.invite(e.attempt, e.trunk, e.number, contact);
  if (world_.options.plant == Plant::early_cancel) {
    world_.in(base::seconds{5}, [this, id = e.attempt] { world_.carrier.cancel(id, false); });
  }
}
void Process::carry_out(const effect::CancelCall& e) {
  if (world_.options.plant != Plant::forget_cancel) world_.carrier.cancel(e.attempt, false);
}
void Process::carry_out(const effect::EndCall& e) {
  if (world_.options.plant == Plant::forget_end_call) return;
  world_.carrier.bye(e.attempt);
}
void Process::carry_out(const effect::CallAgent& e) { world_.agents.call_phone(e.agent); }
void Process::carry_out(const effect::EndLeg& e) {
  if (world_.options.plant != Plant::forget_end_leg) world_.agents.end_phone(e.agent);
}
void Process::carry_out(const effect::StartAnalysis& e) { world_.media.start_analysis(e.attempt); }
void Process::carry_out(const effect::StopAnalysis& e) { world_.media.stop_analysis(e.attempt); }
void Process::carry_out(const effect::Merge& e) {
  if (world_.options.plant != Plant::late_merge) return world_.media.merge(e.attempt, e.agent);
  // The core is told at once, the contact hears the agent late.
  tell_later_bridged(e.attempt);
  world_.in(base::seconds{3}, [this, e] { world_.media.merge(e.attempt, e.agent); });
}
void Process::tell_later_bridged(dialer::AttemptId attempt) {
  world_.in(base::milliseconds{10}, [this, attempt] { tell(event::Bridged{attempt}); });
}
void Process::carry_out(const effect::Split& e) { world_.media.split(e.attempt); }
void Process::carry_out(const effect::HoldCall& e) { world_.media.hold(e.attempt); }
void Process::carry_out(const effect::ResumeCall& e) { world_.media.resume(e.attempt, e.agent); }
void Process::carry_out(const effect::PlayHoldMusic& e) { world_.media.hold(e.attempt); }
void Process::carry_out(const effect::PlayMessage& e) {
  if (world_.options.plant != Plant::forget_message) world_.media.play_message(e.attempt, e.which);
}
void Process::carry_out(const effect::StopMessage& e) { world_.media.stop_message(e.attempt); }

}  // namespace ziptone::sim
