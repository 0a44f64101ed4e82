// What call progress analysis said of attempts, what people judged of it, and the clips that are kept. The
// document is JSON of control/evidence.hpp and opaque here; the sounds are files (control/clips.hpp).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "server/store/sqlite.hpp"

namespace ziptone::store {

struct AnalysisRecord {
  base::AttemptId attempt;
  std::string country;   // of the number, ISO 3166; empty: unknown
  std::string decided;   // the verdict that the dialer acted on, in analysis' words; empty: none was reached
  bool review = false;   // called a machine, and connected so that the agent may judge
  std::string document;  // JSON
};
struct ClipRecord {
  base::AttemptId attempt;
  base::CampaignId campaign;
  base::WallTime at{};
  std::string file;          // in DATA/clips, without .wav
  std::int64_t from_ms = 0;  // where it begins on the analysis' scale
  base::Duration duration{};
  std::string lost = "[]";  // JSON: what never came, [[at_ms, length_ms], ...]
};
struct AnalysisView {
  AnalysisRecord analysis;
  std::string judged;  // person, machine; empty: by nobody
  std::string judged_by;
  base::WallTime judged_at{};
  std::optional<ClipRecord> clip;
};

// Again for what came later; a judgement stays.
base::Result<> put_analysis(sqlite::Connection& db, const AnalysisRecord& record);
// False: there is no analysis of that attempt.
base::Result<bool> put_judgement(sqlite::Connection& db, base::AttemptId attempt, const std::string& judged,
                                 const std::string& by, base::WallTime at);
base::Result<> put_clip(sqlite::Connection& db, const ClipRecord& record);
base::Result<> remove_clip(sqlite::Connection& db, base::AttemptId attempt);

base::Result<std::optional<AnalysisView>> analysis_of(sqlite::Connection& db, base::AttemptId attempt);
// Of one campaign, those from `from` on and before `until`, the newest first.
base::Result<std::vector<ClipRecord>> clips_of(sqlite::Connection& db, base::CampaignId campaign,
                                               base::WallTime from, base::WallTime until, std::size_t limit);
base::Result<std::vector<std::string>> clip_files(sqlite::Connection& db);

// What attempts were called and what they were judged to be.
struct AnalysisFilter {
  base::CampaignId campaign;
  base::TrunkId trunk;             // 0: all
  std::string country;             // empty: all
  base::WallTime from{}, until{};  // committed_at, half-open; zero: not narrowed
};
enum class AnalysisBy : std::uint8_t { campaign, trunk, country, hour };  // of the day, UTC: 0 to 23
struct AnalysisCount {
  std::string key;  // an id, a country, an hour
  std::string decided, judged;
  bool review = false;
  std::uint64_t count = 0;
};
base::Result<std::vector<AnalysisCount>> analysis_counts(sqlite::Connection& db, const AnalysisFilter& filter,
                                                         AnalysisBy by);

}  // namespace ziptone::store
