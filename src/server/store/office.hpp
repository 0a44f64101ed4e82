// What the interface keeps about its own use: the audit log, who is signed in, and answers that may be asked
// for again. The writers run on the store's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "server/store/sqlite.hpp"

namespace ziptone::store {

struct AuditRecord {
  std::uint64_t id = 0;
  base::WallTime at{};
  std::string
      who;  // a user's sign-in name, "token:NAME", "setup"; of a failed sign-in the name that was tried
  std::string role;     // empty: nobody
  std::string address;  // IP
  std::string action;   // "PUT /api/v1/teams/{team}"
  std::string what;     // "teams/North"
  std::string before;   // JSON; empty: it was not there, or is not shown
  std::string after;    // JSON; empty: as above
  int status = 0;       // HTTP's
};
struct AuditFilter {
  std::string who;                 // all of it; empty: everybody
  std::string what;                // its beginning; empty: everything
  base::WallTime from{}, until{};  // half-open; zero: open
};
base::Result<> add_audit(sqlite::Connection& db, const AuditRecord& record);

struct SessionRecord {
  std::string hash;  // SHA-256 of the secret, in hex
  std::string sign_in;
  base::WallTime opened_at{}, used_at{};
};
base::Result<> put_session(sqlite::Connection& db, const SessionRecord& record);
base::Result<> remove_session(sqlite::Connection& db, const std::string& hash);

struct KeptAnswer {
  std::string who, key;
  std::string request;  // SHA-256 of what was asked
  int status = 0;
  std::string type, body;
  base::WallTime at{};
};
// Takes the place of an older one of the same key; those from before `forget` go.
base::Result<> keep_answer(sqlite::Connection& db, const KeptAnswer& answer, base::WallTime forget);

// Reads on a connection of its own; used by one thread at a time.
class Office {
 public:
  static base::Result<Office> open(const std::string& database);
  // The newest first: `before` is the last id seen, 0 = from the newest.
  base::Result<std::vector<AuditRecord>> audit(const AuditFilter& filter, std::uint64_t before,
                                               std::size_t limit);
  base::Result<std::vector<SessionRecord>> sessions();
  base::Result<std::optional<KeptAnswer>> kept_answer(const std::string& who, const std::string& key);

 private:
  explicit Office(sqlite::Connection db) : db_(std::move(db)) {}
  sqlite::Connection db_;
};

}  // namespace ziptone::store
