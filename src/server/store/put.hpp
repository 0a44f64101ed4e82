// What the put_* functions share: writing one row, its ordered children, and people's sentences for what the
// database refuses.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "server/store/sqlite.hpp"

namespace ziptone::store {

// A refused constraint in people's words; any other error as it is.
base::Error worded(const base::Error& error);

// `sql` inserts a row or renews the one of its id ($1, null = a new one) and returns the id.
template <class Id, class... Values>
base::Result<Id> put_row(sqlite::Connection& db, std::string_view sql, Id id, const Values&... values) {
  Id made;
  auto done = db.each(
      sql, [&](sqlite::Statement& row) { made = row.id<Id>(0); }, id, values...);
  if (!done) return tl::unexpected(worded(done.error()));
  return made;
}

// Replaces the children of `owner`: `clear` takes $1 = owner, `insert` $1 = owner, $2 = position, then what
// `bind_rest` binds from $3 on.
template <class Id, class Child, class BindRest>
base::Result<> put_children(sqlite::Connection& db, Id owner, std::string_view clear, std::string_view insert,
                            const std::vector<Child>& children, BindRest bind_rest) {
  if (auto cleared = db.run(clear, owner); !cleared) return cleared;
  sqlite::Use use = db.cached(insert);
  for (std::size_t position = 0; position < children.size(); ++position) {
    use->bind(1, owner).bind(2, static_cast<std::int64_t>(position));
    bind_rest(*use, children[position]);
    if (auto written = use->run(); !written) return tl::unexpected(worded(written.error()));
  }
  return {};
}

}  // namespace ziptone::store
