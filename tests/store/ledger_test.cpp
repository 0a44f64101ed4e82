// The first lane: batches become durable in order, whole, and once.
#include <thread>

#include "fixture.hpp"

namespace ziptone::store {
namespace {

using dialer::Outcome;
namespace effect = dialer::effect;

class Ledger : public testing::Test {
 protected:
  Ledger() : store(open_store(dir.path())), world(make_world(*store)) {
    import_contacts(*store, world.list, 1, 20);
  }
  TempDir dir;
  std::unique_ptr<Store> store;
  World world;
};
using LedgerDeath = Ledger;

TEST_F(Ledger, KeepsAnAttemptFromIntentToEnd) {
  ASSERT_TRUE(submit(
      *store, {intent(world, 7, 3, at(10)), call_row(1, 7, "Ready", "AgentOffered", "Leased", world.agent)}));
  auto reader = open_reader(*store);
  auto seen = must(reader.attempt({7}));
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->contact, ContactId{3});
  EXPECT_EQ(seen->number, "+905320000003");
  EXPECT_EQ(seen->caller_id, "+902121234567");
  EXPECT_EQ(seen->outcome, Outcome::none);
  EXPECT_EQ(seen->state, "Leased");
  EXPECT_EQ(seen->committed_at, at(10));

  effect::SaveOutcome end = outcome(7, Outcome::busy, at(20));
  end.facts.code = 486;
  end.facts.q850 = 17;
  end.facts.text = "Meşgul";
  end.facts.retry_after = base::seconds{30};
  end.facts.local = dialer::SipFacts::Local::timeout;
  end.facts.network_blocked = true;
  end.message_left = true;
  end.placed_at = at(11);
  end.rang_at = at(12);
  ASSERT_TRUE(submit(*store, {end, call_row(2, 7, "Ringing", "Rejected", "Ended", {})}));
  seen = must(reader.attempt({7}));
  EXPECT_EQ(seen->outcome, Outcome::busy);
  EXPECT_TRUE(seen->message_left);
  EXPECT_EQ(seen->fault, dialer::Fault::callee);
  EXPECT_EQ(seen->facts.code, 486);
  EXPECT_EQ(seen->facts.q850, 17);
  EXPECT_EQ(seen->facts.text, "Meşgul");
  EXPECT_EQ(seen->facts.retry_after, base::seconds{30});
  EXPECT_EQ(seen->facts.local, dialer::SipFacts::Local::timeout);
  EXPECT_TRUE(seen->facts.network_blocked);
  EXPECT_EQ(seen->reason, "test");
  EXPECT_EQ(seen->placed_at, at(11));
  EXPECT_EQ(seen->rang_at, at(12));
  EXPECT_EQ(seen->answered_at, WallTime{});
  EXPECT_EQ(seen->ended_at, at(20));
  EXPECT_EQ(seen->state, "Ended");
}

TEST_F(Ledger, TwoIntentsOfOneInstantKeepTheirOwnCallerIds) {
  Acknowledged acknowledged;
  const auto batch = store->submit({{intent(world, 1, 1, at(10)), intent(world, 2, 2, at(10))},
                                    {{AttemptId{1}, "+902121111111"}, {AttemptId{2}, "+902122222222"}}},
                                   acknowledged.done());
  ASSERT_TRUE(acknowledged.wait_for(batch));
  auto reader = open_reader(*store);
  EXPECT_EQ(must(reader.attempt({1}))->caller_id, "+902121111111");
  EXPECT_EQ(must(reader.attempt({2}))->caller_id, "+902122222222");
}

TEST_F(Ledger, AcknowledgesInOrderOfSubmission) {
  Acknowledged acknowledged;
  std::uint64_t last = 0;
  for (std::uint64_t i = 1; i <= 500; ++i)
    last = store->submit({{call_row(i, 1, "a", "b", "c", {})}, {}}, acknowledged.done());
  ASSERT_TRUE(acknowledged.wait_for(last));
  const auto order = acknowledged.order();
  ASSERT_EQ(order.size(), 500u);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
  EXPECT_EQ(must(open_reader(*store).last_sequence()), 500u);
  EXPECT_EQ(store->first_lane_depth(), 0u);
}

TEST_F(Ledger, FinishesWhatWaitsBeforeItCloses) {
  Acknowledged acknowledged;
  std::uint64_t last = 0;
  for (std::uint64_t i = 1; i <= 200; ++i)
    last = store->submit({{call_row(i, 1, "a", "b", "c", {})}, {}}, acknowledged.done());
  store.reset();
  EXPECT_TRUE(acknowledged.durable(last));
  EXPECT_EQ(must(open_reader(*open_store(dir.path())).last_sequence()), 200u);
}

TEST_F(Ledger, SavesContactsWrapUpsAndDoNotCall) {
  effect::SaveContact contact{
      {3}, dialer::event::ContactPhase::callback_at, "callback", at(900), world.agent, 1, 2};
  effect::SaveWrapUp by_timer{{7}, world.agent, SystemCode::no_answer, true, false, at(30)};
  effect::SaveWrapUp corrected{{7}, world.agent, SystemCode::sale, false, true, at(40)};
  ASSERT_TRUE(submit(*store, {intent(world, 7, 3, at(10)), outcome(7, Outcome::person, at(20)), contact,
                              by_timer, corrected, effect::SaveDnc{905320000003, {7}, "code", at(30)},
                              effect::SaveDnc{905320000003, {7}, "keypad", at(31)},
                              effect::SaveCampaign{world.campaign, "running"}}));
  auto reader = open_reader(*store);
  const auto seen = must(reader.contact({3}));
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->phase, dialer::event::ContactPhase::callback_at);
  EXPECT_EQ(seen->next_at, at(900));
  EXPECT_EQ(seen->callback_agent, world.agent);
  EXPECT_EQ(seen->number, 1);
  EXPECT_EQ(seen->attempts, 2);
  const auto attempt = must(reader.attempt({7}));
  ASSERT_EQ(attempt->wrap_ups.size(), 2u) << "the correction does not replace what it corrects";
  EXPECT_EQ(attempt->wrap_ups[0].code, SystemCode::no_answer);
  EXPECT_TRUE(attempt->wrap_ups[0].by_timer);
  EXPECT_EQ(attempt->wrap_ups[1].code, SystemCode::sale);
  EXPECT_TRUE(attempt->wrap_ups[1].correction);
  const auto dnc = must(reader.dnc("", 10));
  ASSERT_EQ(dnc.size(), 1u);
  EXPECT_EQ(dnc[0].source, "code") << "the first entry stands";
  EXPECT_EQ(must(reader.campaigns())[0].state, "running");
  EXPECT_EQ(must(reader.code_counts({})), (std::map<CodeId, std::uint64_t>{{SystemCode::sale, 1}}));
  EXPECT_EQ(must(reader.outcome_counts({.agent = world.agent})).size(), 0u) << "nobody talked by the record";
}

