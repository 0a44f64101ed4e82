#include "server/api/audit.hpp"

#include <array>

#include "server/control/clock.hpp"

namespace ziptone::api {
namespace {

namespace js = boost::json;

constexpr std::size_t kShownMax = 256 * 1024;  // of a guide with everything

bool is_secret(std::string_view key) {
  for (const std::string_view word : {"password", "secret", "token", "digits"})
    if (key.find(word) != std::string_view::npos) return true;
  return false;
}

void blacken(js::value& value) {
  if (auto* list = value.if_array())
    for (js::value& one : *list) blacken(one);
  if (auto* object = value.if_object())
    for (auto& field : *object) {
      if (is_secret(field.key()) && !field.value().is_bool())
        field.value() = "***";
      else
        blacken(field.value());
    }
}

// A program with a token may work for agents as they themselves do; a person who does is somebody else.
bool covers(const Route& route, const Request& request) {
  const bool own_work =
      route.rights == Rights::self_agent && (request.who.role == "agent" || request.who.user.empty());
  return route.method != "GET" && !own_work;
}

// "teams/North" of PUT /api/v1/teams/{team}; "lists/people" of POST /api/v1/lists/{list}/import.
std::string thing_of(const Route& route, const Request& request) {
  constexpr std::string_view kBase = "/api/v1/";
  std::string_view path = route.path;
  path.remove_prefix(std::min(path.size(), kBase.size()));
  const std::size_t part = path.find("/{");
  std::string thing{path.substr(0, std::min(part, path.find('/')))};
  if (part == std::string_view::npos) return thing;
  const std::string_view name = path.substr(part + 2, path.find('}') - part - 2);
  const auto named = request.parts.find(std::string{name});
  return named == request.parts.end() ? thing : thing + "/" + named->second;
}

const js::value* line_of(const js::value& list, const std::string& name) {
  if (!list.is_array()) return nullptr;
  for (const js::value& one : list.get_array())
    for (const std::string_view key : {"name", "sign_in", "name_en", "name_tr", "id"})
      if (const js::value* field = one.is_object() ? one.get_object().if_contains(key) : nullptr;
          field && (field->is_string() ? std::string_view{field->get_string()} == name
                                       : js::serialize(*field) == name))
        return &one;
  return nullptr;
}

// The name that a failed or a first sign-in was tried with.
std::string tried_name(const Request& request) {
  boost::system::error_code broken;
  const js::value body = js::parse(request.body, broken);
  const js::value* name = !broken && body.is_object() ? body.get_object().if_contains("sign_in") : nullptr;
  return name && name->is_string() ? std::string{name->get_string()} : std::string{};
}

void list_audit(Service* s, const Request& request, const Reply& reply) {
  const auto page = page_of(request, "before", reply);
  if (!page) return;
  const auto from = time_of(request, "from", reply);
  if (!from) return;
  const auto until = time_of(request, "until", reply);
  if (!until) return;
  const auto records =
      s->office->audit({request.text("who"), request.text("what"), *from, *until}, page->cursor, page->limit);
  if (!records) return reply(store_problem(*s, records.error()));
  js::array list;
  for (const store::AuditRecord& r : *records) {
    const auto shown = [](const std::string& text) {
      return text.empty() ? js::value(nullptr) : js::parse(text);
    };
    list.push_back(js::object{{"id", r.id},
                              {"at", time_json(r.at)},
                              {"who", r.who},
                              {"role", r.role},
                              {"address", r.address},
                              {"action", r.action},
                              {"what", r.what},
                              {"before", shown(r.before)},
                              {"after", shown(r.after)},
                              {"status", r.status}});
  }
  reply(json(list));
}

}  // namespace

std::string name_of(const Asker& who) {
  if (!who.user.empty()) return who.user;
  return who.token.empty() ? std::string{} : "token:" + who.token;
}

std::string without_secrets(const std::string& text) {
  boost::system::error_code broken;
  js::value value = js::parse(text, broken);
  if (broken || value.is_null()) return {};
  blacken(value);
  std::string shown = js::serialize(value);
  return shown.size() <= kShownMax ? shown : js::serialize(js::object{{"too_long", shown.size()}});
}

Audit::Shown Audit::shown(const Route& changing) const {
  const std::string path{changing.path};
  // A number of the do-not-call list stands among millions: the action says all there is.
  if ((changing.method != "PUT" && changing.method != "DELETE") || !path.ends_with('}') ||
      path.ends_with("{number}"))
    return {};
  for (const auto& [candidate, in_a_list] :
       {std::pair{path + "/settings", false}, {path, false}, {path.substr(0, path.rfind('/')), true}})
    for (const Route& route : routes_)
      if (route.method == "GET" && route.path == candidate) return {&route, in_a_list};
  return {};
}

void Audit::look(const Route& changing, const Request& request,
                 const std::function<void(std::string)>& seen) {
  const Shown there = shown(changing);
  if (!there.by) return seen({});
  Request question = request;
  question.method = "GET";
  question.query.clear();
  question.body.clear();
  const std::string name = request.path.substr(request.path.rfind('/') + 1);
  const std::string named = decode(name).value_or(name);
  there.by->handle(question, [this, seen, named, in_a_list = there.in_a_list](const Response& response) {
    service_->post([seen, named, in_a_list, response] {
      if (response.status != 200) return seen({});
      if (!in_a_list) return seen(without_secrets(response.body));
      boost::system::error_code broken;
      const js::value list = js::parse(response.body, broken);
      const js::value* line = broken ? nullptr : line_of(list, named);
      seen(line ? without_secrets(js::serialize(*line)) : std::string{});
    });
  });
}

void Audit::perform(const Route& route, const Request& request, const Reply& reply) {
  if (!covers(route, request)) return route.handle(request, reply);
  look(route, request, [this, &route, request, reply](const std::string& before) {
    route.handle(request, [this, &route, request, reply, before](const Response& response) {
      service_->post([this, &route, request, reply, before, response] {
        const bool shows = shown(route).by != nullptr;
        const bool of_people = route.rights == Rights::open || route.rights == Rights::session;
        // What nothing shows is told by what was asked for.
        if (!shows || response.status >= 300)
          return write(route, request, before, of_people ? std::string{} : without_secrets(request.body),
                       response, reply);
        look(route, request, [this, &route, request, reply, before, response](const std::string& after) {
          write(route, request, before, after, response, reply);
        });
      });
    });
  });
}

void Audit::write(const Route& route, const Request& request, std::string before, std::string after,
                  const Response& response, const Reply& reply) {
  if (response.status == 429) return reply(response);  // nothing was tried
  store::AuditRecord record;
  record.at = control::wall_now();
  record.who = name_of(request.who);
  if (record.who.empty()) record.who = tried_name(request);
  record.role = request.who.role;
  record.address = request.address;
  record.action = std::string{route.method} + " " + std::string{route.path};
  record.what = thing_of(route, request);
  record.before = std::move(before);
  record.after = std::move(after);
  record.status = response.status;
  service_->store->write<bool>(
      [record](store::sqlite::Connection& db) -> base::Result<bool> {
        if (auto added = store::add_audit(db, record); !added) return tl::unexpected{added.error()};
        return true;
      },
      // A store that has failed keeps no log; the answer says what became of the change.
      [reply, response](const base::Result<bool>&) { reply(response); });
}

std::vector<Route> audit_routes(Service* s) {
  return {{"GET", "/api/v1/audit", Rights::administrator,
           [s](const Request& r, const Reply& reply) { list_audit(s, r, reply); }}};
}

}  // namespace ziptone::api
