// The main job through the core's doors, and the crossings that its tables promise.
#include <gtest/gtest.h>

#include "world.hpp"

namespace ziptone::dialer::test {
namespace {

constexpr AgentId kAyse{1};

TEST(Call, FromAvailableToWrapUpAndTheNextContact) {
  World world;
  world.start();
  ASSERT_EQ(world.count_of<effect::PlaceCall>(), 1U);
  const AttemptId first = world.call_of(kAyse);
  EXPECT_EQ(world.call_state(first), "Dialing");
  EXPECT_EQ(world.agent_state(kAyse), "Reserved");
  world.tell(event::Progressed{first, 180, false});
  EXPECT_EQ(world.call_state(first), "Ringing");
  world.tell(event::Answered{first});
  EXPECT_EQ(world.call_state(first), "Analysing");
  world.tell(event::VerdictReached{first, event::Verdict::person});
  const auto* merge = world.effect_of<effect::Merge>();
  ASSERT_NE(merge, nullptr);
  EXPECT_TRUE(merge->zip_tone);
  world.tell(event::Bridged{first});
  EXPECT_EQ(world.agent_state(kAyse), "Engaged");
  world.tell(event::EndPressed{kAyse, 7});
  ASSERT_NE(world.effect_of<effect::Accepted>(), nullptr);
  ASSERT_NE(world.effect_of<effect::EndCall>(), nullptr);
  EXPECT_EQ(world.effect_of<effect::SaveOutcome>()->outcome, Outcome::person);
  EXPECT_EQ(world.agent_state(kAyse), "WrappingUp");
  world.tell(event::WrappedUp{kAyse, first, kSale, {}, {}, 8});
  EXPECT_EQ(world.effect_of<effect::SaveWrapUp>()->code, kSale);
  EXPECT_EQ(world.agent_state(kAyse), "Reserved") << "the next contact follows in the same step";
  EXPECT_EQ(world.dialer.contact(ContactId{1})->phase, event::ContactPhase::done);
  world.durable();
  EXPECT_EQ(world.effect_of<effect::PlaceCall>()->number, 905'320'000'002U);
}

TEST(Call, NothingIsDialedBeforeTheIntentIsDurable) {
  World world;
  world.tell(event::CampaignStarted{kCampaign, 0});
  world.tell(event::AgentSignedIn{kAyse, 0});
  world.tell(event::LegUp{kAyse});
  world.tell(event::AgentWentAvailable{kAyse, 0});
  EXPECT_EQ(world.count_of<effect::CommitAttempt>(), 1U);
  EXPECT_EQ(world.count_of<effect::PlaceCall>(), 0U);
}

TEST(Call, AHeldCallCantBeEnded) {
  World world;
  const AttemptId id = world.answered_call();
  world.tell(event::HoldPressed{kAyse, 1});
  ASSERT_NE(world.effect_of<effect::HoldCall>(), nullptr);
  world.tell(event::EndPressed{kAyse, 2});
  ASSERT_NE(world.effect_of<effect::Refused>(), nullptr);
  EXPECT_EQ(world.effect_of<effect::Refused>()->reason, "held");
  EXPECT_EQ(world.count_of<effect::EndCall>(), 0U);
  world.tell(event::ResumePressed{kAyse, 3});
  ASSERT_NE(world.effect_of<effect::ResumeCall>(), nullptr);
  world.tell(event::EndPressed{kAyse, 4});
  EXPECT_EQ(world.effect_of<effect::EndCall>()->attempt, id);
}

TEST(Call, A200ThatCrossesTheCancelGoesToTheAgent) {
  World world;
  world.start();
  const AttemptId id = world.call_of(kAyse);
  world.tell(event::Progressed{id, 180, false});
  world.wait(seconds{32});
  ASSERT_NE(world.effect_of<effect::CancelCall>(), nullptr);
  world.tell(event::Answered{id});
  EXPECT_EQ(world.call_state(id), "Analysing");
}

TEST(Call, ALate200AfterTheAgentIsFreeHearsTheMessage) {
  World world;
  world.start();
  const AttemptId id = world.call_of(kAyse);
  world.tell(event::Progressed{id, 180, false});
  world.wait(seconds{35});
  EXPECT_NE(world.call_of(kAyse), id) << "the agent has the next contact";
  world.tell(event::Answered{id});
  ASSERT_NE(world.effect_of<effect::PlayMessage>(), nullptr);
  world.tell(event::MessagePlayed{id});
  EXPECT_EQ(world.effect_of<effect::SaveOutcome>()->outcome, Outcome::abandoned);
  ASSERT_NE(world.effect_of<effect::EndCall>(), nullptr);
}

TEST(Call, WhoNeverSpeaksIsConnectedWithinTheClock) {
  World world;
  world.start();
  const AttemptId id = world.call_of(kAyse);
  world.tell(event::Answered{id});
  const Instant answered = world.now().mono;
  while (world.call_state(id) == "Analysing") world.wait(milliseconds{1});
  EXPECT_EQ(world.call_state(id), "Merging");
  EXPECT_LE(world.now().mono - answered, milliseconds{1801});
}

TEST(Call, ABusyLineFreesTheAgentInTheSameStepAndKeepsThePlace) {
  World world;
  world.start();
  const AttemptId id = world.call_of(kAyse);
  SipFacts busy;
  busy.code = 486;
  world.tell(event::Rejected{id, busy});
  const auto* outcome = world.effect_of<effect::SaveOutcome>();
  ASSERT_NE(outcome, nullptr);
  EXPECT_EQ(outcome->outcome, Outcome::busy);
  EXPECT_EQ(world.effect_of<effect::SaveWrapUp>()->code, CodeId{2}) << "the system's own code";
  EXPECT_EQ(world.effect_of<effect::CommitAttempt>()->contact, ContactId{2});
  EXPECT_EQ(world.dialer.contact(ContactId{1})->phase, event::ContactPhase::retry_at);
}

TEST(Call, DoNotCallInTheGapMeansNotPlaced) {
  World world;
  world.tell(event::CampaignStarted{kCampaign, 0});
  world.tell(event::AgentSignedIn{kAyse, 0});
  world.tell(event::LegUp{kAyse});
  world.tell(event::AgentWentAvailable{kAyse, 0});
  const AttemptId id = world.call_of(kAyse);
  world.tell(event::DncAdded{905'320'000'001});
  world.tell(event::AttemptDurable{id});
  const auto* outcome = world.effect_of<effect::SaveOutcome>();
  ASSERT_NE(outcome, nullptr);
  EXPECT_EQ(outcome->outcome, Outcome::not_placed);
  EXPECT_EQ(outcome->reason, "do_not_call");
  EXPECT_EQ(world.count_of<effect::PlaceCall>(), 0U);
  EXPECT_EQ(world.dialer.contact(ContactId{1})->phase, event::ContactPhase::suppressed);
}

}  // namespace
}  // namespace ziptone::dialer::test
