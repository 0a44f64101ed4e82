#include <limits>
#include <set>

#include <gtest/gtest.h>

#include "analysis/analyser.hpp"

namespace ziptone::analysis {
namespace {

TEST(Parameters, DefaultsAreTheFieldsAndValid) {
  const Parameters p;
  EXPECT_TRUE(p.on);
  EXPECT_EQ(p.minimum_silence_ms, 608);
  EXPECT_EQ(p.analysis_period_ms, 2500);
  EXPECT_EQ(p.minimum_valid_speech_ms, 112);
  EXPECT_EQ(p.maximum_analysis_ms, 3000);
  EXPECT_EQ(p.terminating_tone_ms, 30000);
  EXPECT_TRUE(validate(p));
}

TEST(Parameters, EachRangeIsClosedAndNamed) {
  struct Case {
    std::int32_t Parameters::*member;
    std::int32_t low, high;
    const char* where;
  };
  const Case cases[] = {{&Parameters::minimum_silence_ms, 100, 1000, "minimum_silence_ms"},
                        {&Parameters::analysis_period_ms, 1000, 10000, "analysis_period_ms"},
                        {&Parameters::minimum_valid_speech_ms, 50, 500, "minimum_valid_speech_ms"},
                        {&Parameters::maximum_analysis_ms, 1000, 10000, "maximum_analysis_ms"},
                        {&Parameters::terminating_tone_ms, 1000, 60000, "terminating_tone_ms"}};
  for (const auto& c : cases) {
    for (const auto value : {c.low, c.high}) {
      Parameters p;
      p.*c.member = value;
      EXPECT_TRUE(validate(p)) << c.where << " " << value;
    }
    for (const auto value : {c.low - 1, c.high + 1, 0, -5}) {
      Parameters p;
      p.*c.member = value;
      const auto result = validate(p);
      ASSERT_FALSE(result) << c.where << " " << value;
      EXPECT_EQ(result.error().where, c.where);
      EXPECT_FALSE(result.error().mend.empty());
    }
  }
}

TEST(Parameters, ATiltIsWithinFour) {
  for (const float tilt : {-4.0F, 0.0F, 4.0F}) EXPECT_TRUE(validate({.tilt = tilt}));
  for (const float tilt : {-4.1F, 4.1F, std::numeric_limits<float>::quiet_NaN()}) {
    const auto result = validate({.tilt = tilt});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().where, "tilt");
  }
}

TEST(Parameters, CountryIsTwoCapitalsOrUnknown) {
  Parameters p;
  p.country = {'T', 'R'};
  EXPECT_TRUE(validate(p));
  for (const auto& bad : {std::array<char, 2>{'t', 'r'}, {'T', 0}, {'1', '2'}}) {
    p.country = bad;
    EXPECT_FALSE(validate(p));
  }
}

TEST(Names, AreDistinctAndComplete) {
  std::set<std::string_view> verdicts;
  for (std::size_t i = 0; i < kVerdicts; ++i) verdicts.insert(name(static_cast<Verdict>(i)));
  EXPECT_EQ(verdicts.size(), kVerdicts);
  EXPECT_FALSE(verdicts.contains("?"));
  std::set<std::string_view> causes;
  for (int i = 0; i <= static_cast<int>(Cause::classifier); ++i) causes.insert(name(static_cast<Cause>(i)));
  EXPECT_EQ(causes.size(), static_cast<std::size_t>(Cause::classifier) + 1);
  EXPECT_FALSE(causes.contains("?"));
}

TEST(Names, AVerdictReadsAsASentence) {
  VerdictReached reached{.verdict = Verdict::sit, .confidence = 0.99F, .at_ms = 1100, .early = true};
  reached.evidence.cause = Cause::tone;
  reached.evidence.tone = Tone::sit;
  reached.evidence.sit = Sit::vacant;
  reached.evidence.tone_hz = 985.2F;
  reached.evidence.tone_ms = 1034;
  const auto text = describe(reached);
  EXPECT_NE(text.find("sit 0.99 at 1100 ms: tone sit 985 Hz for 1034 ms (vacant)"), std::string::npos)
      << text;
  EXPECT_NE(text.find("before the answer"), std::string::npos) << text;
}

}  // namespace
}  // namespace ziptone::analysis
