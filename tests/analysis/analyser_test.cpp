#include "analysis/analyser.hpp"

#include <gtest/gtest.h>

#include "analysis/signals.hpp"
#include "base/random.hpp"

namespace ziptone::analysis {
namespace {

using signals::drain;
using signals::Heard;
using signals::kRule;
using signals::Line;
using signals::listen;

TEST(Analyser, AShortHelloIsAPersonOneSilenceLater) {
  Line line;
  line.noise(500).speech(600).noise(4000);
  const auto heard = listen(line.samples());
  const auto v = heard.first();
  EXPECT_EQ(v.verdict, Verdict::person) << heard.text();
  EXPECT_EQ(v.revision, 0);
  EXPECT_FALSE(v.early);
  EXPECT_GE(v.at_ms, 1100 + 500);
  EXPECT_LE(v.at_ms, 1100 + 608 + 80);
  EXPECT_NEAR(static_cast<double>(v.evidence.onset_ms), 500, 60);
  EXPECT_NEAR(static_cast<double>(v.evidence.first_turn_end_ms), 1100, 80);
  ASSERT_EQ(heard.all<SpeechStarted>().size(), 1U);
  EXPECT_NEAR(static_cast<double>(heard.all<SpeechStarted>()[0].at_ms), 500, 60);
  ASSERT_EQ(heard.all<SpeechEnded>().size(), 1U);
  EXPECT_NEAR(static_cast<double>(heard.all<SpeechEnded>()[0].at_ms), 1100, 80);
}

TEST(Analyser, SpeechThroughTheAnalysisPeriodIsAMachine) {
  Line line;
  line.noise(300).speech(6000).noise(3000);
  const auto heard = listen(line.samples());
  const auto v = heard.first();
  EXPECT_EQ(v.verdict, Verdict::machine) << heard.text();
  EXPECT_EQ(v.evidence.cause, Cause::speech_without_pause);
  EXPECT_LE(v.at_ms, 2900);
  ASSERT_EQ(heard.all<GreetingEnded>().size(), 1U) << heard.text();
  EXPECT_EQ(heard.all<GreetingEnded>()[0].by, GreetingEnded::By::quiet);
  EXPECT_NEAR(static_cast<double>(heard.all<GreetingEnded>()[0].at_ms), 6300, 80);
}

TEST(Analyser, WhoNeverSpeaksIsUnsureAtEighteenHundred) {
  for (const auto answered : {std::int64_t{-1}, std::int64_t{990}}) {
    Line line;
    line.noise(8000);
    const auto heard =
        listen(line.samples(),
               {.preset = Preset::silence_rule, .phase = answered < 0 ? Phase::answered : Phase::early_media},
               answered);
    const auto v = heard.first();
    const auto due = std::max<std::int64_t>(answered, 0) + kNeverSpokeMs;
    EXPECT_EQ(v.verdict, Verdict::unsure);
    EXPECT_EQ(v.evidence.cause, Cause::never_spoke);
    EXPECT_LE(v.at_ms, due);
    EXPECT_GT(v.at_ms, due - kFrameMs);
    EXPECT_EQ(heard.all<VerdictReached>().back().verdict, Verdict::silence) << "nothing for 5 s revises it";
  }
}

TEST(Analyser, AClickIsNotSpeech) {
  Line line;
  line.noise(400).speech(60, -15).noise(4000);
  const auto v = listen(line.samples()).first();
  EXPECT_EQ(v.evidence.cause, Cause::never_spoke);
}

TEST(Analyser, DigitalSilenceBeforeTheGreetingDoesNotMakeNoiseSpeech) {
  Line line;
  line.zeros(1000).noise(700, -55).zeros(300).noise(3000, -55);
  EXPECT_EQ(listen(line.samples()).first().evidence.cause, Cause::never_spoke);
}

TEST(Analyser, TheMomentsHoldForEveryShapeOfSpeech) {
  base::Random random{42};
  for (int round = 0; round < 150; ++round) {
    Line line{static_cast<std::uint64_t>(round) + 1};
    const int bed = static_cast<int>(random.between(-70, -50));
    while (line.samples().size() < 8 * 9000) {
      line.noise(static_cast<int>(random.between(40, 1500)), bed);
      line.speech(static_cast<int>(random.between(60, 2600)), static_cast<double>(random.between(-34, -14)),
                  static_cast<double>(random.between(85, 240)));
    }
    Parameters p = kRule;
    p.minimum_silence_ms = static_cast<std::int32_t>(random.between(100, 1000));
    p.analysis_period_ms = static_cast<std::int32_t>(random.between(1000, 5000));
    p.minimum_valid_speech_ms = static_cast<std::int32_t>(random.between(50, 500));
    p.maximum_analysis_ms = static_cast<std::int32_t>(random.between(1000, 6000));
    const auto heard = listen(line.samples(), p);
    const auto v = heard.first();
    ASSERT_FALSE(heard.all<VerdictReached>().empty());
    const bool spoke = v.evidence.onset_ms >= 0;
    if (!spoke) {
      EXPECT_LE(v.at_ms, kNeverSpokeMs) << heard.text();
      continue;
    }
    // Either within the campaign's maximum, or in the silence after speech that ended before it.
    const auto last_word = v.at_ms - v.evidence.silence_ms;
    EXPECT_TRUE(v.at_ms <= p.maximum_analysis_ms || last_word <= p.maximum_analysis_ms) << heard.text();
    EXPECT_LE(v.evidence.silence_ms, 2000) << heard.text();
  }
}

TEST(Analyser, BeforeTheAnswerTonesAndWordsAreTheNetworks) {
  const Parameters early{.preset = Preset::silence_rule, .phase = Phase::early_media};
  {
    Line line;
    line.noise(100).rhythm(4, {425}, {500, 500});
    const auto v = listen(line.samples(), early).first();
    EXPECT_EQ(v.verdict, Verdict::busy);
    EXPECT_TRUE(v.early);
    EXPECT_EQ(v.evidence.answered_ms, -1);
  }
  {
    Line line;
    line.noise(100).sit(985.2, 380, 1370.6, 274).noise(200).speech(4000);
    EXPECT_EQ(listen(line.samples(), early).first().verdict, Verdict::sit);
  }
  {
    Line line;
    line.noise(400).speech(1800).noise(300).speech(2500).noise(1000);
    const auto v = listen(line.samples(), early).first();
    EXPECT_EQ(v.verdict, Verdict::announcement);
    EXPECT_TRUE(v.early);
  }
  {
    Line line;
    line.noise(400).rhythm(3, {425}, {1000, 4000});
    const auto heard = listen(line.samples(), early);
    EXPECT_TRUE(heard.all<VerdictReached>().empty()) << "ringing is no verdict before the answer\n"
                                                     << heard.text();
    EXPECT_TRUE(heard.tone(Tone::ringback));
  }
  {
    Line line;
    line.noise(30000);
    EXPECT_TRUE(listen(line.samples(), early).events.empty()) << "no clock runs before the answer";
  }
}

TEST(Analyser, BeforeTheAnswerTheMostTellingToneStands) {
  const Parameters early{.preset = Preset::silence_rule, .phase = Phase::early_media};
  Line ringing;
  ringing.noise(300).rhythm(2, {425}, {1000, 4000}).rhythm(4, {425}, {500, 500});
  EXPECT_EQ(listen(ringing.samples(), early).first().verdict, Verdict::busy) << "busy after ringing";
  Line sit;
  sit.noise(100).sit(985.2, 380, 1370.6, 274).noise(200).speech(3000).noise(500).rhythm(6, {425}, {250, 250});
  const auto verdicts = listen(sit.samples(), early).all<VerdictReached>();
  ASSERT_EQ(verdicts.size(), 1U) << "busy after a SIT is only the end of the recording";
  EXPECT_EQ(verdicts[0].verdict, Verdict::sit);
  Line words;
  words.noise(100).speech(4000).noise(500).rhythm(6, {425}, {250, 250});
  const auto announced = listen(words.samples(), early).all<VerdictReached>();
  ASSERT_EQ(announced.size(), 1U);
  EXPECT_EQ(announced[0].verdict, Verdict::announcement);
}

TEST(Analyser, ARustlingLineCannotHoldTheVerdict) {
  Line line;
  line.noise(400, -60).speech(900, -24);
  for (int i = 0; i < 60; ++i) line.noise(60, -60).noise(20, -26);
  const Parameters p{.preset = Preset::silence_rule,
                     .analysis_period_ms = 10000,
                     .minimum_valid_speech_ms = 500,
                     .maximum_analysis_ms = 10000};
  const auto v = listen(line.samples(), p).first();
  EXPECT_EQ(v.verdict, Verdict::person) << describe(v);
  EXPECT_LE(v.at_ms, 1300 + 2000) << describe(v);
}

// Where a stream's positions begin is no information.
TEST(Analyser, OnlyDifferencesOfPositionsCount) {
  for (const std::int64_t offset : {std::int64_t{20}, std::int64_t{7'000}, std::int64_t{86'400'000}}) {
    for (const int cut_ms : {90, 210, 330}) {
      Line line;
      line.tone(cut_ms, {400, 450}).noise(200, -66).rhythm(3, {400, 450}, {400, 200, 400, 2000});
      Heard at_zero = listen(line.samples());
      Analyser analyser{{}};
      Heard later;
      for (std::size_t i = 0; i + 160 <= line.samples().size(); i += 160) {
        analyser.push(std::span<const std::int16_t, 160>{line.samples().data() + i, 160},
                      {.at_ms = offset + static_cast<std::int64_t>(i / 8)});
        drain(analyser, later);
      }
      const auto a = at_zero.all<VerdictReached>();
      const auto b = later.all<VerdictReached>();
      ASSERT_EQ(a.size(), b.size());
      for (std::size_t i = 0; i < a.size(); ++i) {
        EXPECT_EQ(a[i].verdict, b[i].verdict);
        EXPECT_EQ(a[i].at_ms + offset, b[i].at_ms);
      }
      EXPECT_EQ(a.back().verdict, Verdict::ringback) << at_zero.text();
    }
  }
}

TEST(Analyser, TheAnswerBeginsAFreshDecision) {
  Line line;
  line.noise(200).speech(4300).noise(500);  // an announcement until 5000
  line.noise(300).speech(500).noise(2500);  // then somebody answers
  const auto heard =
      listen(line.samples(), {.preset = Preset::silence_rule, .phase = Phase::early_media}, 5000);
  const auto verdicts = heard.all<VerdictReached>();
  ASSERT_EQ(verdicts.size(), 2U) << heard.text();
  EXPECT_EQ(verdicts[0].verdict, Verdict::announcement);
  EXPECT_EQ(verdicts[1].verdict, Verdict::person);
  EXPECT_EQ(verdicts[1].revision, 0);
  EXPECT_EQ(verdicts[1].evidence.answered_ms, 5000);
  EXPECT_NEAR(static_cast<double>(verdicts[1].evidence.onset_ms), 5300, 60);
}

TEST(Analyser, AMachineIsUnmaskedAfterAWrongVerdict) {
  Line line;
  line.noise(200).speech(700).noise(800).speech(5000).noise(300).tone(400, {1000}).noise(2000);
  const auto heard = listen(line.samples());
  const auto verdicts = heard.all<VerdictReached>();
  ASSERT_EQ(verdicts.size(), 2U) << heard.text();
  EXPECT_EQ(verdicts[0].verdict, Verdict::person);
  EXPECT_EQ(verdicts[1].verdict, Verdict::machine);
  EXPECT_EQ(verdicts[1].revision, 1);
  EXPECT_LE(verdicts[1].at_ms, 200 + 700 + 800 + 2500 + 100);
}

TEST(Analyser, AfterWordsANetworkToneIsTheirHangUp) {
  Line line;
  line.noise(200).speech(600).noise(900).rhythm(6, {425}, {500, 500});
  const auto heard = listen(line.samples());
  EXPECT_TRUE(heard.tone(Tone::busy)) << heard.text();
  EXPECT_EQ(heard.all<VerdictReached>().back().verdict, Verdict::person) << heard.text();
}

TEST(Analyser, OffAndStoppedSayNothing) {
  Line line;
  line.noise(200).speech(600).noise(3000);
  EXPECT_TRUE(listen(line.samples(), {.on = false}).events.empty());
  Analyser analyser{{}};
  analyser.stop();
  for (std::size_t i = 0; i + 160 <= line.samples().size(); i += 160)
    analyser.push(std::span<const std::int16_t, 160>{line.samples().data() + i, 160},
                  {.at_ms = static_cast<std::int64_t>(i / 8)});
  EXPECT_FALSE(analyser.poll());
  EXPECT_FALSE(analyser.verdict());
}

TEST(Analyser, RestartIsAsNew) {
  Line machine;
  machine.noise(300).speech(6000);
  Line person{5};
  person.noise(500).speech(500).noise(2500);
  Analyser used{{}};
  Heard heard;
  const auto feed = [&](Analyser& analyser, const Line& line) {
    Heard out;
    for (std::size_t i = 0; i + 160 <= line.samples().size(); i += 160)
      analyser.push(std::span<const std::int16_t, 160>{line.samples().data() + i, 160},
                    {.at_ms = static_cast<std::int64_t>(i / 8)});
    drain(analyser, out);
    return out;
  };
  feed(used, machine);
  used.restart({});
  EXPECT_EQ(feed(used, person).text(), listen(person.samples(), Parameters{}).text());
}

// However the shell delivers the frames, the events are the same: polled each frame or seldom, lost frames
// pushed as such or left out.
TEST(Analyser, DeliveryDoesNotChangeTheEvents) {
  base::Random random{9};
  for (int round = 0; round < 25; ++round) {
    Line line{static_cast<std::uint64_t>(round) + 100};
    line.noise(static_cast<int>(random.between(20, 900)));
    line.speech(static_cast<int>(random.between(200, 3500)))
        .noise(900)
        .tone(300, {1000})
        .noise(600)
        .speech(900);
    const auto& samples = line.samples();
    std::vector<bool> lost(samples.size() / 160);
    for (std::size_t i = 1; i + 1 < lost.size(); ++i) lost[i] = random.chance(0.1);
    const std::int64_t offset = random.between(0, 5000);
    Analyser every{{}};
    Analyser seldom{{}};
    Analyser gaps{{}};
    Heard a;
    Heard b;
    Heard c;
    for (std::size_t i = 0; i < lost.size(); ++i) {
      const std::span<const std::int16_t, 160> frame{samples.data() + 160 * i, 160};
      const FrameInfo info{.at_ms = offset + static_cast<std::int64_t>(20 * i),
                           .kind = lost[i] ? Frame::lost : Frame::sound};
      every.push(frame, info);
      drain(every, a);
      seldom.push(frame, info);
      if (random.chance(0.02)) drain(seldom, b);
      if (!lost[i]) gaps.push(frame, info);
      drain(gaps, c);
    }
    drain(seldom, b);
    EXPECT_FALSE(a.events.empty());
    EXPECT_EQ(a.text(), b.text());
    EXPECT_EQ(a.text(), c.text());
  }
}

TEST(Analyser, LossAndComfortNoiseKeepTheVerdictAndTheFloor) {
  Line line;
  line.noise(500).speech(700).noise(3000);
  const auto& samples = line.samples();
  Analyser analyser{{}};
  base::Random random{3};
  Heard heard;
  for (std::size_t i = 0; i < samples.size() / 160; ++i) {
    const auto at = static_cast<std::int64_t>(20 * i);
    const bool quiet = at < 480 || at > 1300;
    const auto kind = quiet ? Frame::dtx : random.chance(0.08) ? Frame::lost : Frame::sound;
    analyser.push(std::span<const std::int16_t, 160>{samples.data() + 160 * i, 160},
                  {.at_ms = at, .kind = kind});
    drain(analyser, heard);
  }
  EXPECT_EQ(heard.first().verdict, Verdict::person) << heard.text();
  EXPECT_LE(heard.first().at_ms, 1200 + 1500) << heard.text();
}

TEST(Analyser, AStreamThatStopsStillGetsItsVerdictFromLostFrames) {
  Line line;
  line.noise(300).speech(500);
  const std::vector<std::int16_t> none(160);
  Analyser analyser{{}};
  Heard heard;
  for (std::size_t i = 0; i < 200; ++i) {
    const bool there = 160 * (i + 1) <= line.samples().size();
    const auto* data = there ? line.samples().data() + 160 * i : none.data();
    analyser.push(std::span<const std::int16_t, 160>{data, 160},
                  {.at_ms = static_cast<std::int64_t>(20 * i), .kind = there ? Frame::sound : Frame::lost});
    drain(analyser, heard);
  }
  EXPECT_EQ(heard.first().verdict, Verdict::person) << heard.text();
  EXPECT_LE(heard.first().at_ms, 800 + 2000);
}

TEST(Analyser, VerdictsSurviveAnOutboxThatNobodyPolls) {
  Analyser analyser{{}};
  Line line;
  line.noise(100);
  for (int i = 0; i < 60; ++i) line.speech(300).noise(320);
  line.noise(400).speech(3500);
  for (std::size_t i = 0; i + 160 <= line.samples().size(); i += 160)
    analyser.push(std::span<const std::int16_t, 160>{line.samples().data() + i, 160},
                  {.at_ms = static_cast<std::int64_t>(i / 8)});
  Heard heard;
  drain(analyser, heard);
  ASSERT_FALSE(heard.all<VerdictReached>().empty());
  ASSERT_TRUE(analyser.verdict());
  EXPECT_EQ(describe(heard.all<VerdictReached>().back()), describe(*analyser.verdict()));
}

}  // namespace
}  // namespace ziptone::analysis
