#include "sim/carrier.hpp"

#include "sim/draw.hpp"
#include "sim/world.hpp"

namespace ziptone::sim {

using base::milliseconds;
using base::seconds;
using dialer::AttemptId;
namespace event = dialer::event;

const Carrier::Call* Carrier::find(AttemptId id) const {
  const auto at = calls_.find(id.value);
  return at == calls_.end() ? nullptr : &at->second;
}
Carrier::Call* Carrier::call(AttemptId id) {
  const auto at = calls_.find(id.value);
  return at == calls_.end() ? nullptr : &at->second;
}

// One way through the network; what is lost comes again after RFC 3261's T1, doubled each time.
Duration Carrier::hop(Call& one) {
  Duration delay = between(one.random, milliseconds{5}, milliseconds{60});
  for (int again = 0; again < 4 && world_.faulty() && one.random.chance(world_.options.faults.loss);
       ++again) {
    delay += milliseconds{500} * (1 << again);
  }
  return delay;
}

void Carrier::invite(AttemptId id, dialer::TrunkId trunk, dialer::NumberKey number,
                     dialer::ContactId contact) {
  world_.see(sight::Invited{id, trunk, number});
  const std::uint64_t nth = times_called_[contact.value]++;
  Call& one = calls_[id.value];
  one = Call{};
  one.trunk = trunk;
  one.contact = contact;
  one.plan = draw_plan(world_.options, contact, nth);
  if (!world_.faulty() && one.plan.end == Plan::End::mute) one.plan.end = Plan::End::answers;
  one.random = stream(world_.options.seed, 4, contact.value, nth);
  world_.in(hop(one), [this, id] { arrive(id); });
  // RFC 3261 17.1.1.2, timer B: 64 * T1 without any response.
  world_.in(seconds{32}, [this, id] {
    const Call* waiting = call(id);
    if (waiting == nullptr || waiting->provisional_heard || waiting->state == Call::State::answered) return;
    dialer::SipFacts facts;
    facts.local = dialer::SipFacts::Local::timeout;
    calls_.erase(id.value);
    world_.see(sight::FinalSent{id, facts});
    world_.process.tell(event::Rejected{id, facts});
  });
}

void Carrier::arrive(AttemptId id) {
  Call* one = call(id);
  if (one == nullptr || dead_.contains(one->trunk)) return;
  const Plan& plan = one->plan;
  if (plan.end == Plan::End::mute && !plan.rings) return;
  world_.in(hop(*one), [this, id] { try_out(id); });
  if (plan.rings) {
    world_.in(plan.setup, [this, id] { ring(id); });
  } else if (plan.end == Plan::End::refused) {
    world_.in(plan.setup, [this, id] {
      if (const Call* c = call(id)) refuse(id, c->plan.refusal);
    });
  } else {
    world_.in(plan.setup, [this, id] { answer(id); });
  }
}

void Carrier::try_out(AttemptId id) {
  Call* one = call(id);
  if (one == nullptr || one->provisional_heard) return;
  one->provisional_heard = true;
  if (one->cancel_wanted) send_cancel(id);
}

void Carrier::ring(AttemptId id) {
  Call* one = call(id);
  if (one == nullptr || one->state != Call::State::invited) return;
  one->state = Call::State::ringing;
  send_ring(id);
  const Plan& plan = one->plan;
  if (plan.forks)
    world_.in(milliseconds{700}, [this, id] { send_ring(id), world_.hit(Reached::fork_rings); });
  if (plan.end == Plan::End::answers) {
    world_.in(plan.ring, [this, id] { answer(id); });
  } else if (plan.end == Plan::End::refused) {
    world_.in(plan.ring, [this, id] {
      if (const Call* c = call(id)) refuse(id, c->plan.refusal);
    });
  } else if (plan.end == Plan::End::rings_out) {
    world_.in(seconds{120}, [this, id] {
      dialer::SipFacts facts;
      facts.code = 480;
      facts.q850 = 19;
      if (call(id) != nullptr) refuse(id, facts);
    });
  }
}

// Provisional answers are not sent again: a lost one is gone.
void Carrier::send_ring(AttemptId id) {
  Call* one = call(id);
  if (one == nullptr) return;
  const auto& faults = world_.options.faults;
  if (world_.faulty() && one->random.chance(faults.loss * 0.5)) return;
  const int copies = world_.faulty() && one->random.chance(faults.duplicate) ? 2 : 1;
  for (int i = 0; i < copies; ++i) {
    world_.in(hop(*one), [this, id] {
      Call* c = call(id);
      if (c == nullptr || !world_.process.alive()) return;
      try_out(id);
      if (c->answer_heard) world_.hit(Reached::late_ring);
      if (!c->answer_heard) world_.see(sight::RangBack{id});
      world_.process.tell(event::Progressed{id, static_cast<std::uint16_t>(c->plan.early_media ? 183 : 180),
                                            c->plan.early_media});
    });
  }
}

void Carrier::answer(AttemptId id) {
  Call* one = call(id);
  if (one == nullptr || one->state == Call::State::answered) return;
  if (one->state == Call::State::invited) world_.hit(Reached::answer_without_ring);
  one->state = Call::State::answered;
  one->answered_at = world_.now().mono;
  world_.see(sight::AnswerSent{id});
  const Plan plan = one->plan;
  const Duration delay = hop(*one);
  world_.in(delay, [this, id] { answer_reaches(id, 0); });
  if (plan.forks && one->random.chance(0.5)) {
    // The second phone's 200 is another dialog: the shell ends it by itself; a copy reaches the core as well.
    world_.in(delay + milliseconds{300}, [this, id] {
      if (call(id) == nullptr) return;
      world_.hit(Reached::fork_answers);
      world_.process.tell(event::Answered{id});
    });
  }
  plan_contact(id, plan);
}

// The contact's own clock runs from the moment of picking up.
void Carrier::plan_contact(AttemptId id, const Plan& plan) {
  for (const auto& speech : plan.speech) {
    world_.in(speech.from, [this, id] {
      if (call(id) != nullptr) world_.see(sight::Spoke{id, true});
    });
    world_.in(speech.to, [this, id] {
      if (call(id) != nullptr) world_.see(sight::Spoke{id, false});
    });
  }
  if (plan.hangs_up_at) {
    world_.in(*plan.hangs_up_at, [this, id] {
      if (!world_.media.has_talked(id)) hang_up(id);
    });
  }
  world_.in(plan.patience, [this, id] {
    if (!world_.media.has_talked(id)) hang_up(id);
  });
}

void Carrier::answer_reaches(AttemptId id, int tries) {
  Call* one = call(id);
  if (one == nullptr) return;
  if (!world_.process.alive()) {
    // Sent again until somebody ACKs; after 64 * T1 the network gives up and hangs up.
    if (tries < 16) return world_.in(seconds{2}, [this, id, tries] { answer_reaches(id, tries + 1); });
    calls_.erase(id.value);
    world_.see(sight::LeftUs{id});
    return;
  }
  one->provisional_heard = true;
  one->answer_heard = true;
  world_.see(sight::AnswerHeard{id});
  world_.process.tell(event::Answered{id});
}

// What a process had not read when it died was never ACKed.
void Carrier::answer_unread(AttemptId id) {
  Call* one = call(id);
  if (one == nullptr || !one->answer_heard) return;
  one->answer_heard = false;
  world_.in(seconds{2}, [this, id] { answer_reaches(id, 1); });
}

void Carrier::refuse(AttemptId id, const dialer::SipFacts& told) {
  Call* one = call(id);
  if (one == nullptr || one->state == Call::State::answered) return;
  const Duration delay = hop(*one);
  const dialer::SipFacts facts = told;  // which often stand in the call that is erased here
  calls_.erase(id.value);
  world_.see(sight::FinalSent{id, facts});
  world_.in(delay, [this, id, facts] { world_.process.tell(event::Rejected{id, facts}); });
}

// ---- CANCEL and BYE
// ------------------------------------------------------------------------------------------------
void Carrier::cancel(AttemptId id, bool at_start_up) {
  world_.see(sight::Cancelled{id, at_start_up});
  Call* one = call(id);
  if (one == nullptr) return;
  one->cancel_wanted = true;
  // RFC 3261 9.1: not before a provisional response.
  if (one->provisional_heard) send_cancel(id);
}

void Carrier::send_cancel(AttemptId id) {
  Call* one = call(id);
  if (one != nullptr) world_.in(hop(*one), [this, id] { cancel_arrives(id); });
}

void Carrier::cancel_arrives(AttemptId id) {
  const Call* one = call(id);
  if (one == nullptr || one->state == Call::State::answered) return;
  if (one->plan.crosses) return world_.in(one->plan.after_cancel, [this, id] { answer(id); });
  if (one->plan.end == Plan::End::mute) {
    world_.in(seconds{64}, [this, id] {
      const Call* c = call(id);
      if (c != nullptr && c->state != Call::State::answered) calls_.erase(id.value);
    });
    return;
  }
  dialer::SipFacts facts;
  facts.code = 487;
  refuse(id, facts);
}

void Carrier::bye(AttemptId id) {
  world_.see(sight::Byed{id});
  if (calls_.erase(id.value) == 0) world_.hit(Reached::crossing_bye);
}

void Carrier::recover(AttemptId id) {
  const Call* one = call(id);
  if (one == nullptr) return;
  if (one->answer_heard) return bye(id);
  cancel(id, true);
}

void Carrier::hang_up(AttemptId id) {
  Call* one = call(id);
  if (one == nullptr || one->state != Call::State::answered) return;
  world_.see(sight::LeftUs{id});
  world_.media.contact_left(id);
  if (one->answer_heard) {
    const Duration delay = hop(*one);
    calls_.erase(id.value);
    return world_.in(delay, [this, id] { world_.process.tell(event::HungUp{id, {}}); });
  }
  left_reaches(id, 0);
}

// A BYE that overtakes its own 200 waits for it.
void Carrier::left_reaches(AttemptId id, int tries) {
  const Call* one = call(id);
  if (one == nullptr) return;
  if (!one->answer_heard && tries < 200) {
    return world_.in(milliseconds{200}, [this, id, tries] { left_reaches(id, tries + 1); });
  }
  calls_.erase(id.value);
  world_.process.tell(event::HungUp{id, {}});
}

// ---- trunks
// --------------------------------------------------------------------------------------------------------
void Carrier::set_dead(dialer::TrunkId trunk, bool dead) {
  if (dead) {
    dead_.insert(trunk);
  } else {
    dead_.erase(trunk);
  }
  world_.in(seconds{3}, [this, trunk, dead] {
    if (dead_.contains(trunk) != dead) return;
    if (dead) {
      found_dead_.insert(trunk);
      world_.process.tell(event::TrunkDown{trunk});
    } else {
      found_dead_.erase(trunk);
      world_.process.tell(event::TrunkUp{trunk});
    }
  });
}

}  // namespace ziptone::sim