TEST_F(Ledger, TakesTheStoresEffectsOfAStepOnly) {
  Batch batch;
  EXPECT_TRUE(batch.take(dialer::Effect{call_row(1, 1, "a", "b", "c", {})}));
  EXPECT_FALSE(batch.take(dialer::Effect{effect::PlaceCall{}}));
  EXPECT_FALSE(batch.take(dialer::Effect{effect::Accepted{1}}));
  EXPECT_EQ(batch.effects.size(), 1u);
}

TEST_F(Ledger, ReadsAttemptsNewestFirstByCursorAndFilter) {
  std::vector<StoreEffect> effects;
  for (std::uint64_t i = 1; i <= 9; ++i) {
    effects.emplace_back(intent(world, i, i, at(static_cast<std::int64_t>(i))));
    effects.emplace_back(outcome(i, i % 2 == 0 ? Outcome::busy : Outcome::no_answer, at(100)));
  }
  ASSERT_TRUE(submit(*store, effects));
  auto reader = open_reader(*store);
  auto page = must(reader.attempts({}, {}, 4));
  ASSERT_EQ(page.size(), 4u);
  EXPECT_EQ(page.front().id, AttemptId{9});
  page = must(reader.attempts({}, page.back().id, 4));
  EXPECT_EQ(page.front().id, AttemptId{5});
  EXPECT_EQ(must(reader.attempts({.contact = {4}}, {}, 10)).size(), 1u);
  EXPECT_EQ(must(reader.attempts({.campaign = world.campaign, .from = at(3), .until = at(5)}, {}, 10)).size(),
            2u);
  const auto counts = must(reader.outcome_counts({.campaign = world.campaign}));
  EXPECT_EQ(counts.at(Outcome::busy), 4u);
  EXPECT_EQ(counts.at(Outcome::no_answer), 5u);
}

