// Who signs in to the page with a password.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "base/result.hpp"
#include "server/store/sqlite.hpp"

namespace ziptone::store {

struct UserRecord {
  std::uint64_t id = 0;
  std::string sign_in;          // unique
  std::string name;             // as the page shows it
  std::string role;             // administrator, supervisor, agent
  base::AgentId agent;          // of role agent
  std::string language = "tr";  // tr, en
  std::string password_hash;    // argon2id, encoded
  bool must_change = false;     // the password was given by an administrator
  bool enabled = true;
  std::vector<base::TeamId> teams = {};  // of role supervisor
};

// By its sign-in name: a known one is replaced and keeps its id. On the writer thread.
base::Result<std::uint64_t> put_user(sqlite::Connection& db, const UserRecord& record);

// Reads them on a connection of its own; used by one thread at a time.
class Users {
 public:
  static base::Result<Users> open(const std::string& database);
  base::Result<std::vector<UserRecord>> all();
  base::Result<std::optional<UserRecord>> named(const std::string& sign_in);

 private:
  explicit Users(sqlite::Connection db) : db_(std::move(db)) {}
  sqlite::Connection db_;
};

}  // namespace ziptone::store
