// Trunks to carriers, made and changed while calls are up.
#include <algorithm>

#include "server/api/entities.hpp"
#include "server/config/trunk.hpp"
#include "server/control/sip_lists.hpp"
#include "server/store/catalog.hpp"

namespace ziptone::api {
namespace {

namespace js = boost::json;
namespace event = dialer::event;

bool is_declared(const Service* s, const std::string& name) {
  const auto& declared = s->file->trunks;
  return std::any_of(declared.begin(), declared.end(), [&](const auto& one) { return one.sip.name == name; });
}

const store::TrunkRecord* trunk_named(const std::vector<store::TrunkRecord>& trunks,
                                      const std::string& name) {
  const auto at =
      std::find_if(trunks.begin(), trunks.end(), [&](const auto& one) { return one.name == name; });
  return at == trunks.end() ? nullptr : &*at;
}

js::object render(const Service* s, const store::TrunkRecord& record) {
  js::object o;
  const auto settings = control::trunk_settings(*s->file, record);
  if (settings) o = js::parse(config::to_json(*settings)).as_object();
  o.erase("password");
  o["password_set"] = settings && !settings->sip.password.empty();
  o["id"] = record.trunk.id.value;
  o["name"] = record.name;
  o["declared_in_file"] = is_declared(s, record.name);
  return o;
}

void show(Service* s, const std::vector<store::TrunkRecord>& records, bool one, const Reply& reply) {
  std::vector<js::object> shown;
  for (const store::TrunkRecord& record : records) shown.push_back(render(s, record));
  const bool taken = s->control->ask([records, shown, one, reply](const control::View& view) mutable {
    js::array list;
    for (std::size_t i = 0; i < records.size(); ++i) {
      const auto live = view.lines.trunks().find(records[i].trunk.id);
      const bool known = live != view.lines.trunks().end();
      shown[i]["up"] = known && live->second.up;
      shown[i]["why"] = known ? live->second.why : "";
      list.push_back(std::move(shown[i]));
    }
    reply(one ? json(list.front()) : json(list));
  });
  if (!taken) reply(unavailable());
}

void list(Service* s, const Reply& reply) {
  const auto records = s->reader->trunks();
  if (!records) return reply(store_problem(*s, records.error()));
  show(s, *records, false, reply);
}

// What the body says over what is known; nullopt: refused already.
std::optional<config::TrunkSettings> settings_of(const Service* s, const js::object& body,
                                                 const store::TrunkRecord& record, const Reply& reply) {
  js::object all;
  if (const auto known = control::trunk_settings(*s->file, record))
    all = js::parse(config::to_json(*known)).as_object();
  for (const auto& field : body) all[field.key()] = field.value();
  all["name"] = record.name;
  auto settings = config::trunk_from_json(js::serialize(all));
  if (!settings) {
    std::vector<FieldError> errors;
    for (const base::Error& e : settings.error()) errors.push_back({e.where, e.what, e.mend});
    return reply(problem(422, "the settings have faults", {}, errors)), std::nullopt;
  }
  if (const std::string& file = settings->sip.tls_ca_file; !file.empty() && file.front() != '/')
    return refuse_field(reply, "tls_ca_file", "is a relative path", "write it from the root: /etc/..."),
           std::nullopt;
  return *settings;
}

// The SIP side has the list anew; false: it can't be read.
bool renew_list(Service* s) {
  const auto trunks = control::trunk_list(*s->file, *s->reader);
  return trunks && s->control->set_trunks(*trunks);
}

void put(Service* s, const Request& request, const Reply& reply) {
  const auto body = body_of(request, reply);
  if (!body) return;
  const auto records = s->reader->trunks();
  if (!records) return reply(store_problem(*s, records.error()));
  store::TrunkRecord record;
  if (const auto* known = trunk_named(*records, request.parts.at("trunk"))) {
    record = *known;
  } else {
    const auto name = new_name(request.parts.at("trunk"), reply);
    if (!name) return;
    record.name = *name;
  }
  if (!may_change(is_declared(s, record.name), "trunk", reply)) return;
  const auto settings = settings_of(s, *body, record, reply);
  if (!settings) return;
  record.settings = config::to_json(*settings);
  record.trunk.cps = settings->cps;
  record.trunk.channels = settings->channels;
  write_entity<base::TrunkId>(
      s, [record](auto& db) { return store::put_trunk(db, record); }, reply,
      [s, record, reply](const base::TrunkId& id) {
        store::TrunkRecord made = record;
        made.trunk.id = id;
        s->control->insist(event::TrunkDefined{made.trunk}, [s, made, reply](const control::Answer&) {
          s->post([s, made, reply] {
            if (!renew_list(s)) return reply(unavailable());
            show(s, {made}, true, reply);
          });
        });
      });
}

void remove(Service* s, const Request& request, const Reply& reply) {
  const auto records = s->reader->trunks();
  if (!records) return reply(store_problem(*s, records.error()));
  const auto* trunk = trunk_named(*records, request.parts.at("trunk"));
  if (!trunk) return reply(not_found("trunk"));
  if (!may_change(is_declared(s, trunk->name), "trunk", reply)) return;
  remove_entity(
      s, [id = trunk->trunk.id](auto& db) { return store::remove_trunk(db, id); },
      [s, reply](const Response& response) {
        s->post([s, reply, response] {
          if (response.status == 200) renew_list(s);
          reply(response);
        });
      });
}

}  // namespace

std::vector<Route> trunk_routes(Service* s) {
  return {
      {"GET", "/api/v1/trunks", Rights::administrator,
       [s](const Request&, const Reply& reply) { list(s, reply); }},
      {"PUT", "/api/v1/trunks/{trunk}", Rights::administrator,
       [s](const Request& r, const Reply& reply) { put(s, r, reply); }},
      {"DELETE", "/api/v1/trunks/{trunk}", Rights::administrator,
       [s](const Request& r, const Reply& reply) { remove(s, r, reply); }},
  };
}

}  // namespace ziptone::api
