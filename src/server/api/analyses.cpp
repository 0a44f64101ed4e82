// Who answered, with the evidence: one attempt's analysis, its clip, what people judged, and how often the
// analysis was wrong.
#include <cmath>
#include <fstream>
#include <map>

#include "media/wav.hpp"
#include "server/api/actions.hpp"
#include "server/api/audit.hpp"
#include "server/api/rights.hpp"
#include "server/api/views.hpp"
#include "server/control/clips.hpp"
#include "server/control/clock.hpp"
#include "server/control/message_file.hpp"

namespace ziptone::api {
namespace {

namespace js = boost::json;

constexpr base::Duration kReported = base::hours{30 * 24};  // where the report names no time

// ---- one attempt
// The attempt of the path with its analysis; nullopt: answered already.
std::optional<store::AnalysisView> analysis_of(Service* s, const Request& request, const Reply& reply) {
  const auto attempt = seen_attempt(*s->reader, request);
  if (!attempt) return reply(store_problem(*s, attempt.error())), std::nullopt;
  if (!*attempt) return reply(not_found("attempt")), std::nullopt;
  auto analysis = s->reader->analysis((*attempt)->id);
  if (!analysis) return reply(store_problem(*s, analysis.error())), std::nullopt;
  if (!*analysis) return reply(not_found("analysis")), std::nullopt;
  return std::move(*analysis);
}

js::value text_or_null(const std::string& text) {
  return text.empty() ? js::value(nullptr) : js::value(text);
}

js::array lost_of(const store::ClipRecord& clip) {
  js::array list;
  const auto pairs = js::parse(clip.lost);
  for (const auto& pair : pairs.as_array())
    list.push_back(js::object{{"at_ms", pair.at(0)}, {"length_ms", pair.at(1)}});
  return list;
}

void show(Service* s, const Request& request, const Reply& reply) {
  const auto view = analysis_of(s, request, reply);
  if (!view) return;
  js::object o = js::parse(view->analysis.document).as_object();
  o["review"] = view->analysis.review;
  o["clip"] = view->clip.has_value();
  o["clip_from_ms"] = view->clip ? js::value(view->clip->from_ms) : js::value(nullptr);
  o["clip_length_ms"] = view->clip ? js::value(base::millis(view->clip->duration)) : js::value(nullptr);
  o["clip_lost"] = view->clip ? lost_of(*view->clip) : js::array{};
  o["judged"] = text_or_null(view->judged);
  o["judged_by"] = text_or_null(view->judged_by);
  o["judged_at"] = time_json(view->judged_at);
  reply(json(o));
}

// As 16-bit samples, which every browser draws and plays.
void clip(Service* s, const Request& request, const Reply& reply) {
  const auto view = analysis_of(s, request, reply);
  if (!view) return;
  if (!view->clip) return reply(not_found("clip"));
  s->reading([reply, path = control::clip_path(s->clip_folder, view->clip->file)] {
    const auto samples = control::read_message(path, "clip");
    if (!samples) return reply(not_found("clip"));
    const auto bytes = media::write_wav(*samples);
    Response response{200, "audio/wav", {bytes.begin(), bytes.end()}};
    response.headers.emplace_back("Cache-Control", "no-store");
    reply(std::move(response));
  });
}

// ---- judged
void judge(Service* s, base::AttemptId attempt, const std::string& who, const std::string& by,
           const Reply& reply) {
  s->store->write<bool>(
      [=, at = control::wall_now()](store::sqlite::Connection& db) {
        return store::put_judgement(db, attempt, who, by, at);
      },
      [s, reply, who](const base::Result<bool>& written) {
        if (!written) return reply(store_problem(*s, written.error()));
        reply(*written ? json({{"judged", who}}) : not_found("analysis"));
      });
}

// An agent judges the call that is on the screen: in the conversation or in its wrap-up.
void judge_own(Service* s, base::AttemptId attempt, base::AgentId agent, const std::string& who,
               const std::string& by, const Reply& reply) {
  const bool taken = s->control->ask([=](const control::View& view) {
    bool own = false;
    for (const dialer::CallView& call : view.dialer.calls())
      own = own || (call.attempt == attempt && call.agent == agent &&
                    (call.merged_at != base::WallTime{} || call.state == "WrappingUp"));
    s->post([=] {
      if (!own) return reply(not_found("attempt"));
      judge(s, attempt, who, by, reply);
    });
  });
  if (!taken) reply(unavailable());
}

void put_judged(Service* s, const Request& request, const Reply& reply) {
  const auto body = body_of(request, reply);
  if (!body || refuse_unknown(*body, {"who"}, reply)) return;
  const std::string who = text_of(*body, "who");
  if (who != "person" && who != "machine")
    return reply(problem(422, "a field is malformed", {}, {{"who", "unknown", "write person or machine"}}));
  const std::string by = name_of(request.who);
  if (request.who.role == "agent") {
    const auto id = parse_number(request.parts.at("attempt"));
    if (!id) return reply(not_found("attempt"));
    return judge_own(s, base::AttemptId{*id}, base::AgentId{request.who.agent}, who, by, reply);
  }
  const auto view = analysis_of(s, request, reply);
  if (view) judge(s, view->analysis.attempt, who, by, reply);
}

// ---- the report
bool is_machine(const std::string& verdict) {
  return verdict == "machine" || verdict == "music" || verdict == "announcement";
}
// What goes to the agent.
bool is_person(const std::string& verdict) {
  return verdict == "person" || verdict == "unsure" || verdict == "silence";
}

struct Confusion {
  std::uint64_t persons = 0, machines = 0, others = 0, undecided = 0, reviewed = 0;
  std::uint64_t person_right = 0, machine_right = 0;  // judged so
  std::uint64_t person_called_machine = 0, machine_called_person = 0;
  std::uint64_t sampled = 0, sampled_persons = 0;  // machines of the review's sample that were judged
};

void add(Confusion& to, const store::AnalysisCount& one) {
  const bool machine = is_machine(one.decided);
  const bool person = is_person(one.decided);
  (one.decided.empty() ? to.undecided : person ? to.persons : machine ? to.machines : to.others) += one.count;
  if (one.review) to.reviewed += one.count;
  if (one.judged == "person" && person) to.person_right += one.count;
  if (one.judged == "machine" && machine) to.machine_right += one.count;
  if (one.judged == "person" && machine) to.person_called_machine += one.count;
  if (one.judged == "machine" && person) to.machine_called_person += one.count;
  if (one.review && !one.judged.empty()) {
    to.sampled += one.count;
    if (one.judged == "person") to.sampled_persons += one.count;
  }
}

// The share and its 95 % interval (Wilson, "Probable inference, the law of succession, and statistical
// inference", 1927), which holds for few and for none.
js::object share_of(std::uint64_t some, std::uint64_t all) {
  js::object o{{"of", all}, {"persons", some}, {"share", nullptr}, {"low", nullptr}, {"high", nullptr}};
  if (all == 0) return o;
  constexpr double z = 1.959964;
  const auto n = static_cast<double>(all);
  const double p = static_cast<double>(some) / n;
  const double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  const auto rounded = [](double share) { return std::round(share * 10000) / 10000; };
  o["share"] = rounded(p);
  o["low"] = rounded(std::max(0.0, middle - half));
  o["high"] = rounded(std::min(1.0, middle + half));
  return o;
}

js::object render(const std::string& key, const Confusion& c) {
  return {{"key", key},
          {"persons", c.persons},
          {"machines", c.machines},
          {"others", c.others},
          {"undecided", c.undecided},
          {"reviewed", c.reviewed},
          {"judged_person_called_person", c.person_right},
          {"judged_machine_called_machine", c.machine_right},
          {"judged_person_called_machine", c.person_called_machine},
          {"judged_machine_called_person", c.machine_called_person},
          {"lost_people", share_of(c.person_called_machine, c.person_called_machine + c.machine_right)},
          {"lost_people_sampled", share_of(c.sampled_persons, c.sampled)}};
}

struct Asked {
  std::vector<base::CampaignId> campaigns;
  store::AnalysisFilter filter;
  store::AnalysisBy by = store::AnalysisBy::campaign;
};

Response report_of(const Service& service, store::Reader& reader, const Asked& asked) {
  const auto campaigns = reader.campaigns();
  const auto trunks = reader.trunks();
  if (!campaigns) return store_problem(service, campaigns.error());
  if (!trunks) return store_problem(service, trunks.error());
  std::map<std::string, Confusion> rows;
  for (const base::CampaignId campaign : asked.campaigns) {
    auto filter = asked.filter;
    filter.campaign = campaign;
    const auto counts = reader.analysis_counts(filter, asked.by);
    if (!counts) return store_problem(service, counts.error());
    for (const auto& one : *counts) add(rows[one.key], one);
  }
  const auto name_of = [&](const std::string& key) {
    for (const auto& one : *campaigns)
      if (asked.by == store::AnalysisBy::campaign && std::to_string(one.campaign.id.value) == key)
        return one.name;
    for (const auto& one : *trunks)
      if (asked.by == store::AnalysisBy::trunk && std::to_string(one.trunk.id.value) == key) return one.name;
    return asked.by == store::AnalysisBy::hour && key.size() == 1 ? "0" + key : key;
  };
  std::map<std::string, js::object> named;  // in the order of what people read
  for (const auto& [key, row] : rows) named[name_of(key)] = render(name_of(key), row);
  js::array list;
  for (auto& [name, row] : named) list.push_back(std::move(row));
  return json(list);
}

std::optional<store::AnalysisBy> by_of(const Request& request, const Reply& reply) {
  const std::string by = request.text("by");
  if (by.empty() || by == "campaign") return store::AnalysisBy::campaign;
  if (by == "trunk") return store::AnalysisBy::trunk;
  if (by == "country") return store::AnalysisBy::country;
  if (by == "hour") return store::AnalysisBy::hour;
  reply(problem(422, "a parameter is malformed", {},
                {{"by", "unknown", "write campaign, trunk, country or hour"}}));
  return std::nullopt;
}

void refuse_name(const Reply& reply, const char* what) {
  reply(
      problem(422, "a parameter names nothing", {}, {{what, "is not there", "write a name that is there"}}));
}

// The campaigns whose calls who asks may see.
std::optional<std::vector<base::CampaignId>> campaigns_of(Service* s, const Request& request,
                                                          const Reply& reply) {
  const auto campaigns = s->reader->campaigns();
  if (!campaigns) return reply(store_problem(*s, campaigns.error())), std::nullopt;
  const std::string wanted = request.text("campaign");
  const auto* one = wanted.empty() ? nullptr : campaign_named(*campaigns, wanted);
  std::vector<base::CampaignId> ids;
  for (const auto& record : *campaigns)
    if (sees(*s->reader, request.who, record) && (wanted.empty() || &record == one))
      ids.push_back(record.campaign.id);
  if (!wanted.empty() && ids.empty()) return refuse_name(reply, "campaign"), std::nullopt;
  return ids;
}

void report(Service* s, const Request& request, const Reply& reply) {
  Asked asked;
  const auto by = by_of(request, reply);
  if (!by) return;
  asked.by = *by;
  auto campaigns = campaigns_of(s, request, reply);
  if (!campaigns) return;
  asked.campaigns = std::move(*campaigns);
  if (const std::string wanted = request.text("trunk"); !wanted.empty()) {
    const auto trunks = s->reader->trunks();
    if (!trunks) return reply(store_problem(*s, trunks.error()));
    for (const auto& trunk : *trunks)
      if (trunk.name == wanted || std::to_string(trunk.trunk.id.value) == wanted)
        asked.filter.trunk = trunk.trunk.id;
    if (!asked.filter.trunk) return refuse_name(reply, "trunk");
  }
  asked.filter.country = request.text("country");
  const auto from = time_of(request, "from", reply);
  if (!from) return;
  const auto until = time_of(request, "until", reply);
  if (!until) return;
  asked.filter.until = *until;
  asked.filter.from = *from == base::WallTime{} ? control::wall_now() - kReported : *from;
  s->reading([s, reply, asked] {
    auto reader = store::Reader::open(s->store->database());
    reply(reader ? report_of(*s, *reader, asked) : store_problem(*s, reader.error()));
  });
}

}  // namespace

std::vector<Route> analysis_routes(Service* s) {
  return {
      {"GET", "/api/v1/attempts/{attempt}/analysis", Rights::supervisor,
       [s](const Request& r, const Reply& reply) { show(s, r, reply); }},
      {"GET", "/api/v1/attempts/{attempt}/clip", Rights::supervisor,
       [s](const Request& r, const Reply& reply) { clip(s, r, reply); }},
      {"PUT", "/api/v1/attempts/{attempt}/judged", Rights::signed_in,
       [s](const Request& r, const Reply& reply) { put_judged(s, r, reply); }},
      {"GET", "/api/v1/reports/analysis", Rights::supervisor,
       [s](const Request& r, const Reply& reply) { report(s, r, reply); }},
  };
}

}  // namespace ziptone::api
