// Each outcome and each code changes what is dialed next, and when.
#include "dialer/outcome/retry.hpp"

#include <gtest/gtest.h>

namespace ziptone::dialer {
namespace {

constexpr CampaignId kCampaign{1};
const WallTime kNoon = base::wall_from_micros(1'795'424'400'000'000);

class Retry : public testing::Test {
 protected:
  Retry() {
    rules_.id = kCampaign;
    rules_.retry = default_retry_rules();
    rules_.caps.per_contact = 9;
    rules_.codes = {{CodeId{1}, CodeRule::Effect::close},
                    {CodeId{2}, CodeRule::Effect::success},
                    {CodeId{3}, CodeRule::Effect::retry, Outcome::busy},
                    {CodeId{4}, CodeRule::Effect::next_number},
                    {CodeId{5}, CodeRule::Effect::callback},
                    {CodeId{6}, CodeRule::Effect::do_not_call}};
    book_.define_zones({1, {{{WallTime{}, 3 * 3600}}}});
    book_.define_campaign(rules_);
    event::ContactSeed seed;
    seed.id = ContactId{1};
    seed.numbers = {{101, 1, 0, false}, {102, 1, 0, false}};
    book_.load({kCampaign, {seed}});
    lease(kNoon);
  }
  bool lease(WallTime now) {
    book_.refresh(now);
    const auto picked = book_.pick(kCampaign, AgentId{1}, AttemptId{1}, now, effects_);
    if (picked) book_.count_attempt(picked->contact, picked->number, now);
    return picked.has_value();
  }
  event::ContactSeed contact() const { return book_.seed(0); }
  void outcome(Outcome outcome, WallTime now = kNoon) {
    settle_by_outcome(book_, 0, rules_, outcome, now, effects_);
  }
  void code(std::uint64_t id, WallTime callback_at = {}) {
    event::WrappedUp wrapped;
    wrapped.code = CodeId{id};
    wrapped.callback_at = callback_at;
    settle_by_code(book_, 0, rules_, wrapped, kNoon, effects_);
  }

  Campaign rules_;
  ContactBook book_;
  std::vector<Effect> effects_;
};

TEST_F(Retry, BusyComesBackInAQuarterOfAnHourOnTheSameNumber) {
  outcome(Outcome::busy);
  EXPECT_EQ(contact().next_at, kNoon + base::minutes{15});
  EXPECT_EQ(contact().number, 0);
}

TEST_F(Retry, FaxGoesOnToTheNextNumberAtOnce) {
  outcome(Outcome::fax);
  EXPECT_EQ(contact().next_at, kNoon);
  EXPECT_EQ(contact().number, 1);
}

TEST_F(Retry, ANumberThatIsBarredForGoodIsNoNumberToGoOnTo) {
  book_.set_do_not_call(102, true);
  outcome(Outcome::fax);
  EXPECT_EQ(contact().phase, event::ContactPhase::exhausted) << "one round of numbers, and it is over";
}

TEST_F(Retry, AfterTheLastDialableNumberTheRulesDelayCounts) {
  book_.set_do_not_call(102, true);
  outcome(Outcome::redirect_refused);
  EXPECT_EQ(contact().number, 0);
  EXPECT_EQ(contact().next_at, kNoon + base::hours{24}) << "this rule's own delay";
}

TEST_F(Retry, A404IsConfirmedADayLaterBeforeItEndsAContact) {
  outcome(Outcome::invalid_number);
  ASSERT_TRUE(lease(kNoon)) << "the second number";
  outcome(Outcome::invalid_number);
  EXPECT_EQ(contact().phase, event::ContactPhase::retry_at) << "a trunk may say so of everything";
  const WallTime tomorrow = kNoon + base::hours{24};
  EXPECT_EQ(contact().next_at, tomorrow);
  ASSERT_TRUE(lease(tomorrow));
  outcome(Outcome::invalid_number, tomorrow);
  ASSERT_TRUE(lease(tomorrow));
  outcome(Outcome::invalid_number, tomorrow);
  EXPECT_EQ(contact().phase, event::ContactPhase::exhausted);
}

TEST_F(Retry, TrunkTroubleNeverEndsAContact) {
  WallTime now = kNoon;
  for (int i = 0; i < 20; ++i) {
    // The day's cap holds it back, as it would hold back any call; it is never closed by it.
    const WallTime patience = now + base::hours{72};
    while (i > 0 && !lease(now)) {
      now += base::hours{1};
      ASSERT_LT(now, patience);
    }
    book_.forgive_attempt(0, contact().number);
    outcome(Outcome::congestion, now);
    ASSERT_EQ(contact().phase, event::ContactPhase::retry_at);
    now += base::minutes{5};
  }
}

TEST_F(Retry, UnwantedIsDoNotCall) {
  outcome(Outcome::unwanted);
  EXPECT_EQ(contact().phase, event::ContactPhase::suppressed);
}

TEST_F(Retry, ACodesEffectIsWhatHappensNext) {
  code(1);
  EXPECT_EQ(contact().phase, event::ContactPhase::done);
}
TEST_F(Retry, ASaleIsDone) {
  code(2);
  EXPECT_EQ(contact().phase, event::ContactPhase::done);
}
TEST_F(Retry, RetryAsBusy) {
  code(3);
  EXPECT_EQ(contact().phase, event::ContactPhase::retry_at);
  EXPECT_EQ(contact().next_at, kNoon + base::minutes{15});
}
TEST_F(Retry, NextNumber) {
  code(4);
  EXPECT_EQ(contact().number, 1);
  EXPECT_EQ(contact().next_at, kNoon);
}
TEST_F(Retry, Callback) {
  code(5, kNoon + base::hours{2});
  EXPECT_EQ(contact().phase, event::ContactPhase::callback_at);
  EXPECT_EQ(contact().next_at, kNoon + base::hours{2});
}
TEST_F(Retry, DoNotCallBarsEveryNumber) {
  code(6);
  EXPECT_EQ(contact().phase, event::ContactPhase::suppressed);
  EXPECT_TRUE(book_.is_do_not_call(101));
  EXPECT_TRUE(book_.is_do_not_call(102));
}

}  // namespace
}  // namespace ziptone::dialer
