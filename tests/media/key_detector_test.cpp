#include "media/key_detector.hpp"

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "media/g711.hpp"
#include "media/tone.hpp"

namespace ziptone::media {
namespace {

std::string heard_in(std::vector<std::int16_t> samples) {
  KeyDetector detector;
  std::string keys;
  samples.resize(samples.size() + 800);
  for (std::size_t at = 0; at + kFrameSamples <= samples.size(); at += kFrameSamples) {
    std::array<std::int16_t, kFrameSamples> frame{};
    // Through A-law, as it comes in.
    for (std::size_t i = 0; i < frame.size(); ++i)
      frame[i] = decode(Codec::pcma, encode(Codec::pcma, samples[at + i]));
    if (const auto key = detector.push(frame)) keys += *key;
  }
  return keys;
}

std::vector<std::int16_t> keys(const std::string& text, int ms, int gap_ms, float level_db) {
  std::vector<ToneStep> steps{{.gap_ms = 33}};
  for (const char c : text)
    steps.push_back({.hz = key_frequencies(c), .ms = ms, .gap_ms = gap_ms, .level_db = level_db});
  return render(steps);
}

TEST(KeyDetector, HearsAllSixteenKeysAtManyLevels) {
  const std::string all = "0123456789*#ABCD";
  for (const float level : {-7.0F, -16.0F, -30.0F})
    EXPECT_EQ(heard_in(keys(all, 60, 50, level)), all) << level;
  EXPECT_EQ(heard_in(keys(all, 45, 45, -10)), all) << "Q.24: 40 ms are enough";
}

TEST(KeyDetector, ALongPressIsOneKeyAndTwoPressesAreTwo) {
  EXPECT_EQ(heard_in(keys("5", 2000, 0, -10)), "5");
  EXPECT_EQ(heard_in(keys("55", 80, 60, -10)), "55");
}

TEST(KeyDetector, IsNotFooledByNoiseRingbackOrOneTone) {
  base::Random random{3};
  std::vector<std::int16_t> noise;
  for (int i = 0; i < 80'000; ++i) noise.push_back(static_cast<std::int16_t>(random.between(-9000, 9000)));
  EXPECT_EQ(heard_in(noise), "");
  EXPECT_EQ(
      heard_in(render({{.hz = {440, 480}, .ms = 2000}, {.hz = {770}, .ms = 500}, {.hz = {1336}, .ms = 500}})),
      "");
  EXPECT_EQ(heard_in(keys("5", 15, 100, -10)), "") << "too short to be a key";
  // A voice-like sweep with harmonics.
  std::vector<std::int16_t> voice;
  double phase = 0;
  for (int i = 0; i < 80'000; ++i) {
    phase += 2 * 3.14159265 * (120 + 60 * std::sin(i / 3000.0)) / 8000;
    double value = 0;
    for (int h = 1; h < 20; ++h) value += std::sin(h * phase) / h;
    voice.push_back(static_cast<std::int16_t>(5000 * value));
  }
  EXPECT_EQ(heard_in(voice), "");
}

}  // namespace
}  // namespace ziptone::media
