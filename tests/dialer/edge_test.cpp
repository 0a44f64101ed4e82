// What a careful reader of the core once proved to go wrong, and must not again.
#include <gtest/gtest.h>

#include "world.hpp"

namespace ziptone::dialer::test {
namespace {

constexpr AgentId kAyse{1};
constexpr AgentId kMehmet{2};

SipFacts refused_with(std::uint16_t code) {
  SipFacts facts;
  facts.code = code;
  return facts;
}

TEST(Edge, AnAgentIsAwaySinceItWasDefinedAndThenSinceTheReasonChanged) {
  World world;
  const Instant defined = world.dialer.agents().at(0).since;
  EXPECT_GE(defined, Instant{seconds{1000}});  // where this world's clock begins
  world.wait(seconds{5});
  const Instant before = world.now().mono;
  world.tell(event::AgentSignedIn{kAyse});
  const AgentView signed_in = world.dialer.agents().at(0);
  EXPECT_NE(signed_in.why, "signed_out");
  EXPECT_GE(signed_in.since, before);
  world.wait(seconds{5});
  world.tell(event::AgentDefined{{kAyse, {TeamId{1}}}});  // a new configuration changes nothing of it
  EXPECT_EQ(world.dialer.agents().at(0).since, signed_in.since);
}

TEST(Edge, AnIdleTrunkDoesNotSaveUpCallsAndATurnIsJudgedWhenItComes) {
  World world(World::default_campaign(), 10, 20);
  world.tell(event::TrunkDefined{{TrunkId{1}, 1.0, 100}});
  world.wait(seconds{100});
  world.start();
  EXPECT_EQ(world.dialer.calls().size(), 1U) << "one a second, however long it stood idle";
  world.wait(seconds{3});
  world.durable();
  EXPECT_LE(world.dialer.calls().size(), 5U);
}

TEST(Edge, AFailoverIsNotDialedOutsideTheWindow) {
  Campaign campaign = World::default_campaign();
  campaign.windows = {{0x7F, 0, 12 * 60 + 1}};  // closes a minute after the world's noon
  World world(campaign, 1, 1);
  world.tell(event::TrunkDefined{{TrunkId{2}, 100000.0, 100}});
  world.tell(event::EntryPointDefined{{EntryPointId{1}, {TrunkId{1}, TrunkId{2}}}});
  world.wait(seconds{59});
  world.start();
  const AttemptId first = world.call_of(kAyse);
  ASSERT_EQ(world.call_state(first), "Dialing");
  world.wait(seconds{2});
  world.tell(event::Rejected{first, refused_with(503)});
  ASSERT_NE(world.effect_of<effect::CommitAttempt>(), nullptr);
  EXPECT_EQ(world.effect_of<effect::CommitAttempt>()->follows, first);
  world.durable();
  EXPECT_EQ(world.count_of<effect::PlaceCall>(), 0U);
  EXPECT_EQ(world.effect_of<effect::SaveOutcome>()->reason, "window");
}

TEST(Edge, ATrunkThatSaysNothingIsTheTrunksTrouble) {
  World world;
  world.start();
  SipFacts silence;
  silence.local = SipFacts::Local::timeout;
  const AttemptId id = world.call_of(kAyse);
  world.wait(seconds{31});  // our own limit, then the CANCEL that nobody answers either
  world.tell(event::Rejected{id, silence});
  EXPECT_EQ(world.effect_of<effect::SaveOutcome>()->outcome, Outcome::trunk_failed);
}

TEST(Edge, AHungDiskIsAskedOnceNotOnceASecond) {
  World world;
  world.tell(event::CampaignStarted{kCampaign, 0});
  world.tell(event::AgentSignedIn{kAyse, 0});
  world.tell(event::LegUp{kAyse});
  world.tell(event::AgentWentAvailable{kAyse, 0});
  world.wait(seconds{20});
  EXPECT_EQ(world.count_of<effect::CommitAttempt>(), 0U) << "after the first, which became stale";
  EXPECT_FALSE(world.dialer.explain(kCampaign, world.now())->gates[1].open) << "and the store gate says so";
  world.tell(event::AttemptDurable{AttemptId{1}});
  EXPECT_EQ(world.count_of<effect::CommitAttempt>(), 1U) << "the disk is back";
}

TEST(Edge, HistoryAfterTheContactsChangesNeitherZoneNorLiveCounts) {
  World world;
  world.tell(event::NumberHistoryLoaded{905'320'000'001, 0, {}, {}});
  world.start();
  EXPECT_EQ(world.count_of<effect::PlaceCall>(), 1U);
}

TEST(Edge, RingbackStopsForWhoeverIsGone) {
  Campaign campaign = World::default_campaign();
  campaign.mode = ConnectionMode::classic;
  World world(campaign, 1, 1);
  world.start();
  world.tell(event::Progressed{world.call_of(kAyse), 180, false});
  ASSERT_NE(world.effect_of<effect::PlayRingback>(), nullptr);
  world.tell(event::AgentDisconnected{kAyse});
  ASSERT_NE(world.effect_of<effect::StopRingback>(), nullptr);
}

TEST(Edge, AMergeThatFailsStillMeetsTheTwoSeconds) {
  World world;
  world.start();
  const AttemptId id = world.call_of(kAyse);
  world.tell(event::Answered{id});
  const Instant answered = world.now().mono;
  while (world.call_state(id) != "PlayingMessage") world.wait(milliseconds{1});
  EXPECT_LE(world.now().mono - answered, milliseconds{2001});
  EXPECT_EQ(world.agent_state(kAyse), "Away") << "a voice path that does not join is made anew";
}

// Seed 58668: a merge begun while the contact spoke is not waited for as long as speech may be.
TEST(Edge, WhatHoldsOneContactBackIsJudgedAsItIsPicked) {
  World world(World::default_campaign(), 1, 3);
  const auto gate = [&](std::uint64_t contact) {
    return std::string{world.dialer.judge(ContactId{contact}, world.now())->gate};
  };
  EXPECT_FALSE(world.dialer.judge(ContactId{99}, world.now()));
  EXPECT_EQ(gate(2), "ready") << "a campaign that is not started holds no contact back";
  world.tell(event::DncAdded{905'320'000'002});
  EXPECT_EQ(gate(2), "do_not_call") << "though nobody has picked it yet";
  EXPECT_EQ(world.dialer.judge(ContactId{2}, world.now())->numbers.at(0).gate, "do_not_call");
  world.start();
  EXPECT_EQ(gate(1), "leased");
  world.tell(event::Rejected{world.call_of(kAyse), {.code = 486}});
  const auto waits = world.dialer.judge(ContactId{1}, world.now());
  EXPECT_EQ(waits->gate, "retry_at");
  EXPECT_GT(*waits->opens_at, world.now().wall);
}

TEST(Edge, AMergeThatFailsMeetsTheTwoSecondsOfOneWhoStoppedSpeaking) {
  World world;
  world.start();
  const AttemptId id = world.call_of(kAyse);
  world.tell(event::Answered{id});
  world.tell(event::SpeechStarted{id});
  world.wait(milliseconds{100});
  world.tell(event::VerdictReached{id, event::Verdict::person});
  ASSERT_EQ(world.call_state(id), "Merging");
  world.tell(event::SpeechEnded{id});
  const Instant stopped = world.now().mono;
  while (world.call_state(id) != "PlayingMessage") world.wait(milliseconds{1});
  EXPECT_LE(world.now().mono - stopped, milliseconds{2001});
}

TEST(Edge, TheClockThatTheContactFeelsStartsAtTheLastWordNotAtItsReport) {
  World world;
  world.start();
  const AttemptId id = world.call_of(kAyse);
  world.tell(event::Answered{id});
  world.tell(event::SpeechStarted{id});
  world.wait(milliseconds{900});
  const Instant last_word = world.now().mono;
  world.wait(milliseconds{300});
  world.tell(event::SpeechEnded{id, world.now().mono + Duration{100} - last_word});
  while (world.call_state(id) != "Merging") world.wait(milliseconds{1});
  EXPECT_LE(world.now().mono - last_word, milliseconds{1801});
}

TEST(Edge, PhonesBeingCalledForOneCampaignHoldBackNoOther) {
  World world(World::default_campaign(), 0, 1);
  world.tell(event::QueueDefined{{QueueId{2}, {TeamId{2}}}});
  Campaign other = World::default_campaign();
  other.id = CampaignId{2};
  other.queue = QueueId{2};
  world.tell(event::CampaignDefined{other});
  world.tell(event::ContactsLoaded{other.id, {World::contact(50, {905'320'000'050})}});
  world.tell(event::AgentDefined{{kAyse, {TeamId{1}}, LegMode::on_demand}});
  world.tell(event::AgentDefined{{kMehmet, {TeamId{2}}, LegMode::on_demand}});
  world.tell(event::CampaignStarted{kCampaign, 0});
  world.tell(event::CampaignStarted{other.id, 0});
  for (const AgentId agent : {kAyse, kMehmet}) {
    world.tell(event::AgentSignedIn{agent, 0});
    world.tell(event::AgentWentAvailable{agent, 0});
    const auto* called = world.effect_of<effect::CallAgent>();
    ASSERT_NE(called, nullptr) << "one contact each, and one phone";
    EXPECT_EQ(called->agent, agent);
  }
}

TEST(Edge, SigningOutInACallAndClosingThePageIsSigningOut) {
  World world(World::default_campaign(), 1, 1);
  world.answered_call();
  world.tell(event::AgentSignedOut{kAyse, 0});
  world.tell(event::AgentDisconnected{kAyse});
  world.end_and_wrap_up(kAyse, kSale);
  EXPECT_EQ(world.dialer.agents()[0].why, "signed_out");
  ASSERT_NE(world.effect_of<effect::EndLeg>(), nullptr);
}

TEST(Edge, ALateDoNotCallCorrectsTheTimersCode) {
  World world(World::default_campaign(), 1, 1);
  const AttemptId id = world.answered_call();
  world.tell(event::EndPressed{kAyse, 0});
  world.wait(seconds{31});
  world.tell(event::WrappedUp{kAyse, id, kStop, {}, {}, 9});
  ASSERT_NE(world.effect_of<effect::Accepted>(), nullptr);
  EXPECT_TRUE(world.effect_of<effect::SaveWrapUp>()->correction);
  ASSERT_NE(world.effect_of<effect::SaveDnc>(), nullptr);
  world.tell(event::WrappedUp{kAyse, id, kStop, {}, {}, 10});
  EXPECT_EQ(world.count_of<effect::SaveWrapUp>(), 0U) << "sent twice, kept once";
}

TEST(Edge, TheContactOfANamedOutcomeMayBeLeasedAgain) {
  Campaign campaign = World::default_campaign();
  campaign.mode = ConnectionMode::classic;
  World world(campaign, 2, 0);
  world.tell(event::ContactsLoaded{kCampaign, {World::contact(1, {905'320'000'001, 905'320'000'002})}});
  world.start();
  const AttemptId first = world.dialer.calls()[0].attempt;
  world.tell(event::Rejected{first, refused_with(404)});
  EXPECT_EQ(world.call_state(first), "Naming");
  world.wait(milliseconds{100});
  ASSERT_EQ(world.dialer.calls().size(), 2U) << "the second number, for the second agent";
  world.tell(event::EmergencyStopped{kCampaign, 0});
}

TEST(Edge, APhoneOnHoldIsNoVoicePath) {
  World world(World::default_campaign(), 2, 3);
  world.tell(event::CampaignStarted{kCampaign, 0});
  for (const AgentId agent : {kAyse, kMehmet}) {
    world.tell(event::AgentSignedIn{agent, 0});
    world.tell(event::LegUp{agent});
  }
  world.tell(event::LegHeld{kAyse});
  world.tell(event::AgentWentAvailable{kAyse, 0});
  EXPECT_FALSE(world.call_of(kAyse));
  EXPECT_EQ(world.dialer.agents().front().leg, "Held") << "and the agent is told";
  world.tell(event::AgentWentAvailable{kMehmet, 0});
  EXPECT_TRUE(world.call_of(kMehmet));
  world.tell(event::LegResumed{kAyse});
  EXPECT_TRUE(world.call_of(kAyse));
}

TEST(Edge, APhoneThatIsPutOnHoldWhileItRingsIsTakenOverFrom) {
  World world(World::default_campaign(), 2, 1);
  world.start();
  const AttemptId call = world.call_of(kAyse);
  ASSERT_TRUE(call);
  world.tell(event::LegHeld{kAyse});
  EXPECT_EQ(world.call_of(kMehmet), call) << "or the contact would hear hold music first";
}

TEST(Edge, WhoIsAvailableWithAPhoneOnHoldIsNoReasonToDial) {
  World world(World::default_campaign(), 1, 0);
  world.start();
  world.tell(event::LegHeld{kAyse});
  world.tell(event::ContactsLoaded{kCampaign, {World::contact(1, {905'320'000'001})}});
  EXPECT_FALSE(world.call_of(kAyse));
  const auto why = world.dialer.explain(kCampaign, world.now());
  EXPECT_FALSE(why->dialing);
  EXPECT_FALSE(why->gates[2].open) << why->gates[2].name;
  world.tell(event::LegResumed{kAyse});
  EXPECT_TRUE(world.call_of(kAyse));
}

TEST(Edge, AForwardStepOfTheClockOpensNoGap) {
  World world(World::default_campaign(), 1, 0);
  world.tell(event::ContactsLoaded{
      kCampaign, {World::contact(1, {905'320'000'001}), World::contact(2, {905'320'000'001})}});
  world.start();
  world.tell(event::Rejected{world.call_of(kAyse), refused_with(486)});
  world.step_clock(hours{1});
  world.wait(seconds{5});
  EXPECT_TRUE(world.dialer.calls().empty()) << "the same number, seconds later";
}

}  // namespace
}  // namespace ziptone::dialer::test
