#include "server/store/users.hpp"

namespace ziptone::store {
namespace {

constexpr std::string_view kNamed =
    "SELECT id, sign_in, name, role, agent_id, language, password_hash, must_change, enabled FROM users"
    " WHERE sign_in = $1";
constexpr std::string_view kAll =
    "SELECT id, sign_in, name, role, agent_id, language, password_hash, must_change, enabled FROM users"
    " ORDER BY sign_in";

UserRecord read(sqlite::Statement& row) {
  return {static_cast<std::uint64_t>(row.integer(0)),
          std::string(row.text(1)),
          std::string(row.text(2)),
          std::string(row.text(3)),
          row.id<base::AgentId>(4),
          std::string(row.text(5)),
          std::string(row.text(6)),
          row.integer(7) != 0,
          row.integer(8) != 0};
}

base::Result<> add_teams(sqlite::Connection& db, UserRecord& user) {
  if (user.role != "supervisor") return {};
  return db.each(
      "SELECT team_id FROM user_teams WHERE user_id = $1 ORDER BY team_id",
      [&](sqlite::Statement& row) { user.teams.push_back(row.id<base::TeamId>(0)); },
      static_cast<std::int64_t>(user.id));
}

}  // namespace

base::Result<std::uint64_t> put_user(sqlite::Connection& db, const UserRecord& record) {
  if (record.sign_in.empty()) return base::error("must not be empty", "sign_in", "write a sign-in name");
  auto done = db.run(
      "INSERT INTO users (sign_in, name, role, agent_id, language, password_hash, must_change, enabled)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (sign_in) DO UPDATE SET name = excluded.name,"
      " role = excluded.role, agent_id = excluded.agent_id, language = excluded.language,"
      " password_hash = excluded.password_hash, must_change = excluded.must_change,"
      " enabled = excluded.enabled",
      record.sign_in, record.name, record.role, record.agent, record.language, record.password_hash,
      record.must_change, record.enabled);
  if (!done) return tl::unexpected(done.error());
  std::uint64_t id = 0;
  done = db.each(
      "SELECT id FROM users WHERE sign_in = $1",
      [&](sqlite::Statement& row) { id = static_cast<std::uint64_t>(row.integer(0)); }, record.sign_in);
  if (done) done = db.run("DELETE FROM user_teams WHERE user_id = $1", static_cast<std::int64_t>(id));
  for (const base::TeamId team : record.teams)
    if (done)
      done = db.run("INSERT INTO user_teams (user_id, team_id) VALUES ($1, $2)",
                    static_cast<std::int64_t>(id), team);
  if (!done) return tl::unexpected(done.error());
  return id;
}

base::Result<Users> Users::open(const std::string& database) {
  sqlite::Connection::Options options;
  options.read_only = true;
  auto db = sqlite::Connection::open(database, options);
  if (!db) return tl::unexpected(db.error());
  return Users{std::move(*db)};
}

base::Result<std::vector<UserRecord>> Users::all() {
  std::vector<UserRecord> found;
  auto done = db_.each(kAll, [&](sqlite::Statement& row) { found.push_back(read(row)); });
  for (UserRecord& user : found)
    if (done) done = add_teams(db_, user);
  if (!done) return tl::unexpected(done.error());
  return found;
}

base::Result<std::optional<UserRecord>> Users::named(const std::string& sign_in) {
  std::optional<UserRecord> found;
  auto done = db_.each(
      kNamed, [&](sqlite::Statement& row) { found = read(row); }, sign_in);
  if (done && found) done = add_teams(db_, *found);
  if (!done) return tl::unexpected(done.error());
  return found;
}

}  // namespace ziptone::store
