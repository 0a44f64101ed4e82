#include "server/store/prompts.hpp"

namespace ziptone::store {

base::Result<bool> put_prompt(sqlite::Connection& db, const PromptRecord& r) {
  auto done = db.run(
      "INSERT INTO prompts (campaign_id, kind, language, name, file, duration, at)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (campaign_id, kind, language) DO UPDATE SET"
      " name = excluded.name, file = excluded.file, duration = excluded.duration, at = excluded.at",
      r.campaign, r.kind, r.language, r.name, r.file, r.duration, r.at);
  if (!done) return tl::unexpected(done.error());
  return true;
}

base::Result<bool> remove_prompt(sqlite::Connection& db, base::CampaignId campaign, const std::string& kind,
                                 const std::string& language) {
  auto done = db.run("DELETE FROM prompts WHERE campaign_id = $1 AND kind = $2 AND language = $3", campaign,
                     kind, language);
  if (!done) return tl::unexpected(done.error());
  return db.changes() == 1;
}

base::Result<std::vector<PromptRecord>> all_prompts(sqlite::Connection& db) {
  std::vector<PromptRecord> found;
  auto done = db.each(
      "SELECT campaign_id, kind, language, name, file, duration, at FROM prompts ORDER BY campaign_id, kind,"
      " language",
      [&](sqlite::Statement& row) {
        found.push_back({row.id<base::CampaignId>(0), std::string(row.text(1)), std::string(row.text(2)),
                         std::string(row.text(3)), std::string(row.text(4)), base::Duration{row.integer(5)},
                         row.time(6)});
      });
  if (!done) return tl::unexpected(done.error());
  return found;
}

}  // namespace ziptone::store
