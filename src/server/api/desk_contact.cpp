#include "server/api/desk_contact.hpp"

#include "server/api/screen_pop.hpp"
#include "server/api/service.hpp"
#include "server/store/number_text.hpp"

namespace ziptone::api {
namespace {

namespace js = boost::json;

constexpr std::size_t kHistoryMax = 20;  // attempts: what an agent reads before the next sentence

js::value text_of(const std::map<base::AgentId, store::AgentRecord>& agents, base::AgentId id) {
  const auto agent = agents.find(id);
  if (agent == agents.end()) return nullptr;
  return js::string{agent->second.name};
}

// Earlier attempts, the newest first: what was detected, what the agent chose and wrote.
base::Result<js::array> history_of(const dialer::CallView& call, const DeskCatalog& catalog,
                                   store::Reader& reader, const std::vector<store::NoteView>& notes) {
  store::AttemptFilter filter;
  filter.contact = call.contact;
  const auto earlier = reader.attempts(filter, call.attempt, kHistoryMax);
  if (!earlier) return tl::unexpected{earlier.error()};
  js::array history;
  for (const store::AttemptView& one : *earlier) {
    js::object o{{"attempt", one.id.value},
                 {"at", time_json(one.committed_at)},
                 {"outcome", dialer::name(one.outcome)},
                 {"code", nullptr},
                 {"code_tr", nullptr},
                 {"agent", text_of(catalog.agents, one.talked)},
                 {"note", nullptr}};
    const auto code =
        one.wrap_ups.empty() ? catalog.codes.end() : catalog.codes.find(one.wrap_ups.back().code);
    if (code != catalog.codes.end()) {
      o["code"] = code->second.name_en;
      o["code_tr"] = code->second.name_tr;
    }
    for (const store::NoteView& note : notes)
      if (note.attempt == one.id) o["note"] = note.text;
    history.push_back(std::move(o));
  }
  return history;
}

}  // namespace

std::map<std::string, std::string> fields_of(const store::ContactView& contact, const std::string& number) {
  std::map<std::string, std::string> fields{{"key", contact.key}, {"name", contact.name}, {"number", number}};
  boost::system::error_code broken;
  const js::value read = js::parse(contact.fields, broken);
  const auto* object = broken ? nullptr : read.if_object();
  if (!object) return fields;
  for (const auto& [key, value] : *object)
    fields[std::string{key}] = value.is_string() ? std::string{value.get_string()} : js::serialize(value);
  return fields;
}

base::Result<> add_contact(js::object& attempt, const dialer::CallView& call,
                           const config::CampaignSettings& settings, const DeskCatalog& catalog,
                           store::Reader& reader, base::AgentId agent) {
  const auto contact = reader.contact(call.contact);
  if (!contact) return tl::unexpected{contact.error()};
  if (!*contact) return {};
  const auto notes = reader.notes(call.contact);
  if (!notes) return tl::unexpected{notes.error()};
  auto history = history_of(call, catalog, reader, *notes);
  if (!history) return tl::unexpected{history.error()};

  const std::string number = store::number_text(call.number);
  std::string zone;
  for (const store::NumberView& one : (*contact)->numbers)
    if (one.e164 == number) zone = one.zones;
  const auto fields = fields_of(**contact, number);
  js::object shown;
  for (const auto& [key, value] : fields)
    if (key != "key" && key != "name" && key != "number") shown[key] = value;
  const bool waits = (*contact)->phase == dialer::event::ContactPhase::callback_at;
  attempt["contact"] =
      js::object{{"id", call.contact.value},
                 {"key", (*contact)->key},
                 {"name", (*contact)->name},
                 {"number", number},
                 {"zone", zone},
                 {"fields", std::move(shown)},
                 {"history", std::move(*history)},
                 {"callback_at", call.callback_at != base::WallTime{} ? time_json(call.callback_at)
                                 : waits                              ? time_json((*contact)->next_at)
                                                                      : js::value(nullptr)},
                 {"do_not_call", call.opted_out}};
  for (const store::NoteView& note : *notes)
    if (note.attempt == call.attempt && note.agent == agent) attempt["note"] = note.text;
  const std::string url = screen_pop(settings.screen_pop_url, settings.screen_pop_hosts, fields);
  if (!url.empty()) attempt["screen_pop"] = js::object{{"url", url}, {"where", settings.screen_pop_where}};
  return {};
}

}  // namespace ziptone::api
