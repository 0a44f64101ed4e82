// The development recordings of ../shared. The floors are a little under what this version reaches (printed),
// so that a change that loses something is seen; bench/analysis has the whole table.
#include "analysis/corpus.hpp"

#include <map>

#include <gtest/gtest.h>

namespace ziptone::analysis {
namespace {

struct Beeps {
  int there = 0, found = 0, files_with_false_ones = 0;
};

void count_beeps(const corpus::Recording& r, const corpus::Heard& heard, Beeps& beeps) {
  const auto end = r.beep_ms + r.beep_length_ms;
  bool hit = false;
  bool wrong = false;
  for (const auto& tone : heard.tones) {
    if (tone.which != Tone::beep) continue;
    const bool match = r.beep_ms >= 0 && std::abs(tone.at_ms + tone.length_ms - end) <= 150;
    (match ? hit : wrong) = true;
  }
  // The quiet after it must be in the recording.
  const bool there = r.beep_ms >= 0 && end < static_cast<std::int64_t>(r.samples.size() / 8) - 200;
  beeps.there += there;
  beeps.found += there && hit;
  beeps.files_with_false_ones += wrong;
}

TEST(Corpus, ConfusionMatrix) {
  const auto recordings = corpus::load(ZIPTONE_SHARED "/data/cpa");
  if (recordings.empty()) GTEST_SKIP() << "skipped: not here (" ZIPTONE_SHARED "/data/cpa)";
  std::map<std::string, std::map<Verdict, int>> decided;
  std::map<std::string, std::map<Verdict, int>> revised;
  std::map<std::string, int> total;
  Beeps beeps;
  for (const auto& r : recordings) {
    const auto row = r.label == "busy" ? r.subtype : r.label;
    const auto heard = corpus::listen(r.samples, {});
    ASSERT_TRUE(heard.decided) << r.file;
    ++total[row];
    ++decided[row][heard.first.verdict];
    ++revised[row][heard.last.verdict];
    count_beeps(r, heard, beeps);
    // The callee's clock (issue 2 section 2), on every recording.
    const auto& v = heard.first;
    const auto last_word = v.at_ms - v.evidence.silence_ms;
    const std::int64_t maximum = Parameters{}.maximum_analysis_ms;
    EXPECT_TRUE(v.at_ms <= maximum || (v.evidence.onset_ms >= 0 && last_word <= maximum))
        << r.file << " " << describe(v);
    EXPECT_LE(v.evidence.silence_ms, 2000) << r.file;
  }
  for (const auto& [row, counts] : decided) {
    std::printf("%-9s", row.c_str());
    for (const auto& [verdict, n] : counts) std::printf(" %s %d", name(verdict).data(), n);
    std::printf("   revised:");
    for (const auto& [verdict, n] : revised[row]) std::printf(" %s %d", name(verdict).data(), n);
    std::printf("\n");
  }
  std::printf("beeps: %d of %d, a false one in %d of %zu files\n", beeps.found, beeps.there,
              beeps.files_with_false_ones, recordings.size());
  EXPECT_GE(beeps.found, beeps.there * 94 / 100);
  EXPECT_LE(beeps.files_with_false_ones, 6);
  const auto share = [&](auto& table, const char* row, Verdict v) {
    return static_cast<double>(table[row][v]) / total[row];
  };
  EXPECT_GE(share(revised, "fax", Verdict::fax), 1.0);
  EXPECT_GE(share(revised, "busy", Verdict::busy), 1.0);
  EXPECT_GE(share(revised, "reorder", Verdict::reorder), 1.0);
  EXPECT_GE(share(decided, "sit", Verdict::sit), 1.0);
  EXPECT_GE(share(revised, "ringback", Verdict::ringback), 1.0);
  EXPECT_GE(share(revised, "silence", Verdict::silence), 1.0);
  for (const auto tone : {Verdict::fax, Verdict::busy, Verdict::reorder, Verdict::sit, Verdict::ringback})
    for (const auto* row : {"human", "machine"})
      EXPECT_EQ(decided[row][tone] + revised[row][tone], 0) << row << " taken for " << name(tone);
  EXPECT_GE(share(decided, "human", Verdict::person) + share(decided, "human", Verdict::unsure), 0.93);
  EXPECT_GE(share(revised, "machine", Verdict::machine), 0.92);
}

}  // namespace
}  // namespace ziptone::analysis
