#include "media/rtcp.hpp"

#include <array>

#include <gtest/gtest.h>

namespace ziptone::media {
namespace {

base::Instant at(std::int64_t ms) { return base::Instant{base::milliseconds{ms}}; }

TEST(Rtcp, WritesWhatItReads) {
  const SenderInfo sender{0x0123456789ABCDEF, 1000, 50, 8000};
  const ReportBlock block{42, 25, -3, 65'540, 17, 0x89ABCDEF, 65'536};
  std::array<std::uint8_t, kRtcpBytesMax> out{};
  for (const bool bye : {false, true}) {
    const auto size = write_rtcp(7, sender, block, "media@ziptone", bye, out);
    EXPECT_EQ(size % 4, 0u);
    const auto read = parse_rtcp(std::span{out}.first(size), 42);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->ssrc, 7u);
    EXPECT_EQ(read->sender, sender);
    EXPECT_EQ(read->block, block);
    EXPECT_EQ(read->bye, bye);
    EXPECT_FALSE(parse_rtcp(std::span{out}.first(size), 43)->block) << "a report on somebody else";
    for (std::size_t cut = 1; cut < size; ++cut)
      if (const auto part = parse_rtcp(std::span{out}.first(cut), 42)) {
        EXPECT_TRUE(cut % 4 == 0);
      }
  }
  const auto longest = write_rtcp(7, sender, block, std::string(99, 'x'), true, out);
  EXPECT_LE(longest, kRtcpBytesMax);
  EXPECT_TRUE(parse_rtcp(std::span{out}.first(longest), 42));
}

TEST(Rtcp, RefusesWhatIsMalformed) {
  EXPECT_FALSE(parse_rtcp({}, 1));
  const std::array<std::uint8_t, 8> description{0x81, 202, 0, 1, 0, 0, 0, 1};
  EXPECT_FALSE(parse_rtcp(description, 1)) << "a compound packet begins with a report";
  const std::array<std::uint8_t, 8> claims_more{0x81, 201, 0, 1, 0, 0, 0, 1};
  EXPECT_FALSE(parse_rtcp(claims_more, 1)) << "one block announced, none there";
  const std::array<std::uint8_t, 8> longer{0x80, 201, 0, 9, 0, 0, 0, 1};
  EXPECT_FALSE(parse_rtcp(longer, 1));
}

TEST(Rtcp, NtpCountsFrom1900) {
  EXPECT_EQ(ntp_of(base::wall_from_micros(0)) >> 32, 2'208'988'800u);
  EXPECT_EQ(ntp_of(base::wall_from_micros(500'000)) & 0xFFFFFFFF, 0x80000000u);
}

TEST(ReceptionStatistics, CountsLossOverTheWrap) {
  ReceptionStatistics s;
  for (int i = 0; i < 100; ++i)
    if (i % 10 != 3)
      s.on_packet(5, static_cast<std::uint16_t>(65'500 + i), static_cast<std::uint32_t>(i * 160), at(i * 20));
  EXPECT_EQ(s.received(), 90u);
  EXPECT_EQ(s.lost(), 10);
  EXPECT_EQ(s.jitter_us(), 0u);
  const auto block = s.make_block(at(2000));
  EXPECT_EQ(block.ssrc, 5u);
  EXPECT_EQ(block.cumulative_lost, 10);
  EXPECT_EQ(block.fraction_lost, 25) << "a tenth of 256";
  EXPECT_EQ(block.highest_sequence, 65'536u + 63u);
  EXPECT_EQ(s.make_block(at(2001)).fraction_lost, 0) << "nothing more since";
}

TEST(ReceptionStatistics, JitterConvergesToTheMeanDeviation) {
  ReceptionStatistics s;
  for (int i = 0; i < 2000; ++i)
    s.on_packet(5, static_cast<std::uint16_t>(i), static_cast<std::uint32_t>(i * 160),
                at(i * 20 + (i % 2) * 5));
  EXPECT_NEAR(s.jitter_us(), 5000, 300) << "each packet is 5 ms off the one before";
}

TEST(ReceptionStatistics, AStrayPacketBeginsNothingTwoInARowDo) {
  ReceptionStatistics s;
  const auto take = [&](int sequence) { s.on_packet(5, static_cast<std::uint16_t>(sequence), 0, at(0)); };
  for (const int sequence : {1, 2, 30'000, 3, 5}) take(sequence);
  EXPECT_EQ(s.lost(), 1) << "the fourth alone";
  EXPECT_EQ(s.make_block(at(0)).highest_sequence, 5u);
  for (const int sequence : {30'000, 30'001, 30'002}) take(sequence);
  EXPECT_EQ(s.make_block(at(0)).highest_sequence, 30'002u);
}

TEST(ReceptionStatistics, TelephoneEventsAreNoJitter) {
  ReceptionStatistics s;
  s.on_packet(5, 1, 160, at(20));
  for (int i = 2; i < 12; ++i) s.on_packet(5, static_cast<std::uint16_t>(i), 320, at(i * 20), false);
  s.on_packet(5, 12, 12 * 160, at(240));
  EXPECT_EQ(s.jitter_us(), 0u);
}

TEST(ReceptionStatistics, ANewSourceKeepsTheSums) {
  ReceptionStatistics s;
  for (const int sequence : {1, 2, 4}) s.on_packet(5, static_cast<std::uint16_t>(sequence), 0, at(0));
  for (const int sequence : {40'000, 40'001, 40'003})
    s.on_packet(6, static_cast<std::uint16_t>(sequence), 0, at(0));
  EXPECT_EQ(s.received(), 6u);
  EXPECT_EQ(s.lost(), 2);
}

}  // namespace
}  // namespace ziptone::media
