// What the routes of everything that an administrator sets up have in common. What the configuration file
// declares is put into the store again at each start, so it is changed there and refused here with
// `declared_in_file`; what was made here stays as it was made. What nothing uses is removed by DELETE; what
// calls were made with is refused with `in_use`, and people are only deactivated.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/api/actions.hpp"

namespace ziptone::api {

// Whether `what` ("team") may be changed here; else the refusal is given already.
bool may_change(bool declared, std::string_view what, const Reply& reply);
// The name of something new, as the path has it: 1 to 80 characters, no line breaks, not digits alone, since
// those are ids.
std::optional<std::string> new_name(const std::string& text, const Reply& reply);
// The texts of a list in the body; an absent one is empty.
std::optional<std::vector<std::string>> texts_of(const boost::json::object& body, std::string_view key,
                                                 const Reply& reply);
void refuse_field(const Reply& reply, std::string field, std::string what, std::string mend);

// The ids of names in a body's list; the first that points nowhere is refused.
template <class Id, class Records, class NameOf, class IdOf>
std::optional<std::vector<Id>> ids_of(const boost::json::object& body, std::string_view key,
                                      const Records& records, NameOf name_of, IdOf id_of,
                                      const Reply& reply) {
  const auto names = texts_of(body, key, reply);
  if (!names) return std::nullopt;
  std::vector<Id> ids;
  for (const std::string& name : *names) {
    const auto before = ids.size();
    for (const auto& record : records)
      if (name_of(record) == name) ids.push_back(id_of(record));
    if (ids.size() == before) {
      refuse_field(reply, std::string{key}, "there is no \"" + name + "\"", "write a name that is there");
      return std::nullopt;
    }
  }
  return ids;
}

template <class Records, class IdOf>
std::string name_with(const Records& records, IdOf id_of, std::uint64_t id) {
  for (const auto& record : records)
    if (id_of(record).value == id) return record.name;
  return {};
}

// Writes, then answers with what `then` makes of the result; a refused removal is 409 in_use.
template <class T>
void write_entity(Service* service, std::function<base::Result<T>(store::sqlite::Connection&)> work,
                  const Reply& reply, std::function<void(const T&)> then) {
  service->store->write<T>(std::move(work), [service, reply, then](base::Result<T> written) {
    if (!written) return reply(store_problem(*service, written.error()));
    service->post([then, value = std::move(*written)] { then(value); });
  });
}
// Removes in the store; 200, or 409 in_use.
void remove_entity(Service* service, std::function<base::Result<>(store::sqlite::Connection&)> work,
                   const Reply& reply);

}  // namespace ziptone::api
