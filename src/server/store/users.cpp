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
  if (!done) return tl::unexpected(done.error());
  return found;
}

base::Result<std::optional<UserRecord>> Users::named(const std::string& sign_in) {
  std::optional<UserRecord> found;
  auto done = db_.each(
      kNamed, [&](sqlite::Statement& row) { found = read(row); }, sign_in);
  if (!done) return tl::unexpected(done.error());
  return found;
}

}  // namespace ziptone::store
