#include "server/store/reader_rows.hpp"

namespace ziptone::store {
namespace {

std::uint64_t number(sqlite::Statement& row, int column) {
  return static_cast<std::uint64_t>(row.integer(column));
}
GuideVersion version_row(sqlite::Statement& row) {
  return {number(row, 0), std::string(row.text(1)), number(row, 2), row.time(3)};
}
GuideAnswers answers_row(sqlite::Statement& row) {
  return {row.id<AttemptId>(0),     number(row, 1),           number(row, 2), row.id<AgentId>(3),
          std::string(row.text(4)), std::string(row.text(5)), row.time(6),    row.time(7)};
}

}  // namespace

base::Result<std::vector<NoteView>> Reader::notes(ContactId contact) {
  std::vector<NoteView> found;
  auto done = db_.each(
      "SELECT n.attempt_id, n.agent_id, n.note, n.at FROM attempts a JOIN notes n ON n.attempt_id = a.id"
      " WHERE a.contact_id = $1 ORDER BY n.attempt_id DESC",
      [&](sqlite::Statement& row) {
        found.push_back({row.id<AttemptId>(0), row.id<AgentId>(1), std::string(row.text(2)), row.time(3)});
      },
      contact);
  return result(done, found);
}

base::Result<std::vector<IdleCodeRecord>> Reader::idle_codes() {
  std::vector<IdleCodeRecord> found;
  auto done = db_.each(
      "SELECT id, name_tr, name_en, enabled FROM idle_codes ORDER BY id", [&](sqlite::Statement& row) {
        found.push_back({static_cast<std::uint16_t>(row.integer(0)), std::string(row.text(1)),
                         std::string(row.text(2)), row.integer(3) != 0});
      });
  return result(done, found);
}

base::Result<AgentId> Reader::agent_of(AttemptId attempt) {
  AgentId found;
  auto done = db_.each(
      "SELECT coalesce(talked_agent_id, current_agent_id, agent_id) FROM attempts WHERE id = $1",
      [&](sqlite::Statement& row) { found = row.id<AgentId>(0); }, attempt);
  return result(done, found);
}

base::Result<std::vector<GuideVersion>> Reader::guides() {
  std::vector<GuideVersion> found;
  auto done = db_.each(
      "SELECT g.id, g.name, v.version, v.at FROM guides g JOIN guide_versions v ON v.guide_id = g.id"
      " WHERE v.version = (SELECT max(n.version) FROM guide_versions n WHERE n.guide_id = g.id) ORDER BY "
      "g.id",
      [&](sqlite::Statement& row) { found.push_back(version_row(row)); });
  return result(done, found);
}

base::Result<std::vector<GuideVersion>> Reader::guide_versions(std::uint64_t guide) {
  std::vector<GuideVersion> found;
  auto done = db_.each(
      "SELECT g.id, g.name, v.version, v.at FROM guides g JOIN guide_versions v ON v.guide_id = g.id"
      " WHERE g.id = $1 ORDER BY v.version DESC",
      [&](sqlite::Statement& row) { found.push_back(version_row(row)); }, guide);
  return result(done, found);
}

base::Result<std::optional<GuideVersion>> Reader::guide_version_at(std::uint64_t guide, WallTime moment) {
  std::optional<GuideVersion> found;
  auto done = db_.each(
      "SELECT g.id, g.name, v.version, v.at FROM guides g JOIN guide_versions v ON v.guide_id = g.id"
      " WHERE g.id = $1 AND v.at <= $2 ORDER BY v.version DESC LIMIT 1",
      [&](sqlite::Statement& row) { found = version_row(row); }, guide, moment);
  return result(done, found);
}

base::Result<std::optional<std::string>> Reader::guide_document(std::uint64_t guide, std::uint64_t version) {
  std::optional<std::string> found;
  auto done = db_.each(
      "SELECT document FROM guide_versions WHERE guide_id = $1 AND version = $2",
      [&](sqlite::Statement& row) { found = std::string(row.text(0)); }, guide, version);
  return result(done, found);
}

base::Result<std::optional<GuideAnswers>> Reader::guide_answers(AttemptId attempt) {
  std::optional<GuideAnswers> found;
  auto done = db_.each(
      "SELECT attempt_id, guide_id, version, agent_id, answers, code, updated_at, submitted_at"
      " FROM guide_answers WHERE attempt_id = $1",
      [&](sqlite::Statement& row) { found = answers_row(row); }, attempt);
  return result(done, found);
}

base::Result<std::vector<GuideAnswers>> Reader::guide_answers_of(std::uint64_t guide, std::uint64_t version,
                                                                 AttemptId after, std::size_t limit) {
  std::vector<GuideAnswers> found;
  auto done = db_.each(
      "SELECT attempt_id, guide_id, version, agent_id, answers, code, updated_at, submitted_at"
      " FROM guide_answers WHERE guide_id = $1 AND version = $2 AND attempt_id > $3 ORDER BY attempt_id "
      "LIMIT $4",
      [&](sqlite::Statement& row) { found.push_back(answers_row(row)); }, guide, version, after.value, limit);
  return result(done, found);
}

}  // namespace ziptone::store
