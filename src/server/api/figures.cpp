// Figures over time: a campaign's, and an agent's day and callbacks.
#include <algorithm>
#include <cmath>
#include <map>

#include "server/api/actions.hpp"
#include "server/api/views.hpp"
#include "server/control/clock.hpp"

namespace ziptone::api {
namespace {

namespace js = boost::json;

constexpr std::uint64_t kStepsMax = 500;
constexpr std::size_t kCallbacksMax = 200;
constexpr base::Duration kDay = base::seconds{24 * 3600};

// The time from `from` to `until`; absent: the `length` up to now. nullopt: refused already.
std::optional<std::pair<base::WallTime, base::WallTime>> period_of(const Request& request,
                                                                   const std::string& end,
                                                                   base::Duration length,
                                                                   const Reply& reply) {
  const auto from = time_of(request, "from", reply);
  if (!from) return std::nullopt;
  const auto until = time_of(request, end, reply);
  if (!until) return std::nullopt;
  const base::WallTime last = *until == base::WallTime{} ? control::wall_now() : *until;
  const base::WallTime first = *from == base::WallTime{} ? last - length : *from;
  if (first < last) return std::pair{first, last};
  reply(problem(422, "a parameter is out of range", {},
                {{"from", "is not before the end", "write an earlier time"}}));
  return std::nullopt;
}

// Whether the queue takes its agents from a team of this one's.
bool serves(const store::AgentRecord& agent, const store::QueueRecord& queue) {
  return std::any_of(queue.queue.teams.begin(), queue.queue.teams.end(), [&](base::TeamId team) {
    return std::find(agent.agent.teams.begin(), agent.agent.teams.end(), team) != agent.agent.teams.end();
  });
}

// The states that the rows of an agent's machine tell of, each with its time: it lasts until the next one.
// Nobody is away who is not signed in; the rows begin with the last sign-in or sign-out before `from`.
template <class Each>
void each_state(const std::vector<store::EventRow>& rows, base::WallTime from, base::WallTime until,
                const Each& each) {
  bool signed_in = true;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].event == "AgentSignedIn") signed_in = true;
    if (rows[i].event == "AgentSignedOut") signed_in = false;
    const base::WallTime begin = std::max(rows[i].at, from);
    const base::WallTime end = std::min(i + 1 < rows.size() ? rows[i + 1].at : until, until);
    if (begin < end && (signed_in || rows[i].to != "Away")) each(rows[i].to, begin, end);
  }
}

// How many agents of the campaign's queue were at work (available, in a call, wrapping up), in the mean of
// each step; what is to come has none.
base::Result<std::vector<double>> at_work(store::Reader& reader, const store::CampaignRecord& campaign,
                                          base::WallTime from, base::WallTime until, base::Duration step) {
  std::vector<double> mean(static_cast<std::size_t>((until - from + step - base::Duration{1}) / step), 0);
  const auto agents = reader.agents();
  const auto queues = reader.queues();
  if (!agents) return tl::unexpected{agents.error()};
  if (!queues) return tl::unexpected{queues.error()};
  const auto queue = std::find_if(queues->begin(), queues->end(),
                                  [&](const auto& one) { return one.queue.id == campaign.campaign.queue; });
  const base::WallTime last = std::min(until, control::wall_now());
  for (const store::AgentRecord& agent : *agents) {
    if (queue == queues->end() || !serves(agent, *queue)) continue;
    const auto rows = reader.agent_rows(agent.agent.id, from, last);
    if (!rows) return tl::unexpected{rows.error()};
    each_state(*rows, from, last, [&](const std::string& state, base::WallTime begin, base::WallTime end) {
      while (state != "Away" && begin < end) {
        const auto index = (begin - from) / step;
        const base::WallTime next = std::min(end, from + (index + 1) * step);
        mean[static_cast<std::size_t>(index)] +=
            static_cast<double>((next - begin).count()) / static_cast<double>(step.count());
        begin = next;
      }
    });
  }
  return mean;
}

