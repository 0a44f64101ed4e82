#include "server/store/dialog.hpp"

namespace ziptone::store {
namespace {

// No header value holds a line break (RFC 3261 25.1), so it parts the entries of a route set.
std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}
std::vector<std::string> parted(std::string_view text) {
  std::vector<std::string> lines;
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return lines;
}

// The row of the key, made when it is not there.
base::Result<> ensure(sqlite::Connection& db, const DialogKey& key) {
  if (key.attempt)
    return db.run("INSERT INTO dialogs (attempt_id) VALUES ($1) ON CONFLICT (attempt_id) DO NOTHING",
                  key.attempt);
  return db.run("INSERT INTO dialogs (agent_id, leg) VALUES ($1, $2) ON CONFLICT (agent_id, leg) DO NOTHING",
                key.agent, key.leg);
}

}  // namespace

base::Result<> put_dialog(sqlite::Connection& db, const DialogKey& key, const DialogFacts& facts) {
  if (auto made = ensure(db, key); !made) return made;
  static constexpr std::string_view kOfAttempt =
      "UPDATE dialogs SET call_id = $1, local_tag = $2, remote_tag = $3, remote_target = $4, route_set = $5,"
      " local_uri = $6, remote_uri = $7, local_cseq = $8, next_hop = $9 WHERE attempt_id = $10";
  static constexpr std::string_view kOfLeg =
      "UPDATE dialogs SET call_id = $1, local_tag = $2, remote_tag = $3, remote_target = $4, route_set = $5,"
      " local_uri = $6, remote_uri = $7, local_cseq = $8, next_hop = $9 WHERE agent_id = $10 AND leg = $11";
  const std::string routes = joined(facts.route_set);
  if (key.attempt)
    return db.run(kOfAttempt, facts.call_id, facts.local_tag, facts.remote_tag, facts.remote_target, routes,
                  facts.local_uri, facts.remote_uri, facts.local_cseq, facts.next_hop, key.attempt);
  return db.run(kOfLeg, facts.call_id, facts.local_tag, facts.remote_tag, facts.remote_target, routes,
                facts.local_uri, facts.remote_uri, facts.local_cseq, facts.next_hop, key.agent, key.leg);
}

base::Result<> put_leg(sqlite::Connection& db, AgentId agent, std::uint64_t leg) {
  return ensure(db, DialogKey{.agent = agent, .leg = leg});
}

base::Result<> close_dialog(sqlite::Connection& db, const DialogKey& key) {
  if (key.attempt)
    return db.run("UPDATE dialogs SET ended = 1 WHERE attempt_id = $1 AND ended = 0", key.attempt);
  return db.run("UPDATE dialogs SET ended = 1 WHERE agent_id = $1 AND leg = $2 AND ended = 0", key.agent,
                key.leg);
}

base::Result<std::vector<OpenDialog>> open_dialogs(sqlite::Connection& db) {
  std::vector<OpenDialog> open;
  auto read = db.each(
      "SELECT d.attempt_id, d.agent_id, d.leg, a.trunk_id, a.number, a.caller_id, d.call_id, d.local_tag,"
      " d.remote_tag, d.remote_target, d.route_set, d.local_uri, d.remote_uri, d.local_cseq, d.next_hop"
      " FROM dialogs d LEFT JOIN attempts a ON a.id = d.attempt_id WHERE d.ended = 0 ORDER BY d.id",
      [&](sqlite::Statement& row) {
        OpenDialog dialog;
        dialog.key = {row.id<AttemptId>(0), row.id<AgentId>(1), static_cast<std::uint64_t>(row.integer(2))};
        dialog.trunk = row.id<TrunkId>(3);
        dialog.to = row.text(4);
        dialog.caller_id = row.text(5);
        if (!row.text(6).empty()) {
          DialogFacts facts;
          facts.call_id = row.text(6);
          facts.local_tag = row.text(7);
          facts.remote_tag = row.text(8);
          facts.remote_target = row.text(9);
          facts.route_set = parted(row.text(10));
          facts.local_uri = row.text(11);
          facts.remote_uri = row.text(12);
          facts.local_cseq = static_cast<std::uint32_t>(row.integer(13));
          facts.next_hop = row.text(14);
          dialog.facts = std::move(facts);
        }
        open.push_back(std::move(dialog));
      });
  if (!read) return tl::unexpected(read.error());
  return open;
}

}  // namespace ziptone::store
