#include "server/api/desk_view.hpp"

#include <algorithm>
#include <array>

#include "server/api/desk_contact.hpp"
#include "server/api/service.hpp"
#include "server/api/shift.hpp"
#include "server/control/seed.hpp"
#include "server/store/words.hpp"

namespace ziptone::api {
namespace {

namespace js = boost::json;
using Campaign = DeskCatalog::Campaign;

base::WallTime wall_of(base::Instant at, base::Now now) { return now.wall - (now.mono - at); }

js::value text_or_null(std::string_view text) {
  if (text.empty()) return nullptr;
  return js::string{text};
}

// What the agent talks to is no person, as the analysis found.
js::value verdict_or_null(const std::optional<dialer::event::Verdict>& verdict) {
  // In the order of dialer::event::Verdict.
  constexpr std::array<std::string_view, 12> kWords = {"person", "unsure",  "machine",   "fax",
                                                       "busy",   "reorder", "sit",       "ringback",
                                                       "music",  "silence", "screening", "announcement"};
  if (!verdict) return nullptr;
  return js::string{kWords[static_cast<std::size_t>(*verdict)]};
}

js::object agent_of(const dialer::AgentView& view, const store::AgentRecord& record,
                    const DeskCatalog& catalog, base::Now now) {
  js::array teams;
  js::value chosen = nullptr;  // the one team of this shift
  for (const base::TeamId id : record.agent.teams)
    if (const auto team = catalog.teams.find(id); team != catalog.teams.end()) {
      teams.emplace_back(team->second);
      if (view.teams != record.agent.teams && view.teams == std::vector{id}) chosen = js::value(team->second);
    }
  js::array legs{"webrtc"};
  if (may_use(record, dialer::LegMode::nailed_up)) legs.emplace_back("phone");
  js::value next = nullptr;
  if (!view.next.empty())
    next =
        js::object{{"state", view.next},
                   {"idle_code", view.next_idle_code ? js::value(view.next_idle_code) : js::value(nullptr)}};
  return {{"id", record.agent.id.value},
          {"sign_in", record.sign_in},
          {"name", record.name},
          {"teams", std::move(teams)},
          {"team", std::move(chosen)},
          {"legs", std::move(legs)},
          {"state", view.state},
          {"why", text_or_null(view.why)},
          {"idle_code", view.idle_code ? js::value(view.idle_code) : js::value(nullptr)},
          {"since", time_json(wall_of(view.since, now))},
          {"next", std::move(next)},
          {"next_dial_at",
           view.dialed_from > now.mono ? time_json(wall_of(view.dialed_from, now)) : js::value(nullptr)}};
}

// ---- campaigns
const dialer::Gate* gate(const dialer::Explanation& all, std::string_view name) {
  for (const dialer::Gate& one : all.gates)
    if (one.name == name) return &one;
  return nullptr;
}

std::uint64_t left(const dialer::CampaignCounts& counts) {
  return counts.total - counts.done - counts.exhausted - counts.suppressed;
}

// The first gate that holds the campaign back whoever is available; empty: none does.
std::string_view why_not(const DeskFacts::Campaign& facts) {
  if (facts.state != "Running") return facts.state == "Paused" ? "paused" : "stopping";
  if (!facts.explanation || !facts.counts) return "";
  if (left(*facts.counts) == 0) return "no_contacts";
  for (const dialer::Gate& one : facts.explanation->gates)
    if (!one.open && (one.name == "store" || one.name.starts_with("trunk"))) return one.name;
  if (facts.counts->leased > 0) return "";
  const auto* ready = gate(*facts.explanation, "ready");
  if (ready == nullptr || ready->count > 0) return "";
  for (const std::string_view name :
       {"window", "callback_agent", "retry_at", "gap", "callback_at", "attempts"})
    if (const auto* one = gate(*facts.explanation, name); one != nullptr && one->count > 0) return name;
  return "no_contacts";
}

js::array campaigns_of(const DeskFacts& facts, const DeskCatalog& catalog, const dialer::AgentView& agent) {
  js::array list;
  for (const auto& [id, campaign] : catalog.campaigns) {
    const auto live = facts.campaigns.find(id);
    if (live == facts.campaigns.end() || !serves(catalog, agent, campaign)) continue;
    const auto& now = live->second;
    if (now.state != "Running" && now.state != "Paused" && now.state != "Draining") continue;
    js::object window{{"open", true}, {"changes_at", nullptr}};
    if (now.explanation) {
      const auto* closed = gate(*now.explanation, "window");
      const auto* ready = gate(*now.explanation, "ready");
      const bool open = ready == nullptr || ready->count > 0 || closed == nullptr || closed->count == 0;
      window["open"] = open;
      if (!open && closed->opens_at) window["changes_at"] = time_json(*closed->opens_at);
    }
    js::value joined = nullptr;  // of those that are joined by hand
    if (campaign.record.campaign.join_by_hand)
      joined = std::find(agent.joined.begin(), agent.joined.end(), id) != agent.joined.end();
    list.push_back(
        js::object{{"id", id.value},
                   {"joined", std::move(joined)},
                   {"name", campaign.record.name},
                   {"state", now.state},
                   {"mode", store::word(campaign.record.campaign.mode)},
                   {"window", std::move(window)},
                   {"contacts_left", now.counts ? js::value(left(*now.counts)) : js::value(nullptr)},
                   {"why_not", text_or_null(why_not(now))}});
  }
  return list;
}

// ---- the attempt
std::string_view progress_of(const dialer::CallView& call) {
  struct Word {
    std::string_view state, progress;
  };
  constexpr std::array<Word, 15> kWords = {{{"Leased", "dialing"},
                                            {"Paced", "dialing"},
                                            {"Dialing", "dialing"},
                                            {"Ringing", "ringing"},
                                            {"Cancelling", "ringing"},
                                            {"Naming", "ringing"},
                                            {"Analysing", "analysing"},
                                            {"Screening", "analysing"},
                                            {"Merging", "analysing"},
                                            {"Talking", "connected"},
                                            {"AwaitingAgent", "connected"},
                                            {"Held", "held"},
                                            {"Apologising", "message"},
                                            {"WrappingUp", "wrapping_up"},
                                            {"Ended", "wrapping_up"}}};
  for (const Word& word : kWords)
    if (word.state == call.state) return word.progress;
  return "dialing";
}

base::Result<js::object> attempt_of(const DeskFacts& facts, const DeskCatalog& catalog, store::Reader& reader,
                                    const dialer::CallView& call, base::AgentId agent) {
  const auto stored = reader.attempt(call.attempt);
  if (!stored) return tl::unexpected{stored.error()};
  const auto campaign = catalog.campaigns.find(call.campaign);
  const bool known = campaign != catalog.campaigns.end();
  // The intent is told before it is durable; its time is the store's from then on.
  const base::WallTime started = *stored ? (*stored)->committed_at : facts.now.wall;
  js::object o{{"id", call.attempt.value},
               {"campaign", known ? campaign->second.record.name : std::string{}},
               {"campaign_id", call.campaign.value},
               {"stage", call.stage},
               {"state", call.state},
               {"progress", progress_of(call)},
               {"started_at", time_json(started)},
               {"answered_at", time_json(call.answered_at)},
               {"merged_at", time_json(call.merged_at)},
               {"held_at", call.held_since == base::kNever ? js::value(nullptr)
                                                           : time_json(wall_of(call.held_since, facts.now))},
               {"late_verdict", verdict_or_null(call.late_verdict)},
               {"analysed", known && campaign->second.settings.rules.analysis},
               {"review", call.review},
               {"outcome", nullptr},
               {"contact", nullptr},
               {"note", nullptr},
               {"screen_pop", nullptr},
               {"guide", nullptr}};
  if (*stored && (*stored)->outcome != dialer::Outcome::none) o["outcome"] = dialer::name((*stored)->outcome);
  const bool met = call.merged_at != base::WallTime{} || call.state == "WrappingUp";
  if (known && (met || campaign->second.settings.contact_before_connect))
    if (auto done = add_contact(o, call, campaign->second.settings, catalog, reader, agent); !done)
      return tl::unexpected{done.error()};
  if (*stored && met)
    if (const auto guide = guide_of(catalog, reader, **stored))
      o["guide"] = js::object{{"id", guide->guide}, {"version", guide->version}};
  return o;
}

// ---- wrap-up
js::value suggested(const DeskCatalog& catalog, store::Reader& reader, base::AttemptId attempt,
                    const dialer::Campaign& rules) {
  const auto answers = reader.guide_answers(attempt);
  if (!answers || !*answers || (*answers)->code.empty()) return nullptr;
  for (const dialer::CodeRule& rule : rules.codes)
    if (const auto code = catalog.codes.find(rule.code); code != catalog.codes.end())
      if (code->second.name_en == (*answers)->code || code->second.name_tr == (*answers)->code)
        return rule.code.value;
  return nullptr;
}

js::object wrap_up_of(const DeskFacts& facts, const DeskCatalog& catalog, store::Reader& reader,
                      const dialer::CallView& call, const dialer::AgentView& agent) {
  js::object o{{"attempt", call.attempt.value},
               {"since", time_json(wall_of(agent.since, facts.now))},
               {"ends_at", call.code_by == base::kNever ? js::value(nullptr)
                                                        : time_json(wall_of(call.code_by, facts.now))},
               {"required", false},
               {"guide_required", false},
               {"extensible", call.may_extend > base::Duration{0}},
               {"may_extend_s", base::millis(call.may_extend) / 1000},
               {"suggested_code", nullptr},
               {"codes", js::array{}}};
  const auto campaign = catalog.campaigns.find(call.campaign);
  if (campaign == catalog.campaigns.end()) return o;
  const dialer::Campaign& rules = campaign->second.record.campaign;
  js::array codes;
  for (const dialer::CodeRule& rule : rules.codes) {
    const auto code = catalog.codes.find(rule.code);
    if (code == catalog.codes.end()) continue;
    codes.push_back(js::object{{"id", rule.code.value},
                               {"name_tr", code->second.name_tr},
                               {"name_en", code->second.name_en},
                               {"description_tr", code->second.description_tr},
                               {"description_en", code->second.description_en},
                               {"effect", store::word(rule.effect)},
                               {"own", !code->second.system}});
  }
  o["required"] = rules.wrap_up_required;
  o["guide_required"] = campaign->second.settings.wrap_up_guide_required;
  o["suggested_code"] = suggested(catalog, reader, call.attempt, rules);
  o["codes"] = std::move(codes);
  return o;
}

template <class Records, class Out, class Key>
base::Result<> keyed(const base::Result<Records>& read, Out& out, Key key) {
  if (!read) return tl::unexpected{read.error()};
  for (const auto& record : *read) out.emplace(key(record), record);
  return {};
}

}  // namespace

bool serves(const DeskCatalog& catalog, const dialer::AgentView& agent, const Campaign& campaign) {
  const auto queue = catalog.queues.find(campaign.record.campaign.queue);
  if (queue == catalog.queues.end()) return false;
  const auto& teams = queue->second;
  return std::any_of(agent.teams.begin(), agent.teams.end(), [&](base::TeamId team) {
    return std::find(teams.begin(), teams.end(), team) != teams.end();
  });
}

base::Result<DeskCatalog> read_desk_catalog(store::Reader& reader) {
  DeskCatalog catalog;
  auto done = keyed(reader.agents(), catalog.agents, [](const auto& r) { return r.agent.id; });
  if (done) done = keyed(reader.codes(), catalog.codes, [](const auto& r) { return r.id; });
  if (!done) return tl::unexpected{done.error()};
  const auto teams = reader.teams();
  const auto queues = reader.queues();
  const auto campaigns = reader.campaigns();
  const auto idle_codes = reader.idle_codes();
  const auto guides = reader.guides();
  if (!teams) return tl::unexpected{teams.error()};
  if (!queues) return tl::unexpected{queues.error()};
  if (!campaigns) return tl::unexpected{campaigns.error()};
  if (!idle_codes) return tl::unexpected{idle_codes.error()};
  if (!guides) return tl::unexpected{guides.error()};
  for (const auto& team : *teams) catalog.teams[team.id] = team.name;
  for (const auto& queue : *queues) catalog.queues[queue.queue.id] = queue.queue.teams;
  for (const auto& guide : *guides) catalog.guides[guide.name] = guide.guide;
  catalog.idle_codes = *idle_codes;
  for (const auto& record : *campaigns)
    catalog.campaigns[record.campaign.id] = {
        record, control::settings_of(reader, record.campaign.id).value_or(config::CampaignSettings{})};
  return catalog;
}

DeskFacts gather(const control::View& view, const std::vector<base::AgentId>& agents,
                 const std::vector<base::CampaignId>& campaigns) {
  DeskFacts facts;
  facts.now = view.now;
  facts.sequence = view.dialer.sequence();
  for (const dialer::AgentView& one : view.dialer.agents())
    if (std::find(agents.begin(), agents.end(), one.agent) != agents.end()) facts.agents[one.agent] = one;
  for (const dialer::CallView& one : view.dialer.calls())
    if (facts.agents.contains(one.agent)) facts.calls[one.attempt] = one;
  for (const base::CampaignId id : campaigns)
    if (const auto state = view.dialer.campaign_state(id))
      facts.campaigns[id] = {*state, view.dialer.counts(id), view.dialer.explain(id, view.now)};
  return facts;
}

std::optional<store::GuideVersion> guide_of(const DeskCatalog& catalog, store::Reader& reader,
                                            const store::AttemptView& attempt) {
  if (const auto begun = reader.guide_answers(attempt.id); begun && *begun) {
    store::GuideVersion version;
    version.guide = (*begun)->guide;
    version.version = (*begun)->version;
    return version;
  }
  const auto campaign = catalog.campaigns.find(attempt.campaign);
  if (campaign == catalog.campaigns.end()) return std::nullopt;
  const auto guide = catalog.guides.find(campaign->second.settings.guide);
  if (guide == catalog.guides.end()) return std::nullopt;
  const auto version = reader.guide_version_at(guide->second, attempt.committed_at);
  return version ? *version : std::nullopt;
}

base::Result<js::object> render_desk(const DeskFacts& facts, const DeskCatalog& catalog,
                                     store::Reader& reader, base::AgentId agent) {
  const auto record = catalog.agents.find(agent);
  const auto view = facts.agents.find(agent);
  if (record == catalog.agents.end() || view == facts.agents.end())
    return base::error("there is no such agent", "agent");
  js::array idle_codes;
  for (const store::IdleCodeRecord& code : catalog.idle_codes)
    if (code.enabled)
      idle_codes.push_back(js::object{{"id", code.id}, {"name_tr", code.name_tr}, {"name_en", code.name_en}});
  js::object desk{{"sequence", facts.sequence},
                  {"now", time_json(facts.now.wall)},
                  {"agent", agent_of(view->second, record->second, catalog, facts.now)},
                  {"leg", js::object{{"state", view->second.leg},
                                     {"mode", store::word(view->second.leg_mode)},
                                     {"since", time_json(wall_of(view->second.leg_since, facts.now))}}},
                  {"campaigns", campaigns_of(facts, catalog, view->second)},
                  {"attempt", nullptr},
                  {"wrap_up", nullptr},
                  {"idle_codes", std::move(idle_codes)}};
  const auto call = facts.calls.find(view->second.attempt);
  if (call == facts.calls.end()) return desk;
  auto attempt = attempt_of(facts, catalog, reader, call->second, agent);
  if (!attempt) return tl::unexpected{attempt.error()};
  desk["attempt"] = std::move(*attempt);
  if (view->second.state == "WrappingUp")
    desk["wrap_up"] = wrap_up_of(facts, catalog, reader, call->second, view->second);
  return desk;
}

}  // namespace ziptone::api