TEST_F(Ledger, ReadsRowsAfterASequence) {
  std::vector<StoreEffect> effects;
  for (std::uint64_t i = 1; i <= 9; ++i)
    effects.emplace_back(call_row(i, 5, "Dialing", "Progressed", "Ringing", world.agent));
  ASSERT_TRUE(submit(*store, effects));
  const auto rows = must(open_reader(*store).rows(6, 2));
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].sequence, 7u);
  EXPECT_EQ(rows[0].machine, "call");
  EXPECT_EQ(rows[0].id, 5u);
  EXPECT_EQ(rows[0].from, "Dialing");
  EXPECT_EQ(rows[0].to, "Ringing");
  EXPECT_EQ(rows[0].agent, world.agent);
  EXPECT_EQ(rows[0].at, at(7));
}

TEST_F(Ledger, AWriteThatItsDataForbidsIsUndoneAloneAndSaysWhy) {
  const auto refused = store->write_and_wait<TeamId>([](sqlite::Connection& db) {
    return put_team(db, {{}, "Sales"});
  });
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(base::to_string(refused.error()), "name: is in use already; choose another one");
  EXPECT_FALSE(store->failed());
  EXPECT_TRUE(submit(*store, {call_row(1, 1, "a", "b", "c", {})}));
}

TEST_F(LedgerDeath, ASecondEndOfAnAttemptIsABug) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(submit(*store, {intent(world, 7, 3, at(10)), outcome(7, Outcome::busy, at(20)),
                               outcome(7, Outcome::busy, at(21))}),
               "VERIFY");
}
TEST_F(LedgerDeath, ASecondIntentOfAnAttemptIsABug) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(submit(*store, {intent(world, 7, 3, at(10)), intent(world, 7, 4, at(11))}), "UNIQUE");
}
TEST_F(LedgerDeath, ASequenceUsedTwiceIsABug) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(submit(*store, {call_row(1, 1, "a", "b", "c", {}), call_row(1, 1, "c", "d", "e", {})}),
               "UNIQUE");
}
TEST_F(LedgerDeath, ASecondFirstWrapUpIsABug) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const effect::SaveWrapUp one{{7}, world.agent, SystemCode::sale, false, false, at(30)};
  EXPECT_DEATH(submit(*store, {intent(world, 7, 3, at(10)), one, one}), "UNIQUE");
}

TEST_F(Ledger, ManyThreadsWriteAndReadAtOnce) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i)
        must(store->write_and_wait<bool>([&](sqlite::Connection& db) {
          return add_dnc(db, "+9053" + std::to_string(10'000'000 + t * 100 + i), "file", at(i));
        }));
    });
  threads.emplace_back([&] {
    auto reader = open_reader(*store);
    for (int i = 0; i < 50; ++i) must(reader.dnc("", 1000));
  });
  threads.emplace_back([&] { import_contacts(*store, world.list, 1000, 3000); });
  for (std::uint64_t i = 1; i <= 50; ++i) ASSERT_TRUE(submit(*store, {call_row(i, 1, "a", "b", "c", {})}));
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(must(open_reader(*store).dnc("", 1000)).size(), 150u);
}

}  // namespace
}  // namespace ziptone::store
