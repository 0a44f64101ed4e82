#include "sim/agents.hpp"

#include "sim/draw.hpp"
#include "sim/world.hpp"

namespace ziptone::sim {

using base::milliseconds;
using base::seconds;
using dialer::AgentId;
using dialer::AttemptId;
namespace event = dialer::event;

Agents::Agents(World& world) : world_(world) {
  for (const auto& agent : world.setup.agents) {
    Person one;
    one.id = agent.id;
    one.random = stream(world.options.seed, 6, agent.id.value);
    people_.push_back(one);
  }
}

template <class Do>
void Agents::later(Person& one, Duration after, Do act) {
  world_.in(after, [this, id = one.id, page = one.page, act] {
    if (person(id).page == page) act(person(id));
  });
}

bool Agents::troubled(Person& one) {
  return world_.faulty() && one.random.chance(world_.options.faults.agent_trouble);
}

void Agents::begin() {
  for (const Person& one : people_)
    come_back(one.id, milliseconds{200} + between(person(one.id).random, Duration{0}, seconds{2}));
}

// ---- coming and going
// ------------------------------------------------------------------------------------------------
void Agents::come_back(AgentId id, Duration after) {
  Person& one = person(id);
  if (one.coming) return;
  one.coming = true;
  world_.in(after, [this, id] {
    person(id).coming = false;
    get_available(person(id));
  });
}

void Agents::get_available(Person& one) {
  if (!world_.process.alive()) return come_back(one.id, seconds{2});
  if (!one.connected) {
    one.connected = true;
    world_.process.tell(event::AgentReconnected{one.id});
  }
  if (!one.signed_in) {
    one.signed_in = true;
    world_.process.ask(event::AgentSignedIn{one.id, 0}, [](bool, std::string_view) {});
    for (const auto& campaign : world_.setup.campaigns) {
      if (!campaign.join_by_hand) continue;
      world_.in(milliseconds{500}, [this, id = one.id, campaign = campaign.id] {
        if (!world_.process.alive() || !person(id).signed_in) return;
        world_.process.ask(event::AgentJoined{id, campaign, 0}, [](bool, std::string_view) {});
      });
    }
  }
  hold_phone(one, false);  // whose phone is on hold sees it on the screen
  if (one.screen == "Available" || one.screen == "Reserved" || one.screen == "Engaged" ||
      one.screen == "WrappingUp")
    return;
  world_.process.ask(event::AgentWentAvailable{one.id, 0}, [](bool, std::string_view) {});
  // Until the screen says so; a phone that was not picked up means to try again.
  come_back(one.id, seconds{15});
}

void Agents::lose_network(AgentId id) {
  Person& one = person(id);
  if (!one.connected) return;
  one.connected = false;
  // The heartbeat is missed after three seconds.
  world_.in(seconds{3}, [this, id] {
    if (!person(id).connected) world_.process.tell(event::AgentDisconnected{id});
  });
  come_back(id, seconds{one.random.between(1, 40)});
}

void Agents::do_something(AgentId id) {
  Person& one = person(id);
  switch (one.random.below(6)) {
    case 0:
    case 1:
      world_.process.ask(event::AgentWentIdle{id, 1, 0}, [](bool, std::string_view) {});
      return come_back(id, seconds{one.random.between(2, 40)});
    case 2:
      one.signed_in = false;
      world_.process.ask(event::AgentSignedOut{id, 0}, [](bool, std::string_view) {});
      return come_back(id, seconds{one.random.between(2, 60)});
    case 3:
      return lose_network(id);
    case 4:
      hold_phone(one, true);
      return come_back(id, seconds{one.random.between(2, 60)});
    default:
      return lose_phone(id);
  }
}

// ---- the phone
// -------------------------------------------------------------------------------------------------------
void Agents::call_phone(AgentId id) {
  Person& one = person(id);
  world_.see(sight::LegCalled{id});
  const bool was_up = one.phone == Phone::up;
  one.phone_held = false;
  one.phone = Phone::ringing;
  const std::uint64_t call = ++one.phone_call;
  const bool ignored =
      !was_up && world_.faulty() && one.random.chance(world_.options.faults.agent_trouble * 0.3);
  if (ignored) {
    world_.hit(Reached::rona);
    if (one.random.chance(0.5)) return;
    world_.in(seconds{2}, [this, id, call] {
      if (person(id).phone_call != call) return;
      person(id).phone = Phone::down;
      world_.process.tell(event::LegDown{id});
    });
    return;
  }
  world_.in(between(one.random, milliseconds{50}, milliseconds{1500}), [this, id, call] {
    Person& who = person(id);
    if (who.phone_call != call) return;
    who.phone = Phone::up;
    world_.process.tell(event::LegUp{id});
  });
}

void Agents::hold_phone(Person& one, bool held) {
  if (one.phone != Phone::up || one.phone_held == held) return;
  one.phone_held = held;
  if (held) {
    world_.process.tell(event::LegHeld{one.id});
  } else {
    world_.process.tell(event::LegResumed{one.id});
  }
}

void Agents::end_phone(AgentId id) {
  Person& one = person(id);
  ++one.phone_call;
  one.phone_held = false;
  one.phone = Phone::down;
  world_.see(sight::LegEnded{id});
}

void Agents::lose_phone(AgentId id) {
  Person& one = person(id);
  if (one.phone != Phone::up) return;
  ++one.phone_call;
  one.phone_held = false;
  one.phone = Phone::down;
  world_.process.tell(event::LegDown{id});
  come_back(id, seconds{one.random.between(2, 20)});
}

void Agents::end_anyway(AgentId id) {
  if (person(id).held) world_.carrier.bye(person(id).attempt);
}

void Agents::process_died() {
  for (Person& one : people_) {
    one.screen = {};
    ++one.page;
    one.held = false;
    one.signed_in = false;
  }
}

// The new process hangs up the phones that the old one had called; the desktops sign in again.
void Agents::process_started() {
  for (Person& one : people_) {
    if (one.phone != Phone::down) end_phone(one.id);
    come_back(one.id, between(one.random, milliseconds{300}, seconds{4}));
  }
}

// ---- the screen
// ------------------------------------------------------------------------------------------------------
void Agents::hear(const dialer::effect::AppendRow& row) {
  if (!row.agent || row.agent.value > people_.size()) return;
  Person& one = person(row.agent);
  if (row.machine == "call") {
    one.held = row.to == "Held";
    if (row.to == "Naming") world_.hit(Reached::naming);
    if (row.event == "VerdictReached" && row.to == "Talking") hear_verdict(one, row);
    return;
  }
  if (row.machine != "agent") return;
  see_screen(one, row.to, row.attempt);
}

void Agents::see_screen(Person& one, std::string_view state, AttemptId attempt) {
  if (one.screen == state && (one.attempt == attempt || state == "Away")) {
    if (state == "Away") come_back(one.id, seconds{one.random.between(2, 20)});
    return;
  }
  const AttemptId before = one.attempt;
  one.screen = state;
  one.attempt = attempt;
  ++one.page;
  if (state == "Away") {
    come_back(one.id, seconds{one.random.between(1, 20)});
  } else if (state == "Available") {
    while_waiting(one);
  } else if (state == "Reserved") {
    while_reserved(one);
  } else if (state == "Engaged") {
    while_talking(one);
  } else if (state == "WrappingUp") {
    if (before != attempt) one.plan = draw_plan(world_.options, world_.contact_of(attempt), 0);
    while_wrapping_up(one);
  }
}

void Agents::while_waiting(Person& one) {
  if (one.phone_held)
    later(one, seconds{one.random.between(2, 60)}, [this](Person& who) { hold_phone(who, false); });
  if (!troubled(one) || !one.random.chance(0.3)) return;
  later(one, between(one.random, Duration{0}, seconds{20}), [this](Person& who) { do_something(who.id); });
}

void Agents::while_reserved(Person& one) {
  if (!troubled(one)) return;
  const bool in_the_gap = one.random.chance(0.3);
  const Duration after = in_the_gap ? between(one.random, Duration{0}, milliseconds{8})
                                    : between(one.random, Duration{0}, seconds{25});
  later(one, after, [this](Person& who) { do_something(who.id); });
}

void Agents::press_end(AgentId id) {
  const bool held = person(id).held;
  world_.process.ask(event::EndPressed{id, 0}, [this, id, held](bool accepted, std::string_view reason) {
    world_.see(sight::Pressed{id, accepted, reason, held, true});
    if (reason == "held") world_.hit(Reached::held_end_refused);
  });
}

void Agents::while_talking(Person& one) {
  if (const auto* call = world_.carrier.find(one.attempt)) one.plan = call->plan;
  const Duration talk = one.plan.talk;
  if (troubled(one)) {
    hold_a_while(one);
  } else if (troubled(one)) {
    later(one, between(one.random, Duration{0}, seconds{30}), [this](Person& who) { lose_phone(who.id); });
  } else if (troubled(one)) {
    later(one, between(one.random, Duration{0}, talk), [this](Person& who) { do_something(who.id); });
  }
  if (!one.plan.agent_ends) return;
  const bool twice = troubled(one);
  later(one, talk, [this, twice](Person& who) {
    press_end(who.id);
    if (twice) press_end(who.id);
    // Refused while held, or not heard: once more, and again.
    later(who, seconds{20}, [this](Person& again) {
      world_.process.ask(event::ResumePressed{again.id, 0}, [](bool, std::string_view) {});
      press_end(again.id);
    });
  });
}

// Most agents agree with the analysis that they talk to a machine; some press twice.
void Agents::hear_verdict(Person& one, const dialer::effect::AppendRow& row) {
  using event::Verdict;
  if (row.verdict == Verdict::person || row.verdict == Verdict::unsure || row.verdict == Verdict::silence)
    return;
  base::Random random = stream(world_.options.seed, 9, row.attempt.value);
  if (!random.chance(0.7)) return;
  const auto accept = [this, id = one.id, attempt = row.attempt](bool again) {
    world_.process.ask(event::MachineAccepted{id, attempt, 0},
                       [this, again](bool accepted, std::string_view) {
                         if (again && accepted) world_.hit(Reached::machine_accepted_twice);
                       });
  };
  const Duration after = milliseconds{random.between(100, 3000)};
  world_.in(after, [accept] { accept(false); });
  if (random.chance(0.3)) world_.in(after + milliseconds{200}, [accept] { accept(true); });
}

void Agents::hold_a_while(Person& one) {
  const bool by_phone = one.random.chance(0.3);
  const bool forgets = one.random.chance(0.3);
  const Duration length = seconds{one.random.between(2, 30)};
  later(one, between(one.random, milliseconds{100}, seconds{5}),
        [this, by_phone, forgets, length](Person& who) {
          if (by_phone) {
            hold_phone(who, true);
          } else {
            world_.process.ask(event::HoldPressed{who.id, 0}, [](bool, std::string_view) {});
          }
          later(who, milliseconds{500}, [this](Person& again) { press_end(again.id); });
          if (forgets) return;
          later(who, length, [this, by_phone](Person& again) {
            if (by_phone) return hold_phone(again, false);
            world_.process.ask(event::ResumePressed{again.id, 0}, [](bool, std::string_view) {});
          });
        });
}

// ---- the code
// ---------------------------------------------------------------------------------------------------------
void Agents::while_wrapping_up(Person& one) {
  const AttemptId attempt = one.attempt;
  const AgentId id = one.id;
  const Plan plan = one.plan;
  const bool late = troubled(one);
  const bool leaves = !late && troubled(one);
  const bool twice = !leaves && troubled(one);
  if (leaves) {
    world_.hit(Reached::sign_out_in_wrap_up);
    later(one, milliseconds{800}, [this](Person& who) { do_something(who.id); });
  }
  if (troubled(one))
    world_.process.ask(event::WrapUpExtended{id, seconds{10}, 0}, [](bool, std::string_view) {});
  const Duration after = late ? seconds{one.random.between(5, 60)} : plan.wrap_up;
  world_.in(after, [this, id, attempt, plan] { write_code(id, attempt, plan); });
  if (twice) {
    world_.hit(Reached::doubled_wrap_up);
    world_.in(after + milliseconds{50}, [this, id, attempt, plan] { write_code(id, attempt, plan); });
  }
}

void Agents::write_code(AgentId id, AttemptId attempt, const Plan& plan) {
  event::WrappedUp wrapped;
  wrapped.agent = id;
  wrapped.attempt = attempt;
  constexpr dialer::CodeId kCodes[] = {kClosed, kSale,  kAgain, kOtherNumber, kCallback, kDoNotCall,
                                       kSale,   kAgain, kAgain, kCallback,    kAgain,    kClosed};
  wrapped.code = kCodes[plan.code];
  if (wrapped.code == kCallback) {
    wrapped.callback_at = world_.now().wall + seconds{person(id).random.between(5, 200)};
    if (plan.agent_ends) wrapped.callback_agent = id;
  }
  if (wrapped.code == kDoNotCall) world_.hit(Reached::opt_out_by_code);
  if (person(id).screen != "WrappingUp") world_.hit(Reached::late_wrap_up);
  world_.process.ask(wrapped, [this, attempt, code = wrapped.code](bool accepted, std::string_view) {
    if (accepted) world_.see(sight::CodeAcknowledged{attempt, code});
  });
  // A screen that still asks is answered again.
  later(person(id), seconds{25}, [this, attempt, plan](Person& who) {
    if (who.screen == "WrappingUp" && who.attempt == attempt) write_code(who.id, attempt, plan);
  });
}

}  // namespace ziptone::sim
