#include "server/store/catalog_rows.hpp"
#include "server/store/reader_rows.hpp"
#include "server/store/words.hpp"

namespace ziptone::store {
namespace {

constexpr std::string_view kToken =
    "SELECT id, hash, name, role, agent_id, created_at, expires_at, created_by FROM tokens WHERE hash = $1";
constexpr std::string_view kTokens =
    "SELECT id, hash, name, role, agent_id, created_at, expires_at, created_by FROM tokens ORDER BY id";

TokenRecord token_row(sqlite::Statement& row) {
  return {static_cast<std::uint64_t>(row.integer(0)),
          std::string(row.text(1)),
          std::string(row.text(2)),
          std::string(row.text(3)),
          row.id<AgentId>(4),
          row.time(5),
          row.time(6),
          std::string(row.text(7))};
}

}  // namespace

base::Result<std::vector<TrunkRecord>> Reader::trunks() { return all_trunks(db_); }
base::Result<std::vector<EntryPointRecord>> Reader::entry_points() { return all_entry_points(db_); }
base::Result<std::vector<QueueRecord>> Reader::queues() { return all_queues(db_); }
base::Result<std::vector<AgentRecord>> Reader::agents() { return all_agents(db_); }
base::Result<std::vector<CampaignRecord>> Reader::campaigns() { return all_campaigns(db_); }

base::Result<std::vector<TeamRecord>> Reader::teams() {
  std::vector<TeamRecord> found;
  auto done = db_.each("SELECT id, name FROM teams ORDER BY id", [&](sqlite::Statement& row) {
    found.push_back({row.id<TeamId>(0), std::string(row.text(1))});
  });
  return result(done, found);
}

base::Result<std::optional<AgentRecord>> Reader::agent_by_sign_in(const std::string& sign_in) {
  auto all = agents();
  if (!all) return tl::unexpected(all.error());
  for (AgentRecord& record : *all)
    if (record.sign_in == sign_in) return std::move(record);
  return std::nullopt;
}

base::Result<std::vector<CodeRecord>> Reader::codes() {
  std::vector<CodeRecord> found;
  auto done = db_.each(
      "SELECT c.id, c.name_tr, c.name_en, c.description_tr, c.description_en, c.effect, s.code_id IS NOT NULL"
      " FROM codes c LEFT JOIN system_codes s ON s.code_id = c.id ORDER BY c.id",
      [&](sqlite::Statement& row) {
        found.push_back({row.id<CodeId>(0), std::string(row.text(1)), std::string(row.text(2)),
                         std::string(row.text(3)), std::string(row.text(4)),
                         from_word<dialer::CodeRule::Effect>(row.text(5)), row.integer(6) != 0});
      });
  return result(done, found);
}

base::Result<std::vector<ListRecord>> Reader::lists() {
  std::vector<ListRecord> found;
  auto done = db_.each("SELECT id, name, country FROM lists ORDER BY id", [&](sqlite::Statement& row) {
    found.push_back({row.id<ListId>(0), std::string(row.text(1)), std::string(row.text(2))});
  });
  return result(done, found);
}

base::Result<std::vector<PromptRecord>> Reader::prompts() { return all_prompts(db_); }

base::Result<std::optional<AnalysisView>> Reader::analysis(AttemptId attempt) {
  return analysis_of(db_, attempt);
}
base::Result<std::vector<ClipRecord>> Reader::clips(CampaignId campaign, WallTime from, WallTime until,
                                                    std::size_t limit) {
  return clips_of(db_, campaign, from, until, limit);
}
base::Result<std::vector<std::string>> Reader::clip_files() { return store::clip_files(db_); }
base::Result<std::vector<AnalysisCount>> Reader::analysis_counts(const AnalysisFilter& filter,
                                                                 AnalysisBy by) {
  return store::analysis_counts(db_, filter, by);
}

base::Result<std::vector<DncView>> Reader::dnc(const std::string& after_e164, std::size_t limit) {
  std::vector<DncView> found;
  auto done = db_.each(
      "SELECT number, source, at, attempt_id FROM dnc WHERE number > $1 ORDER BY number LIMIT $2",
      [&](sqlite::Statement& row) {
        found.push_back(
            {std::string(row.text(0)), std::string(row.text(1)), row.time(2), row.id<AttemptId>(3)});
      },
      after_e164, limit);
  return result(done, found);
}

base::Result<std::optional<TokenRecord>> Reader::token(const std::string& hash) {
  std::optional<TokenRecord> found;
  auto done = db_.each(
      kToken, [&](sqlite::Statement& row) { found = token_row(row); }, hash);
  return result(done, found);
}

base::Result<std::vector<TokenRecord>> Reader::tokens() {
  std::vector<TokenRecord> found;
  auto done = db_.each(kTokens, [&](sqlite::Statement& row) { found.push_back(token_row(row)); });
  return result(done, found);
}

base::Result<std::optional<std::string>> Reader::setting(const std::string& key) {
  std::optional<std::string> found;
  auto done = db_.each(
      "SELECT value FROM settings WHERE key = $1",
      [&](sqlite::Statement& row) { found = std::string(row.text(0)); }, key);
  return result(done, found);
}

base::Result<std::vector<ImportView>> Reader::imports(ListId list) {
  std::vector<ImportView> found;
  auto done = db_.each(
      "SELECT id, list_id, file, state, at, inserted, updated, unchanged, duplicate, bad FROM imports"
      " WHERE list_id = $1 ORDER BY id",
      [&](sqlite::Statement& row) {
        ImportView view;
        view.id = static_cast<std::uint64_t>(row.integer(0));
        view.list = row.id<ListId>(1);
        view.file = row.text(2);
        view.state = row.text(3);
        view.at = row.time(4);
        view.inserted = static_cast<std::uint64_t>(row.integer(5));
        view.updated = static_cast<std::uint64_t>(row.integer(6));
        view.unchanged = static_cast<std::uint64_t>(row.integer(7));
        view.duplicate = static_cast<std::uint64_t>(row.integer(8));
        view.bad = static_cast<std::uint64_t>(row.integer(9));
        view.read = view.inserted + view.updated + view.unchanged + view.duplicate + view.bad;
        found.push_back(std::move(view));
      },
      list);
  return result(done, found);
}

base::Result<std::vector<ImportProblemView>> Reader::import_problems(std::uint64_t import,
                                                                     std::uint64_t after, std::size_t limit) {
  std::vector<ImportProblemView> found;
  auto done = db_.each(
      "SELECT id, line, column_name, what, mend, original, kind FROM import_problems"
      " WHERE import_id = $1 AND id > $2 ORDER BY id LIMIT $3",
      [&](sqlite::Statement& row) {
        found.push_back({static_cast<std::uint64_t>(row.integer(0)),
                         {from_word<ImportProblem::Kind>(row.text(6)),
                          static_cast<std::uint64_t>(row.integer(1)), std::string(row.text(2)),
                          std::string(row.text(3)), std::string(row.text(4)), std::string(row.text(5))}});
      },
      import, after, limit);
  return result(done, found);
}

}  // namespace ziptone::store
