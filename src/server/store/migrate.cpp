#include "server/store/migrate.hpp"

#include <fmt/format.h>

namespace ziptone::store {
namespace {

base::Result<int> version_of(sqlite::Connection& db) {
  int version = 0;
  auto read = db.each("SELECT coalesce(max(version), 0) FROM schema_versions",
                      [&](sqlite::Statement& row) { version = static_cast<int>(row.integer(0)); });
  if (!read) return tl::unexpected(read.error());
  return version;
}

}  // namespace

base::Result<> migrate(sqlite::Connection& db) {
  auto made = db.transaction([&] {
    return db.execute(
        "CREATE TABLE IF NOT EXISTS schema_versions (version integer PRIMARY KEY, name text NOT NULL)");
  });
  if (!made) return made;
  const auto version = version_of(db);
  if (!version) return tl::unexpected(version.error());
  const int newest = migrations().back().version;
  if (*version > newest)
    return base::error(
        fmt::format("the database has schema version {} and this program knows versions up to {}", *version,
                    newest),
        {}, "start the newer ziptone that made it, or restore a backup from before the upgrade");
  for (const Migration& migration : migrations()) {
    if (migration.version <= *version) continue;
    auto applied = db.transaction([&]() -> base::Result<> {
      if (auto ran = db.execute(std::string(migration.script)); !ran) return ran;
      return db.run("INSERT INTO schema_versions (version, name) VALUES ($1, $2)", migration.version,
                    migration.name);
    });
    if (!applied) return applied;
  }
  return {};
}

}  // namespace ziptone::store
