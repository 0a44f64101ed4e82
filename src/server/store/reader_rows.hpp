// Rows of the database as the reader's views, for its several files.
#pragma once

#include "server/store/reader.hpp"
#include "server/store/words.hpp"

namespace ziptone::store {

template <class T>
base::Result<T> result(const base::Result<>& done, T& value) {
  if (!done) return tl::unexpected(done.error());
  return std::move(value);
}

inline constexpr std::string_view kContacts =
    "SELECT id, list_id, key, name, fields, phase, reason, next_at, callback_agent_id, number_index, attempts"
    " FROM contacts";
ContactView contact_row(sqlite::Statement& row);
base::Result<> add_numbers(sqlite::Connection& db, std::vector<ContactView>& contacts);

inline constexpr std::string_view kEventRows =
    "SELECT sequence, at, machine, machine_id, from_state, event, to_state, campaign_id, agent_id, "
    "attempt_id,"
    " contact_id, outcome FROM event_rows";
EventRow event_row(sqlite::Statement& row);

}  // namespace ziptone::store
