// Faults of the core that the simulator found, each as the shortest story that shows it.
#include <gtest/gtest.h>

#include "world.hpp"

namespace ziptone::dialer::test {
namespace {

// A code owed since before a restart may end in a campaign that nobody has started again.
TEST(FoundBySim, AnOwedCodeEndsInACampaignThatIsADraft) {
  World world;
  world.tell(event::WrapUpOwed{AttemptId{1}, AgentId{1}, kCampaign, ContactId{1}, 905'320'000'001});
  ASSERT_EQ(world.agent_state(AgentId{1}), "WrappingUp");
  world.tell(event::WrappedUp{AgentId{1}, AttemptId{1}, kSale, {}, {}, 1});
  EXPECT_EQ(world.agent_state(AgentId{1}), "Away");
  EXPECT_EQ(world.dialer.campaign_state(kCampaign), "Draft");
}

// An 18x that crosses our CANCEL: no final answer follows, but the trunk has spoken.
TEST(FoundBySim, ALateRingIsNoSilentTrunk) {
  World world;
  world.start();
  const AttemptId id = world.call_of(AgentId{1});
  world.wait(seconds{31});
  ASSERT_EQ(world.call_state(id), "Cancelling");
  world.tell(event::Progressed{id, 180, false});
  world.wait(seconds{40});
  const auto* end = world.effect_of<effect::SaveOutcome>();
  ASSERT_NE(end, nullptr);
  EXPECT_EQ(end->attempt, id);
  EXPECT_EQ(end->outcome, Outcome::unreachable);
}

// The media may fail to join the legs the second time as well: nobody is left in silence for it.
TEST(FoundBySim, ALegThatCameBackIsNoConversationUntilItIsJoined) {
  World world;
  const AttemptId id = world.answered_call();
  world.tell(event::LegDown{AgentId{1}});
  world.tell(event::LegUp{AgentId{1}});
  EXPECT_EQ(world.count_of<effect::Merge>(), 1U);
  EXPECT_EQ(world.call_state(id), "AwaitingAgent");
  world.wait(milliseconds{1001});
  EXPECT_EQ(world.call_state(id), "Apologising");
  EXPECT_EQ(world.count_of<effect::PlayMessage>(), 1U);
}

TEST(FoundBySim, ALegThatCameBackAndIsJoinedGoesOnTalking) {
  World world;
  const AttemptId id = world.answered_call();
  world.tell(event::LegDown{AgentId{1}});
  EXPECT_EQ(world.count_of<effect::PlayHoldMusic>(), 1U);
  world.tell(event::Bridged{id});
  EXPECT_EQ(world.call_state(id), "AwaitingAgent") << "the news of the first merge is no news of the second";
  world.tell(event::LegUp{AgentId{1}});
  world.tell(event::Bridged{id});
  EXPECT_EQ(world.call_state(id), "Talking");
  world.wait(seconds{12});
  EXPECT_EQ(world.call_state(id), "Talking");
}

}  // namespace
}  // namespace ziptone::dialer::test
