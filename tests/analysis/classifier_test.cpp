// The parts of the classifier, and the promises that it keeps whatever it hears. How right it is:
// corpus_test.cpp.
#include <cmath>

#include <gtest/gtest.h>

#include "analysis/analyser.hpp"
#include "analysis/operating_point.hpp"
#include "analysis/signals.hpp"
#include "analysis/timeline.hpp"
#include "analysis/trees.hpp"
#include "base/random.hpp"

namespace ziptone::analysis {
namespace {

using signals::Line;
using signals::listen;

constexpr std::array<Preset, 3> kTrained{Preset::protect_people, Preset::balanced, Preset::protect_agents};

Notes notes_of(const Line& line) {
  Notes notes;
  Spectrum spectrum;
  const auto& samples = line.samples();
  for (std::size_t i = 0; i + kFrameSamples <= samples.size(); i += kFrameSamples) {
    const Sound sound =
        spectrum.push(std::span<const std::int16_t, kFrameSamples>{samples.data() + i, kFrameSamples});
    notes.push(&sound, false, false);
  }
  return notes;
}

TEST(Trees, TheSumOfTheLeavesThatTheRowLeadsTo) {
  const std::uint8_t features[] = {0, 1, 1, 2, 2, 2};
  const float thresholds[] = {1, 5, -5, 0, 0, 0};
  const float leaves[] = {1, 2, 4, 8, 100, 200, 300, 400};
  const Trees trees{2, 0.5F, features, thresholds, leaves};
  EXPECT_FLOAT_EQ(log_odds(trees, std::array<float, 3>{0, 0, -1}), 0.5F + 1 + 100);
  EXPECT_FLOAT_EQ(log_odds(trees, std::array<float, 3>{1, 6, 1}), 0.5F + 2 + 400)
      << "at the threshold goes left";
  EXPECT_FLOAT_EQ(log_odds(trees, std::array<float, 3>{2, -6, 1}), 0.5F + 4 + 400);
  EXPECT_FLOAT_EQ(log_odds(trees, std::array<float, 3>{2, 0, -1}), 0.5F + 8 + 100);
}

TEST(Timeline, WordsAreFoundWhereTheyAre) {
  Line line;
  line.noise(500, -62).speech(600, -22).noise(900, -62).speech(400, -24).noise(600, -62);
  const auto heard = lay_out(notes_of(line).all());
  ASSERT_EQ(heard.front.count, 2);
  EXPECT_NEAR(heard.front.onset() * 20, 500, 60);
  EXPECT_NEAR(heard.front.words()[0].to * 20, 1100, 80);
  EXPECT_NEAR(heard.front.words()[1].from * 20, 2000, 60);
  EXPECT_NEAR(heard.front.end() * 20, 2400, 80);
}

TEST(Timeline, NoiseIsSeenForWhatItIsOnceAVoiceIsHeard) {
  Line line;
  line.noise(1200, -34).speech(700, -14).noise(800, -34);
  const auto heard = lay_out(notes_of(line).all());
  ASSERT_FALSE(heard.front.empty());
  EXPECT_NEAR(heard.front.onset() * 20, 1200, 80) << "the loud line before the word is no word";
  Line quiet;
  quiet.noise(3000, -50);
  EXPECT_TRUE(lay_out(notes_of(quiet).all()).front.empty());
  EXPECT_TRUE(lay_out({}).front.empty());
}

TEST(Timeline, ATelevisionIsInTheRoomButNotInFront) {
  Line line;
  line.noise(300, -65).speech(500, -14).noise(200, -65);
  for (int i = 0; i < 4; ++i) line.speech(300, -42).noise(150, -65);
  const auto heard = lay_out(notes_of(line).all());
  EXPECT_NEAR(heard.loud.end() * 20, 800, 100);
  EXPECT_GT(heard.room.end() * 20, 2000);
}

TEST(Classifier, TheMomentsHoldForEveryShapeOfSpeechAndEveryPreset) {
  base::Random random{77};
  for (int round = 0; round < 90; ++round) {
    Line line{static_cast<std::uint64_t>(round) + 1};
    const int bed = static_cast<int>(random.between(-70, -42));
    while (line.samples().size() < 8 * 9500) {
      line.noise(static_cast<int>(random.between(40, 2600)), bed);
      line.speech(static_cast<int>(random.between(40, 3000)), static_cast<double>(random.between(-34, -14)),
                  static_cast<double>(random.between(85, 240)));
    }
    const Parameters parameters{.preset = kTrained[static_cast<std::size_t>(round) % kTrained.size()]};
    const auto heard = listen(line.samples(), parameters);
    const auto verdicts = heard.all<VerdictReached>();
    ASSERT_FALSE(verdicts.empty());
    EXPECT_LE(verdicts[0].at_ms, maximum_analysis_ms(parameters)) << heard.text();
    for (const auto& v : verdicts) {
      float sum = 0;
      for (const float share : v.evidence.scores) sum += share;
      EXPECT_NEAR(sum, 1, 1e-3) << describe(v);
      EXPECT_GE(v.confidence, 0);
      EXPECT_LE(v.confidence, 1);
    }
    // Nobody who has stopped speaking waits 2 s for the first verdict.
    std::int64_t ended = -1;
    for (const auto& event : heard.events) {
      if (std::holds_alternative<VerdictReached>(event)) break;
      if (std::holds_alternative<SpeechStarted>(event)) ended = -1;
      if (const auto* e = std::get_if<SpeechEnded>(&event)) ended = e->at_ms;
    }
    if (ended >= 0) {
      EXPECT_LE(verdicts[0].at_ms - ended, 2000) << heard.text();
    }
  }
}

TEST(Classifier, WhoNeverSpeaksIsTheClocksAndThenSilence) {
  for (const Preset preset : kTrained) {
    Line line;
    line.noise(8000, -58);
    const auto verdicts = listen(line.samples(), {.preset = preset}).all<VerdictReached>();
    ASSERT_EQ(verdicts.size(), 2U);
    EXPECT_EQ(verdicts[0].verdict, Verdict::unsure);
    EXPECT_EQ(verdicts[0].evidence.cause, Cause::never_spoke);
    EXPECT_LE(verdicts[0].at_ms, kNeverSpokeMs);
    EXPECT_EQ(verdicts[1].verdict, Verdict::silence);
    EXPECT_EQ(verdicts[1].revision, 1);
  }
}

TEST(Classifier, SpeechWithoutAnEndIsDecidedBeforeTheMaximum) {
  for (const Preset preset : kTrained) {
    Line line;
    line.noise(300, -60).speech(9500, -20);
    const auto v = listen(line.samples(), {.preset = preset}).first();
    EXPECT_LE(v.at_ms, maximum_analysis_ms({.preset = preset})) << describe(v);
    EXPECT_EQ(v.evidence.cause, Cause::classifier);
    EXPECT_NEAR(static_cast<double>(v.evidence.onset_ms), 300, 80);
  }
}

TEST(Classifier, FeaturesAreGivenEverySixtyMillisecondsAfterAWord) {
  Line line;
  line.noise(500, -60).speech(600, -20).noise(600, -60);
  Analyser analyser{{}};
  int rows = 0;
  const auto& samples = line.samples();
  for (std::size_t i = 0; i + kFrameSamples <= samples.size(); i += kFrameSamples) {
    analyser.push(std::span<const std::int16_t, kFrameSamples>{samples.data() + i, kFrameSamples},
                  {.at_ms = static_cast<std::int64_t>(i / 8)});
    const FeatureRow* const row = analyser.features();
    if (row == nullptr) continue;
    ++rows;
    EXPECT_NEAR((*row)[0], (static_cast<double>(i) / 8 + 20) / 1000, 1e-4) << feature_name(0);
    for (const float value : *row) EXPECT_TRUE(std::isfinite(value));
  }
  EXPECT_GE(rows, 15);
  EXPECT_LE(rows, 22);
}

}  // namespace
}  // namespace ziptone::analysis
