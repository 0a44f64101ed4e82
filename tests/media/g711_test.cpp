// Our G.711 against spandsp's, for every input there is.
#include "media/g711.hpp"

#include <spandsp.h>

#include <gtest/gtest.h>

namespace ziptone::media {
namespace {

TEST(G711, DecodesEveryCodeAsSpandspDoes) {
  for (int code = 0; code < 256; ++code) {
    const auto c = static_cast<std::uint8_t>(code);
    EXPECT_EQ(kPcmuToLinear[c], ulaw_to_linear(c)) << code;
    EXPECT_EQ(kPcmaToLinear[c], alaw_to_linear(c)) << code;
  }
}

TEST(G711, EncodesEverySampleAsSpandspDoes) {
  for (int s = -32768; s <= 32767; ++s) {
    const auto sample = static_cast<std::int16_t>(s);
    ASSERT_EQ(encode_pcmu(sample), linear_to_ulaw(s)) << s;
    ASSERT_EQ(encode_pcma(sample), linear_to_alaw(s)) << s;
  }
}

TEST(G711, ChangingTheLawKeepsTheSoundWithinOneStep) {
  for (int code = 0; code < 256; ++code) {
    const auto c = static_cast<std::uint8_t>(code);
    const int linear = kPcmuToLinear[c];
    EXPECT_NEAR(kPcmaToLinear[kPcmuToPcma[c]], linear, 8 + std::abs(linear) / 16.0) << code;
  }
  EXPECT_EQ(kPcmuToPcma[silence(Codec::pcmu)], silence(Codec::pcma));
  EXPECT_EQ(kPcmaToLinear[silence(Codec::pcma)], 8) << "A-law has no zero";
}

}  // namespace
}  // namespace ziptone::media
