#include "server/store/catalog.hpp"
#include "server/store/put.hpp"

namespace ziptone::store {

base::Result<> put_note(sqlite::Connection& db, AttemptId attempt, AgentId agent, std::string_view text,
                        WallTime at) {
  if (text.empty())
    return db.run("DELETE FROM notes WHERE attempt_id = $1 AND agent_id = $2", attempt, agent);
  auto done = db.run(
      "INSERT INTO notes (attempt_id, agent_id, note, at) VALUES ($1, $2, $3, $4)"
      " ON CONFLICT (attempt_id, agent_id) DO UPDATE SET note = excluded.note, at = excluded.at",
      attempt, agent, text, at);
  if (!done) return tl::unexpected(worded(done.error()));
  return done;
}

base::Result<> put_idle_code(sqlite::Connection& db, const IdleCodeRecord& record) {
  if (record.id == 0) return base::error("must be 1 to 65535", "id", "write a number");
  if (record.name_tr.empty()) return base::error("must not be empty", "name_tr", "write a Turkish name");
  if (record.name_en.empty()) return base::error("must not be empty", "name_en", "write an English name");
  auto done = db.run(
      "INSERT INTO idle_codes (id, name_tr, name_en, enabled) VALUES ($1, $2, $3, $4)"
      " ON CONFLICT (id) DO UPDATE SET name_tr = excluded.name_tr, name_en = excluded.name_en,"
      " enabled = excluded.enabled",
      record.id, record.name_tr, record.name_en, record.enabled);
  if (!done) return tl::unexpected(worded(done.error()));
  return done;
}

base::Result<GuideVersion> put_guide(sqlite::Connection& db, const std::string& name,
                                     const std::string& document, WallTime at) {
  if (name.empty()) return base::error("must not be empty", "name", "write a name");
  GuideVersion made;
  made.name = name;
  made.at = at;
  auto done = db.run("INSERT INTO guides (name) VALUES ($1) ON CONFLICT (name) DO NOTHING", name);
  std::string newest;
  if (done)
    done = db.each(
        "SELECT g.id, coalesce(v.version, 0), coalesce(v.document, ''), coalesce(v.at, 0) FROM guides g"
        " LEFT JOIN guide_versions v ON v.guide_id = g.id WHERE g.name = $1 ORDER BY v.version DESC LIMIT 1",
        [&](sqlite::Statement& row) {
          made.guide = static_cast<std::uint64_t>(row.integer(0));
          made.version = static_cast<std::uint64_t>(row.integer(1));
          newest = row.text(2);
          if (newest == document) made.at = row.time(3);
        },
        name);
  if (!done) return tl::unexpected(worded(done.error()));
  if (made.version != 0 && newest == document) return made;
  ++made.version;
  done = db.run("INSERT INTO guide_versions (guide_id, version, document, at) VALUES ($1, $2, $3, $4)",
                made.guide, made.version, document, at);
  if (!done) return tl::unexpected(worded(done.error()));
  return made;
}

base::Result<bool> put_guide_answers(sqlite::Connection& db, const GuideAnswers& answers) {
  auto done = db.run(
      "INSERT INTO guide_answers (attempt_id, guide_id, version, agent_id, answers, code, updated_at,"
      " submitted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
      " ON CONFLICT (attempt_id) DO UPDATE SET agent_id = excluded.agent_id, answers = excluded.answers,"
      " code = excluded.code, updated_at = excluded.updated_at, submitted_at = excluded.submitted_at"
      " WHERE guide_answers.submitted_at = 0",
      answers.attempt, answers.guide, answers.version, answers.agent, answers.answers, answers.code,
      answers.updated_at, answers.submitted_at);
  const bool taken = db.changes() == 1;
  if (done && taken && answers.submitted_at != WallTime{})
    done = db.run("INSERT INTO webhook_notes (event, attempt_id, at) VALUES ('guide_submitted', $1, $2)",
                  answers.attempt, answers.submitted_at);
  if (!done) return tl::unexpected(worded(done.error()));
  return taken;
}

}  // namespace ziptone::store
