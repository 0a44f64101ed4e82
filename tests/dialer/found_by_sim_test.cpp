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

}  // namespace
}  // namespace ziptone::dialer::test
