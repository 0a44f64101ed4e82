// The outgoing line, events on it, and the framer: pure, with time as an argument.
#include <vector>

#include <gtest/gtest.h>

#include "media/event_sender.hpp"
#include "media/framer.hpp"
#include "media/outgoing_line.hpp"

namespace ziptone::media {
namespace {

base::Instant at(std::int64_t ms) { return base::Instant{base::seconds{100} + base::milliseconds{ms}}; }
OutgoingLine line() { return {7, 65'535, 0xFFFFFFF0, at(0)}; }

TEST(OutgoingLine, OwnFramesFollowEachOtherOverTheWrap) {
  auto l = line();
  const auto a = l.own(at(0), 8, 160);
  const auto b = l.own(at(20), 8, 160);
  EXPECT_EQ(a, (RtpHeader{true, 8, 65'535, 0xFFFFFFF0, 7}));
  EXPECT_EQ(b, (RtpHeader{false, 8, 0, 0xFFFFFFF0 + 160, 7}));
}

TEST(OutgoingLine, ASourceContinuesTheLineAndKeepsItsOwnGaps) {
  auto l = line();
  const auto own = l.own(at(0), 8, 160);
  const auto first = l.forward({false, 0, 500, 90'000, 42}, 8, 160, at(7));
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->marker) << "sound begins again for the receiver's buffer";
  EXPECT_EQ(first->sequence, static_cast<std::uint16_t>(own.sequence + 1));
  EXPECT_EQ(first->timestamp, own.timestamp + 160);
  EXPECT_EQ(first->ssrc, 7u);
  const auto after_loss = l.forward({false, 0, 503, 90'480, 42}, 8, 160, at(67));
  EXPECT_EQ(static_cast<std::uint16_t>(after_loss->sequence - first->sequence), 3)
      << "loss is passed on as loss";
  EXPECT_EQ(after_loss->timestamp - first->timestamp, 480u);
  const auto late = l.forward({false, 0, 502, 90'320, 42}, 8, 160, at(68));
  EXPECT_EQ(static_cast<std::uint16_t>(late->sequence - first->sequence), 2)
      << "and reordering as reordering";
  EXPECT_FALSE(l.forward({false, 0, 499, 89'840, 42}, 8, 160, at(69)))
      << "older than the source's first: dropped";
  const auto own_again = l.own(at(87), 8, 160);
  EXPECT_EQ(static_cast<std::uint16_t>(own_again.sequence - after_loss->sequence), 1);
}

TEST(OutgoingLine, ANewSsrcOrAJumpIsANewSource) {
  auto l = line();
  const auto a = l.forward({false, 0, 500, 90'000, 42}, 8, 160, at(0));
  const auto b = l.forward({false, 0, 9, 77, 43}, 8, 160, at(20));
  EXPECT_EQ(static_cast<std::uint16_t>(b->sequence - a->sequence), 1);
  EXPECT_EQ(b->timestamp - a->timestamp, 160u);
  const auto c = l.forward({false, 0, 10, 77 + 8'000'000, 43}, 8, 160, at(40));
  EXPECT_EQ(c->timestamp - b->timestamp, 160u) << "a thousand seconds in 20 ms is no time";
}

TEST(OutgoingLine, ALongSourceIsNeverTakenForOlderThanItsBeginning) {
  auto l = line();
  for (std::uint32_t i = 0; i < 70'000; ++i) {
    const RtpHeader in{false, 8, static_cast<std::uint16_t>(40'000 + i), i * 160, 42};
    ASSERT_TRUE(l.forward(in, 8, 160, at(i * 20))) << i;
  }
}

TEST(OutgoingLine, SkipsWhatNobodySent) {
  auto l = line();
  const auto a = l.own(at(0), 8, 160);
  const auto b = l.own(at(1010), 8, 160);
  EXPECT_TRUE(b.marker);
  EXPECT_EQ(b.timestamp - a.timestamp, 50u * 160u) << "whole frames, to within one of the clock";
  EXPECT_EQ(static_cast<std::uint16_t>(b.sequence - a.sequence), 1);
}

TEST(OutgoingLine, NeverRunsAheadOfTimeOverManySwitches) {
  auto l = line();
  std::uint16_t sequence = 0;
  std::uint32_t last = 0;
  for (int call = 0; call < 200; ++call) {
    const int begin = call * 200;
    for (int ms = begin; ms < begin + 60; ms += 20)
      if (l.is_due(at(ms))) last = l.own(at(ms), 8, 160).timestamp;
    for (int ms = begin + 61; ms < begin + 200; ms += 20)
      last = l.forward({false, 8, sequence++, static_cast<std::uint32_t>(ms * 8),
                        static_cast<std::uint32_t>(call)},
                       8, 160, at(ms))
                 ->timestamp;
    const auto wall = l.timestamp_at(at(begin + 200));
    ASSERT_LE(std::abs(static_cast<std::int32_t>(last - wall)), 480) << call;
  }
}

TEST(EventReceiver, HearsAKeyOnceWhateverIsLost) {
  EventReceiver keys;
  EXPECT_EQ(keys.on_packet(1000, {.event = 5, .end = true, .duration = 800}), '5')
      << "only its end came through";
  EXPECT_EQ(keys.on_packet(1000, {.event = 5, .end = true, .duration = 800}), std::nullopt);
  EXPECT_EQ(keys.on_packet(2600, {.event = 5}), '5') << "the same key again";
  EXPECT_EQ(keys.on_packet(1000, {.event = 5, .end = true}), std::nullopt) << "overtaken";
  EXPECT_EQ(keys.on_packet(5000, {.event = 16}), std::nullopt) << "flash";
}

struct Frames {
  std::vector<std::int64_t> at_ms;
  int lost = 0;
  void operator()(std::span<const std::int16_t, kFrameSamples>, std::int64_t ms, bool is_lost) {
    at_ms.push_back(ms);
    lost += is_lost ? 1 : 0;
  }
};

TEST(Framer, CutsAnyPacketLengthIntoFrames) {
  Framer framer{at(0)};
  Frames frames;
  const std::vector<std::uint8_t> thirty(240, 0xD5);
  for (std::uint32_t i = 0; i < 4; ++i)
    framer.on_packet(1, 5000 + i * 240, Codec::pcma, thirty, at(i * 30), frames);
  EXPECT_EQ(frames.at_ms, (std::vector<std::int64_t>{0, 20, 40, 60, 80, 100}));
}

TEST(Framer, AGapMovesThePositionAndARepeatIsIgnored) {
  Framer framer{at(0)};
  Frames frames;
  const std::vector<std::uint8_t> twenty(160, 0xD5);
  for (const std::uint32_t timestamp : {0u, 160u, 160u, 480u, 320u, 640u})
    framer.on_packet(1, timestamp, Codec::pcma, twenty, at(timestamp / 8), frames);
  EXPECT_EQ(frames.at_ms, (std::vector<std::int64_t>{0, 20, 60, 80}));
  framer.on_packet(2, 7777, Codec::pcma, twenty, at(100), frames);
  EXPECT_EQ(frames.at_ms.back(), 100) << "a new source goes on where the old one stopped";
}

TEST(Framer, ASourceWhoseClockStoppedInAPauseIsHeardAtOnce) {
  Framer framer{at(0)};
  Frames frames;
  const std::vector<std::uint8_t> twenty(160, 0xD5);
  framer.on_packet(1, 0, Codec::pcma, twenty, at(0), frames);
  framer.on_tick(at(3000), frames);
  const auto before = frames.at_ms.size();
  for (std::uint32_t i = 1; i <= 10; ++i)
    framer.on_packet(1, i * 160, Codec::pcma, twenty, at(3000 + i * 20), frames);
  EXPECT_EQ(frames.at_ms.size() - before, 9u) << "all but the first, which may have been only late";
}

TEST(Framer, ABurstOfLatePacketsIsLeftOut) {
  Framer framer{at(0)};
  Frames frames;
  const std::vector<std::uint8_t> twenty(160, 0xD5);
  framer.on_packet(1, 0, Codec::pcma, twenty, at(0), frames);
  framer.on_tick(at(520), frames);
  const auto before = frames.at_ms.size();
  for (std::uint32_t i = 1; i <= 15; ++i) framer.on_packet(1, i * 160, Codec::pcma, twenty, at(520), frames);
  EXPECT_EQ(frames.at_ms.size(), before);
}

TEST(Framer, AStreamThatStopsBecomesLostFrames) {
  Framer framer{at(0)};
  Frames frames;
  framer.on_tick(at(90), frames);
  EXPECT_EQ(frames.lost, 0);
  framer.on_tick(at(500), frames);
  EXPECT_EQ(frames.lost, 21);
  EXPECT_EQ(frames.at_ms.back(), 400);
}

}  // namespace
}  // namespace ziptone::media
