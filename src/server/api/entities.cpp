#include "server/api/entities.hpp"

#include <algorithm>

#include "base/named.hpp"

namespace ziptone::api {

namespace js = boost::json;

bool may_change(bool declared, std::string_view what, const Reply& reply) {
  if (!declared) return true;
  reply(problem(
      409, "this " + std::string{what} + " stands in the configuration file", "declared_in_file",
      {{"", "the file is read again at each start", "change it there, or make one of another name"}}));
  return false;
}

std::optional<std::string> new_name(const std::string& text, const Reply& reply) {
  const bool lines = std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20; });
  const bool framed = !text.empty() && (text.front() == ' ' || text.back() == ' ');
  if (!text.empty() && text.size() <= 80 && !lines && !framed && !base::could_be_id(text)) return text;
  refuse_field(reply, "name", "is no name",
               "write 1 to 80 characters, not digits alone, no space around them");
  return std::nullopt;
}

std::optional<std::vector<std::string>> texts_of(const js::object& body, std::string_view key,
                                                 const Reply& reply) {
  std::vector<std::string> texts;
  const js::value* field = body.if_contains(key);
  if (!field) return texts;
  if (const auto* list = field->if_array()) {
    for (const js::value& one : *list)
      if (const auto* text = one.if_string()) texts.emplace_back(*text);
    if (texts.size() == list->size()) return texts;
  }
  refuse_field(reply, std::string{key}, "is no list of names", "write [\"sales\", \"support\"]");
  return std::nullopt;
}

void refuse_field(const Reply& reply, std::string field, std::string what, std::string mend) {
  reply(problem(422, "a field has a fault", {}, {{std::move(field), std::move(what), std::move(mend)}}));
}

void remove_entity(Service* service, std::function<base::Result<>(store::sqlite::Connection&)> work,
                   const Reply& reply) {
  service->store->write<bool>(
      [work = std::move(work)](store::sqlite::Connection& db) -> base::Result<bool> {
        if (auto done = work(db); !done) return tl::unexpected{done.error()};
        return true;
      },
      [service, reply](const base::Result<bool>& removed) {
        if (removed) return reply(json({{"accepted", true}}));
        if (service->control->store_failed()) return reply(store_problem(*service, removed.error()));
        reply(problem(409, removed.error().what, "in_use",
                      {{removed.error().where, removed.error().what, removed.error().mend}}));
      });
}

}  // namespace ziptone::api
