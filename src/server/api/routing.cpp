// What a call goes out through: outdial queues and entry points.
#include <algorithm>

#include "phone/number.hpp"
#include "server/api/entities.hpp"
#include "server/store/catalog.hpp"

namespace ziptone::api {
namespace {

namespace js = boost::json;

template <class Record>
const Record* record_named(const std::vector<Record>& records, const std::string& name) {
  const auto at = std::find_if(records.begin(), records.end(), [&](const auto& r) { return r.name == name; });
  return at == records.end() ? nullptr : &*at;
}
template <class Declared>
bool is_declared(const std::vector<Declared>& file, const std::string& name) {
  return std::any_of(file.begin(), file.end(), [&](const auto& one) { return one.name == name; });
}

// ---- queues
js::object render(const Service* s, const store::QueueRecord& queue,
                  const std::vector<store::TeamRecord>& teams) {
  js::array names;
  for (const base::TeamId id : queue.queue.teams)
    names.emplace_back(name_with(
        teams, [](const auto& t) { return t.id; }, id.value));
  return {{"id", queue.queue.id.value},
          {"name", queue.name},
          {"teams", std::move(names)},
          {"declared_in_file", is_declared(s->file->queues, queue.name)}};
}

struct Queues {
  std::vector<store::QueueRecord> queues;
  std::vector<store::TeamRecord> teams;
};
std::optional<Queues> queues(Service* s, const Reply& reply) {
  const auto queues = s->reader->queues();
  const auto teams = s->reader->teams();
  if (queues && teams) return Queues{*queues, *teams};
  reply(store_problem(*s, queues ? teams.error() : queues.error()));
  return std::nullopt;
}

void list_queues(Service* s, const Reply& reply) {
  const auto there = queues(s, reply);
  if (!there) return;
  js::array list;
  for (const store::QueueRecord& queue : there->queues) list.push_back(render(s, queue, there->teams));
  reply(json(list));
}

void put_queue(Service* s, const Request& request, const Reply& reply) {
  const auto body = body_of(request, reply);
  if (!body || refuse_unknown(*body, {"teams"}, reply)) return;
  const auto there = queues(s, reply);
  if (!there) return;
  store::QueueRecord record;
  if (const auto* known = record_named(there->queues, request.parts.at("queue"))) {
    if (!may_change(is_declared(s->file->queues, known->name), "queue", reply)) return;
    record = *known;
  } else {
    const auto name = new_name(request.parts.at("queue"), reply);
    if (!name) return;
    record.name = *name;
  }
  const auto teams = ids_of<base::TeamId>(
      *body, "teams", there->teams, [](const auto& t) { return t.name; }, [](const auto& t) { return t.id; },
      reply);
  if (!teams) return;
  if (teams->empty())
    return refuse_field(reply, "teams", "missing", "a queue takes its agents from teams: name one");
  record.queue.teams = *teams;
  write_entity<base::QueueId>(
      s, [record](auto& db) { return store::put_queue(db, record); }, reply,
      [=, teams = there->teams](const base::QueueId& id) {
        store::QueueRecord made = record;
        made.queue.id = id;
        s->control->insist(dialer::event::QueueDefined{made.queue},
                           [reply, o = render(s, made, teams)](const control::Answer&) { reply(json(o)); });
      });
}

void delete_queue(Service* s, const Request& request, const Reply& reply) {
  const auto there = queues(s, reply);
  if (!there) return;
  const auto* queue = record_named(there->queues, request.parts.at("queue"));
  if (!queue) return reply(not_found("queue"));
  if (!may_change(is_declared(s->file->queues, queue->name), "queue", reply)) return;
  remove_entity(
      s, [id = queue->queue.id](auto& db) { return store::remove_queue(db, id); }, reply);
}

// ---- entry points
js::object render(const Service* s, const store::EntryPointRecord& entry,
                  const std::vector<store::TrunkRecord>& trunks) {
  js::array names;
  for (const base::TrunkId id : entry.entry_point.trunks)
    names.emplace_back(name_with(
        trunks, [](const auto& t) { return t.trunk.id; }, id.value));
  return {{"id", entry.entry_point.id.value},
          {"name", entry.name},
          {"caller_id", entry.caller_ids.empty() ? "" : entry.caller_ids.front()},
          {"trunks", std::move(names)},
          {"declared_in_file", is_declared(s->file->entry_points, entry.name)}};
}

struct EntryPoints {
  std::vector<store::EntryPointRecord> entries;
  std::vector<store::TrunkRecord> trunks;
};
std::optional<EntryPoints> entry_points(Service* s, const Reply& reply) {
  const auto entries = s->reader->entry_points();
  const auto trunks = s->reader->trunks();
  if (entries && trunks) return EntryPoints{*entries, *trunks};
  reply(store_problem(*s, entries ? trunks.error() : entries.error()));
  return std::nullopt;
}

void list_entry_points(Service* s, const Reply& reply) {
  const auto there = entry_points(s, reply);
  if (!there) return;
  js::array list;
  for (const store::EntryPointRecord& entry : there->entries) list.push_back(render(s, entry, there->trunks));
  reply(json(list));
}

void put_entry_point(Service* s, const Request& request, const Reply& reply) {
  const auto body = body_of(request, reply);
  if (!body || refuse_unknown(*body, {"caller_id", "trunks"}, reply)) return;
  const auto there = entry_points(s, reply);
  if (!there) return;
  store::EntryPointRecord record;
  if (const auto* known = record_named(there->entries, request.parts.at("entry_point"))) {
    if (!may_change(is_declared(s->file->entry_points, known->name), "entry point", reply)) return;
    record = *known;
  } else {
    const auto name = new_name(request.parts.at("entry_point"), reply);
    if (!name) return;
    record.name = *name;
  }
  const auto caller_id = phone::from_e164(text_of(*body, "caller_id"));
  if (!caller_id)
    return refuse_field(reply, "caller_id", "is no number that can be called back", "write +902129990000");
  record.caller_ids = {phone::to_e164(*caller_id)};
  const auto trunks = ids_of<base::TrunkId>(
      *body, "trunks", there->trunks, [](const auto& t) { return t.name; },
      [](const auto& t) { return t.trunk.id; }, reply);
  if (!trunks) return;
  if (trunks->empty()) return refuse_field(reply, "trunks", "missing", "name the trunks that calls leave by");
  record.entry_point.trunks = *trunks;
  write_entity<base::EntryPointId>(
      s, [record](auto& db) { return store::put_entry_point(db, record); }, reply,
      [=, trunks = there->trunks](const base::EntryPointId& id) {
        store::EntryPointRecord made = record;
        made.entry_point.id = id;
        const bool taken = s->control->entry_point_written(
            made, [reply, o = render(s, made, trunks)](const control::Answer&) { reply(json(o)); });
        if (!taken) reply(unavailable());
      });
}

void delete_entry_point(Service* s, const Request& request, const Reply& reply) {
  const auto there = entry_points(s, reply);
  if (!there) return;
  const auto* entry = record_named(there->entries, request.parts.at("entry_point"));
  if (!entry) return reply(not_found("entry point"));
  if (!may_change(is_declared(s->file->entry_points, entry->name), "entry point", reply)) return;
  remove_entity(
      s, [id = entry->entry_point.id](auto& db) { return store::remove_entry_point(db, id); }, reply);
}

}  // namespace

std::vector<Route> routing_routes(Service* s) {
  return {
      {"GET", "/api/v1/queues", Rights::administrator,
       [s](const Request&, const Reply& reply) { list_queues(s, reply); }},
      {"PUT", "/api/v1/queues/{queue}", Rights::administrator,
       [s](const Request& r, const Reply& reply) { put_queue(s, r, reply); }},
      {"DELETE", "/api/v1/queues/{queue}", Rights::administrator,
       [s](const Request& r, const Reply& reply) { delete_queue(s, r, reply); }},
      {"GET", "/api/v1/entry-points", Rights::administrator,
       [s](const Request&, const Reply& reply) { list_entry_points(s, reply); }},
      {"PUT", "/api/v1/entry-points/{entry_point}", Rights::administrator,
       [s](const Request& r, const Reply& reply) { put_entry_point(s, r, reply); }},
      {"DELETE", "/api/v1/entry-points/{entry_point}", Rights::administrator,
       [s](const Request& r, const Reply& reply) { delete_entry_point(s, r, reply); }},
  };
}

}  // namespace ziptone::api
