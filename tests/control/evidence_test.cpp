// What is kept of an analysis, the clips as files, and the lengths behind a quantile.
#include "server/control/evidence.hpp"

#include <filesystem>
#include <fstream>

#include <boost/json.hpp>

#include <gtest/gtest.h>

#include "fixture.hpp"
#include "media/wav.hpp"
#include "server/control/clips.hpp"
#include "server/control/clock.hpp"
#include "server/control/latencies.hpp"
#include "server/control/seed.hpp"
#include "server/store/analyses.hpp"

namespace ziptone::control {
namespace {

namespace js = boost::json;
using analysis::Verdict;

base::Instant at(std::int64_t ms) { return base::Instant{base::milliseconds{ms}}; }

analysis::VerdictReached reached(Verdict verdict, std::int64_t ms, bool early = false) {
  analysis::VerdictReached v{.verdict = verdict, .confidence = 0.8F, .at_ms = ms, .early = early};
  v.evidence.first_turn_end_ms = early ? -1 : ms - 600;
  v.evidence.scores[static_cast<std::size_t>(verdict)] = 0.8F;
  return v;
}

TEST(EvidenceOfACall, IsDecidedByTheFirstVerdictAfterTheAnswer) {
  Evidence evidence;
  EXPECT_EQ(evidence.decided(), nullptr);
  evidence.add(reached(Verdict::ringback, 500, true), at(10'500), 500);
  EXPECT_EQ(evidence.decided()->verdict, Verdict::ringback) << "so far";
  evidence.add(analysis::SpeechStarted{900}, at(11'200), 1200);
  evidence.add(reached(Verdict::person, 2000), at(12'000), 2000);
  evidence.add(reached(Verdict::machine, 4000), at(14'000), 4000);
  EXPECT_EQ(evidence.decided()->verdict, Verdict::person);
  evidence.merged(at(12'040));
  evidence.merged(at(15'000));
  EXPECT_EQ(evidence.first_turn_end(), at(11'400)) << "1,400 ms on the analysis' scale";
  const auto o = js::parse(evidence.document("balanced")).as_object();
  EXPECT_EQ(o.at("verdict"), "person");
  EXPECT_EQ(o.at("operating_point"), "balanced");
  ASSERT_EQ(o.at("revisions").as_array().size(), 3u);
  EXPECT_EQ(o.at("revisions").at(0).at("early"), true);
  EXPECT_EQ(o.at("revisions").at(2).at("verdict"), "machine");
  ASSERT_EQ(o.at("events").as_array().size(), 2u);
  EXPECT_EQ(o.at("events").at(0).at("what"), "speech_started");
  EXPECT_EQ(o.at("events").at(1).at("what"), "merged");
  EXPECT_EQ(o.at("events").at(1).at("at_ms"), 2040);
  EXPECT_EQ(o.at("evidence").at("first_turn_end_ms"), 1400);
  EXPECT_EQ(o.at("evidence").at("onset_ms"), nullptr);
  EXPECT_EQ(o.at("evidence").at("scores").as_object().size(), 1u);
}

TEST(EvidenceOfACall, OfASecondAnalysisGoesOnWhereTheFirstOneIs) {
  Evidence evidence;
  evidence.add(reached(Verdict::screening, 2000), at(12'000), 2000);
  evidence.again(at(15'000));
  evidence.add(reached(Verdict::person, 1500), at(16'500), 1500);
  EXPECT_EQ(evidence.decided()->verdict, Verdict::screening);
  EXPECT_FALSE(evidence.first_turn_end()) << "that was the assistant";
  const auto o = js::parse(evidence.document("")).as_object();
  EXPECT_EQ(o.at("revisions").at(1).at("at_ms"), 6500);
  EXPECT_EQ(o.at("revisions").at(1).at("evidence").at("first_turn_end_ms"), 5900);
}

TEST(EvidenceOfACall, SaysThatNothingWasReached) {
  const auto o = js::parse(Evidence{}.document("")).as_object();
  EXPECT_TRUE(o.at("verdict").is_null());
  EXPECT_TRUE(o.at("evidence").is_null());
  EXPECT_TRUE(o.at("operating_point").is_null());
  EXPECT_FALSE(Evidence{}.first_turn_end());
}

TEST(LatenciesKept, GiveTheQuantilesOfTheNewest) {
  Latencies lengths;
  EXPECT_EQ(lengths.quantile(0.5), base::Duration{});
  for (int i = 1; i <= 5000; ++i) lengths.add(base::milliseconds{i});
  EXPECT_EQ(lengths.count(), 5000u);
  EXPECT_EQ(lengths.quantile(0.5), base::milliseconds{4501}) << "of 4,001 to 5,000";
  EXPECT_EQ(lengths.quantile(0.95), base::milliseconds{4951});
}

class ClipFiles : public ::testing::Test {
 protected:
  ClipFiles() : store(store::open_store(dir_.path())), world(store::make_world(*store)) {
    store::import_contacts(*store, world.list, 1, 3);
    for (std::uint64_t i = 1; i <= 3; ++i)
      EXPECT_TRUE(store::submit(*store, {store::intent(world, i, i, store::at(0))}));
  }
  void keep_for(int days) {
    config::CampaignSettings settings;
    settings.name = settings.queue = settings.entry_point = "x";
    settings.clip_days = static_cast<std::uint16_t>(days);
    store::must(store->write_and_wait<bool>([&](store::sqlite::Connection& db) -> base::Result<bool> {
      auto put =
          store::put_setting(db, fmt::format("campaign/{}", world.campaign), config::to_json(settings));
      if (!put) return tl::unexpected{put.error()};
      return true;
    }));
  }
  void clip(std::uint64_t attempt, base::WallTime when) {
    Clips clips{*store, folder()};
    auto made = std::make_shared<mediaplane::Clip>();
    made->codes.assign(8000, 0x55);
    made->lost.push_back({20, 40});
    clips.keep({attempt}, world.campaign, made, when);
  }
  std::string folder() const { return dir_.path() + "/clips"; }
  std::size_t files() const {
    std::error_code none;
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator{folder(), none}) ++count;
    return count;
  }

  store::TempDir dir_;
  std::unique_ptr<store::Store> store;
  store::World world;
};

TEST_F(ClipFiles, AreNamedByRowsAndGoWhenTheyAreOld) {
  keep_for(3);
  const base::WallTime now = wall_now();
  clip(1, now - base::hours{24 * 2});
  clip(2, now - base::hours{1});
  auto reader = store::open_reader(*store);
  const auto row = store::must(reader.analysis({1}));
  EXPECT_FALSE(row) << "a clip alone is no analysis";
  ASSERT_EQ(store::must(reader.clips(world.campaign, {}, now, 9)).size(), 2u);
  EXPECT_EQ(store::must(reader.clips(world.campaign, {}, now, 9))[0].lost, "[[20,40]]");
  std::ifstream in{clip_path(folder(), "1"), std::ios::binary};
  const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>{in}, {}};
  EXPECT_EQ(store::must(media::parse_wav(bytes)).size(), 8000u);
  std::ofstream{clip_path(folder(), "stray")} << "left by a crash";
  EXPECT_EQ(files(), 3u);
  store::must(sweep_clips(*store, folder(), now));
  EXPECT_EQ(files(), 2u);
  store::must(sweep_clips(*store, folder(), now + base::hours{25}));
  EXPECT_EQ(files(), 1u) << "of two days and an hour";
  keep_for(0);
  store::must(sweep_clips(*store, folder(), now));
  EXPECT_EQ(files(), 0u) << "nothing is kept any more";
  EXPECT_TRUE(store::must(reader.clip_files()).empty());
}

}  // namespace
}  // namespace ziptone::control
