// Spacing, channels, health and the breaker.
#include "dialer/lease/trunks.hpp"

#include <gtest/gtest.h>

namespace ziptone::dialer {
namespace {

constexpr TrunkId kA{1};
constexpr TrunkId kB{2};
const Instant kStart{base::seconds{1000}};

Instant at(std::int64_t ms) { return kStart + base::milliseconds{ms}; }

Trunks two(double cps = 10.0, std::uint32_t channels = 100) {
  Trunks trunks;
  trunks.define({kA, cps, channels}, kStart);
  trunks.define({kB, cps, channels}, kStart);
  return trunks;
}

TEST(Trunks, NeverABurst) {
  Trunks trunks = two();
  std::vector<Instant> sent;
  for (int ms = 0; ms < 5000; ++ms) {
    while (const auto slot = trunks.slot({kA}, at(ms))) {
      trunks.take(*slot);
      sent.push_back(trunks.book_send(*slot, at(ms)));
    }
  }
  ASSERT_GT(sent.size(), 45U);
  for (std::size_t i = 10; i < sent.size(); ++i) {
    EXPECT_GE(sent[i] - sent[i - 10], base::seconds{1}) << "11 INVITEs within a second";
  }
}

TEST(Trunks, ASlowDiskDoesNotBunchThem) {
  Trunks trunks = two();
  trunks.take(kA);
  trunks.take(kA);
  const Instant first = trunks.book_send(kA, at(90));
  const Instant second = trunks.book_send(kA, at(91));
  EXPECT_EQ(second - first, base::milliseconds{100}) << "durable together, sent apart";
}

TEST(Trunks, WhatWasBookedAndIsLateKeepsItsDistance) {
  Trunks trunks = two();
  trunks.take(kA);
  trunks.take(kA);
  trunks.book_send(kA, at(0));
  trunks.book_send(kA, at(0));
  // The process stood still for half a second; both are due.
  EXPECT_EQ(trunks.earliest_send(kA, at(500)), at(500));
  trunks.sent(kA, at(500));
  EXPECT_EQ(trunks.earliest_send(kA, at(500)), at(600));
  EXPECT_NE(trunks.gate(kA, at(599)).gate, TrunkGate::open);
}

TEST(Trunks, ARestartedProcessWaitsOneSpacingForWhatTheOldOneSent) {
  Trunks trunks;
  trunks.define({kA, 1.0, 10}, at(0), true);
  EXPECT_EQ(trunks.gate(kA, at(999)).gate, TrunkGate::pace);
  EXPECT_EQ(trunks.gate(kA, at(1000)).gate, TrunkGate::open);
  trunks.define({kA, 1.0, 20}, at(1000), true);
  EXPECT_EQ(trunks.gate(kA, at(1000)).gate, TrunkGate::open) << "only a new one";
}

TEST(Trunks, TheSecondServesWhenTheFirstIsFullOrDown) {
  Trunks trunks = two(10.0, 1);
  EXPECT_EQ(trunks.slot({kA, kB}, at(0)), kA);
  trunks.take(kA);
  trunks.book_send(kA, at(0));
  EXPECT_EQ(trunks.slot({kA, kB}, at(500)), kB);
  trunks.release(kA);
  EXPECT_EQ(trunks.slot({kA, kB}, at(500)), kA);
  trunks.set_up(kA, false, at(500));
  EXPECT_EQ(trunks.slot({kA, kB}, at(500)), kB);
  EXPECT_EQ(trunks.slot({kA}, at(500)), std::nullopt);
}

TEST(Trunks, ABurstOf404OpensTheBreakerWithinTwenty) {
  Trunks trunks = two();
  int reports = 0;
  while (trunks.gate(kA, at(0)).gate != TrunkGate::breaker) {
    trunks.report(kA, Outcome::invalid_number, 404, {}, at(0));
    ASSERT_LE(++reports, 20);
  }
  EXPECT_GT(reports, 5) << "a few bad numbers are no outage";
}

TEST(Trunks, GoodCallsBetweenKeepItClosed) {
  Trunks trunks = two();
  for (int i = 0; i < 50; ++i) {
    trunks.report(kA, Outcome::congestion, 503, {}, at(0));
    trunks.report(kA, Outcome::no_answer, 487, {}, at(0));
  }
  EXPECT_NE(trunks.gate(kA, at(0)).gate, TrunkGate::breaker);
}

TEST(Trunks, RetryAfterAndAuthFailureStopAtOnce) {
  Trunks trunks = two();
  trunks.report(kA, Outcome::congestion, 503, base::seconds{120}, at(0));
  EXPECT_EQ(trunks.gate(kA, at(119'999)).gate, TrunkGate::breaker);
  EXPECT_NE(trunks.gate(kA, at(120'001)).gate, TrunkGate::breaker);
  trunks.report(kB, Outcome::trunk_failed, 401, {}, at(0));
  EXPECT_EQ(trunks.gate(kB, at(1)).gate, TrunkGate::breaker);
}

TEST(Trunks, ComesBackByARamp) {
  Trunks trunks = two(10.0);
  trunks.set_up(kA, false, at(0));
  trunks.set_up(kA, true, at(1000));
  int in_first_seconds = 0;
  for (int ms = 1000; ms < 6000; ++ms) {
    if (const auto slot = trunks.slot({kA}, at(ms))) {
      trunks.take(*slot);
      trunks.book_send(*slot, at(ms));
      ++in_first_seconds;
    }
  }
  EXPECT_LE(in_first_seconds, 5) << "a sixteenth of 10 a second";
  EXPECT_GE(in_first_seconds, 2);
}

TEST(Trunks, ARampsNextStepOpensTheGateBeforeTheOldSpacingIsOver) {
  Trunks trunks = two(1.0);
  trunks.set_up(kA, false, at(0));
  trunks.set_up(kA, true, at(0));
  trunks.take(kA);
  trunks.book_send(kA, at(1000));
  const auto gate = trunks.gate(kA, at(1000));
  EXPECT_EQ(gate.gate, TrunkGate::pace) << "one in sixteen seconds";
  EXPECT_EQ(gate.until, at(10'000)) << "then one in eight: eight have passed at the ramp's step";
  EXPECT_EQ(trunks.gate(kA, at(10'000)).gate, TrunkGate::open);
}

}  // namespace
}  // namespace ziptone::dialer
