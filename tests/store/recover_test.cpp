// Starting again: what a crash left is ended, counted and listed; the rest goes on where it was.
#include "fixture.hpp"

namespace ziptone::store {
namespace {

using dialer::Outcome;
using dialer::event::ContactPhase;
namespace effect = dialer::effect;

class Restart : public testing::Test {
 protected:
  Restart() : store(open_store(dir.path())), world(make_world(*store)) {
    import_contacts(*store, world.list, 1, 10);
  }
  void restart() {
    store.reset();
    store = open_store(dir.path());
  }
  // An attempt on the contact of the same number, that came as far as `state`.
  void leave(std::uint64_t attempt, std::string_view state, AgentId agent) {
    ASSERT_TRUE(submit(*store, {intent(world, attempt, attempt, at(10)),
                                call_row(++sequence, attempt, "Dialing", "Answered", state, agent)}));
  }
  ContactView contact(std::uint64_t id) { return *must(open_reader(*store).contact({id})); }
  AttemptView attempt(std::uint64_t id) { return *must(open_reader(*store).attempt({id})); }

  TempDir dir;
  std::unique_ptr<Store> store;
  World world;
  std::uint64_t sequence = 0;
};

TEST_F(Restart, AfterACleanStopNothingIsRecovered) {
  ASSERT_TRUE(submit(*store, {intent(world, 1, 1, at(10)), outcome(1, Outcome::busy, at(20)),
                              call_row(1, 1, "Ringing", "Rejected", "Ended", {})}));
  restart();
  const auto recovered = must(store->recover(at(100)));
  EXPECT_TRUE(recovered.unknown.empty());
  EXPECT_TRUE(recovered.dialogs.empty());
  EXPECT_TRUE(recovered.owed.empty());
}

TEST_F(Restart, AnUnendedAttemptIsUnknownCountsAndIsTriedAfterTheGap) {
  ASSERT_TRUE(submit(*store, {intent(world, 1, 1, at(10))}));
  leave(2, "Ringing", world.agent);
  restart();
  const auto recovered = must(store->recover(at(100)));
  EXPECT_EQ(recovered.unknown, (std::vector<AttemptId>{{1}, {2}}));
  EXPECT_TRUE(recovered.owed.empty());
  ASSERT_EQ(recovered.dialogs.size(), 2u) << "the INVITE may have left: both get a CANCEL";
  EXPECT_EQ(recovered.dialogs[1].key.attempt, AttemptId{2});
  EXPECT_FALSE(recovered.dialogs[1].facts);
  EXPECT_EQ(recovered.dialogs[1].to, "+905320000002");
  EXPECT_EQ(recovered.dialogs[1].caller_id, "+902121234567");
  EXPECT_EQ(recovered.dialogs[1].trunk, world.trunk);
  for (std::uint64_t id : {1u, 2u}) {
    EXPECT_EQ(attempt(id).outcome, Outcome::unknown);
    EXPECT_EQ(attempt(id).ended_at, at(100));
    EXPECT_EQ(contact(id).phase, ContactPhase::retry_at);
    EXPECT_EQ(contact(id).next_at, at(100) + dialer::Caps{}.min_gap);
    EXPECT_EQ(contact(id).attempts, 1);
  }
  const auto history = must(store->load(at(100))).history;
  ASSERT_EQ(history.size(), 2u);
  EXPECT_EQ(history[0].attempts, 1);
}

TEST_F(Restart, AMergedAttemptOwesTheWrapUpOfWhoTalked) {
  leave(1, "Talking", world.agent);
  ASSERT_TRUE(
      submit(*store, {call_row(++sequence, 1, "Talking", "LegLost", "AwaitingAgent", world.other_agent)}));
  const auto before = contact(1);
  for (int crash = 0; crash < 2; ++crash) {
    restart();
    const auto recovered = must(store->recover(at(100)));
    EXPECT_EQ(recovered.unknown.size(), crash == 0 ? 1u : 0u);
    ASSERT_EQ(recovered.owed.size(), 1u) << "also when it crashes again before the code is given";
    EXPECT_EQ(recovered.owed[0].attempt, AttemptId{1});
    EXPECT_EQ(recovered.owed[0].agent, world.other_agent);
    EXPECT_EQ(recovered.owed[0].campaign, world.campaign);
    EXPECT_EQ(recovered.owed[0].contact, ContactId{1});
    EXPECT_EQ(recovered.owed[0].number, 905320000001u);
    EXPECT_EQ(recovered.dialogs.size(), 1u);
  }
  EXPECT_EQ(contact(1).phase, before.phase) << "kept for the wrap-up";
  EXPECT_EQ(contact(1).attempts, 1);
  EXPECT_EQ(attempt(1).outcome, Outcome::unknown);
  EXPECT_EQ(attempt(1).talked, world.other_agent);

  ASSERT_TRUE(
      submit(*store, {effect::SaveWrapUp{{1}, world.other_agent, SystemCode::sale, false, false, at(110)},
                      call_row(++sequence, 1, "WrappingUp", "WrappedUp", "Ended", {})}));
  restart();
  EXPECT_TRUE(must(store->recover(at(120))).owed.empty());
}

// Nobody could ever write the code, and the contact would be leased for ever.
TEST_F(Restart, NothingIsOwedByAnAgentWhoIsNoLongerThere) {
  leave(1, "Talking", world.agent);
  leave(2, "WrappingUp", world.agent);
  auto end = outcome(2, Outcome::person, at(20));
  end.agent = world.agent;
  ASSERT_TRUE(submit(*store, {end}));
  must(store->write_and_wait<bool>([&](sqlite::Connection& db) -> base::Result<bool> {
    must(db.run("UPDATE agents SET enabled = 0 WHERE id = $1", world.agent));
    return true;
  }));
  restart();
  const auto recovered = must(store->recover(at(100)));
  EXPECT_TRUE(recovered.owed.empty());
  EXPECT_EQ(recovered.unknown, (std::vector<AttemptId>{{1}}));
  for (const std::uint64_t id : {1U, 2U}) {
    EXPECT_EQ(contact(id).phase, ContactPhase::retry_at);
    EXPECT_EQ(contact(id).next_at, at(100) + base::hours{24}) << "somebody talked to them just now";
  }
  restart();
  EXPECT_TRUE(must(store->recover(at(200))).unknown.empty());
  EXPECT_EQ(contact(1).next_at, at(100) + base::hours{24}) << "settled once";
}

TEST_F(Restart, AnEndedTalkWithoutItsCodeOwesItAndKeepsItsOutcome) {
  leave(1, "WrappingUp", world.agent);
  auto end = outcome(1, Outcome::person, at(20));
  end.agent = world.agent;
  ASSERT_TRUE(submit(*store, {end}));
  restart();
  const auto recovered = must(store->recover(at(100)));
  EXPECT_TRUE(recovered.unknown.empty());
  ASSERT_EQ(recovered.owed.size(), 1u);
  EXPECT_EQ(recovered.owed[0].agent, world.agent);
  EXPECT_EQ(attempt(1).outcome, Outcome::person);
  EXPECT_EQ(contact(1).attempts, 1) << "the contact is saved with its wrap-up, but was called already";
}

TEST_F(Restart, APromisedCallbackStaysOneAndTheSystemsCodeIsWritten) {
  must(store->write_and_wait<CampaignId>([&](sqlite::Connection& db) {
    auto record = campaign_record(world.queue, world.entry_point, world.list);
    record.campaign.id = world.campaign;
    record.campaign.system_codes[static_cast<std::size_t>(Outcome::unknown)] = SystemCode::no_answer;
    return put_campaign(db, record);
  }));
  ASSERT_TRUE(submit(
      *store, {effect::SaveContact{{1}, ContactPhase::callback_at, "callback", at(5), world.agent, 1, 0}}));
  leave(1, "Ringing", world.agent);
  restart();
  must(store->recover(at(100)));
  EXPECT_EQ(contact(1).phase, ContactPhase::callback_at);
  EXPECT_EQ(contact(1).callback_agent, world.agent);
  EXPECT_EQ(contact(1).next_at, at(100) + dialer::Caps{}.min_gap);
  ASSERT_EQ(attempt(1).wrap_ups.size(), 1u);
  EXPECT_EQ(attempt(1).wrap_ups[0].code, SystemCode::no_answer);
  EXPECT_FALSE(attempt(1).wrap_ups[0].agent) << "chosen by the system";
}

TEST_F(Restart, AClosedContactStaysClosed) {
  leave(1, "Ringing", world.agent);
  ASSERT_TRUE(
      submit(*store, {effect::SaveContact{{1}, ContactPhase::suppressed, "do_not_call", {}, {}, 0, 0}}));
  restart();
  must(store->recover(at(100)));
  EXPECT_EQ(contact(1).phase, ContactPhase::suppressed);
}

TEST_F(Restart, DialogsAreListedUntilTheyAreEnded) {
  leave(1, "Ringing", world.agent);
  const DialogFacts facts{"a1.0123",
                          "ours",
                          "theirs",
                          "sip:c@10.0.0.1",
                          {"<sip:p1;lr>", "<sip:p2;lr>"},
                          "sip:me@z",
                          "sip:them@c",
                          7,
                          "sip:10.0.0.1:5060;transport=udp"};
  Acknowledged saved;
  const auto save = [&](auto call) {
    std::promise<base::Result<>> promise;
    call([&](base::Result<> done) { promise.set_value(std::move(done)); });
    must(promise.get_future().get());
  };
  const DialogKey leg{{}, world.agent, 3};
  save([&](Store::Saved done) { store->save_dialog({.attempt = {1}}, facts, std::move(done)); });
  save([&](Store::Saved done) { store->begin_leg(world.agent, 3, std::move(done)); });
  restart();
  auto recovered = must(store->recover(at(100)));
  ASSERT_EQ(recovered.dialogs.size(), 2u);
  ASSERT_TRUE(recovered.dialogs[0].facts);
  EXPECT_EQ(recovered.dialogs[0].facts->route_set, facts.route_set);
  EXPECT_EQ(recovered.dialogs[0].facts->remote_tag, "theirs");
  EXPECT_EQ(recovered.dialogs[0].facts->local_cseq, 7u);
  EXPECT_EQ(recovered.dialogs[0].facts->next_hop, facts.next_hop);
  EXPECT_EQ(recovered.dialogs[1].key, leg);
  EXPECT_FALSE(recovered.dialogs[1].facts) << "called, not answered: CANCEL";
  EXPECT_EQ(must(store->load(at(100))).last_legs.at(world.agent), 3u);
  save([&](Store::Saved done) { store->save_dialog(leg, facts, std::move(done)); });
  save([&](Store::Saved done) { store->end_dialog({.attempt = {1}}, std::move(done)); });
  restart();
  recovered = must(store->recover(at(100)));
  ASSERT_EQ(recovered.dialogs.size(), 1u);
  EXPECT_EQ(recovered.dialogs[0].key, leg);
  EXPECT_TRUE(recovered.dialogs[0].facts);
}

TEST_F(Restart, AFailoverCountsOnceAndNotPlacedNever) {
  auto follow = intent(world, 2, 1, at(11));
  follow.follows = {1};
  ASSERT_TRUE(submit(
      *store, {intent(world, 1, 1, at(10)), outcome(1, Outcome::trunk_failed, at(11)),
               call_row(1, 1, "Dialing", "Rejected", "Ended", {}), follow, intent(world, 3, 2, at(12)),
               outcome(3, Outcome::not_placed, at(12)), call_row(2, 3, "Leased", "Withdrawn", "Ended", {})}));
  restart();
  must(store->recover(at(100)));
  EXPECT_EQ(contact(1).attempts, 1);
  const auto loaded = must(store->load(at(100)));
  ASSERT_EQ(loaded.history.size(), 1u);
  EXPECT_EQ(loaded.history[0].number, 905320000001u);
  EXPECT_EQ(loaded.history[0].attempts, 1);
  EXPECT_EQ(loaded.history[0].last_at, at(100)) << "of the second nobody knows when its INVITE left";
  EXPECT_EQ(loaded.start.next_attempt, 4u);
  EXPECT_EQ(loaded.start.next_sequence, 3u);
}

TEST_F(Restart, TrunkTroubleSpendsNoCapAndTheGapRunsFromTheInvite) {
  auto failed = outcome(1, Outcome::congestion, at(14));
  failed.placed_at = at(13);
  ASSERT_TRUE(submit(
      *store, {intent(world, 1, 1, at(10)), failed, call_row(1, 1, "Dialing", "Rejected", "Ended", {})}));
  restart();
  must(store->recover(at(100)));
  const auto history = must(store->load(at(100))).history;
  ASSERT_EQ(history.size(), 1u);
  EXPECT_EQ(history[0].attempts, 0);
  EXPECT_EQ(history[0].last_at, at(13)) << "not from the intent";
  EXPECT_EQ(history[0].last_day.size(), 1u) << "the day has every INVITE";
}

TEST_F(Restart, WhatTheTrunkFailedDoesNotSpendTheContactOfAnInterruptedOne) {
  ASSERT_TRUE(
      submit(*store, {intent(world, 1, 1, at(10)), outcome(1, Outcome::congestion, at(14)),
                      call_row(1, 1, "Dialing", "Rejected", "Ended", {}), intent(world, 2, 1, at(50))}));
  restart();
  must(store->recover(at(100)));
  EXPECT_EQ(contact(1).attempts, 1) << "the one of unknown fate alone";
}

TEST_F(Restart, HistoryKeepsTheLastDayApart) {
  constexpr std::int64_t kDay = 86'400;
  std::vector<StoreEffect> effects;
  for (std::uint64_t i = 1; i <= 4; ++i) {
    auto one = intent(world, i, 1, at(static_cast<std::int64_t>(i) * kDay / 2));
    effects.emplace_back(one);
    effects.emplace_back(outcome(i, Outcome::no_answer, one.at));
  }
  ASSERT_TRUE(submit(*store, effects));
  const auto history = must(store->load(at(2 * kDay))).history;
  ASSERT_EQ(history.size(), 1u);
  EXPECT_EQ(history[0].attempts, 4);
  EXPECT_EQ(history[0].last_day, (std::vector<WallTime>{at(kDay / 2 * 3), at(2 * kDay)}));
}

TEST_F(Restart, ContactsComeInChunksInTheOrderOfTheLists) {
  const auto second = must(store->write_and_wait<ListId>([&](sqlite::Connection& db) -> base::Result<ListId> {
    const auto list = must(put_list(db, {{}, "Older", "TR"}));
    auto record = campaign_record(world.queue, world.entry_point, world.list);
    record.campaign.id = world.campaign;
    record.lists = {list, world.list};
    must(put_campaign(db, record));
    return list;
  }));
  import_contacts(*store, second, 100, 5);
  ASSERT_TRUE(submit(*store, {effect::SaveContact{
                                 {2}, ContactPhase::retry_at, "busy", at(500), {}, 1, 1, Outcome::busy, 2}}));
  std::map<std::string, dialer::ZoneSetId> zones;
  std::vector<dialer::event::ContactSeed> seen;
  ContactCursor cursor;
  while (!cursor.done) {
    auto chunk = must(store->load_contacts(world.campaign, 4, cursor, [&](std::string_view text) {
      return zones.try_emplace(std::string(text), static_cast<dialer::ZoneSetId>(zones.size() + 1))
          .first->second;
    }));
    EXPECT_EQ(chunk.campaign, world.campaign);
    EXPECT_LE(chunk.contacts.size(), 4u);
    for (auto& one : chunk.contacts) seen.push_back(std::move(one));
  }
  ASSERT_EQ(seen.size(), 15u);
  EXPECT_EQ(seen[0].numbers[0].number, 905320000100u) << "the first list of the campaign first";
  EXPECT_EQ(seen[0].numbers.size(), 2u);
  EXPECT_EQ(seen[0].numbers[1].number, 902120000100u);
  EXPECT_EQ(seen[0].numbers[0].country, 'T' * 256 + 'R');
  EXPECT_EQ(seen[0].numbers[0].zones, 1);
  EXPECT_FALSE(seen[0].numbers[0].barred);
  EXPECT_EQ(seen[6].id, ContactId{2});
  EXPECT_EQ(seen[6].phase, ContactPhase::retry_at);
  EXPECT_EQ(seen[6].next_at, at(500));
  EXPECT_EQ(seen[6].number, 1);
  EXPECT_EQ(seen[6].attempts, 1);
  EXPECT_EQ(seen[6].last_outcome, Outcome::busy);
  EXPECT_EQ(seen[6].streak, 2) << "a restart gives nobody more calls than the retry rule allows";
  EXPECT_EQ(zones.size(), 1u);
}

}  // namespace
}  // namespace ziptone::store
