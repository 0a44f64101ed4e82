// The last second of a voice, faster: its pitch, its pace, no click, and live in time.
#include "media/catch_up.hpp"

#include <cmath>
#include <functional>

#include <gtest/gtest.h>

namespace ziptone::media {
namespace {

using Sound = std::vector<std::int16_t>;
using Samples = std::array<std::int16_t, kFrameSamples>;

// A vowel: a pitch with harmonics; silence where `speaks` says no.
Sound vowel(
    double hz, int ms, const std::function<bool(int ms)>& speaks = [](int) { return true; }) {
  Sound sound(static_cast<std::size_t>(ms) * 8);
  double phase = 0;
  double level = 0;
  for (std::size_t i = 0; i < sound.size(); ++i) {
    const double wanted = speaks(static_cast<int>(i) / 8) ? 1 : 0;
    level += (wanted - level) * 0.01;
    phase += 2 * M_PI * hz / kSampleRate;
    double sample = 0;
    for (int k = 1; k <= 6; ++k) sample += std::sin(k * phase) / k;
    sound[i] = static_cast<std::int16_t>(5000 * level * sample);
  }
  return sound;
}

struct Heard {
  Sound sound;
  int frames = 0;
  bool voice = false;
  Sound pushed;
};

// The agent is joined after `before_ms`; the rest of the sound goes on meanwhile.
Heard play(const Sound& sound, int before_ms) {
  CatchUp recent;
  Heard heard;
  std::size_t at = 0;
  const auto push = [&] {
    Samples frame{};
    for (auto& sample : frame) sample = at < sound.size() ? sound[at++] : std::int16_t{0};
    recent.push(frame);
    heard.pushed.insert(heard.pushed.end(), frame.begin(), frame.end());
  };
  for (int ms = 0; ms < before_ms; ms += kFrameMs) push();
  heard.voice = recent.begin();
  for (bool live = !heard.voice; !live && heard.frames < 500; ++heard.frames) {
    Samples frame{};
    live = recent.next(frame);
    heard.sound.insert(heard.sound.end(), frame.begin(), frame.end());
    if (!live) push();
  }
  return heard;
}

// By the distance at which the sound is most like itself.
double pitch_of(const Sound& sound, std::size_t from, std::size_t length) {
  double best = 0;
  int period = 0;
  for (int lag = 25; lag <= 160; ++lag) {
    double sum = 0;
    for (std::size_t i = from; i < from + length; ++i)
      sum += double{1} * sound[i] * sound[i + static_cast<std::size_t>(lag)];
    if (sum > best * 1.02) {
      best = sum;
      period = lag;
    }
  }
  return period == 0 ? 0 : static_cast<double>(kSampleRate) / period;
}

int steepest(const Sound& sound) {
  int most = 0;
  for (std::size_t i = 1; i < sound.size(); ++i) most = std::max(most, std::abs(sound[i] - sound[i - 1]));
  return most;
}

int voiced_ms(const Sound& sound) {
  int blocks = 0;
  for (std::size_t i = 0; i + 80 <= sound.size(); i += 80)
    blocks += *std::max_element(sound.begin() + static_cast<std::ptrdiff_t>(i),
                                sound.begin() + static_cast<std::ptrdiff_t>(i) + 80) > 1000;
  return blocks * 10;
}

class CatchingUp : public ::testing::TestWithParam<double> {};
INSTANTIATE_TEST_SUITE_P(Voices, CatchingUp, ::testing::Values(85.0, 110.0, 190.0, 260.0));

// "Alo?", six hundred milliseconds of silence, the merge: and the person waits.
TEST_P(CatchingUp, AVoiceThatWaitsIsHeardWholeFasterAndTheAgentIsLiveSoonAfter) {
  const auto sound = vowel(GetParam(), 1200, [](int ms) { return ms >= 200 && ms < 1000; });
  const auto heard = play(sound, 1600);
  ASSERT_TRUE(heard.voice);
  EXPECT_GE(voiced_ms(heard.sound), 800 / 1.3 - 30) << "at most 1.3 times as fast";
  EXPECT_LE(voiced_ms(heard.sound), 700) << "and not much slower than that";
  EXPECT_LT(heard.frames * kFrameMs, 1000);
  EXPECT_NEAR(pitch_of(heard.sound, 2400, 1600), GetParam(), GetParam() * 0.03);
  EXPECT_LE(steepest(heard.sound), steepest(sound) * 13 / 10) << "a click";
}

TEST_P(CatchingUp, AVoiceThatGoesOnIsLiveWithinTwoSeconds) {
  const auto sound = vowel(GetParam(), 8000);
  const auto heard = play(sound, 2000);
  ASSERT_TRUE(heard.voice);
  EXPECT_LE(heard.frames * kFrameMs, CatchUp::kLimitMs);
  EXPECT_NEAR(pitch_of(heard.sound, 2400, 1600), GetParam(), GetParam() * 0.03);
  EXPECT_LE(steepest(heard.sound), steepest(sound) * 13 / 10);
  ASSERT_FALSE(heard.sound.empty());
  EXPECT_EQ(heard.sound.back(), heard.pushed.back()) << "the next packet follows it";
}

TEST(CatchingUpOnNobody, IsNotBegun) {
  EXPECT_FALSE(play(Sound(16'000), 1000).voice);
  EXPECT_FALSE(play({}, 0).voice);
  const auto click = vowel(200, 1000, [](int ms) { return ms > 500 && ms < 510; });
  EXPECT_FALSE(play(click, 980).voice && play(click, 980).frames > 30) << "a click is no hello";
}

TEST(CatchingUpOnPauses, KeepsAMomentOfEach) {
  const auto sound = vowel(150, 2600, [](int ms) { return ms % 800 < 300; });
  const auto heard = play(sound, 2600);
  ASSERT_TRUE(heard.voice);
  EXPECT_LT(heard.frames * kFrameMs, 1500);
  EXPECT_GE(voiced_ms(heard.sound), 900 / 1.3 - 60);
}

// Packets that come late leave nothing to play: what is there dies away, and the agent is live.
TEST(CatchingUpWithoutPackets, EndsWithoutAClick) {
  const auto sound = vowel(120, 1000);
  CatchUp recent;
  for (std::size_t at = 0; at + kFrameSamples <= sound.size(); at += kFrameSamples)
    recent.push(std::span{sound}.subspan(at).first<kFrameSamples>());
  ASSERT_TRUE(recent.begin());
  Sound out;
  bool live = false;
  for (int i = 0; i < 100 && !live; ++i) {
    Samples frame{};
    live = recent.next(frame);
    out.insert(out.end(), frame.begin(), frame.end());
  }
  EXPECT_TRUE(live);
  EXPECT_LE(steepest(out), steepest(sound) * 13 / 10);
}

}  // namespace
}  // namespace ziptone::media
