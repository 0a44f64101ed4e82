// What webhooks are told, and for how long it is tried. The way over HTTP is tests/e2e/webhooks.py.
#include "server/webhooks/outbox.hpp"

#include <thread>

#include "fixture.hpp"

namespace ziptone::webhooks {
namespace {

using store::WebhookEvent;

class Told : public testing::Test {
 protected:
  Told() : store(store::open_store(dir.path())), world(store::make_world(*store)) {
    store::import_contacts(*store, world.list, 1, 10);
  }
  template <class T, class Work>
  T write(Work work) {
    return store::must(store->write_and_wait<T>([&](store::sqlite::Connection& db) { return work(db); }));
  }
  void put(std::vector<WebhookEvent> events, bool enabled = true) {
    // Port 9 discards, where anybody listens at all: nobody does here.
    const store::WebhookRecord record{
        0, "crm", "http://127.0.0.1:9/", "a secret of sixteen", std::move(events), enabled, {}};
    write<bool>([&](auto& db) { return store::put_webhook(db, record); });
  }
  void end_attempt(std::uint64_t id) {
    auto row = store::call_row(++sequence, id, "Ringing", "Rejected", "Ended", {});
    row.outcome = dialer::Outcome::busy;
    ASSERT_TRUE(store::submit(*store, {store::intent(world, id, id, store::at(10)),
                                       store::outcome(id, dialer::Outcome::busy, store::at(20)), row}));
  }
  void submit_guide(std::uint64_t attempt) {
    write<bool>([&](auto& db) -> base::Result<bool> {
      const auto guide = store::put_guide(db, "mood", "{}", store::at(1));
      if (!guide) return tl::unexpected(guide.error());
      return store::put_guide_answers(
          db, {{attempt}, guide->guide, guide->version, world.agent, "{}", "", store::at(21), store::at(22)});
    });
  }
  store::WebhookRecord webhook() { return store::must(reader().all()).at(0); }
  std::vector<store::WebhookNews> news() {
    store::WebhookPlace place;
    return store::must(reader().news(webhook(), 100, place));
  }
  store::Webhooks reader() { return store::must(store::Webhooks::open(store->database())); }

  store::TempDir dir;
  std::unique_ptr<store::Store> store;
  store::World world;
  std::uint64_t sequence = 0;
};

TEST_F(Told, WhatHappensFromThenOnAndWhatItAskedFor) {
  end_attempt(1);
  put({WebhookEvent::attempt_ended});
  EXPECT_TRUE(news().empty()) << "the first one ended before";
  end_attempt(2);
  submit_guide(2);
  ASSERT_EQ(news().size(), 1u);
  EXPECT_EQ(news()[0].attempt, base::AttemptId{2});
  put({WebhookEvent::attempt_ended, WebhookEvent::guide_submitted});
  ASSERT_EQ(news().size(), 2u);
  EXPECT_EQ(news()[1].event, WebhookEvent::guide_submitted);
  EXPECT_EQ(news()[1].at, store::at(22));
  put({WebhookEvent::attempt_ended}, false);
  put({WebhookEvent::attempt_ended}, true);
  EXPECT_TRUE(news().empty()) << "while it was switched off nothing was for it";
}

TEST_F(Told, OfAnAttemptThatADeathEnded) {
  put({WebhookEvent::attempt_ended, WebhookEvent::wrap_up});
  ASSERT_TRUE(store::submit(*store, {store::intent(world, 1, 1, store::at(10))}));
  store.reset();
  store = store::open_store(dir.path());
  store::must(store->recover(store::at(100)));
  ASSERT_EQ(news().size(), 1u);
  EXPECT_EQ(news()[0].event, WebhookEvent::attempt_ended);
  EXPECT_EQ(news()[0].at, store::at(100));
}

TEST_F(Told, APieceAtATimeAndNothingTwice) {
  put({WebhookEvent::attempt_ended});
  for (std::uint64_t id = 1; id <= 10; ++id) end_attempt(id);
  std::vector<std::uint64_t> seen;
  for (int piece = 0; piece < 20; ++piece) {
    store::WebhookPlace place;
    for (const auto& one : store::must(reader().news(webhook(), 1, place))) seen.push_back(one.attempt.value);
    write<bool>([&](auto& db) { return store::add_deliveries(db, webhook().id, place, {}); });
  }
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
}

TEST_F(Told, TriedForADayAndThenGivenUp) {
  put({WebhookEvent::attempt_ended});
  std::atomic<std::int64_t> second{100};
  Outbox outbox{*store, reader(), [](const auto&) { return base::Result<std::string>{"{}"}; },
                [&] { return store::at(second); }, true};
  outbox.start();
  end_attempt(1);
  auto seen = reader();
  const auto wait = [&](auto fits) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (std::chrono::steady_clock::now() < deadline) {
      outbox.changed();
      const auto all = store::must(seen.deliveries(webhook().id, std::nullopt, 0, 10));
      if (!all.empty() && fits(all[0])) return all[0];
      std::this_thread::yield();
    }
    throw std::runtime_error("waited in vain");
  };
  const auto first = wait([](const auto& d) { return d.tries == 1; });
  EXPECT_EQ(first.state, store::DeliveryState::waiting);
  EXPECT_EQ(first.status, 0);
  EXPECT_FALSE(first.error.empty());
  EXPECT_EQ(first.next_at, store::at(105));
  second = 104;
  outbox.changed();
  second = 105;
  EXPECT_EQ(wait([](const auto& d) { return d.tries == 2; }).next_at, store::at(115));
  second = 100 + 24 * 3600;
  const auto last = wait([](const auto& d) { return d.tries == 3; });
  EXPECT_EQ(last.state, store::DeliveryState::failed);
  write<bool>([&](auto& db) { return store::deliver_again(db, webhook().id, last.id, store::at(second)); });
  const auto again = wait([](const auto& d) { return d.tries == 1; });
  EXPECT_EQ(again.state, store::DeliveryState::waiting);
  EXPECT_EQ(again.key, first.key);
}

TEST(Outbox, PausesDoubleUpToAnHour) {
  EXPECT_EQ(pause_after(1), base::seconds{5});
  EXPECT_EQ(pause_after(2), base::seconds{10});
  EXPECT_EQ(pause_after(5), base::seconds{80});
  EXPECT_EQ(pause_after(11), base::seconds{3600});
  EXPECT_EQ(pause_after(4'000'000'000), base::seconds{3600});
}

TEST(Outbox, SignsAsItsReceiversExpect) {
  // printf '1795000000.{"event":"test"}' | openssl dgst -sha256 -hmac 'a secret of sixteen'
  EXPECT_EQ(signature("a secret of sixteen", store::at(0), R"({"event":"test"})"),
            "t=1795000000,v1=32f5ada597c0eeeb1e98a0979dc598f3c4f546c5849e3b45c5b60862030c21f6");
}

}  // namespace
}  // namespace ziptone::webhooks
