// The schema's versions: each step is a file of migration/, applied once, in order, in a transaction.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "server/store/sqlite.hpp"

namespace ziptone::store {

struct Migration {
  int version;  // 1 and up, without gaps
  std::string_view name;
  std::string_view script;
};
// Those built into this program.
const std::vector<Migration>& migrations();

// Brings the database to the newest version. Refuses one that a newer program made.
base::Result<> migrate(sqlite::Connection& db);

}  // namespace ziptone::store