js::object render(const store::FigureStep& step, double agents) {
  js::object outcomes;
  for (const auto& [outcome, count] : step.outcomes) outcomes[dialer::name(outcome)] = count;
  const auto abandoned = step.outcomes.find(dialer::Outcome::abandoned);
  js::object o{{"at", time_json(step.at)},
               {"attempts", step.attempts},
               {"answered", step.answered},
               {"abandoned", abandoned == step.outcomes.end() ? 0 : abandoned->second},
               {"agents", std::round(agents * 10) / 10},
               {"wait_s", nullptr},
               {"outcomes", std::move(outcomes)}};
  if (step.merged > 0)
    o["wait_s"] = static_cast<double>(base::millis(step.waited)) / 1000 / static_cast<double>(step.merged);
  return o;
}

// Every step of the time, those without attempts too, so that a plot has no holes.
js::array steps_of(const std::vector<store::FigureStep>& there, const std::vector<double>& agents,
                   base::WallTime from, base::Duration step) {
  js::array steps;
  auto next = there.begin();
  for (std::size_t i = 0; i < agents.size(); ++i) {
    const base::WallTime at = from + static_cast<std::int64_t>(i) * step;
    const bool tried = next != there.end() && next->at == at;
    steps.push_back(render(tried ? *next : store::FigureStep{at}, agents[i]));
    if (tried) ++next;
  }
  return steps;
}

void campaign_figures(Service* s, const Request& request, const Reply& reply) {
  const auto period = period_of(request, "to", kDay / 24, reply);
  if (!period) return;
  const auto [from, until] = *period;
  const auto step_s = number_of(request, "step", 60, 86400, 60, reply);
  if (!step_s) return;
  const base::Duration step = base::seconds{static_cast<std::int64_t>(*step_s)};
  if (until - from > static_cast<std::int64_t>(kStepsMax) * step)
    return reply(problem(422, "a parameter is out of range", {},
                         {{"step", "makes more than 500 steps", "write a longer step or a shorter time"}}));
  const auto campaigns = s->reader->campaigns();
  if (!campaigns) return reply(store_problem(*s, campaigns.error()));
  const auto* campaign = campaign_named(*campaigns, request.parts.at("campaign"));
  if (!campaign) return reply(not_found("campaign"));
  s->reading([s, reply, campaign = *campaign, from, until, step, step_s = *step_s] {
    auto reader = store::Reader::open(s->store->database());
    if (!reader) return reply(store_problem(*s, reader.error()));
    const auto steps = reader->figures(campaign.campaign.id, from, until, step);
    if (!steps) return reply(store_problem(*s, steps.error()));
    const auto agents = at_work(*reader, campaign, from, until, step);
    if (!agents) return reply(store_problem(*s, agents.error()));
    reply(json({{"step_s", step_s}, {"steps", steps_of(*steps, *agents, from, step)}}));
  });
}

// ---- an agent
// The campaigns that may give the agent a contact: those whose queue has one of the agent's teams.
std::vector<base::CampaignId> campaigns_of(store::Reader& reader, const store::AgentRecord& agent) {
  std::vector<base::CampaignId> ids;
  const auto queues = reader.queues();
  const auto campaigns = reader.campaigns();
  if (!queues || !campaigns) return ids;
  for (const store::CampaignRecord& one : *campaigns)
    if (std::any_of(queues->begin(), queues->end(), [&](const store::QueueRecord& queue) {
          return queue.queue.id == one.campaign.queue && serves(agent, queue);
        }))
      ids.push_back(one.campaign.id);
  return ids;
}

