// What other parameters would have said: a campaign's clips run through the analysis again. On the thread
// that reads files, in pieces, so that others are answered in between; the core never hears of it.
#include <algorithm>
#include <map>

#include "analysis/analyser.hpp"
#include "server/api/actions.hpp"
#include "server/control/clips.hpp"
#include "server/control/clock.hpp"
#include "server/control/message_file.hpp"
#include "server/control/seed.hpp"

namespace ziptone::api {
namespace {

namespace js = boost::json;

constexpr std::size_t kClipsMax = 5000;  // the newest
constexpr std::size_t kShownMax = 200;
constexpr base::Duration kPiece = base::milliseconds{50};
constexpr base::Duration kLongest = base::seconds{20};
constexpr const char* kUndecided = "undecided";  // the clip ends before anything is decided

struct Lost {
  std::int64_t at_ms, length_ms;
};

struct Job {
  Service* service;
  Reply reply;
  std::optional<store::Reader> reader;
  analysis::Parameters parameters;
  std::vector<store::ClipRecord> clips;
  std::size_t next = 0;
  base::Instant until{};
  std::uint64_t read = 0;
  std::uint64_t changed = 0;
  std::map<std::string, std::uint64_t> before, after;
  js::array shown;
};

std::vector<Lost> lost_of(const store::ClipRecord& clip) {
  std::vector<Lost> list;
  const auto pairs = js::parse(clip.lost);
  for (const auto& pair : pairs.as_array())
    list.push_back({pair.at(0).to_number<std::int64_t>(), pair.at(1).to_number<std::int64_t>()});
  return list;
}

// The first verdict, as the dialer would have had it.
std::optional<analysis::VerdictReached> decide(const analysis::Parameters& parameters,
                                               const control::Samples& samples,
                                               const store::ClipRecord& clip) {
  analysis::Analyser analyser{parameters};
  const auto lost = lost_of(clip);
  for (std::size_t from = 0; from + analysis::kFrameSamples <= samples.size();
       from += analysis::kFrameSamples) {
    const std::int64_t at_ms = clip.from_ms + static_cast<std::int64_t>(from) / 8;
    const bool is_lost = std::any_of(lost.begin(), lost.end(), [&](const Lost& one) {
      return at_ms >= one.at_ms && at_ms < one.at_ms + one.length_ms;
    });
    analyser.push(std::span{samples}.subspan(from).first<analysis::kFrameSamples>(),
                  {.at_ms = at_ms, .kind = is_lost ? analysis::Frame::lost : analysis::Frame::sound});
    while (const auto event = analyser.poll())
      if (const auto* verdict = std::get_if<analysis::VerdictReached>(&*event)) return *verdict;
  }
  return std::nullopt;
}

base::Result<> run_one(Job& job, const store::ClipRecord& clip) {
  const auto view = job.reader->analysis(clip.attempt);
  if (!view) return tl::unexpected{view.error()};
  const auto samples = control::read_message(control::clip_path(job.service->clip_folder, clip.file), "clip");
  if (!*view || !samples) return {};  // taken away meanwhile
  auto parameters = job.parameters;
  if (const auto& country = (*view)->analysis.country; country.size() == 2)
    parameters.country = {country[0], country[1]};
  const auto verdict = decide(parameters, *samples, clip);
  const js::value document = js::parse((*view)->analysis.document);
  const std::string before = (*view)->analysis.decided.empty() ? kUndecided : (*view)->analysis.decided;
  const std::string after = verdict ? std::string{analysis::name(verdict->verdict)} : kUndecided;
  ++job.read;
  ++job.before[before];
  ++job.after[after];
  if (before == after) return {};
  ++job.changed;
  if (job.shown.size() < kShownMax)
    job.shown.push_back(
        js::object{{"attempt", clip.attempt.value},
                   {"before", before},
                   {"after", after},
                   {"at_ms_before", document.at("at_ms")},
                   {"at_ms_after", verdict ? js::value(verdict->at_ms) : js::value(nullptr)}});
  return {};
}

js::object counts_of(const std::map<std::string, std::uint64_t>& counts) {
  js::object o;
  for (const auto& [verdict, count] : counts) o[verdict] = count;
  return o;
}

void run(const std::shared_ptr<Job>& job) {
  const auto begun = control::now().mono;
  while (job->next < job->clips.size() && control::now().mono - begun < kPiece)
    if (auto done = run_one(*job, job->clips[job->next++]); !done)
      return job->reply(store_problem(*job->service, done.error()));
  const bool over = control::now().mono >= job->until || job->service->stopping();
  if (job->next < job->clips.size() && !over) return job->service->reading([job] { run(job); });
  job->reply(json({{"clips", job->read},
                   {"complete", job->next == job->clips.size() && job->clips.size() < kClipsMax},
                   {"changed", job->changed},
                   {"before", counts_of(job->before)},
                   {"after", counts_of(job->after)},
                   {"attempts", std::move(job->shown)}}));
}

void begin(const std::shared_ptr<Job>& job, base::CampaignId campaign) {
  auto reader = store::Reader::open(job->service->store->database());
  if (!reader) return job->reply(store_problem(*job->service, reader.error()));
  job->reader.emplace(std::move(*reader));
  auto clips = job->reader->clips(campaign, {}, base::kNeverWall, kClipsMax);
  if (!clips) return job->reply(store_problem(*job->service, clips.error()));
  job->clips = std::move(*clips);
  job->until = control::now().mono + kLongest;
  run(job);
}

// The campaign's settings with what the body changes of its analysis; nullopt: refused already.
std::optional<config::CampaignSettings> settings_of(Service* s, const store::CampaignRecord& campaign,
                                                    const Request& request, const Reply& reply) {
  const auto body = body_of(request, reply);
  if (!body || refuse_unknown(*body, {"analysis"}, reply)) return std::nullopt;
  const auto kept =
      control::settings_of(*s->reader, campaign.campaign.id).value_or(config::CampaignSettings{});
  js::object settings = js::parse(config::to_json(kept)).as_object();
  settings["name"] = campaign.name;
  if (const auto* changes = body->if_contains("analysis"); changes && changes->is_object())
    for (const auto& [key, value] : changes->get_object()) settings["analysis"].as_object()[key] = value;
  auto read = config::campaign_from_json(js::serialize(settings));
  if (read) return std::move(*read);
  std::vector<FieldError> errors;
  for (const base::Error& e : read.error()) errors.push_back({e.where, e.what, e.mend});
  return reply(problem(422, "the settings have faults", {}, errors)), std::nullopt;
}

void replay(Service* s, const Request& request, const Reply& reply) {
  const auto campaigns = s->reader->campaigns();
  if (!campaigns) return reply(store_problem(*s, campaigns.error()));
  const auto* campaign = campaign_named(*campaigns, request.parts.at("campaign"));
  if (!campaign) return reply(not_found("campaign"));
  const auto settings = settings_of(s, *campaign, request, reply);
  if (!settings) return;
  auto job = std::make_shared<Job>();
  job->service = s;
  job->reply = reply;
  job->parameters = settings->analysis;
  job->parameters.on = true;
  job->parameters.phase = analysis::Phase::answered;
  s->reading([job, id = campaign->campaign.id] { begin(job, id); });
}

}  // namespace

std::vector<Route> replay_routes(Service* s) {
  return {{"POST", "/api/v1/campaigns/{campaign}/analysis/replay", Rights::supervisor,
           [s](const Request& r, const Reply& reply) { replay(s, r, reply); }}};
}

}  // namespace ziptone::api
