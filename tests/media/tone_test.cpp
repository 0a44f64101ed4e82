#include "media/tone.hpp"

#include <cmath>
#include <numbers>
#include <span>

#include <gtest/gtest.h>

#include "media/sound.hpp"

namespace ziptone::media {
namespace {

// Amplitude of one frequency, 0..1 of full scale, by correlation.
double level(std::span<const std::int16_t> samples, double hz) {
  double re = 0;
  double im = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double angle = 2 * std::numbers::pi * hz * static_cast<double>(i) / kSampleRate;
    re += samples[i] / 32768.0 * std::cos(angle);
    im += samples[i] / 32768.0 * std::sin(angle);
  }
  return 2 * std::hypot(re, im) / static_cast<double>(samples.size());
}

TEST(Tone, RendersStepsGapsAndLevels) {
  const auto samples =
      render({{.hz = {1000}, .ms = 120, .gap_ms = 100, .level_db = -20}, {.hz = {500}, .ms = 60}});
  ASSERT_EQ(samples.size(), 280u * 8u);
  EXPECT_NEAR(level(std::span{samples}.first(960), 1000), 0.1, 0.005);
  for (std::size_t i = 960; i < 1760; ++i) ASSERT_EQ(samples[i], 0);
  EXPECT_LT(std::abs(samples[0]), 300) << "no click";
  EXPECT_LE(render({{.hz = {400}, .ms = 1'000'000'000}}).size(), 60u * 8000u) << "bounded";
}

TEST(Tone, RingbackIsTheCountrysOwn) {
  const auto us = render(ringback_tone("US"));
  EXPECT_EQ(us.size(), 6u * 8000u);
  EXPECT_GT(level(std::span{us}.first(16'000), 440), 0.08);
  EXPECT_GT(level(std::span{us}.first(16'000), 480), 0.08);
  const auto tr = ringback_tone("TR");
  EXPECT_EQ(tr[0].hz[0], 450);
  EXPECT_EQ(tr[0].ms + tr[0].gap_ms, 6000);
  EXPECT_EQ(ringback_tone("GB").size(), 2u) << "a double ring";
  EXPECT_EQ(ringback_tone("DE")[0].hz[0], 425);
  EXPECT_EQ(ringback_tone("??")[0].hz[0], 425);
  EXPECT_EQ(busy_tone("US")[0].hz[1], 620);
  EXPECT_EQ(congestion_tone("DE")[0].ms, 250);
}

TEST(Tone, KeysAreTheTwoFrequenciesOfQ23) {
  EXPECT_EQ(key_frequencies('5'), (std::array<float, 2>{770, 1336}));
  EXPECT_EQ(key_frequencies('#'), (std::array<float, 2>{941, 1477}));
  EXPECT_EQ(key_frequencies('A'), (std::array<float, 2>{697, 1633}));
  EXPECT_EQ(key_frequencies('x'), (std::array<float, 2>{0, 0}));
}

TEST(Sound, FillsLoopsAndEnds) {
  const auto sound = make_sound(std::vector<std::int16_t>(200, 8000));
  std::array<std::uint8_t, 160> frame{};
  std::size_t position = 0;
  EXPECT_FALSE(fill(*sound, Codec::pcma, false, position, frame));
  EXPECT_TRUE(fill(*sound, Codec::pcma, false, position, frame));
  EXPECT_EQ(frame[39], encode_pcma(8000));
  EXPECT_EQ(frame[40], silence(Codec::pcma));
  position = 0;
  for (int i = 0; i < 5; ++i) {
    EXPECT_FALSE(fill(*sound, Codec::pcmu, true, position, frame));
    EXPECT_EQ(frame[159], encode_pcmu(8000));
  }
  EXPECT_TRUE(fill(Sound{}, Codec::pcma, true, position, frame)) << "nothing can't loop";
}

TEST(Sound, MixAddsAndSaturates) {
  std::array<std::uint8_t, 2> codes{encode_pcma(1000), encode_pcma(30'000)};
  mix(Codec::pcma, codes, std::vector<std::int16_t>{2000, 30'000});
  EXPECT_NEAR(decode(Codec::pcma, codes[0]), 3000, 100);
  EXPECT_GT(decode(Codec::pcma, codes[1]), 31'000);
}

}  // namespace
}  // namespace ziptone::media