Response callbacks_of(const Service& service, store::Reader& reader, const store::AgentRecord& agent) {
  const auto there = reader.callbacks(agent.agent.id, campaigns_of(reader, agent), kCallbacksMax);
  const auto campaigns = reader.campaigns();
  if (!there) return store_problem(service, there.error());
  if (!campaigns) return store_problem(service, campaigns.error());
  js::array list;
  for (const store::CallbackView& one : *there) {
    std::string campaign;
    for (const store::CampaignRecord& record : *campaigns)
      if (record.campaign.id == one.campaign) campaign = record.name;
    list.push_back(js::object{{"contact", one.contact.value},
                              {"name", one.name},
                              {"number", one.number},
                              {"campaign", campaign},
                              {"at", time_json(one.at)},
                              {"mine", one.mine}});
  }
  return json(list);
}

void callbacks(Service* s, const Request& request, const Reply& reply) {
  const auto agent = agent_of(s, request.parts.at("agent"), reply);
  if (!agent) return;
  s->reading([s, reply, agent = *agent] {
    auto reader = store::Reader::open(s->store->database());
    reply(reader ? callbacks_of(*s, *reader, agent) : store_problem(*s, reader.error()));
  });
}

Response day_of(const Service& service, store::Reader& reader, base::AgentId agent, base::WallTime from,
                base::WallTime until) {
  const auto rows = reader.agent_rows(agent, from, until);
  if (!rows) return store_problem(service, rows.error());
  store::AttemptFilter filter;
  filter.agent = agent;
  filter.from = from;
  filter.until = until;
  const auto by_code = reader.code_counts(filter);
  const auto by_outcome = reader.outcome_counts(filter);
  const auto codes = code_names(reader);
  if (!by_code || !by_outcome || !codes) return unavailable();
  std::uint64_t calls = 0;
  for (const auto& [outcome, count] : *by_outcome) calls += count;
  js::object chosen;
  for (const auto& [code, count] : *by_code)
    if (const auto name = codes->find(code); name != codes->end()) chosen[name->second] = count;
  const auto held = reader.held(agent, from, until);
  if (!held) return store_problem(service, held.error());
  std::map<std::string, base::Duration> times;
  each_state(*rows, from, until, [&](const std::string& state, base::WallTime begin, base::WallTime end) {
    times[state] += end - begin;
  });
  const auto seconds = [&](const char* state) { return base::millis(times[state]) / 1000; };
  return json({{"from", time_json(from)},
               {"until", time_json(until)},
               {"calls", calls},
               {"talk_s", seconds("Engaged")},
               {"hold_s", base::millis(*held) / 1000},
               {"wrap_up_s", seconds("WrappingUp")},
               {"available_s", seconds("Available") + seconds("Reserved")},
               {"idle_s", seconds("Away")},
               {"by_code", std::move(chosen)}});
}

void day(Service* s, const Request& request, const Reply& reply) {
  const auto agent = agent_of(s, request.parts.at("agent"), reply);
  if (!agent) return;
  const auto period = period_of(request, "until", kDay / 2, reply);
  if (!period) return;
  s->reading([s, reply, id = agent->agent.id, period = *period]() mutable {
    // The state of now lasts until now: the page asks for the whole day, and what is to come is nobody's
    // time.
    period.second = std::min(period.second, control::wall_now());
    auto reader = store::Reader::open(s->store->database());
    reply(reader ? day_of(*s, *reader, id, period.first, period.second) : store_problem(*s, reader.error()));
  });
}

}  // namespace

std::vector<Route> figure_routes(Service* s) {
  return {
      {"GET", "/api/v1/campaigns/{campaign}/figures", Rights::supervisor,
       [s](const Request& r, const Reply& reply) { campaign_figures(s, r, reply); }},
      {"GET", "/api/v1/agents/{agent}/callbacks", Rights::self_agent,
       [s](const Request& r, const Reply& reply) { callbacks(s, r, reply); }},
      {"GET", "/api/v1/agents/{agent}/day", Rights::self_agent,
       [s](const Request& r, const Reply& reply) { day(s, r, reply); }},
  };
}

}  // namespace ziptone::api
