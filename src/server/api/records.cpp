// Contact lists: their contacts and imports.
#include "base/wall.hpp"
#include "server/api/views.hpp"
#include "server/control/clock.hpp"
#include "server/control/import_job.hpp"
#include "server/store/catalog.hpp"

namespace ziptone::api {
namespace {

namespace js = boost::json;

std::optional<store::ListRecord> list_of(Service* s, const Request& request, const Reply& reply) {
  const auto lists = s->reader->lists();
  if (!lists) {
    reply(store_problem(*s, lists.error()));
    return std::nullopt;
  }
  if (const auto* list = list_named(*lists, request.parts.at("list"))) return *list;
  reply(not_found("list"));
  return std::nullopt;
}

void contacts(Service* s, const Request& request, const Reply& reply) {
  const auto page = page_of(request, "after", reply);
  if (!page) return;
  const auto list = list_of(s, request, reply);
  if (!list) return;
  const auto views = s->reader->contacts(list->id, {page->cursor}, page->limit);
  if (!views) return reply(store_problem(*s, views.error()));
  js::array rendered;
  for (const auto& view : *views) rendered.push_back(render(view));
  reply(json(rendered));
}

void lists(Service* s, const Reply& reply) {
  const auto records = s->reader->lists();
  if (!records) return reply(store_problem(*s, records.error()));
  js::array rendered;
  for (const store::ListRecord& list : *records) {
    js::object phases;
    if (const auto counts = s->reader->phase_counts(list.id))
      for (const auto& [phase, count] : *counts) phases[phase_name(phase)] = count;
    rendered.push_back(js::object{
        {"id", list.id.value}, {"name", list.name}, {"country", list.country}, {"contacts", phases}});
  }
  reply(json(rendered));
}

std::string_view kind_name(store::ImportProblem::Kind kind) {
  constexpr std::array<std::string_view, 3> kKinds = {"bad", "duplicate", "warning"};
  return kKinds[static_cast<std::size_t>(kind)];
}

js::object render(const store::ImportProblem& p) {
  return {{"line", p.line}, {"column", p.column}, {"kind", kind_name(p.kind)},
          {"what", p.what}, {"mend", p.mend},     {"row", p.row}};
}

void import_problems(Service* s, const Request& request, const Reply& reply) {
  const auto page = page_of(request, "after", reply);
  if (!page) return;
  const auto import = parse_number(request.parts.at("import"));
  if (!import || *import > INT64_MAX) return reply(not_found("import"));
  const auto views = s->reader->import_problems(*import, page->cursor, page->limit);
  if (!views) return reply(store_problem(*s, views.error()));
  js::array rendered;
  for (const store::ImportProblemView& view : *views) {
    js::object o = render(view.problem);
    o["id"] = view.id;
    rendered.push_back(std::move(o));
  }
  reply(json(rendered));
}

Response render(const control::ImportReport& report) {
  js::array problems;
  for (const store::ImportProblem& p : report.problems) problems.push_back(render(p));
  const store::ImportCounts& c = report.counts;
  return json({{"import", report.import},
               {"read", c.read},
               {"inserted", c.inserted},
               {"updated", c.updated},
               {"unchanged", c.unchanged},
               {"duplicate", c.duplicate},
               {"bad", c.bad},
               {"problems", std::move(problems)},
               {"more_after", report.more_after ? js::value(*report.more_after) : js::value(nullptr)}});
}

// The upload lives as long as the reply, which the background work holds.
void import_csv(Service* s, const Request& request, const Reply& reply) {
  control::ImportJob job;
  job.path = request.body_file;
  job.file_name = request.text("file").empty() ? "upload" : request.text("file");
  job.list = request.parts.at("list");
  job.country = request.text("country");
  job.destinations = s->destinations;
  job.stopping = s->stopping;
  if (auto format = control::read_format(request.query, job); !format)
    return reply(store_problem(*s, format.error()));
  s->in_background([s, job, reply] {
    auto reader = store::Reader::open(s->store->database());
    if (!reader) return reply(store_problem(*s, reader.error()));
    const auto report = control::run(*s->store, *reader, job, control::wall_now());
    if (!report && report.error().where == control::kBrokenOff)
      return reply(problem(503, report.error().what, control::kBrokenOff));
    if (!report) return reply(store_problem(*s, report.error()));
    s->control->list_imported(report->list);
    reply(render(*report));
  });
}

}  // namespace

std::vector<Route> record_routes(Service* s) {
  Route import_route{"POST", "/api/v1/lists/{list}/import", Rights::administrator,
                     [s](const Request& r, const Reply& reply) { import_csv(s, r, reply); }};
  import_route.upload = true;
  return {
      {"GET", "/api/v1/lists", Rights::supervisor,
       [s](const Request&, const Reply& reply) { lists(s, reply); }},
      {"GET", "/api/v1/lists/{list}/contacts", Rights::administrator,
       [s](const Request& r, const Reply& reply) { contacts(s, r, reply); }},
      std::move(import_route),
      {"GET", "/api/v1/imports/{import}/problems", Rights::administrator,
       [s](const Request& r, const Reply& reply) { import_problems(s, r, reply); }},
  };
}

}  // namespace ziptone::api
