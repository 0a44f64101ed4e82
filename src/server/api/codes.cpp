// Wrap-up codes: the system's six, those of the file, and those that an administrator makes here. How a
// campaign uses one, and what it then does to the contact, stands in the campaign.
#include <algorithm>

#include "server/api/entities.hpp"
#include "server/control/seed.hpp"
#include "server/store/catalog.hpp"

namespace ziptone::api {
namespace {

namespace js = boost::json;
using Effect = dialer::CodeRule::Effect;

constexpr std::array<std::pair<std::string_view, Effect>, 6> kEffects{{{"close", Effect::close},
                                                                       {"success", Effect::success},
                                                                       {"retry", Effect::retry},
                                                                       {"next_number", Effect::next_number},
                                                                       {"callback", Effect::callback},
                                                                       {"do_not_call", Effect::do_not_call}}};

bool is_declared(const Service* s, base::CodeId id) {
  return std::any_of(s->file->codes.begin(), s->file->codes.end(), [&](const config::CodeSettings& code) {
    return control::code_of_file(code.name, *s->reader) == id;
  });
}

js::object render(const Service* s, const store::CodeRecord& c) {
  const auto effect =
      std::find_if(kEffects.begin(), kEffects.end(), [&](const auto& one) { return one.second == c.effect; });
  return {{"id", c.id.value},
          {"tr", c.name_tr},
          {"en", c.name_en},
          {"description_tr", c.description_tr},
          {"description_en", c.description_en},
          {"effect", effect->first},
          {"system", c.system},
          {"declared_in_file", is_declared(s, c.id)}};
}

void list_codes(Service* s, const Reply& reply) {
  const auto records = s->reader->codes();
  if (!records) return reply(store_problem(*s, records.error()));
  js::array list;
  for (const store::CodeRecord& code : *records) list.push_back(render(s, code));
  reply(json(list));
}

// 409 with its reason when this one is not to be changed here.
bool may_change_code(const Service* s, const store::CodeRecord& code, const Reply& reply) {
  if (!code.system) return may_change(is_declared(s, code.id), "wrap-up code", reply);
  reply(problem(409, "a code of the system stays as it is", "system_code",
                {{"", "every campaign may rely on it", "make a code of your own"}}));
  return false;
}

void put_code(Service* s, const Request& request, const Reply& reply) {
  const auto body = body_of(request, reply);
  if (!body ||
      refuse_unknown(*body, {"name_tr", "name_en", "description_tr", "description_en", "effect"}, reply))
    return;
  const auto codes = s->reader->codes();
  if (!codes) return reply(store_problem(*s, codes.error()));
  store::CodeRecord record;
  if (const auto* known = code_named(*codes, request.parts.at("code"))) {
    if (!may_change_code(s, *known, reply)) return;
    record = *known;
  } else {
    const auto name = new_name(request.parts.at("code"), reply);
    if (!name) return;
    record.name_tr = record.name_en = *name;
  }
  const auto take = [&](std::string_view key, std::string& text) {
    if (body->contains(key)) text = text_of(*body, key);
  };
  take("name_tr", record.name_tr);
  take("name_en", record.name_en);
  take("description_tr", record.description_tr);
  take("description_en", record.description_en);
  if (const std::string wanted = text_of(*body, "effect"); !wanted.empty()) {
    const auto* effect =
        std::find_if(kEffects.begin(), kEffects.end(), [&](const auto& one) { return one.first == wanted; });
    if (effect == kEffects.end())
      return refuse_field(reply, "effect", "is no effect",
                          "write close, success, retry, next_number, callback or do_not_call");
    record.effect = effect->second;
  }
  write_entity<base::CodeId>(
      s, [record](auto& db) { return store::put_code(db, record); }, reply,
      [=](const base::CodeId& id) {
        store::CodeRecord made = record;
        made.id = id;
        reply(json(render(s, made)));
      });
}

void delete_code(Service* s, const Request& request, const Reply& reply) {
  const auto codes = s->reader->codes();
  if (!codes) return reply(store_problem(*s, codes.error()));
  const auto* code = code_named(*codes, request.parts.at("code"));
  if (!code) return reply(not_found("wrap-up code"));
  if (!may_change_code(s, *code, reply)) return;
  remove_entity(
      s, [id = code->id](auto& db) { return store::remove_code(db, id); }, reply);
}

}  // namespace

std::vector<Route> code_routes(Service* s) {
  return {
      {"GET", "/api/v1/codes", Rights::signed_in,
       [s](const Request&, const Reply& reply) { list_codes(s, reply); }},
      {"PUT", "/api/v1/codes/{code}", Rights::administrator,
       [s](const Request& r, const Reply& reply) { put_code(s, r, reply); }},
      {"DELETE", "/api/v1/codes/{code}", Rights::administrator,
       [s](const Request& r, const Reply& reply) { delete_code(s, r, reply); }},
  };
}

}  // namespace ziptone::api
