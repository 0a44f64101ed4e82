// Attempts: narrowed lists, one with all its facts, and the same as CSV for a spreadsheet.
#include <algorithm>
#include <fstream>

#include <fmt/format.h>

#include "base/wall.hpp"
#include "server/api/rights.hpp"
#include "server/api/views.hpp"

namespace ziptone::api {
namespace {

namespace js = boost::json;

constexpr std::size_t kPiece = 1000;                    // attempts read at a time
constexpr std::size_t kCsvMax = std::size_t{64} << 20;  // bytes of an answer; some 300,000 attempts

Response page_of_attempts(const Service& service, store::Reader& reader, const store::AttemptFilter& filter,
                          const Page& page) {
  const auto views = reader.attempts(filter, {page.cursor}, page.limit);
  if (!views) return store_problem(service, views.error());
  const auto codes = code_names(reader);
  if (!codes) return store_problem(service, codes.error());
  js::array list;
  for (const auto& view : *views) list.push_back(render(view, *codes));
  return json(list);
}

void list_attempts(Service* s, const Request& request, const Reply& reply) {
  const auto page = page_of(request, "before", reply);
  if (!page) return;
  const auto filter = filter_of(s, request, reply);
  if (!filter) return;
  // What is rare is looked for in a million: not on the api thread.
  s->reading([s, reply, filter = *filter, page = *page] {
    auto reader = store::Reader::open(s->store->database());
    reply(reader ? page_of_attempts(*s, *reader, filter, page) : store_problem(*s, reader.error()));
  });
}

// ---- CSV
// One field (RFC 4180). What a spreadsheet would take for a formula begins with a quote mark instead.
std::string field(std::string text) {
  if (!text.empty() && std::string_view{"=+-@\t\r"}.find(text.front()) != std::string_view::npos)
    text.insert(0, 1, '\'');
  if (text.find_first_of(",;\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + '"';
}

std::string time_field(base::WallTime at) {
  return at == base::WallTime{} ? std::string{} : base::to_iso(at);
}

// Names for the ids of an attempt.
struct Catalogue {
  CodeNames codes;
  std::map<std::uint64_t, std::string> campaigns, lists, agents, trunks;

  static base::Result<Catalogue> read(store::Reader& reader) {
    Catalogue all;
    auto codes = code_names(reader);
    const auto campaigns = reader.campaigns();
    const auto lists = reader.lists();
    const auto agents = reader.agents();
    const auto trunks = reader.trunks();
    if (!lists) return tl::unexpected{lists.error()};
    if (!codes) return tl::unexpected{codes.error()};
    if (!campaigns) return tl::unexpected{campaigns.error()};
    if (!agents) return tl::unexpected{agents.error()};
    if (!trunks) return tl::unexpected{trunks.error()};
    all.codes = std::move(*codes);
    for (const auto& one : *campaigns) all.campaigns[one.campaign.id.value] = one.name;
    for (const auto& one : *lists) all.lists[one.id.value] = one.name;
    for (const auto& one : *agents) all.agents[one.agent.id.value] = one.sign_in;
    for (const auto& one : *trunks) all.trunks[one.trunk.id.value] = one.name;
    return all;
  }
  static std::string name(const std::map<std::uint64_t, std::string>& names, std::uint64_t id) {
    const auto at = names.find(id);
    return at == names.end() ? std::string{} : at->second;
  }
};

constexpr const char* kHead =
    "\xEF\xBB\xBF"  // by which Excel knows UTF-8
    "id,campaign,list,key,name,number,caller_id,trunk,agent,outcome,wrap_up,sip_code,q850,committed_at,"
    "placed_at,"
    "rang_at,answered_at,merged_at,ended_at,talk_s,message_left\r\n";

std::string line(const store::AttemptView& a, const Catalogue& names, const store::ContactView& contact) {
  std::string code;
  if (!a.wrap_ups.empty())
    if (const auto at = names.codes.find(a.wrap_ups.back().code); at != names.codes.end()) code = at->second;
  const bool talked = a.merged_at != base::WallTime{} && a.ended_at != base::WallTime{};
  std::string text;
  // A number keeps its plus behind the quote mark, as a text.
  for (const std::string& one :
       {std::to_string(a.id.value),
        Catalogue::name(names.campaigns, a.campaign.value),
        Catalogue::name(names.lists, contact.list.value),
        contact.key,
        contact.name,
        a.number,
        a.caller_id,
        Catalogue::name(names.trunks, a.trunk.value),
        Catalogue::name(names.agents, a.talked.value),
        std::string{dialer::name(a.outcome)},
        code,
        a.facts.code ? std::to_string(a.facts.code) : std::string{},
        a.facts.q850 ? std::to_string(a.facts.q850) : std::string{},
        time_field(a.committed_at),
        time_field(a.placed_at),
        time_field(a.rang_at),
        time_field(a.answered_at),
        time_field(a.merged_at),
        time_field(a.ended_at),
        talked ? std::to_string(base::millis(a.ended_at - a.merged_at) / 1000) : std::string{},
        std::string{a.message_left ? "yes" : "no"}})
    text += (text.empty() ? "" : ",") + field(one);
  return text + "\r\n";
}

// The newest first. Says so, and where to go on, when it grows too large.
Response csv_of(const Service& service, store::Reader& reader, const store::AttemptFilter& filter) {
  const auto names = Catalogue::read(reader);
  if (!names) return store_problem(service, names.error());
  Response response{200, "text/csv; charset=utf-8", kHead};
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"attempts.csv\"");
  base::AttemptId before{};
  for (;;) {
    if (service.stopping()) return unavailable();
    const auto piece = reader.attempts(filter, before, kPiece);
    if (!piece) return store_problem(service, piece.error());
    for (const store::AttemptView& one : *piece) {
      const auto contact = reader.contact(one.contact);
      if (!contact) return store_problem(service, contact.error());
      response.body += line(one, *names, contact->value_or(store::ContactView{}));
    }
    if (piece->size() < kPiece) return response;
    before = piece->back().id;
    if (response.body.size() > kCsvMax)
      return problem(422, "these are more attempts than one file takes", {},
                     {{"from", "more than 64 MiB", "narrow the time: from and until"}});
  }
}

void attempts_csv(Service* s, const Request& request, const Reply& reply) {
  const auto filter = filter_of(s, request, reply);
  if (!filter) return;
  s->reading([s, filter = *filter, reply] {
    auto reader = store::Reader::open(s->store->database());
    reply(reader ? csv_of(*s, *reader, filter) : store_problem(*s, reader.error()));
  });
}

// ---- one
js::array rows_of(const std::vector<store::EventRow>& rows) {
  js::array list;
  for (const store::EventRow& row : rows) list.push_back(js::parse(render(row)));
  return list;
}

js::array answers_of(const std::optional<store::GuideAnswers>& kept) {
  js::array list;
  boost::system::error_code broken;
  const js::value read = kept ? js::parse(kept->answers, broken) : js::value(nullptr);
  if (const auto* object = read.if_object())
    for (const auto& [question, answer] : *object)
      list.push_back(js::object{{"question", question}, {"answer", answer}});
  return list;
}

// Which guide's questions those answers are to; null: none were given.
js::value guide_of(const std::optional<store::GuideAnswers>& kept,
                   const std::vector<store::GuideVersion>& guides) {
  if (!kept) return nullptr;
  js::object guide{
      {"name", nullptr}, {"version", kept->version}, {"submitted_at", time_json(kept->submitted_at)}};
  for (const store::GuideVersion& one : guides)
    if (one.guide == kept->guide) guide["name"] = one.name;
  return guide;
}

void one_attempt(Service* s, const Request& request, const Reply& reply) {
  const auto attempt = seen_attempt(*s->reader, request);
  if (!attempt) return reply(store_problem(*s, attempt.error()));
  if (!*attempt) return reply(not_found("attempt"));
  const auto codes = code_names(*s->reader);
  const auto contact = s->reader->contact((*attempt)->contact);
  const auto rows = s->reader->rows_of((*attempt)->id);
  const auto notes = s->reader->notes((*attempt)->contact);
  const auto answers = s->reader->guide_answers((*attempt)->id);
  const auto guides = s->reader->guides();
  const auto agents = s->reader->agents();
  if (!codes || !contact || !rows || !notes || !answers || !guides || !agents) return reply(unavailable());
  js::array own_notes;
  for (const store::NoteView& note : *notes)
    if (note.attempt == (*attempt)->id) own_notes.push_back(render(note, *agents));
  reply(json({{"attempt", render(**attempt, *codes)},
              {"contact", *contact ? js::value(render(**contact)) : js::value(nullptr)},
              {"rows", rows_of(*rows)},
              {"notes", std::move(own_notes)},
              {"guide", guide_of(*answers, *guides)},
              {"answers", answers_of(*answers)}}));
}

}  // namespace

base::Result<std::optional<store::AttemptView>> seen_attempt(store::Reader& reader, const Request& request) {
  store::AttemptFilter filter;
  if (!sees_all(request.who)) filter.supervisor = request.who.user_id;
  const auto id = parse_number(request.parts.at("attempt"));
  if (!id || *id >= INT64_MAX) return std::nullopt;
  // Among those of its contact, of which there are few: the teams' alone may be far away.
  const auto there = reader.attempt({*id});
  if (!there) return tl::unexpected{there.error()};
  if (!*there) return std::nullopt;
  filter.contact = (*there)->contact;
  const auto found = reader.attempts(filter, {*id + 1}, 1);
  if (!found) return tl::unexpected{found.error()};
  if (found->empty() || found->front().id.value != *id) return std::nullopt;
  return found->front();
}

std::vector<Route> attempt_routes(Service* s) {
  return {
      {"GET", "/api/v1/attempts", Rights::supervisor,
       [s](const Request& r, const Reply& reply) { list_attempts(s, r, reply); }},
      {"GET", "/api/v1/attempts.csv", Rights::supervisor,
       [s](const Request& r, const Reply& reply) { attempts_csv(s, r, reply); }},
      {"GET", "/api/v1/attempts/{attempt}", Rights::supervisor,
       [s](const Request& r, const Reply& reply) { one_attempt(s, r, reply); }},
  };
}

}  // namespace ziptone::api
