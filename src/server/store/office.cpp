#include "server/store/office.hpp"

namespace ziptone::store {

base::Result<> add_audit(sqlite::Connection& db, const AuditRecord& r) {
  return db.run(
      "INSERT INTO audit (at, who, role, address, action, what, before, after, status)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      r.at, r.who, r.role, r.address, r.action, r.what, r.before, r.after, r.status);
}

base::Result<> put_session(sqlite::Connection& db, const SessionRecord& r) {
  return db.run(
      "INSERT INTO sessions (hash, sign_in, opened_at, used_at) VALUES ($1, $2, $3, $4)"
      " ON CONFLICT (hash) DO UPDATE SET used_at = excluded.used_at",
      r.hash, r.sign_in, r.opened_at, r.used_at);
}

base::Result<> remove_session(sqlite::Connection& db, const std::string& hash) {
  return db.run("DELETE FROM sessions WHERE hash = $1", hash);
}

base::Result<> keep_answer(sqlite::Connection& db, const KeptAnswer& a, base::WallTime forget) {
  if (auto done = db.run("DELETE FROM kept_answers WHERE at < $1", forget); !done) return done;
  return db.run(
      "INSERT INTO kept_answers (who, key, request, status, type, body, at) VALUES ($1, $2, $3, $4, $5, $6, "
      "$7)"
      " ON CONFLICT (who, key) DO UPDATE SET request = excluded.request, status = excluded.status,"
      " type = excluded.type, body = excluded.body, at = excluded.at",
      a.who, a.key, a.request, a.status, a.type, a.body, a.at);
}

base::Result<Office> Office::open(const std::string& database) {
  sqlite::Connection::Options options;
  options.read_only = true;
  auto db = sqlite::Connection::open(database, options);
  if (!db) return tl::unexpected(db.error());
  return Office{std::move(*db)};
}

base::Result<std::vector<AuditRecord>> Office::audit(const AuditFilter& filter, std::uint64_t before,
                                                     std::size_t limit) {
  std::vector<AuditRecord> found;
  const std::int64_t below = before == 0 ? INT64_MAX : static_cast<std::int64_t>(before);
  const std::int64_t until = filter.until == base::WallTime{} ? INT64_MAX : base::micros(filter.until);
  const auto done = db_.each(
      "SELECT id, at, who, role, address, action, what, before, after, status FROM audit"
      " WHERE id < $1 AND ($2 = '' OR who = $2) AND substr(what, 1, length($3)) = $3 AND at >= $4 AND at < $5"
      " ORDER BY id DESC LIMIT $6",
      [&](sqlite::Statement& row) {
        found.push_back({static_cast<std::uint64_t>(row.integer(0)), row.time(1), std::string(row.text(2)),
                         std::string(row.text(3)), std::string(row.text(4)), std::string(row.text(5)),
                         std::string(row.text(6)), std::string(row.text(7)), std::string(row.text(8)),
                         static_cast<int>(row.integer(9))});
      },
      below, filter.who, filter.what, base::micros(filter.from), until, limit);
  if (!done) return tl::unexpected(done.error());
  return found;
}

base::Result<std::vector<SessionRecord>> Office::sessions() {
  std::vector<SessionRecord> found;
  const auto done =
      db_.each("SELECT hash, sign_in, opened_at, used_at FROM sessions", [&](sqlite::Statement& row) {
        found.push_back({std::string(row.text(0)), std::string(row.text(1)), row.time(2), row.time(3)});
      });
  if (!done) return tl::unexpected(done.error());
  return found;
}

base::Result<std::optional<KeptAnswer>> Office::kept_answer(const std::string& who, const std::string& key) {
  std::optional<KeptAnswer> found;
  const auto done = db_.each(
      "SELECT request, status, type, body, at FROM kept_answers WHERE who = $1 AND key = $2",
      [&](sqlite::Statement& row) {
        found = KeptAnswer{who,
                           key,
                           std::string(row.text(0)),
                           static_cast<int>(row.integer(1)),
                           std::string(row.text(2)),
                           std::string(row.text(3)),
                           row.time(4)};
      },
      who, key);
  if (!done) return tl::unexpected(done.error());
  return found;
}

}  // namespace ziptone::store
