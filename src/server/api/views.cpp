#include "server/api/views.hpp"

#include <algorithm>
#include <array>

#include "base/named.hpp"
#include "phone/number.hpp"
#include "server/api/rights.hpp"

namespace ziptone::api {
namespace {

namespace js = boost::json;

constexpr std::array<std::string_view, 6> kPhases = {"ready", "retry_at",  "callback_at",
                                                     "done",  "exhausted", "suppressed"};

void unknown(const Reply& reply, std::string field, const std::string& text, std::string mend) {
  reply(problem(422, "a parameter names nothing", {},
                {{std::move(field), "there is no \"" + text + "\"", std::move(mend)}}));
}

bool narrow_outcome(const Request& request, store::AttemptFilter& filter, const Reply& reply) {
  const std::string text = request.text("outcome");
  if (text.empty()) return true;
  const auto at = std::find(dialer::kOutcomeNames.begin(), dialer::kOutcomeNames.end(), text);
  if (at == dialer::kOutcomeNames.end()) {
    unknown(reply, "outcome", text, "write one of the outcomes of docs/reference/api.md, no_answer say");
    return false;
  }
  filter.outcome = static_cast<dialer::Outcome>(at - dialer::kOutcomeNames.begin());
  return true;
}

bool narrow_number(const Request& request, store::AttemptFilter& filter, const Reply& reply) {
  const std::string text = request.text("number");
  if (text.empty()) return true;
  const auto number = phone::from_e164(text);
  if (!number) unknown(reply, "number", text, "write +905321234567");
  if (number) filter.number = phone::to_e164(*number);
  return number.has_value();
}

// By name in a catalogue of the store's; nothing asked for narrows nothing.
template <class Records, class Named, class Take>
bool narrow_named(Service* service, const Request& request, const std::string& key,
                  const base::Result<Records>& records, Named named, Take take, const Reply& reply) {
  const std::string text = request.text(key);
  if (text.empty()) return true;
  if (!records) {
    reply(store_problem(*service, records.error()));
    return false;
  }
  const auto* record = named(*records, text);
  if (record) take(*record);
  if (!record) unknown(reply, key, text, "write a name that is there");
  return record != nullptr;
}

// Whoever left stays on record: the deactivated are found too.
const store::AgentRecord* whoever_named(const std::vector<store::AgentRecord>& agents,
                                        const std::string& text) {
  return base::named(
      agents, text, [](const auto& one, const auto& name) { return one.sign_in == name; },
      [](const auto& one) { return one.agent.id; });
}

bool narrow_names(Service* s, const Request& request, store::AttemptFilter& filter, const Reply& reply) {
  return narrow_named(
             s, request, "campaign", s->reader->campaigns(), campaign_named,
             [&](const auto& one) { filter.campaign = one.campaign.id; }, reply) &&
         narrow_named(
             s, request, "agent", s->reader->agents(), whoever_named,
             [&](const auto& one) { filter.agent = one.agent.id; }, reply) &&
         narrow_named(
             s, request, "code", s->reader->codes(), code_named,
             [&](const auto& one) { filter.code = one.id; }, reply);
}

}  // namespace

base::Result<CodeNames> code_names(store::Reader& reader) {
  const auto codes = reader.codes();
  if (!codes) return tl::unexpected{codes.error()};
  CodeNames names;
  for (const store::CodeRecord& code : *codes) names[code.id] = code.name_en;
  return names;
}

std::string_view phase_name(dialer::event::ContactPhase phase) {
  return kPhases[static_cast<std::size_t>(phase)];
}

js::object render(const store::AttemptView& a, const CodeNames& codes) {
  js::object sip{{"code", a.facts.code}, {"q850", a.facts.q850}, {"text", a.facts.text}};
  js::array wrap_ups;
  for (const store::WrapUpView& w : a.wrap_ups) {
    const auto code = codes.find(w.code);
    wrap_ups.push_back(js::object{{"code", code == codes.end() ? "" : code->second},
                                  {"agent", w.agent.value},
                                  {"by_timer", w.by_timer},
                                  {"correction", w.correction},
                                  {"at", time_json(w.at)}});
  }
  return {{"id", a.id.value},
          {"campaign", a.campaign.value},
          {"contact", a.contact.value},
          {"agent", a.agent.value},
          {"talked", a.talked.value},
          {"trunk", a.trunk.value},
          {"follows", a.follows.value},
          {"number", a.number},
          {"caller_id", a.caller_id},
          {"state", a.state},
          {"outcome", dialer::name(a.outcome)},
          {"fault", dialer::name(a.fault)},
          {"reason", a.reason},
          {"message_left", a.message_left},
          {"sip", std::move(sip)},
          {"committed_at", time_json(a.committed_at)},
          {"placed_at", time_json(a.placed_at)},
          {"rang_at", time_json(a.rang_at)},
          {"answered_at", time_json(a.answered_at)},
          {"merged_at", time_json(a.merged_at)},
          {"ended_at", time_json(a.ended_at)},
          {"wrap_ups", std::move(wrap_ups)}};
}

js::object render(const store::ContactView& c) {
  js::array numbers;
  for (const store::NumberView& n : c.numbers)
    numbers.push_back(js::object{{"number", n.e164},
                                 {"type", n.type},
                                 {"country", n.country},
                                 {"zones", n.zones},
                                 {"barred", n.barred}});
  js::object o{{"id", c.id.value},
               {"list", c.list.value},
               {"key", c.key},
               {"name", c.name},
               {"numbers", std::move(numbers)},
               {"phase", phase_name(c.phase)},
               {"reason", c.reason},
               {"next_at", time_json(c.next_at)},
               {"next_number", c.number},
               {"attempts", c.attempts}};
  boost::system::error_code broken;
  if (js::value fields = js::parse(c.fields, broken); !broken) o["fields"] = std::move(fields);
  return o;
}

js::object render(const store::NoteView& note, const std::vector<store::AgentRecord>& agents) {
  js::object o{
      {"attempt", note.attempt.value}, {"agent", nullptr}, {"text", note.text}, {"at", time_json(note.at)}};
  for (const store::AgentRecord& agent : agents)
    if (agent.agent.id == note.agent) o["agent"] = agent.sign_in;
  return o;
}

std::optional<store::AttemptFilter> filter_of(Service* s, const Request& request, const Reply& reply) {
  store::AttemptFilter filter;
  const auto contact = number_of(request, "contact", 1, INT64_MAX, 0, reply);
  if (!contact) return std::nullopt;
  filter.contact = {*contact};
  const auto from = time_of(request, "from", reply);
  if (!from) return std::nullopt;
  const auto until = time_of(request, "until", reply);
  if (!until) return std::nullopt;
  filter.from = *from;
  filter.until = *until;
  if (!narrow_outcome(request, filter, reply) || !narrow_number(request, filter, reply) ||
      !narrow_names(s, request, filter, reply))
    return std::nullopt;
  if (!sees_all(request.who)) filter.supervisor = request.who.user_id;
  return filter;
}

const store::CampaignRecord* campaign_of(const std::vector<store::CampaignRecord>& campaigns,
                                         base::ListId list) {
  const auto at = std::find_if(campaigns.begin(), campaigns.end(), [&](const store::CampaignRecord& one) {
    return std::find(one.lists.begin(), one.lists.end(), list) != one.lists.end();
  });
  return at == campaigns.end() ? nullptr : &*at;
}

}  // namespace ziptone::api
