// Call guides: their versions, what agents answer, and what became of the answers.
#include <fmt/format.h>

#include "server/api/actions.hpp"
#include "server/api/desk.hpp"
#include "server/api/guide_report.hpp"
#include "server/control/clock.hpp"
#include "server/guide/document.hpp"
#include "server/store/catalog.hpp"
#include "server/webhooks/outbox.hpp"

namespace ziptone::api {
namespace {

namespace js = boost::json;

js::object render(const store::GuideVersion& version) {
  return {{"id", version.guide},
          {"name", version.name},
          {"version", version.version},
          {"at", time_json(version.at)}};
}

std::optional<store::GuideVersion> guide_named(Service* s, const Request& request, const Reply& reply) {
  const auto guides = s->reader->guides();
  if (!guides) {
    reply(store_problem(*s, guides.error()));
    return std::nullopt;
  }
  const std::string& text = request.parts.at("guide");
  for (const bool by_name : {true, false})
    for (const store::GuideVersion& one : *guides)
      if (by_name ? one.name == text : std::to_string(one.guide) == text) return one;
  reply(not_found("guide"));
  return std::nullopt;
}

// The version that the query names, else the newest.
std::optional<store::GuideVersion> version_of(Service* s, const Request& request, const Reply& reply) {
  auto newest = guide_named(s, request, reply);
  if (!newest) return std::nullopt;
  const auto wanted = number_of(request, "version", 1, INT64_MAX, newest->version, reply);
  if (!wanted) return std::nullopt;
  const auto versions = s->reader->guide_versions(newest->guide);
  if (!versions) {
    reply(store_problem(*s, versions.error()));
    return std::nullopt;
  }
  for (const store::GuideVersion& one : *versions)
    if (one.version == *wanted) return one;
  reply(not_found("version"));
  return std::nullopt;
}

// A kept document is one that was without fault when it was kept.
base::Result<guide::Guide> document_of(store::Reader& reader, const store::GuideVersion& version) {
  const auto text = reader.guide_document(version.guide, version.version);
  if (!text) return tl::unexpected{text.error()};
  auto parsed = guide::parse(text->value_or("{}"));
  if (!parsed) return tl::unexpected{parsed.error().front()};
  return std::move(*parsed);
}

void list(Service* s, const Reply& reply) {
  const auto guides = s->reader->guides();
  if (!guides) return reply(store_problem(*s, guides.error()));
  js::array rendered;
  for (const store::GuideVersion& one : *guides) rendered.push_back(render(one));
  reply(json(rendered));
}

void show(Service* s, const Request& request, const Reply& reply) {
  const auto version = version_of(s, request, reply);
  if (!version) return;
  const auto text = s->reader->guide_document(version->guide, version->version);
  if (!text) return reply(store_problem(*s, text.error()));
  js::object o = render(*version);
  o["document"] = js::parse(text->value_or("{}"));
  reply(json(o));
}

void versions(Service* s, const Request& request, const Reply& reply) {
  const auto guide = guide_named(s, request, reply);
  if (!guide) return;
  const auto all = s->reader->guide_versions(guide->guide);
  if (!all) return reply(store_problem(*s, all.error()));
  js::array rendered;
  for (const store::GuideVersion& one : *all) rendered.push_back(render(one));
  reply(json(rendered));
}

void put(Service* s, const Request& request, const Reply& reply) {
  const auto parsed = guide::parse(request.body);
  std::vector<FieldError> errors;
  if (!parsed) {
    for (const base::Error& e : parsed.error()) errors.push_back({e.where, e.what, e.mend});
    return reply(problem(422, "the guide can't be read", {}, errors));
  }
  const auto codes = s->reader->codes();
  if (!codes) return reply(store_problem(*s, codes.error()));
  std::set<std::string> names;
  for (const store::CodeRecord& code : *codes) names.insert({code.name_en, code.name_tr});
  for (const guide::Fault& fault : guide::check(*parsed, names))
    errors.push_back({fault.where, fmt::format("{}: {}", guide::name(fault.kind), fault.what), fault.mend});
  if (!errors.empty()) return reply(problem(422, "the guide has faults", "guide_faults", errors));
  // A name wins over an id: the guide keeps its name when it is put by id.
  std::string name = request.parts.at("guide");
  if (const auto guides = s->reader->guides())
    for (const store::GuideVersion& one : *guides)
      if (std::to_string(one.guide) == name) name = one.name;
  s->store->write<store::GuideVersion>(
      [name, text = guide::to_json(*parsed), at = control::wall_now()](store::sqlite::Connection& db) {
        return store::put_guide(db, name, text, at);
      },
      [s, reply](const base::Result<store::GuideVersion>& written) {
        if (!written) return reply(store_problem(*s, written.error()));
        reply(json(render(*written)));
      });
}

// ---- in a call
struct InCall {
  store::AgentRecord agent;
  store::AttemptView attempt;
  store::GuideVersion version;
  guide::Guide document;
  store::GuideAnswers answers;  // as kept; new ones when none are
};

// The guide of this agent's attempt, or a refusal already given.
std::optional<InCall> in_call(Service* s, const Request& request, std::uint64_t id, const Reply& reply) {
  const auto agent = agent_of(s, request.parts.at("agent"), reply);
  if (!agent) return std::nullopt;
  const auto attempt = s->reader->attempt({id});
  const auto owner = s->reader->agent_of({id});
  if (!attempt || !owner) return reply(unavailable()), std::nullopt;
  if (!*attempt || *owner != agent->agent.id)
    return reply(problem(422, "that is no attempt of this agent", {},
                         {{"attempt", "unknown", "send the attempt of the desk"}})),
           std::nullopt;
  const DeskCatalog* catalog = s->desks->catalog();
  const auto version = catalog ? guide_of(*catalog, *s->reader, **attempt) : std::nullopt;
  if (!version) return reply(not_found("guide of this attempt")), std::nullopt;
  auto document = document_of(*s->reader, *version);
  const auto kept = s->reader->guide_answers({id});
  if (!document || !kept) return reply(unavailable()), std::nullopt;
  InCall found{*agent, **attempt, *version, std::move(*document), {}};
  if (*kept) found.answers = **kept;
  found.answers.attempt = {id};
  found.answers.guide = version->guide;
  found.answers.version = version->version;
  found.answers.agent = agent->agent.id;
  return found;
}

js::object render(const guide::Walk& walk) {
  js::array path;
  for (const std::string& question : walk.path) path.emplace_back(question);
  return {{"path", std::move(path)},
          {"next", walk.next.empty() ? js::value(nullptr) : js::value(walk.next)},
          {"again", walk.again},
          {"code", walk.code.empty() ? js::value(nullptr) : js::value(walk.code)}};
}

js::object render(const InCall& call, const guide::Answers& answers, const guide::Walk& walk) {
  return {{"attempt", call.attempt.id.value},
          {"guide", call.version.guide},
          {"version", call.version.version},
          {"answers", js::parse(guide::to_json(answers))},
          {"submitted_at", time_json(call.answers.submitted_at)},
          {"walk", render(walk)}};
}

void guide_in_call(Service* s, const Request& request, const Reply& reply) {
  const auto id = number_of(request, "attempt", 1, INT64_MAX, 0, reply);
  if (!id) return;
  const auto call = in_call(s, request, *id, reply);
  if (!call) return;
  const auto answers = guide::parse_answers(call->answers.answers).value_or(guide::Answers{});
  js::object o = render(*call, answers, guide::walk(call->document, answers));
  o["document"] = js::parse(guide::to_json(call->document));
  reply(json(o));
}

// Durable, then the desk hears of the code that is suggested now.
void keep(Service* s, InCall call, const guide::Answers& answers, const guide::Walk& walk,
          const Reply& reply) {
  call.answers.answers = guide::to_json(answers);
  call.answers.code = walk.code;
  call.answers.updated_at = control::wall_now();
  s->store->write<bool>(
      [record = call.answers](store::sqlite::Connection& db) { return store::put_guide_answers(db, record); },
      [s, reply, call, answers, walk](const base::Result<bool>& written) {
        s->post([=] {
          if (!written) return reply(store_problem(*s, written.error()));
          if (!*written) return reply(problem(409, "refused", "submitted_already"));
          s->desks->touch(call.agent.agent.id);
          s->outbox->touch();
          reply(json(render(call, answers, walk)));
        });
      });
}

// The body's answers, or those that are kept when it has none.
struct Sent {
  InCall call;
  guide::Answers answers;
};
std::optional<Sent> read_sent(Service* s, const Request& request, const Reply& reply) {
  const auto body = body_of(request, reply);
  std::int64_t id = 0;
  if (!body || refuse_unknown(*body, {"attempt", "answers"}, reply) ||
      !whole(*body, "attempt", 1, INT64_MAX, id, reply))
    return std::nullopt;
  auto call = in_call(s, request, static_cast<std::uint64_t>(id), reply);
  if (!call) return std::nullopt;
  const auto* given = body->if_contains("answers");
  auto answers = guide::parse_answers(given ? js::serialize(*given) : call->answers.answers);
  if (!answers)
    return reply(problem(422, "the answers can't be read", {},
                         {{answers.error().where, answers.error().what, answers.error().mend}})),
           std::nullopt;
  return Sent{std::move(*call), std::move(*answers)};
}

void draft(Service* s, const Request& request, const Reply& reply) {
  auto sent = read_sent(s, request, reply);
  if (!sent) return;
  const guide::Walk walk = guide::walk(sent->call.document, sent->answers);
  keep(s, std::move(sent->call), sent->answers, walk, reply);
}

void submit(Service* s, const Request& request, const Reply& reply) {
  auto sent = read_sent(s, request, reply);
  if (!sent) return;
  const guide::Submission judged = guide::submission(sent->call.document, sent->answers);
  if (!judged.may()) {
    std::vector<FieldError> errors;
    for (const std::string& id : judged.missing) errors.push_back({id, "is missing", "answer it"});
    for (const std::string& id : judged.wrong) errors.push_back({id, "is no answer to it", "answer it anew"});
    return reply(problem(422, "answers are missing", "answers_missing", errors));
  }
  // Sent twice, because the first answer was lost: it is kept already.
  if (sent->call.answers.submitted_at != base::WallTime{} &&
      sent->call.answers.answers == guide::to_json(judged.kept))
    return reply(json(render(sent->call, judged.kept, judged.walk)));
  if (sent->call.answers.submitted_at != base::WallTime{})
    return reply(problem(409, "refused", "submitted_already"));
  sent->call.answers.submitted_at = control::wall_now();
  keep(s, std::move(sent->call), judged.kept, judged.walk, reply);
}

// ---- afterwards; away from the api thread, for there may be many
template <class Render>
void report(Service* s, const Request& request, const Reply& reply, Render render_all) {
  const auto version = version_of(s, request, reply);
  if (!version) return;
  const auto document = document_of(*s->reader, *version);
  if (!document) return reply(store_problem(*s, document.error()));
  s->in_background([=, guide = *document, version = *version] {
    auto reader = store::Reader::open(s->store->database());
    if (!reader) return reply(store_problem(*s, reader.error()));
    auto made = render_all(*reader, guide, version);
    if (!made) return reply(store_problem(*s, made.error()));
    reply(std::move(*made));
  });
}

}  // namespace

std::vector<Route> guide_routes(Service* s) {
  return {
      {"GET", "/api/v1/guides", Rights::supervisor,
       [s](const Request&, const Reply& reply) { list(s, reply); }},
      {"GET", "/api/v1/guides/{guide}", Rights::supervisor,
       [s](const Request& r, const Reply& reply) { show(s, r, reply); }},
      {"PUT", "/api/v1/guides/{guide}", Rights::administrator,
       [s](const Request& r, const Reply& reply) { put(s, r, reply); }},
      {"GET", "/api/v1/guides/{guide}/versions", Rights::supervisor,
       [s](const Request& r, const Reply& reply) { versions(s, r, reply); }},
      {"GET", "/api/v1/guides/{guide}/answers", Rights::administrator,
       [s](const Request& r, const Reply& reply) { report(s, r, reply, answers_csv); }},
      {"GET", "/api/v1/guides/{guide}/drop-off", Rights::administrator,
       [s](const Request& r, const Reply& reply) { report(s, r, reply, drop_off); }},
      {"GET", "/api/v1/agents/{agent}/guide", Rights::self_agent,
       [s](const Request& r, const Reply& reply) { guide_in_call(s, r, reply); }},
      {"PUT", "/api/v1/agents/{agent}/answers", Rights::self_agent,
       [s](const Request& r, const Reply& reply) { draft(s, r, reply); }},
      {"POST", "/api/v1/agents/{agent}/answers/submit", Rights::self_agent,
       [s](const Request& r, const Reply& reply) { submit(s, r, reply); }},
  };
}

}  // namespace ziptone::api
