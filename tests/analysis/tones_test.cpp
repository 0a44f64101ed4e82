#include <gtest/gtest.h>

#include "analysis/signals.hpp"

namespace ziptone::analysis {
namespace {

using signals::Line;
using signals::listen;

struct Rhythm {
  const char* title;
  std::initializer_list<double> hertz;
  std::initializer_list<int> on_off;
  Verdict verdict;
  std::array<char, 2> country{};
};

// ITU-T E.180 supplement 2.
const Rhythm kRhythms[] = {
    {"US busy", {480, 620}, {500, 500}, Verdict::busy},
    {"GB busy", {400}, {375, 375}, Verdict::busy},
    {"EU busy", {425}, {500, 500}, Verdict::busy},
    {"DE busy", {425}, {480, 480}, Verdict::busy},
    {"TR busy", {450}, {500, 500}, Verdict::busy},
    {"FR busy", {440}, {500, 500}, Verdict::busy},
    {"CN busy", {450}, {350, 350}, Verdict::busy},
    {"BR busy", {425}, {250, 250}, Verdict::busy, {'B', 'R'}},
    {"ES busy", {425}, {200, 200}, Verdict::busy, {'E', 'S'}},
    {"IN busy", {400}, {750, 750}, Verdict::busy, {'I', 'N'}},
    {"US reorder", {480, 620}, {250, 250}, Verdict::reorder},
    {"EU congestion", {425}, {250, 250}, Verdict::reorder},
    {"TR congestion", {450}, {200, 200, 200, 200, 200, 200, 600, 200}, Verdict::reorder},
    {"GB congestion", {400}, {400, 350, 225, 525}, Verdict::reorder},
    {"RU congestion", {425}, {175, 175}, Verdict::reorder},
    {"CN congestion", {450}, {700, 700}, Verdict::reorder},
    {"US ringback", {440, 480}, {2000, 4000}, Verdict::ringback},
    {"GB ringback", {400, 450}, {400, 200, 400, 2000}, Verdict::ringback},
    {"AU ringback", {400, 425, 450}, {400, 200, 400, 2000}, Verdict::ringback},
    {"EU ringback", {425}, {1000, 4000}, Verdict::ringback},
    {"TR ringback", {450}, {2000, 4000}, Verdict::ringback},
    {"RU ringback", {425}, {800, 3200}, Verdict::ringback},
};

TEST(Tones, NationalRhythmsAreNamedAtAnyLevelAndFromAnyStart) {
  for (const auto& r : kRhythms) {
    for (const int lead_ms : {0, 110, 700}) {
      for (const double dbfs : {-12.0, -20.0, -33.0}) {
        Line line{7};
        line.noise(lead_ms, -66).rhythm(8, r.hertz, r.on_off, dbfs);
        const auto heard = listen(line.samples(), {.country = r.country});
        const auto verdicts = heard.all<VerdictReached>();
        ASSERT_FALSE(verdicts.empty()) << r.title;
        EXPECT_EQ(verdicts.back().verdict, r.verdict)
            << r.title << " after " << lead_ms << " ms at " << dbfs << "\n"
            << heard.text();
        EXPECT_EQ(verdicts.back().evidence.cause, Cause::tone);
        EXPECT_FALSE(heard.tone(Tone::beep)) << r.title << "\n" << heard.text();
        for (const auto& v : verdicts)
          EXPECT_TRUE(v.verdict == r.verdict || v.verdict == Verdict::unsure) << r.title << "\n"
                                                                              << heard.text();
      }
    }
  }
}

TEST(Tones, FastRhythmsDecideBeforeTheMaximum) {
  for (const auto& r : kRhythms) {
    if (r.verdict == Verdict::ringback || r.on_off.size() > 2) continue;
    Line line{7};
    line.noise(60, -66).rhythm(8, r.hertz, r.on_off);
    const auto v = listen(line.samples(), {.country = r.country}).first();
    EXPECT_EQ(v.verdict, r.verdict) << r.title;
    EXPECT_LE(v.at_ms, 1800) << r.title;
  }
}

TEST(Tones, SitSaysWhichOne) {
  struct Case {
    Sit sit;
    double first, second;
    int first_ms, second_ms;
  };
  for (const auto& c :
       {Case{Sit::intercept, 913.8, 1370.6, 274, 274}, Case{Sit::vacant, 985.2, 1370.6, 380, 274},
        Case{Sit::reorder, 913.8, 1428.5, 274, 380}, Case{Sit::no_circuit, 985.2, 1428.5, 380, 380},
        Case{Sit::itu, 950, 1400, 330, 330}}) {
    for (const double detune : {0.99, 1.0, 1.01}) {
      Line line;
      line.noise(200).sit(c.first * detune, c.first_ms, c.second * detune, c.second_ms, 1776.7 * detune);
      line.noise(300).speech(2000);
      const auto heard = listen(line.samples());
      const auto verdicts = heard.all<VerdictReached>();
      ASSERT_EQ(verdicts.size(), 1U) << heard.text();
      EXPECT_EQ(verdicts[0].verdict, Verdict::sit);
      EXPECT_EQ(verdicts[0].evidence.sit, c.sit) << name(c.sit) << " x " << detune << "\n" << heard.text();
      EXPECT_LE(verdicts[0].at_ms, 200 + c.first_ms + c.second_ms + 380);
    }
  }
}

TEST(Tones, SitsFirstStepAloneIsNotASit) {
  Line line;
  line.noise(200).tone(330, {950}).noise(100).tone(330, {950}).noise(3000);
  EXPECT_FALSE(listen(line.samples()).tone(Tone::sit));
}

TEST(Tones, FaxAnswersAreHeardWithinHalfASecond) {
  {
    Line line;
    line.noise(300).tone(2600, {2100});
    const auto heard = listen(line.samples());
    EXPECT_EQ(heard.first().verdict, Verdict::fax) << heard.text();
    EXPECT_LE(heard.first().at_ms, 300 + 500);
    EXPECT_TRUE(heard.tone(Tone::ced));
    EXPECT_FALSE(heard.tone(Tone::ansam));
  }
  {
    Line line;
    line.noise(300).ansam(2600);
    const auto heard = listen(line.samples());
    EXPECT_EQ(heard.first().verdict, Verdict::fax) << heard.text();
    EXPECT_TRUE(heard.tone(Tone::ansam)) << heard.text();
  }
  {
    Line line;
    line.noise(300).v21(2000);
    const auto heard = listen(line.samples());
    EXPECT_EQ(heard.first().verdict, Verdict::fax) << heard.text();
    EXPECT_TRUE(heard.tone(Tone::v21)) << heard.text();
  }
}

TEST(Tones, ACallingFaxIsBelievedBeforeSpeechOrWhenItRepeats) {
  Line before;
  before.noise(400).tone(500, {1100}).noise(3000);
  EXPECT_EQ(listen(before.samples()).first().verdict, Verdict::fax);

  Line voicemail;
  voicemail.noise(100).speech(4000).noise(300).tone(500, {1100}).noise(3000);
  const auto heard = listen(voicemail.samples());
  EXPECT_FALSE(heard.tone(Tone::cng)) << heard.text();
  EXPECT_TRUE(heard.tone(Tone::beep)) << heard.text();

  Line after;
  after.noise(100).speech(600).noise(1000).tone(500, {1100}).noise(3000).tone(500, {1100}).noise(1000);
  EXPECT_TRUE(listen(after.samples()).tone(Tone::cng));
}

TEST(Tones, BeepsAreReportedRightAfterTheirEnd) {
  for (const double hz : {440.0, 620.0, 1000.0, 1400.0, 2000.0}) {
    for (const int ms : {160, 400, 1000}) {
      Line line;
      line.noise(200).speech(3500).noise(400).tone(ms, {hz}).noise(2000);
      const int end = 200 + 3500 + 400 + ms;
      const auto heard = listen(line.samples());
      bool found = false;
      for (const auto& t : heard.all<ToneHeard>())
        if (t.which == Tone::beep)
          found |= std::abs(t.at_ms + t.length_ms - end) <= 60 && std::abs(t.hz - hz) < 8;
      EXPECT_TRUE(found) << hz << " Hz " << ms << " ms\n" << heard.text();
      const auto ends = heard.all<GreetingEnded>();
      ASSERT_EQ(ends.size(), 1U);
      EXPECT_EQ(ends[0].by, GreetingEnded::By::beep) << heard.text();
    }
  }
}

TEST(Tones, ASteppedBeepIsOneBeep) {
  Line line;
  line.noise(200).speech(3500).noise(400).tone(250, {850}).tone(250, {680}).noise(1000);
  const auto tones = listen(line.samples()).all<ToneHeard>();
  ASSERT_EQ(tones.size(), 1U);
  EXPECT_EQ(tones[0].which, Tone::beep);
  EXPECT_NEAR(tones[0].length_ms, 500, 60);
}

// The busy of a switch that answers: its first tone alone is not a recorder's beep.
TEST(Tones, ALowToneBeforeAnyWordIsTheNetworks) {
  Line line;
  line.noise(200).tone(500, {425}).noise(4000);
  const auto heard = listen(line.samples());
  EXPECT_FALSE(heard.tone(Tone::beep)) << heard.text();
  EXPECT_NE(heard.first().verdict, Verdict::machine);
}

TEST(Tones, VoicesAreNotTones) {
  for (int seed = 1; seed <= 40; ++seed) {
    Line line{static_cast<std::uint64_t>(seed)};
    line.noise(300).speech(400 + 90 * seed, -30 + seed % 15, 80 + 9 * seed).noise(2500);
    const auto heard = listen(line.samples());
    EXPECT_TRUE(heard.all<ToneHeard>().empty()) << seed << "\n" << heard.text();
  }
}

TEST(Tones, AHeldVowelIsNotABeep) {
  for (const double hz : {190.0, 222.0, 300.0, 410.0}) {
    for (const double sinks : {0.97, 0.95, 0.9}) {
      Line line;
      line.noise(400).speech(300, -22, hz).vowel(260, hz, hz * sinks).noise(2500);
      const auto heard = listen(line.samples());
      EXPECT_TRUE(heard.all<ToneHeard>().empty()) << hz << " x " << sinks << "\n" << heard.text();
      EXPECT_EQ(heard.first().verdict, Verdict::person);
    }
  }
}

}  // namespace
}  // namespace ziptone::analysis
