#include "server/mediaplane/mailbox.hpp"

#include <memory>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "server/mediaplane/port_pool.hpp"

namespace ziptone::mediaplane {
namespace {

TEST(Mailbox, KeepsOrderAndSaysNoWhenFull) {
  Mailbox<int> box{8};
  for (int i = 0; i < 8; ++i) EXPECT_EQ(box.try_push(i, 2), i < 6) << "two cells are kept free";
  int urgent = 100;
  EXPECT_TRUE(box.try_push(urgent));
  for (int i = 0; i < 6; ++i) EXPECT_EQ(box.try_pop(), i);
  EXPECT_EQ(box.try_pop(), 100);
  EXPECT_EQ(box.try_pop(), std::nullopt);
  int next = 7;
  EXPECT_TRUE(box.try_push(next));
}

TEST(Mailbox, LeavesARefusedValueToItsSender) {
  Mailbox<std::unique_ptr<int>> box{1};
  auto first = std::make_unique<int>(1);
  auto second = std::make_unique<int>(2);
  EXPECT_TRUE(box.try_push(first));
  EXPECT_FALSE(box.try_push(second));
  EXPECT_EQ(*second, 2);
}

TEST(Mailbox, ManyThreadsLoseNothingAndKeepEachSendersOrder) {
  constexpr int kSenders = 4;
  constexpr int kEach = 20'000;
  Mailbox<int> box{64};
  std::vector<std::thread> senders;
  for (int s = 0; s < kSenders; ++s)
    senders.emplace_back([&, s] {
      for (int i = 0; i < kEach; ++i) {
        int value = s * kEach + i;
        while (!box.try_push(value)) std::this_thread::yield();
      }
    });
  std::vector<int> next(kSenders, 0);
  for (int got = 0; got < kSenders * kEach;) {
    const auto value = box.try_pop();
    if (!value) {
      std::this_thread::yield();
      continue;
    }
    ASSERT_EQ(*value % kEach, next[static_cast<std::size_t>(*value / kEach)]++);
    ++got;
  }
  for (auto& t : senders) t.join();
  EXPECT_EQ(box.try_pop(), std::nullopt);
}

TEST(PortPool, GivesEvenPortsInTurnAndLetsThemRest) {
  PortPool pool{10'001, 10'006, base::seconds{1}};
  ASSERT_EQ(pool.size(), 2u) << "10002 and 10004; 10006's partner is outside";
  const auto at = [](int ms) { return base::Instant{base::milliseconds{ms}}; };
  EXPECT_EQ(pool.take(at(0)), 10'002);
  pool.give_back(10'002, at(0));
  EXPECT_EQ(pool.take(at(1)), 10'004);
  EXPECT_EQ(pool.take(at(999)), std::nullopt);
  EXPECT_EQ(pool.take(at(1000)), 10'002);
}

}  // namespace
}  // namespace ziptone::mediaplane
