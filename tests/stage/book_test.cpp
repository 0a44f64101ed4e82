// Buckets: who stands, who waits, who may be called, and the counters that add up.
#include "dialer/contact/book.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace ziptone::dialer {
namespace {

constexpr CampaignId kCampaign{1};
constexpr AgentId kAyse{1};
constexpr AgentId kMehmet{2};
// A Monday at noon in Istanbul.
const WallTime kNoon = base::wall_from_micros(1'795'424'400'000'000);
constexpr Duration kHour = base::hours{1};

class Book : public testing::Test {
 protected:
  Book() {
    book_.define_zones({1, {{{WallTime{}, 3 * 3600}}}});   // Istanbul
    book_.define_zones({2, {{{WallTime{}, -5 * 3600}}}});  // New York in winter
    Campaign campaign;
    campaign.id = kCampaign;
    campaign.caps = {3, 3, 2, base::minutes{10}};
    book_.define_campaign(campaign);
  }
  event::ContactSeed seed(std::uint64_t id, std::vector<std::pair<NumberKey, ZoneSetId>> numbers) {
    event::ContactSeed one;
    one.id = ContactId{id};
    for (const auto& [number, zones] : numbers) one.numbers.push_back({number, zones, 0, false});
    return one;
  }
  void load(std::vector<event::ContactSeed> seeds, WallTime now = kNoon) {
    book_.load({kCampaign, std::move(seeds)});
    book_.refresh(now);
  }
  // The number dialed next, 0 when there is none.
  NumberKey next(WallTime now = kNoon, AgentId agent = kAyse) {
    book_.refresh(now);
    picked_ = book_.pick(kCampaign, agent, AttemptId{++attempt_}, now, effects_);
    return picked_ ? book_.number(picked_->contact, picked_->number).number : 0;
  }
  std::uint64_t count(Reason reason) {
    return book_.counts(kCampaign).by_reason[static_cast<std::size_t>(reason)];
  }

  ContactBook book_;
  std::vector<Effect> effects_;
  std::optional<Picked> picked_;
  std::uint64_t attempt_ = 0;
};

TEST_F(Book, TheListsOrderHoldsAcrossZones) {
  load({seed(1, {{101, 1}}), seed(2, {{102, 2}}), seed(3, {{103, 1}})});
  // At 17:00 in Istanbul it is 09:00 in New York.
  EXPECT_EQ(next(kNoon + 5 * kHour), 101U);
  EXPECT_EQ(next(kNoon + 5 * kHour), 102U);
  EXPECT_EQ(next(kNoon + 5 * kHour), 103U);
  EXPECT_EQ(next(kNoon + 5 * kHour), 0U);
}

TEST_F(Book, AClosedZoneWaitsOnItsShelfAndOpensByItself) {
  load({seed(1, {{102, 2}})});
  EXPECT_FALSE(book_.has_ready(kCampaign, kAyse));
  const auto counts = book_.counts(kCampaign);
  EXPECT_EQ(counts.ready_closed, 1U);
  EXPECT_EQ(counts.window_opens, kNoon + 5 * kHour) << "09:00 in New York";
  EXPECT_EQ(book_.next_change(), kNoon + 5 * kHour);
  EXPECT_EQ(next(kNoon + 5 * kHour), 102U);
}

TEST_F(Book, OnlyTheNumberIsSkippedNotThePerson) {
  load({seed(1, {{102, 2}, {101, 1}})});
  EXPECT_EQ(next(), 101U) << "New York sleeps, Istanbul does not";
}

TEST_F(Book, DoNotCallAndUnknownZonesAreNeverDialed) {
  book_.set_do_not_call(101, true);
  load({seed(1, {{101, 1}}), seed(2, {{102, 9}}), seed(3, {{103, 1}})});
  EXPECT_EQ(next(), 103U);
  EXPECT_EQ(count(Reason::do_not_call), 1U);
  EXPECT_EQ(next(), 0U);
  EXPECT_EQ(book_.counts(kCampaign).ready_closed, 1U) << "a zone without rules never opens";
}

TEST_F(Book, TheGapHoldsAcrossContactsThatShareANumber) {
  load({seed(1, {{101, 1}}), seed(2, {{101, 1}})});
  EXPECT_EQ(next(), 101U);
  book_.count_attempt(picked_->contact, 0, kNoon);
  EXPECT_EQ(next(), 0U);
  EXPECT_EQ(count(Reason::gap), 1U);
  EXPECT_EQ(next(kNoon + base::minutes{9} + base::seconds{59}), 0U);
  EXPECT_EQ(next(kNoon + base::minutes{10}), 101U);
}

TEST_F(Book, WhoWaitsForAGapIsJudgedAgainWhenTheClockStepsBack) {
  load({seed(1, {{101, 1}}), seed(2, {{101, 1}})});
  EXPECT_EQ(next(), 101U);
  book_.count_attempt(picked_->contact, 0, kNoon);
  EXPECT_EQ(next(), 0U);
  // Half an hour back; eleven minutes have passed all the same.
  const Duration skew = -base::minutes{30};
  book_.set_clock(kNoon, skew);
  EXPECT_EQ(next(kNoon + skew + base::minutes{9}), 0U);
  EXPECT_EQ(next(kNoon + skew + base::minutes{11}), 101U) << "not only forty minutes later";
}

// Seed 45716: the process was born while the clock was ahead, and thought the gap over.
TEST_F(Book, AGapFoundOnTheDiskHoldsWhenTheClockSteppedBackSince) {
  book_.set_clock(kNoon + base::minutes{30}, {});
  book_.load_history({101, 1, {kNoon}, kNoon});
  load({seed(1, {{101, 1}})});
  book_.set_clock(kNoon + base::minutes{30}, -base::minutes{30});
  EXPECT_EQ(next(kNoon + base::minutes{9}), 0U)
      << "by the clock on the wall the attempt was nine minutes ago";
  EXPECT_EQ(count(Reason::gap), 1U);
  EXPECT_EQ(next(kNoon + base::minutes{10}), 101U);
}

TEST_F(Book, WhenTheLastNumbersCapIsSpentTheFirstIsTriedAnotherDay) {
  auto one = seed(1, {{101, 1}, {102, 1}});
  one.number = 1;
  event::NumberHistoryLoaded history{102, 3, {}, kNoon - 48 * kHour};
  book_.load_history(history);
  load({one});
  EXPECT_EQ(next(), 0U);
  EXPECT_EQ(count(Reason::exhausted), 0U) << "the first number has attempts left";
  const auto* saved = std::get_if<effect::SaveContact>(&effects_.front());
  ASSERT_NE(saved, nullptr) << "a restart must not begin the day again";
  EXPECT_EQ(saved->next_at, kNoon + 24 * kHour);
  EXPECT_EQ(next(kNoon + 24 * kHour), 101U);
}

TEST_F(Book, TheDayCapIsRolling) {
  event::NumberHistoryLoaded history{101, 0, {kNoon - 20 * kHour, kNoon - 2 * kHour}, kNoon - 2 * kHour};
  book_.load_history(history);
  load({seed(1, {{101, 1}})});
  EXPECT_EQ(next(), 0U);
  EXPECT_EQ(count(Reason::attempts), 1U);
  EXPECT_EQ(book_.counts(kCampaign).next_at[static_cast<std::size_t>(Reason::attempts)], kNoon + 4 * kHour);
  EXPECT_EQ(next(kNoon + 4 * kHour - base::seconds{1}), 0U);
  EXPECT_EQ(next(kNoon + 4 * kHour), 101U);
}

TEST_F(Book, CallbacksComeBeforeRetriesBeforeTheList) {
  auto retry = seed(2, {{102, 1}});
  retry.phase = event::ContactPhase::retry_at;
  retry.next_at = kNoon;
  retry.attempts = 1;
  auto callback = seed(3, {{103, 1}});
  callback.phase = event::ContactPhase::callback_at;
  callback.next_at = kNoon;
  auto personal = seed(4, {{104, 1}});
  personal.phase = event::ContactPhase::callback_at;
  personal.next_at = kNoon;
  personal.callback_agent = kMehmet;
  load({seed(1, {{101, 1}}), retry, callback, personal});
  EXPECT_EQ(next(kNoon, kMehmet), 104U);
  EXPECT_EQ(next(), 103U);
  EXPECT_EQ(next(), 102U);
  EXPECT_EQ(next(), 101U);
}

TEST_F(Book, APersonalCallbackIsNobodyElses) {
  auto personal = seed(4, {{104, 1}});
  personal.phase = event::ContactPhase::callback_at;
  personal.next_at = kNoon;
  personal.callback_agent = kMehmet;
  load({personal});
  EXPECT_FALSE(book_.has_ready(kCampaign, kAyse));
  EXPECT_EQ(next(), 0U);
  EXPECT_EQ(next(kNoon, kMehmet), 104U);
}

TEST_F(Book, ABackwardStepOfTheClockOpensNoCap) {
  load({seed(1, {{101, 1}})});
  EXPECT_EQ(next(), 101U);
  book_.count_attempt(picked_->contact, 0, kNoon);
  book_.wait(picked_->contact, kNoon, effects_);
  EXPECT_EQ(next(kNoon - kHour), 0U) << "an attempt in what is now the future still counts";
}

// Whatever is done with the contacts, each stands in exactly one place and the counters add up.
RC_GTEST_PROP(BookProperty, EveryContactIsInExactlyOnePlace, ()) {
  ContactBook book;
  book.define_zones({1, {{{WallTime{}, 3 * 3600}}}});
  book.define_zones({2, {{{WallTime{}, -5 * 3600}}}});
  Campaign campaign;
  campaign.id = kCampaign;
  book.define_campaign(campaign);
  const auto size = *rc::gen::inRange<std::uint64_t>(1, 30);
  event::ContactsLoaded loaded{kCampaign, {}};
  for (std::uint64_t id = 1; id <= size; ++id) {
    event::ContactSeed one;
    one.id = ContactId{id};
    const auto numbers = *rc::gen::inRange(1, 4);
    for (int n = 0; n < numbers; ++n) {
      one.numbers.push_back({*rc::gen::inRange<NumberKey>(100, 120), *rc::gen::inRange<ZoneSetId>(0, 3), 0,
                             *rc::gen::inRange(0, 10) == 0});
    }
    loaded.contacts.push_back(one);
  }
  book.load(loaded);
  WallTime now = kNoon;
  std::vector<Effect> effects;
  std::vector<ContactIndex> leased;
  for (int step = 0; step < 100; ++step) {
    now += base::minutes{*rc::gen::inRange(0, 90)};
    book.refresh(now);
    if (*rc::gen::inRange(0, 5) == 0) book.set_do_not_call(*rc::gen::inRange<NumberKey>(100, 120), true);
    if (const auto picked = book.pick(kCampaign, kAyse, AttemptId{1}, now, effects)) {
      RC_ASSERT(book.judge_number(picked->contact, picked->number, now).reason == Reason::none);
      book.count_attempt(picked->contact, picked->number, now);
      leased.push_back(picked->contact);
    }
    if (!leased.empty() && *rc::gen::inRange(0, 2) == 0) {
      const ContactIndex contact = leased.back();
      leased.pop_back();
      switch (*rc::gen::inRange(0, 5)) {
        case 0:
          book.give_back(contact, effects);
          break;
        case 1:
          book.wait(contact, now + base::minutes{15}, effects);
          break;
        case 2:
          book.call_back(contact, now + base::minutes{30}, kAyse, effects);
          break;
        case 3:
          book.close(contact, Reason::closed, effects);
          break;
        default:
          book.close(contact, Reason::exhausted, effects);
          break;
      }
    }
    const auto counts = book.counts(kCampaign);
    std::uint64_t sum = counts.ready_open + counts.ready_closed + counts.leased;
    for (const auto count : counts.by_reason) sum += count;
    RC_ASSERT(sum == size);
    RC_ASSERT(counts.leased == leased.size());
  }
}

// ---- what a new look at the lists changes
TEST_F(Book, ACorrectedNumberIsDialedInsteadOfTheOldOneAndInItsOwnZone) {
  load({seed(1, {{102, 2}}), seed(2, {{104, 1}})});
  EXPECT_EQ(book_.counts(kCampaign).ready_closed, 1U);
  load({seed(1, {{101, 1}}), seed(2, {{104, 1}})});
  const auto counts = book_.counts(kCampaign);
  EXPECT_EQ(counts.total, 2U);
  EXPECT_EQ(counts.ready_closed, 0U) << "moved from the shelf of New York, where it is night";
  EXPECT_EQ(next(), 104U) << "the corrected one stands behind";
  EXPECT_EQ(next(), 101U);
  EXPECT_EQ(next(), 0U);
}

TEST_F(Book, ANumberCorrectedDuringItsCallIsTheNextOneDialed) {
  load({seed(1, {{101, 1}})});
  ASSERT_EQ(next(), 101U);
  load({seed(1, {{103, 1}})});
  EXPECT_EQ(book_.number(picked_->contact, picked_->number).number, 101U) << "the call's own facts stay";
  book_.wait(picked_->contact, kNoon + kHour, effects_);
  EXPECT_EQ(next(), 0U) << "its retry is still to come";
  EXPECT_EQ(next(kNoon + kHour), 103U);
}

// Seed 21089: the change that was taken back came over the contact when its call had ended.
TEST_F(Book, AChangeOfNumbersTakenBackDuringItsCallIsForgotten) {
  load({seed(1, {{101, 1}})});
  ASSERT_EQ(next(), 101U);
  load({seed(1, {{103, 1}})});
  load({seed(1, {{101, 1}})});
  book_.wait(picked_->contact, kNoon + kHour, effects_);
  EXPECT_EQ(next(kNoon + kHour), 101U);
}

TEST_F(Book, WhoWaitsForTheOldNumbersGapIsJudgedAgain) {
  load({seed(1, {{101, 1}}), seed(2, {{101, 1}})});
  ASSERT_EQ(next(), 101U);
  book_.count_attempt(picked_->contact, picked_->number, kNoon);
  ASSERT_EQ(next(), 0U);
  ASSERT_EQ(count(Reason::gap), 1U) << "the second has the same number";
  load({seed(2, {{105, 1}})});
  EXPECT_EQ(count(Reason::gap), 0U);
  EXPECT_EQ(next(), 105U);
}

TEST_F(Book, AnUnknownZoneThatIsMendedIsDialed) {
  load({seed(1, {{102, 9}})});
  EXPECT_EQ(next(), 0U);
  EXPECT_EQ(book_.counts(kCampaign).ready_unknown, 1U);
  load({seed(1, {{102, 1}})});
  EXPECT_EQ(book_.counts(kCampaign).ready_unknown, 0U);
  EXPECT_EQ(next(), 102U);
}

TEST_F(Book, ABarredNumberThatIsCorrectedIsDialed) {
  event::ContactSeed premium = seed(1, {{900, 1}});
  premium.numbers[0].barred = true;
  load({premium});
  EXPECT_EQ(next(), 0U);
  ASSERT_EQ(count(Reason::destination), 1U);
  load({seed(1, {{901, 1}})});
  EXPECT_EQ(count(Reason::destination), 0U);
  EXPECT_EQ(next(), 901U);
}

TEST_F(Book, AWithdrawnListIsNotDialedAndNothingIsLeftOfIt) {
  event::ContactSeed retry = seed(3, {{103, 1}});
  retry.phase = event::ContactPhase::retry_at;
  retry.next_at = kNoon + kHour;
  event::ContactSeed done = seed(4, {{104, 1}});
  done.phase = event::ContactPhase::done;
  load({seed(1, {{101, 1}}), seed(2, {{102, 1}}), retry, done, seed(5, {{105, 1}})});
  ASSERT_EQ(next(), 101U);
  const ContactIndex in_a_call = picked_->contact;
  book_.withdraw({kCampaign, {ContactId{1}, ContactId{2}, ContactId{3}, ContactId{4}}});
  EXPECT_EQ(book_.counts(kCampaign).total, 2U) << "the one in a call and the fifth";
  EXPECT_EQ(next(kNoon + 2 * kHour), 105U);
  EXPECT_EQ(next(kNoon + 2 * kHour), 0U);
  book_.wait(in_a_call, kNoon + kHour, effects_);
  const auto counts = book_.counts(kCampaign);
  EXPECT_EQ(counts.total, 1U);
  EXPECT_EQ(counts.leased, 1U);
  EXPECT_EQ(count(Reason::retry_at) + count(Reason::closed), 0U);
  EXPECT_EQ(next(kNoon + 2 * kHour), 0U);
  load({seed(2, {{102, 1}})});
  EXPECT_EQ(next(), 102U) << "given back, it is dialed again";
}

TEST_F(Book, AListMovesToTheCampaignThatHasItNow) {
  Campaign other;
  other.id = CampaignId{2};
  book_.define_campaign(other);
  load({seed(1, {{101, 1}})});
  EXPECT_EQ(book_.load({other.id, {seed(1, {{101, 1}})}}), 1U);
  EXPECT_EQ(next(), 0U);
  EXPECT_EQ(book_.counts(kCampaign).total, 0U);
  EXPECT_EQ(book_.counts(other.id).total, 1U);
}

}  // namespace
}  // namespace ziptone::dialer
