// What is kept of call progress analysis: rewritten, judged, counted; and the clips' rows.
#include "server/store/analyses.hpp"

#include <gtest/gtest.h>

#include "fixture.hpp"

namespace ziptone::store {
namespace {

class Analyses : public ::testing::Test {
 protected:
  Analyses() : store_(open_store(dir_.path())), world(make_world(*store_)) {
    import_contacts(*store_, world.list, 1, 4);
    for (std::uint64_t i = 1; i <= 4; ++i)
      EXPECT_TRUE(submit(*store_, {intent(world, i, i, at(static_cast<std::int64_t>(i) * 3600))}));
  }
  template <class Work>
  void write(Work work) {
    must(store_->write_and_wait<bool>([&](sqlite::Connection& db) -> base::Result<bool> {
      if (auto done = work(db); !done) return tl::unexpected(done.error());
      return true;
    }));
  }
  void analysed(std::uint64_t attempt, const std::string& verdict, bool review = false) {
    write([&](auto& db) { return put_analysis(db, {{attempt}, "TR", verdict, review, "{}"}); });
  }
  bool judged(std::uint64_t attempt, const std::string& who) {
    return must(store_->write_and_wait<bool>(
        [&](auto& db) { return put_judgement(db, {attempt}, who, "ayse", at(9)); }));
  }
  Reader reader() { return open_reader(*store_); }

 private:
  TempDir dir_;
  std::unique_ptr<Store> store_;

 protected:
  World world;
};

TEST_F(Analyses, WhatComesLaterIsWrittenOverAndTheJudgementStays) {
  EXPECT_FALSE(judged(1, "person")) << "nothing was analysed";
  analysed(1, "");
  EXPECT_TRUE(judged(1, "person"));
  analysed(1, "machine", true);
  const auto view = must(reader().analysis({1}));
  ASSERT_TRUE(view);
  EXPECT_EQ(view->analysis.decided, "machine");
  EXPECT_TRUE(view->analysis.review);
  EXPECT_EQ(view->judged, "person");
  EXPECT_EQ(view->judged_by, "ayse");
  EXPECT_EQ(view->judged_at, at(9));
  EXPECT_FALSE(view->clip);
  EXPECT_FALSE(must(reader().analysis({2})));
}

TEST_F(Analyses, AreCountedByWhatTheyWereCalledAndJudged) {
  analysed(1, "machine");
  analysed(2, "machine", true);
  analysed(3, "machine");
  analysed(4, "person");
  judged(2, "person");
  AnalysisFilter filter;
  filter.campaign = world.campaign;
  filter.from = at(0);
  const auto count = [&](const AnalysisFilter& f, AnalysisBy by, const std::string& decided) {
    std::uint64_t sum = 0;
    for (const auto& one : must(reader().analysis_counts(f, by)))
      if (one.decided == decided) sum += one.count;
    return sum;
  };
  EXPECT_EQ(count(filter, AnalysisBy::country, "machine"), 3u);
  EXPECT_EQ(count(filter, AnalysisBy::trunk, "person"), 1u);
  EXPECT_EQ(must(reader().analysis_counts(filter, AnalysisBy::hour)).size(), 4u) << "an hour each";
  const auto by_campaign = must(reader().analysis_counts(filter, AnalysisBy::campaign));
  ASSERT_EQ(by_campaign.size(), 3u);
  EXPECT_EQ(by_campaign[0].key, std::to_string(world.campaign.value));
  filter.until = at(3 * 3600);
  EXPECT_EQ(count(filter, AnalysisBy::country, "machine"), 2u);
  filter.country = "DE";
  EXPECT_EQ(count(filter, AnalysisBy::country, "machine"), 0u);
}

TEST_F(Analyses, TheShareThatIsReviewedIsTheCampaigns) {
  auto campaign = must(reader().campaigns()).front();
  EXPECT_EQ(campaign.campaign.review_share, 0);
  campaign.campaign.review_share = 12;
  write([&](auto& db) { return put_campaign(db, campaign); });
  EXPECT_EQ(must(reader().campaigns()).front().campaign.review_share, 12);
}

TEST_F(Analyses, ClipsAreFoundByTimeAndTakenAway) {
  analysed(1, "machine");
  for (std::uint64_t i = 1; i <= 3; ++i)
    write([&](auto& db) {
      return put_clip(db, {{i},
                           world.campaign,
                           at(static_cast<std::int64_t>(i)),
                           std::to_string(i),
                           40,
                           base::milliseconds{2500},
                           "[[60,20]]"});
    });
  const auto all = must(reader().clips(world.campaign, at(0), at(3), 10));
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].attempt, AttemptId{2}) << "the newest first";
  const auto clip = must(reader().analysis({1}))->clip;
  ASSERT_TRUE(clip);
  EXPECT_EQ(clip->from_ms, 40);
  EXPECT_EQ(clip->duration, base::milliseconds{2500});
  EXPECT_EQ(clip->lost, "[[60,20]]");
  write([](auto& db) { return remove_clip(db, {1}); });
  EXPECT_FALSE(must(reader().analysis({1}))->clip);
  EXPECT_EQ(must(reader().clip_files()).size(), 2u);
}

}  // namespace
}  // namespace ziptone::store
