// The clip of an analysed leg: from the answer, as it came, to two seconds after the verdict.
#include <array>
#include <cmath>

#include <gtest/gtest.h>

#include "far_end.hpp"
#include "server/mediaplane/analysis_sink.hpp"

namespace ziptone::mediaplane {
namespace {

using Samples = std::array<std::int16_t, media::kFrameSamples>;

// The same numbers that an A-law far end's codes give, so that coding them again is exact.
Samples voice(int frame) {
  Samples samples{};
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double t = (frame * 160.0 + static_cast<double>(i)) / media::kSampleRate;
    const double envelope = 0.5 + 0.5 * std::sin(2 * M_PI * 4 * t);
    samples[i] = media::decode(
        media::Codec::pcma,
        media::encode_pcma(static_cast<std::int16_t>(9000 * envelope * std::sin(2 * M_PI * 300 * t))));
  }
  return samples;
}

TEST(ClipOfACall, IsWhatWasHeardBitByBitAndSaysWhatNeverCame) {
  AnalysisSink sink{{}, true};
  std::shared_ptr<const Clip> clip;
  std::vector<std::int16_t> heard;
  for (int i = 0; i < 600 && !clip; ++i) {
    const bool lost = i == 3 || i == 4;
    if (i == 7) continue;  // a gap in the positions, as lost packets make it
    const Samples samples = lost ? Samples{} : voice(i);
    sink.push(samples, {i * media::kFrameMs, lost});
    while (sink.poll()) continue;
    clip = sink.take_clip(false);
  }
  ASSERT_TRUE(clip);
  ASSERT_EQ(clip->lost.size(), 2u);
  EXPECT_EQ(clip->lost[0].at_ms, 60);
  EXPECT_EQ(clip->lost[0].length_ms, 40);
  EXPECT_EQ(clip->lost[1].at_ms, 140);
  EXPECT_EQ(clip->lost[1].length_ms, 20);
  for (std::size_t i = 0; i < clip->codes.size() / media::kFrameSamples; ++i) {
    if (i == 3 || i == 4 || i == 7) continue;
    const Samples samples = voice(static_cast<int>(i));
    for (std::size_t k = 0; k < samples.size(); ++k)
      ASSERT_EQ(media::decode(clip->codec, clip->codes[i * media::kFrameSamples + k]), samples[k]) << i;
  }
  EXPECT_FALSE(sink.take_clip(true)) << "once";
}

TEST(ClipOfACall, EndsTwoSecondsAfterTheVerdictOrAtTen) {
  for (const bool speaks : {false, true}) {
    AnalysisSink sink{{}, true};
    std::int64_t verdict_ms = -1;
    std::shared_ptr<const Clip> clip;
    for (int i = 0; i < 600 && !clip; ++i) {
      sink.push(speaks ? voice(i) : Samples{}, {i * media::kFrameMs, false});
      while (const auto event = sink.poll())
        if (const auto* verdict = std::get_if<analysis::VerdictReached>(&*event); verdict && verdict_ms < 0)
          verdict_ms = verdict->at_ms;
      clip = sink.take_clip(false);
    }
    ASSERT_TRUE(clip);
    ASSERT_GE(verdict_ms, 0);
    const auto length_ms = static_cast<std::int64_t>(clip->codes.size()) / 8;
    EXPECT_NEAR(static_cast<double>(length_ms),
                static_cast<double>(std::min<std::int64_t>(verdict_ms + 2000, 10'000)), 20);
  }
}

TEST(ClipOfACall, BeginsAtTheAnswerAndGoesOnWhenTheAnalysisIsStopped) {
  AnalysisSink sink{{.phase = analysis::Phase::early_media}, true};
  for (int i = 0; i < 10; ++i) sink.push(voice(i), {i * media::kFrameMs, false});
  EXPECT_FALSE(sink.stop(0)) << "nothing to record before the answer";
  EXPECT_FALSE(sink.take_clip(true));
  AnalysisSink second{{.phase = analysis::Phase::early_media}, true};
  for (int i = 0; i < 10; ++i) second.push(voice(i), {i * media::kFrameMs, false});
  second.answered(200);
  for (int i = 10; i < 20; ++i) second.push(voice(i), {i * media::kFrameMs, false});
  EXPECT_TRUE(second.stop(400));
  for (int i = 20; i < 130; ++i) {
    second.push(voice(i), {i * media::kFrameMs, false});
    EXPECT_FALSE(second.poll());
  }
  const auto clip = second.take_clip(false);
  ASSERT_TRUE(clip);
  EXPECT_EQ(clip->from_ms, 200);
  EXPECT_EQ(clip->codes.size(), 8u * 2200) << "to 2 s after the stop";
}

TEST(ClipOfACall, IsNotThereWhereNobodyKeepsIt) {
  AnalysisSink sink{{}, false};
  for (int i = 0; i < 600; ++i) sink.push(voice(i), {i * media::kFrameMs, false});
  EXPECT_FALSE(sink.take_clip(false));
  EXPECT_FALSE(sink.stop(0));
}

using ClipOfALeg = PlaneTest;
INSTANTIATE_TEST_SUITE_P(Wires, ClipOfALeg, ::testing::Bool(), wire_name);

TEST_P(ClipOfALeg, ComesBeforeLegClosedAndTheAgentsFirstPacketIsTold) {
  start();
  FarEnd contact{2};
  FarEnd phone{3};
  const auto trunk = open(1, LegKind::trunk, contact);
  const auto agent = open(2, LegKind::phone, phone);
  ASSERT_TRUE(plane->analyse(1, {}, {.clip = true}));
  run_frames(20, {&contact, &phone}, [&](int) {
    contact.send_tone(trunk, 600);
    phone.send_tone(agent, 700);
  });
  ASSERT_TRUE(plane->bridge(1, 2, {}));
  ASSERT_TRUE(plane->stop_analysis(1));
  ASSERT_TRUE(plane->stop_analysis(1));
  run_frames(20, {&contact, &phone}, [&](int) {
    contact.send_tone(trunk, 600);
    phone.send_tone(agent, 700);
  });
  EXPECT_EQ(count<AgentHears>(), 1u);
  EXPECT_EQ(count<ClipTaken>(), 0u) << "it is two seconds long at least";
  ASSERT_TRUE(plane->close(1));
  ASSERT_TRUE(wait_for<LegClosed>());
  const auto clips = all<ClipTaken>();
  ASSERT_EQ(clips.size(), 1u);
  EXPECT_GT(clips[0].clip->codes.size(), 160u * 30);
  EXPECT_EQ(clips[0].clip->codec, media::Codec::pcma);
}

}  // namespace
}  // namespace ziptone::mediaplane
