// What an agent asks for from the call: a callback, do-not-call, keys, more time; and what the views tell.
#include <gtest/gtest.h>

#include "world.hpp"

namespace ziptone::dialer::test {
namespace {

constexpr AgentId kAyse{1};

template <class E>
std::string answer_of(World& world, E event) {
  event.ticket = 1;
  world.tell(event);
  if (const auto* refused = world.effect_of<effect::Refused>()) return std::string{refused->reason};
  return world.effect_of<effect::Accepted>() ? "accepted" : "nothing";
}
event::ContactPhase phase_of(const World& world, ContactId id) { return world.dialer.contact(id)->phase; }

class Asked : public ::testing::Test {
 protected:
  World world{World::default_campaign(), 1, 1};
  AttemptId id = world.answered_call();
  WallTime tomorrow = world.now().wall + hours{24};
};

TEST_F(Asked, ACallbackFromTheCallStandsWhateverTheCode) {
  EXPECT_EQ(answer_of(world, event::CallbackAsked{kAyse, id, tomorrow, kAyse}), "accepted");
  const auto* saved = world.effect_of<effect::SaveCallback>();
  ASSERT_NE(saved, nullptr);
  EXPECT_EQ(saved->at, tomorrow);
  EXPECT_EQ(world.dialer.calls()[0].callback_at, tomorrow);
  world.end_and_wrap_up(kAyse, kSale);
  const auto contact = world.dialer.contact(ContactId{1});
  EXPECT_EQ(contact->phase, event::ContactPhase::callback_at);
  EXPECT_EQ(contact->next_at, tomorrow);
  EXPECT_EQ(contact->callback_agent, kAyse);
}

TEST_F(Asked, TheTimersCodeKeepsACallbackToo) {
  world.tell(event::EndPressed{kAyse, 0});
  EXPECT_EQ(answer_of(world, event::CallbackAsked{kAyse, id, tomorrow, {}}), "accepted") << "in the wrap-up";
  world.wait(seconds{31});
  EXPECT_EQ(world.agent_state(kAyse), "Available");
  EXPECT_EQ(phase_of(world, ContactId{1}), event::ContactPhase::callback_at);
}

TEST_F(Asked, ACallbackMayBeWithdrawnAndACallbackCodeHasTheLastWord) {
  EXPECT_EQ(answer_of(world, event::CallbackAsked{kAyse, id, tomorrow, {}}), "accepted");
  world.tell(event::EndPressed{kAyse, 0});
  world.tell(event::WrappedUp{kAyse, id, kCallback, tomorrow + hours{1}, {}, 0});
  EXPECT_EQ(world.dialer.contact(ContactId{1})->next_at, tomorrow + hours{1});

  World other{World::default_campaign(), 1, 1};
  const AttemptId call = other.answered_call();
  EXPECT_EQ(answer_of(other, event::CallbackAsked{kAyse, call, tomorrow, {}}), "accepted");
  EXPECT_EQ(answer_of(other, event::CallbackAsked{kAyse, call, {}, {}}), "accepted");
  other.end_and_wrap_up(kAyse, kSale);
  EXPECT_EQ(phase_of(other, ContactId{1}), event::ContactPhase::done);
}

TEST_F(Asked, ACallbackIsRefusedInThePastForAnotherCallAndWithoutOne) {
  EXPECT_EQ(answer_of(world, event::CallbackAsked{kAyse, id, world.now().wall, {}}), "callback_in_the_past");
  EXPECT_EQ(answer_of(world, event::CallbackAsked{kAyse, AttemptId{99}, tomorrow, {}}), "another_call");
  EXPECT_EQ(answer_of(world, event::CallbackAsked{AgentId{9}, id, tomorrow, {}}), "unknown_agent");
  world.end_and_wrap_up(kAyse, kSale);
  EXPECT_EQ(answer_of(world, event::CallbackAsked{kAyse, id, tomorrow, {}}), "no_call");
}

TEST_F(Asked, DoNotCallHoldsAtOnceAndWhateverTheCode) {
  EXPECT_EQ(answer_of(world, event::CallbackAsked{kAyse, id, tomorrow, {}}), "accepted");
  EXPECT_EQ(answer_of(world, event::DoNotCallAsked{kAyse, id}), "accepted");
  const auto* saved = world.effect_of<effect::SaveDnc>();
  ASSERT_NE(saved, nullptr);
  EXPECT_EQ(saved->source, "agent");
  EXPECT_EQ(saved->attempt, id);
  EXPECT_EQ(world.effect_of<effect::SaveCallback>()->at, WallTime{}) << "the promise is taken back";
  EXPECT_EQ(answer_of(world, event::CallbackAsked{kAyse, id, tomorrow, {}}), "do_not_call");
  EXPECT_EQ(answer_of(world, event::DoNotCallAsked{kAyse, id}), "accepted") << "sent again";
  EXPECT_EQ(world.count_of<effect::SaveDnc>(), 0U);
  world.end_and_wrap_up(kAyse, kAgain);
  world.wait(hours{48});
  EXPECT_EQ(world.dialer.calls().size(), 0U);
  EXPECT_NE(phase_of(world, ContactId{1}), event::ContactPhase::retry_at);
}

TEST(LateVerdict, AgreedWithItKeepsWhatTheContactWasTold) {
  Campaign rules = World::default_campaign();
  rules.mode = ConnectionMode::classic;
  for (const bool opts_out : {false, true}) {
    World world{rules, 1, 1};
    world.start();
    const AttemptId id = world.call_of(kAyse);
    world.tell(event::Answered{id});
    world.tell(event::Bridged{id});
    const WallTime tomorrow = world.now().wall + hours{24};
    EXPECT_EQ(answer_of(world, event::MachineAccepted{kAyse, id}), "no_late_verdict");
    EXPECT_EQ(answer_of(world, event::CallbackAsked{kAyse, id, tomorrow, kAyse}), "accepted");
    if (opts_out) {
      EXPECT_EQ(answer_of(world, event::DoNotCallAsked{kAyse, id}), "accepted");
    }
    world.tell(event::VerdictReached{id, event::Verdict::machine});
    EXPECT_EQ(world.dialer.calls()[0].late_verdict, event::Verdict::machine);
    EXPECT_EQ(answer_of(world, event::MachineAccepted{kAyse, AttemptId{id.value + 1}}), "another_call");
    EXPECT_EQ(answer_of(world, event::MachineAccepted{kAyse, id}), "accepted");
    const auto contact = world.dialer.contact(ContactId{1});
    EXPECT_EQ(contact->phase, opts_out ? event::ContactPhase::suppressed : event::ContactPhase::callback_at);
    EXPECT_TRUE(opts_out || contact->next_at == tomorrow);
    EXPECT_EQ(world.agent_state(kAyse), "Available");
    EXPECT_EQ(answer_of(world, event::MachineAccepted{kAyse, id}), "accepted") << "pressed twice";
  }
}

TEST_F(Asked, EachIsARowOfTheCall) {
  answer_of(world, event::CallbackAsked{kAyse, id, tomorrow, {}});
  const auto* row = world.effect_of<effect::AppendRow>();
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->event, "CallbackAsked");
  EXPECT_EQ(row->from, row->to);
  EXPECT_EQ(row->agent, kAyse);
  EXPECT_EQ(row->attempt, id);
  EXPECT_EQ(world.dialer.sequence(), row->sequence);
}

TEST_F(Asked, KeysAreSentWhileTalkingOnly) {
  EXPECT_EQ(answer_of(world, event::KeypadPressed{kAyse, "12*#A"}), "accepted");
  ASSERT_NE(world.effect_of<effect::SendDigits>(), nullptr);
  EXPECT_EQ(world.effect_of<effect::SendDigits>()->digits, "12*#A");
  for (const char* wrong : {"", "1 2", "x", "123456789012345678901234567890123"})
    EXPECT_EQ(answer_of(world, event::KeypadPressed{kAyse, wrong}), "bad_digits") << wrong;
  world.tell(event::HoldPressed{kAyse, 0});
  EXPECT_EQ(answer_of(world, event::KeypadPressed{kAyse, "1"}), "not_talking");
}

TEST_F(Asked, APromiseSurvivesTheProcess) {
  World again{World::default_campaign(), 1, 1};
  event::WrapUpOwed owed{AttemptId{1}, kAyse, kCampaign, ContactId{1}, 905'320'000'001};
  owed.callback_at = tomorrow;
  again.tell(owed);
  again.tell(event::AgentSignedIn{kAyse, 0});
  again.tell(event::WrappedUp{kAyse, AttemptId{1}, kSale, {}, {}, 0});
  EXPECT_EQ(phase_of(again, ContactId{1}), event::ContactPhase::callback_at);
}

TEST(Extension, EndsAtItsLimit) {
  Campaign campaign = World::default_campaign();
  campaign.wrap_up_extension_max = seconds{60};
  World world{campaign, 1, 1};
  world.answered_call();
  world.tell(event::EndPressed{kAyse, 0});
  EXPECT_EQ(world.dialer.calls()[0].may_extend, seconds{60});
  EXPECT_EQ(answer_of(world, event::WrapUpExtended{kAyse, seconds{40}}), "accepted");
  EXPECT_EQ(answer_of(world, event::WrapUpExtended{kAyse, seconds{30}}), "extension_limit");
  EXPECT_EQ(world.dialer.calls()[0].may_extend, seconds{20});
  EXPECT_EQ(answer_of(world, event::WrapUpExtended{kAyse, seconds{20}}), "accepted");
  world.wait(seconds{89});
  EXPECT_EQ(world.agent_state(kAyse), "WrappingUp");
  world.wait(seconds{2});
  EXPECT_EQ(world.agent_state(kAyse), "Available");
}

TEST(Views, TellWhatFollowsTheCallAndSinceWhenItIsHeld) {
  World world{World::default_campaign(), 1, 1};
  world.answered_call();
  EXPECT_EQ(world.dialer.agents()[0].next, "available");
  world.tell(event::AgentWentIdle{kAyse, 3, 0});
  EXPECT_EQ(world.dialer.agents()[0].next, "idle");
  EXPECT_EQ(world.dialer.agents()[0].next_idle_code, 3);
  EXPECT_EQ(world.dialer.calls()[0].held_since, kNever);
  world.tell(event::HoldPressed{kAyse, 0});
  const Instant held = world.now().mono;
  world.wait(seconds{90});  // over a reminder
  EXPECT_EQ(world.dialer.calls()[0].held_since, held);
  world.tell(event::ResumePressed{kAyse, 0});
  world.end_and_wrap_up(kAyse, kSale);
  EXPECT_EQ(world.dialer.agents()[0].next, "");
  EXPECT_EQ(world.dialer.agents()[0].idle_code, 3);
}

}  // namespace
}  // namespace ziptone::dialer::test
