#include "sim/callee.hpp"

#include "sim/draw.hpp"

namespace ziptone::sim {
namespace {

using base::milliseconds;
using base::Random;
using base::seconds;
using dialer::event::Verdict;

dialer::SipFacts draw_refusal(const Callees& c, Random& random) {
  dialer::SipFacts facts;
  const double one = random.unit();
  if (one < c.busy) {
    facts.code = random.chance(0.8) ? 486 : 600;
  } else if (one < c.busy + c.unreachable) {
    facts.code = 480;
    if (random.chance(0.5)) facts.q850 = random.chance(0.5) ? 20 : 17;
  } else if (one < c.busy + c.unreachable + c.invalid) {
    constexpr std::uint16_t kCodes[] = {404, 410, 484, 604};
    facts.code = kCodes[random.below(4)];
  } else if (one < c.busy + c.unreachable + c.invalid + c.congested) {
    constexpr std::uint16_t kCodes[] = {503, 503, 500, 403, 408};
    facts.code = kCodes[random.below(5)];
    if (facts.code == 503 && random.chance(0.3)) facts.retry_after = seconds{random.between(1, 20)};
  } else if (random.chance(0.1)) {
    constexpr std::uint16_t kCodes[] = {603, 607, 608, 302};
    facts.code = kCodes[random.below(4)];
    facts.network_blocked = facts.code == 608;
  }
  return facts;
}

void draw_person(Plan& plan, Random& random) {
  if (random.chance(0.1)) {  // never speaks
    plan.verdict = random.chance(0.5) ? Verdict::silence : Verdict::unsure;
    plan.verdict_at = milliseconds{random.between(1500, 6000)};
    return;
  }
  Duration at = between(random, milliseconds{100}, milliseconds{2500});
  const auto turns = random.between(1, 3);
  for (int i = 0; i < turns; ++i) {
    const Duration to =
        at + between(random, milliseconds{200}, milliseconds{random.chance(0.2) ? 6000 : 1500});
    plan.speech.push_back({at, to});
    at = to + between(random, milliseconds{200}, milliseconds{3000});
  }
  plan.verdict = random.chance(0.9) ? Verdict::person : Verdict::unsure;
  plan.verdict_at = plan.speech.front().to + between(random, milliseconds{100}, milliseconds{2500});
}

void draw_machine(Plan& plan, Random& random) {
  constexpr Verdict kVerdicts[] = {Verdict::machine,  Verdict::machine,     Verdict::machine,
                                   Verdict::fax,      Verdict::music,       Verdict::screening,
                                   Verdict::ringback, Verdict::announcement};
  plan.verdict = kVerdicts[random.below(8)];
  plan.verdict_at = milliseconds{random.between(400, 2900)};
  plan.speech.push_back({milliseconds{random.between(100, 900)}, seconds{random.between(5, 20)}});
}

// What comes behind a machine's greeting, from a stream of its own: who looks at the greeting alone sees the
// seeds of before.
void draw_recording(Plan& plan, Random random) {
  if (random.chance(0.1)) return;  // it never ends
  const Duration spoken = plan.speech.front().to;
  const bool beeps = random.chance(0.7);
  const Duration end = spoken + (beeps ? milliseconds{random.between(100, 1200)} : milliseconds{2000});
  plan.greeting_ends.push_back(end);
  if (random.chance(0.3)) {  // that was not all
    const Duration from = end + milliseconds{random.between(300, 8000)};
    const Duration to = from + milliseconds{random.between(500, 6000)};
    plan.speech.push_back({from, to});
    if (random.chance(0.5)) plan.greeting_ends.push_back(to + milliseconds{random.between(100, 1200)});
  } else if (!beeps && random.chance(0.5)) {
    plan.greeting_ends.push_back(end + milliseconds{random.between(200, 4000)});
  }
  if (!random.chance(0.1)) return;  // somebody takes the call from the machine
  const Duration from = spoken + milliseconds{random.between(100, 6000)};
  const Duration to = from + milliseconds{random.between(300, 1500)};
  plan.speech = {plan.speech.front(), {from, to}};
  plan.revisions.push_back({Verdict::person, to + milliseconds{random.between(100, 700)}});
}

// An assistant asks, and most of them ring the person then; from the same stream of its own.
void draw_screened(Plan& plan, Random random) {
  plan.speech = {{milliseconds{200}, plan.verdict_at + milliseconds{random.between(0, 8000)}}};
  if (random.chance(0.3)) plan.greeting_ends.push_back(plan.speech.front().to + milliseconds{300});
  if (random.chance(0.5)) {  // by its voice a machine, until it waits for the answer
    const Duration quiet = plan.speech.front().to + milliseconds{2000};
    plan.verdict = Verdict::machine;
    plan.greeting_ends = {quiet};
    plan.revisions.push_back({Verdict::screening, quiet + milliseconds{1}});
  }
  if (random.chance(0.3)) return;
  const Duration from = plan.speech.front().to + milliseconds{random.between(3000, 20000)};
  const Duration to = from + milliseconds{random.between(300, 2000)};
  plan.speech.push_back({from, to});
  if (random.chance(0.7))
    plan.revisions.push_back({Verdict::person, to + milliseconds{random.between(100, 700)}});
}

// Nobody knows at first, and the agent is given a machine.
void draw_late_verdict(Plan& plan, Random random) {
  plan.revisions.push_back({plan.verdict, plan.verdict_at + milliseconds{random.between(300, 6000)}});
  plan.verdict = Verdict::unsure;
  plan.greeting_ends.clear();
}

void draw_answer(const Options& o, Plan& plan, Random& random) {
  plan.end = Plan::End::answers;
  if (random.chance(o.callees.machine)) {
    draw_machine(plan, random);
  } else {
    draw_person(plan, random);
  }
  if (random.chance(o.faults.early_hang_up)) plan.hangs_up_at = milliseconds{random.between(0, 3500)};
  if (random.chance(0.1)) plan.rings = false;
}

}  // namespace

Plan draw_plan(const Options& o, dialer::ContactId contact, std::uint64_t nth) {
  Random random = stream(o.seed, 2, contact.value, nth);
  Plan plan;
  plan.setup = between(random, milliseconds{100}, milliseconds{random.chance(0.05) ? 40000 : 3000});
  plan.ring = std::min<Duration>(around(random, o.callees.ring_mean), seconds{90});
  plan.patience = seconds{random.between(20, 90)};
  plan.talk = seconds{1} + around(random, o.callees.talk_mean);
  plan.agent_ends = random.chance(0.5);
  plan.opts_out = random.chance(0.2);
  plan.code = static_cast<std::uint8_t>(random.below(12));
  plan.wrap_up = seconds{1} + around(random, seconds{6});
  if (random.chance(o.callees.answered)) {
    draw_answer(o, plan, random);
  } else {
    plan.refusal = draw_refusal(o.callees, random);
    plan.end = plan.refusal.code == 0 ? Plan::End::rings_out : Plan::End::refused;
    plan.rings = plan.end == Plan::End::rings_out || random.chance(0.4);
  }
  Random behind = stream(o.seed, 8, contact.value, nth);
  const bool late = behind.chance(0.15);
  if (plan.verdict == Verdict::machine && late) {
    draw_late_verdict(plan, behind);
  } else if (plan.verdict == Verdict::machine) {
    draw_recording(plan, behind);
  } else if (plan.verdict == Verdict::screening) {
    draw_screened(plan, behind);
  }
  if (random.chance(o.faults.mute_carrier)) plan.end = Plan::End::mute;
  if (random.chance(o.faults.early_media)) {
    plan.early_media = true;
    constexpr Verdict kVerdicts[] = {Verdict::busy, Verdict::sit, Verdict::announcement, Verdict::ringback};
    if (random.chance(0.5)) plan.early_verdict = kVerdicts[random.below(4)];
  }
  plan.forks = random.chance(o.faults.fork);
  plan.crosses = random.chance(o.faults.cross);
  if (random.chance(0.5)) {
    plan.after_cancel = milliseconds{random.between(0, 150)};
  } else {
    plan.after_cancel = milliseconds{random.between(500, 8000)};
  }
  return plan;
}

}  // namespace ziptone::sim
