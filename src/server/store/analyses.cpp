#include "server/store/analyses.hpp"

namespace ziptone::store {
namespace {

constexpr const char* kClips = "SELECT attempt_id, campaign_id, at, file, from_ms, duration, lost FROM clips";

ClipRecord clip_row(const sqlite::Statement& row) {
  ClipRecord clip;
  clip.attempt = row.id<base::AttemptId>(0);
  clip.campaign = row.id<base::CampaignId>(1);
  clip.at = row.time(2);
  clip.file = row.text(3);
  clip.from_ms = row.integer(4);
  clip.duration = base::Duration{row.integer(5)};
  clip.lost = row.text(6);
  return clip;
}

constexpr const char* key_of(AnalysisBy by) {
  switch (by) {
    case AnalysisBy::campaign:
      return "t.campaign_id";
    case AnalysisBy::trunk:
      return "t.trunk_id";
    case AnalysisBy::country:
      return "a.country";
    case AnalysisBy::hour:
      return "t.committed_at / 3600000000 % 24";
  }
  return "";
}

}  // namespace

base::Result<> put_analysis(sqlite::Connection& db, const AnalysisRecord& r) {
  return db.run(
      "INSERT INTO analyses (attempt_id, country, decided, review, document) VALUES ($1, $2, $3, $4, $5)"
      " ON CONFLICT (attempt_id) DO UPDATE SET country = excluded.country, decided = excluded.decided,"
      " review = excluded.review, document = excluded.document",
      r.attempt, r.country, r.decided, r.review, r.document);
}

base::Result<bool> put_judgement(sqlite::Connection& db, base::AttemptId attempt, const std::string& judged,
                                 const std::string& by, base::WallTime at) {
  auto done = db.run("UPDATE analyses SET judged = $2, judged_by = $3, judged_at = $4 WHERE attempt_id = $1",
                     attempt, judged, by, at);
  if (!done) return tl::unexpected{done.error()};
  return db.changes() == 1;
}

base::Result<> put_clip(sqlite::Connection& db, const ClipRecord& r) {
  return db.run(
      "INSERT INTO clips (attempt_id, campaign_id, at, file, from_ms, duration, lost)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7)",
      r.attempt, r.campaign, r.at, r.file, r.from_ms, r.duration, r.lost);
}

base::Result<> remove_clip(sqlite::Connection& db, base::AttemptId attempt) {
  return db.run("DELETE FROM clips WHERE attempt_id = $1", attempt);
}

base::Result<std::optional<AnalysisView>> analysis_of(sqlite::Connection& db, base::AttemptId attempt) {
  std::optional<AnalysisView> found;
  auto done = db.each(
      "SELECT country, decided, review, document, judged, judged_by, judged_at FROM analyses"
      " WHERE attempt_id = $1",
      [&](sqlite::Statement& row) {
        found.emplace();
        found->analysis = {attempt, std::string(row.text(0)), std::string(row.text(1)), row.integer(2) != 0,
                           std::string(row.text(3))};
        found->judged = row.text(4);
        found->judged_by = row.text(5);
        found->judged_at = row.time(6);
      },
      attempt);
  if (done && found)
    done = db.each(
        std::string(kClips) + " WHERE attempt_id = $1",
        [&](sqlite::Statement& row) { found->clip = clip_row(row); }, attempt);
  if (!done) return tl::unexpected{done.error()};
  return found;
}

base::Result<std::vector<ClipRecord>> clips_of(sqlite::Connection& db, base::CampaignId campaign,
                                               base::WallTime from, base::WallTime until, std::size_t limit) {
  std::vector<ClipRecord> found;
  auto done = db.each(
      std::string(kClips) +
          " WHERE campaign_id = $1 AND at >= $2 AND at < $3 ORDER BY at DESC, attempt_id DESC LIMIT $4",
      [&](sqlite::Statement& row) { found.push_back(clip_row(row)); }, campaign, from, until, limit);
  if (!done) return tl::unexpected{done.error()};
  return found;
}

base::Result<std::vector<std::string>> clip_files(sqlite::Connection& db) {
  std::vector<std::string> found;
  auto done =
      db.each("SELECT file FROM clips", [&](sqlite::Statement& row) { found.emplace_back(row.text(0)); });
  if (!done) return tl::unexpected{done.error()};
  return found;
}

base::Result<std::vector<AnalysisCount>> analysis_counts(sqlite::Connection& db, const AnalysisFilter& filter,
                                                         AnalysisBy by) {
  std::vector<AnalysisCount> found;
  auto done = db.each(
      std::string("SELECT CAST(") + key_of(by) +
          " AS text), a.decided, a.judged, a.review, count(*) FROM attempts t JOIN analyses a ON "
          "a.attempt_id = t.id"
          " WHERE t.campaign_id = $1 AND ($2 = 0 OR t.trunk_id = $2) AND ($3 = '' OR a.country = $3)"
          " AND t.committed_at >= $4 AND ($5 = 0 OR t.committed_at < $5) GROUP BY 1, 2, 3, 4",
      [&](sqlite::Statement& row) {
        found.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)),
                         row.integer(3) != 0, static_cast<std::uint64_t>(row.integer(4))});
      },
      filter.campaign, filter.trunk.value, filter.country, filter.from, filter.until);
  if (!done) return tl::unexpected{done.error()};
  return found;
}

}  // namespace ziptone::store
