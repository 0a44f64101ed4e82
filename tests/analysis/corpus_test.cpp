// The development recordings of ../shared. The floors are a little under what this version reaches (printed),
// so that a change that loses something is seen; bench/analysis has the whole table.
#include "analysis/corpus.hpp"

#include <map>

#include <gtest/gtest.h>

namespace ziptone::analysis {
namespace {

TEST(Corpus, ConfusionMatrix) {
  const auto recordings = corpus::load(ZIPTONE_SHARED "/data/cpa");
  if (recordings.empty()) GTEST_SKIP() << "skipped: not here (" ZIPTONE_SHARED "/data/cpa)";
  std::map<std::string, std::map<Verdict, int>> decided;
  std::map<std::string, std::map<Verdict, int>> revised;
  std::map<std::string, int> total;
  for (const auto& r : recordings) {
    const auto row = r.label == "busy" ? r.subtype : r.label;
    const auto heard = corpus::listen(r.samples, {});
    ASSERT_TRUE(heard.decided) << r.file;
    ++total[row];
    ++decided[row][heard.first.verdict];
    ++revised[row][heard.last.verdict];
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
  const auto share = [&](auto& table, const char* row, Verdict v) {
    return static_cast<double>(table[row][v]) / total[row];
  };
  EXPECT_GE(share(revised, "fax", Verdict::fax), 1.0);
  EXPECT_GE(share(revised, "busy", Verdict::busy), 1.0);
  EXPECT_GE(share(revised, "reorder", Verdict::reorder), 1.0);
  EXPECT_GE(share(decided, "sit", Verdict::sit), 1.0);
  EXPECT_GE(share(revised, "ringback", Verdict::ringback), 0.92);
  EXPECT_GE(share(revised, "silence", Verdict::silence), 1.0);
  for (const auto tone : {Verdict::fax, Verdict::busy, Verdict::reorder, Verdict::sit, Verdict::ringback})
    for (const auto* row : {"human", "machine"})
      EXPECT_EQ(decided[row][tone] + revised[row][tone], 0) << row << " taken for " << name(tone);
  EXPECT_GE(share(decided, "human", Verdict::person) + share(decided, "human", Verdict::unsure), 0.79);
  EXPECT_GE(share(revised, "machine", Verdict::machine), 0.94);
}

}  // namespace
}  // namespace ziptone::analysis
