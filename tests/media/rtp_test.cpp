#include "media/rtp.hpp"

#include <array>
#include <vector>

#include <gtest/gtest.h>

namespace ziptone::media {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes packet(std::initializer_list<std::uint8_t> first_two, const Bytes& rest) {
  Bytes out{first_two};
  const Bytes header = {0x12, 0x34, 0, 0, 0, 160, 0xDE, 0xAD, 0xBE, 0xEF};
  out.insert(out.end(), header.begin(), header.end());
  out.insert(out.end(), rest.begin(), rest.end());
  return out;
}

TEST(Rtp, WritesWhatItReads) {
  const RtpHeader header{
      .marker = true, .payload_type = 101, .sequence = 65535, .timestamp = 0xFFFFFF60, .ssrc = 7};
  std::array<std::uint8_t, kRtpHeaderBytes + 2> bytes{};
  write_rtp_header(header, std::span<std::uint8_t, kRtpHeaderBytes>{bytes.data(), kRtpHeaderBytes});
  bytes[12] = 0xAA;
  const auto read = parse_rtp(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->header, header);
  EXPECT_EQ(read->payload.size(), 2u);
  EXPECT_EQ(read->payload[0], 0xAA);
}

TEST(Rtp, SkipsSourcesExtensionAndPadding) {
  const auto bytes =
      packet({0x80 | 0x20 | 0x10 | 1, 8}, {1, 1, 1, 1,                    // one CSRC
                                           0xBE, 0xDE, 0, 1, 2, 2, 2, 2,  // an extension of one word
                                           9, 9, 9, 0, 0, 3});            // payload, three of padding
  const auto read = parse_rtp(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->header.payload_type, 8);
  EXPECT_EQ(Bytes(read->payload.begin(), read->payload.end()), (Bytes{9, 9, 9}));
}

TEST(Rtp, RefusesWhatIsNotRtp) {
  EXPECT_FALSE(parse_rtp({}));
  EXPECT_FALSE(parse_rtp(Bytes(11, 0x80))) << "cut header";
  EXPECT_FALSE(parse_rtp(packet({0x40, 0}, {}))) << "version 1";
  EXPECT_FALSE(parse_rtp(packet({0x8F, 0}, {1, 2, 3}))) << "fifteen sources that are not there";
  EXPECT_FALSE(parse_rtp(packet({0x90, 0}, {0, 0, 0xFF, 0xFF}))) << "an extension longer than the packet";
  EXPECT_FALSE(parse_rtp(packet({0xA0, 0}, {1, 2, 200}))) << "more padding than payload";
  EXPECT_FALSE(parse_rtp(packet({0xA0, 0}, {1, 2, 0}))) << "padding of none";
  EXPECT_FALSE(parse_rtp(packet({0x80, 200}, {}))) << "an RTCP sender report";
  EXPECT_TRUE(is_rtcp(packet({0x80, 201}, {})));
  EXPECT_FALSE(is_rtcp(packet({0x80, 0x80 | 8}, {}))) << "PCMA with its marker";
}

TEST(TelephoneEvent, WritesWhatItReads) {
  const TelephoneEvent event{.event = 11, .end = true, .volume = 12, .duration = 1280};
  std::array<std::uint8_t, kTelephoneEventBytes> bytes{};
  write_telephone_event(event, bytes);
  EXPECT_EQ(bytes, (std::array<std::uint8_t, 4>{11, 0x8C, 0x05, 0x00}));
  EXPECT_EQ(parse_telephone_event(bytes), event);
  EXPECT_FALSE(parse_telephone_event(std::span{bytes}.first(3)));
}

TEST(TelephoneEvent, NamesTheSixteenDigits) {
  for (std::uint8_t e = 0; e < 16; ++e) EXPECT_EQ(event_of_digit(*digit_of_event(e)), e);
  EXPECT_EQ(event_of_digit('#'), 11);
  EXPECT_EQ(event_of_digit('d'), 15);
  EXPECT_FALSE(event_of_digit('x'));
  EXPECT_FALSE(digit_of_event(16)) << "flash is not a digit";
}

}  // namespace
}  // namespace ziptone::media
