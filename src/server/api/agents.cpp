// What agents do, and what they and their calls are doing.
#include <algorithm>

#include "server/api/actions.hpp"
#include "server/api/desk.hpp"
#include "server/api/rights.hpp"
#include "server/api/shift.hpp"
#include "server/control/seed.hpp"
#include "server/store/number_text.hpp"

namespace ziptone::api {
namespace {

namespace js = boost::json;
namespace event = dialer::event;

// The routes that only name the agent.
template <class Event>
Route action(Service* service, std::string_view path) {
  return {"POST", path, Rights::self_agent, [service](const Request& request, const Reply& reply) {
            if (const auto agent = agent_of(service, request.parts.at("agent"), reply)) {
              Event event;
              event.agent = agent->agent.id;
              tell(service, event, reply);
            }
          }};
}

// In a campaign that agents join by hand.
template <class Event>
Route part(Service* service, std::string_view path) {
  return {"POST", path, Rights::self_agent, [service](const Request& request, const Reply& reply) {
            const auto agent = agent_of(service, request.parts.at("agent"), reply);
            if (!agent) return;
            const auto campaigns = service->reader->campaigns();
            if (!campaigns) return reply(store_problem(*service, campaigns.error()));
            const auto* campaign = campaign_named(*campaigns, request.parts.at("campaign"));
            if (!campaign) return reply(not_found("campaign"));
            Event event;
            event.agent = agent->agent.id;
            event.campaign = campaign->campaign.id;
            tell(service, event, reply);
          }};
}

void idle(Service* service, const Request& request, const Reply& reply) {
  const auto body = body_of(request, reply);
  std::int64_t code = 0;
  if (!body || refuse_unknown(*body, {"idle_code"}, reply) ||
      !whole(*body, "idle_code", 0, 65535, code, reply))
    return;
  if (const auto* known = service->desks->catalog(); code != 0 && known) {
    const bool offered = std::any_of(known->idle_codes.begin(), known->idle_codes.end(),
                                     [&](const auto& one) { return one.id == code && one.enabled; });
    if (!offered)
      return reply(problem(422, "there is no such idle code", {},
                           {{"idle_code", "unknown", "GET /api/v1/idle-codes lists them"}}));
  }
  if (const auto agent = agent_of(service, request.parts.at("agent"), reply))
    tell(service, event::AgentWentIdle{agent->agent.id, static_cast<std::uint16_t>(code)}, reply);
}

void extend(Service* service, const Request& request, const Reply& reply) {
  const auto body = body_of(request, reply);
  std::int64_t by_s = 30;
  if (!body || refuse_unknown(*body, {"by_s"}, reply) || !whole(*body, "by_s", 1, 3600, by_s, reply)) return;
  if (const auto agent = agent_of(service, request.parts.at("agent"), reply))
    tell(service, event::WrapUpExtended{agent->agent.id, base::seconds{by_s}}, reply);
}

// The core forgets over a restart what was wrapped up before it; the store does not. So the same code sent
// again, because its answer was lost, is accepted: it is kept already.
void tell_wrapped(Service* service, const event::WrappedUp& wrapped, const Reply& reply) {
  const auto refused = answer_with(reply);
  const auto answered = [=](const control::Answer& answer) {
    if (answer.accepted || answer.reason != "not_wrapping_up") return refused(answer);
    service->post([=] {
      const auto attempt = service->reader->attempt(wrapped.attempt);
      bool kept = false;
      if (attempt && *attempt && !(*attempt)->wrap_ups.empty()) {
        const store::WrapUpView& last = (*attempt)->wrap_ups.back();
        kept = last.agent == wrapped.agent && last.code == wrapped.code && !last.by_timer;
      }
      refused(kept ? control::Answer{true, {}} : answer);
    });
  };
  if (!service->control->tell(wrapped, answered)) reply(unavailable());
}

// False, and refused: the campaign wants its guide's answers first, and they are not submitted.
bool guide_is_done(Service* service, base::AttemptId id, const Reply& reply) {
  const auto attempt = service->reader->attempt(id);
  if (!attempt) return reply(store_problem(*service, attempt.error())), false;
  if (!*attempt) return true;  // the core knows whether there is one
  const auto settings = control::settings_of(*service->reader, (*attempt)->campaign);
  if (!settings || !settings->wrap_up_guide_required) return true;
  const auto answers = service->reader->guide_answers(id);
  if (!answers) return reply(store_problem(*service, answers.error())), false;
  if (*answers && (*answers)->submitted_at != base::WallTime{}) return true;
  reply(problem(409, "the call guide is not submitted", "guide_not_submitted"));
  return false;
}

void wrap_up(Service* service, const Request& request, const Reply& reply) {
  const auto body = body_of(request, reply);
  if (!body || refuse_unknown(*body, {"code", "attempt", "callback_at", "callback_agent"}, reply)) return;
  const auto agent = agent_of(service, request.parts.at("agent"), reply);
  if (!agent) return;
  event::WrappedUp wrapped;
  wrapped.agent = agent->agent.id;
  const std::string code = text_of(*body, "code");
  const auto codes = service->reader->codes();
  if (!codes) return reply(store_problem(*service, codes.error()));
  if (const auto* one = code_named(*codes, code))
    wrapped.code = one->id;
  else if (!code.empty())
    return reply(problem(422, "there is no such wrap-up code", {},
                         {{"code", "unknown", "GET /api/v1/codes lists them"}}));
  std::int64_t attempt = 0;
  if (!whole(*body, "attempt", 1, INT64_MAX, attempt, reply)) return;
  wrapped.attempt = {static_cast<std::uint64_t>(attempt)};
  if (const std::string at = text_of(*body, "callback_at"); !at.empty()) {
    const auto time = parse_time(at);
    if (!time)
      return reply(problem(422, "a field is malformed", {},
                           {{"callback_at", "no date and time", "write 2026-11-22T15:00:00+03:00"}}));
    wrapped.callback_at = *time;
  }
  if (const std::string who = text_of(*body, "callback_agent"); !who.empty()) {
    const auto other = agent_of(service, who, reply);
    if (!other) return;
    wrapped.callback_agent = other->agent.id;
  }
  const auto finish = [service, reply](const event::WrappedUp& whole) {
    if (guide_is_done(service, whole.attempt, reply)) tell_wrapped(service, whole, reply);
  };
  if (wrapped.attempt) return finish(wrapped);
  // The agent's current attempt, as the core knows it.
  const bool taken = service->control->ask([service, wrapped, finish](const control::View& view) mutable {
    for (const dialer::AgentView& one : view.dialer.agents())
      if (one.agent == wrapped.agent) wrapped.attempt = one.attempt;
    service->post([finish, wrapped] { finish(wrapped); });
  });
  if (!taken) reply(unavailable());
}

// An agent as the core and the lines see it.
struct LiveAgent {
  dialer::AgentView view;
  std::optional<mediaplane::LegQuality> quality;
};

std::vector<LiveAgent> live_agents(const control::View& view) {
  std::vector<LiveAgent> agents;
  for (dialer::AgentView& one : view.dialer.agents()) {
    const auto* quality = view.lines.quality(one.agent);
    agents.push_back({std::move(one), quality ? std::optional{*quality} : std::nullopt});
  }
  return agents;
}

js::value render(const std::optional<mediaplane::LegQuality>& quality) {
  if (!quality) return nullptr;
  js::object o{{"loss_permille", quality->loss_permille},
               {"jitter_ms", static_cast<double>(quality->jitter_us) / 1000},
               {"far_loss_permille", nullptr},
               {"round_trip_ms", nullptr}};
  if (quality->far_loss_permille) o["far_loss_permille"] = *quality->far_loss_permille;
  if (quality->round_trip_us) o["round_trip_ms"] = static_cast<double>(*quality->round_trip_us) / 1000;
  return o;
}

js::object render(const LiveAgent& agent, const std::vector<store::CampaignRecord>& campaigns,
                  base::Instant now, js::object o) {
  const dialer::AgentView& view = agent.view;
  o["state"] = view.state;
  o["leg"] = view.leg;
  o["quality"] = render(agent.quality);
  if (!view.why.empty()) o["why"] = view.why;
  o["since_s"] = static_cast<double>(base::millis(now - view.since)) / 1000.0;
  if (view.attempt) o["attempt"] = view.attempt.value;
  for (const store::CampaignRecord& campaign : campaigns)
    if (view.campaign && campaign.campaign.id == view.campaign) o["campaign"] = campaign.name;
  return o;
}

// Reads the core on its thread, renders on this one.
template <class Copy, class Render>
void look(Service* service, const Reply& reply, Copy copy, Render render) {
  const bool taken = service->control->ask([=](const control::View& view) {
    service->post([=, copied = copy(view), now = view.now] { reply(render(copied, now)); });
  });
  if (!taken) reply(unavailable());
}

void list_agents(Service* service, const Asker& who, const std::string& only, const Reply& reply) {
  look(
      service, reply, live_agents,
      [service, who, only](const std::vector<LiveAgent>& live, base::Now now) -> Response {
        const auto agents = service->reader->agents();
        const auto campaigns = service->reader->campaigns();
        const auto teams = service->reader->teams();
        if (!agents || !campaigns || !teams) return unavailable();
        const auto* wanted = agent_named(*agents, only);
        js::array list;
        for (const store::AgentRecord& record : *agents)
          for (const LiveAgent& one : live)
            if (one.view.agent == record.agent.id && sees(who, record) && (only.empty() || &record == wanted))
              list.push_back(render(one, *campaigns, now.mono, agent_settings(service, record, *teams)));
        if (only.empty()) return json(list);
        return list.empty() ? not_found("agent") : json(list.front());
      });
}

void list_calls(Service* service, const Asker& who, const Reply& reply) {
  look(
      service, reply, [](const control::View& view) { return view.dialer.calls(); },
      [service, who](const std::vector<dialer::CallView>& views, base::Now) -> Response {
        const auto agents = service->reader->agents();
        const auto campaigns = service->reader->campaigns();
        if (!agents || !campaigns) return unavailable();
        js::array list;
        for (const dialer::CallView& view : views) {
          const auto agent = std::find_if(agents->begin(), agents->end(),
                                          [&](const auto& record) { return record.agent.id == view.agent; });
          if (agent == agents->end() ? !sees_all(who) : !sees(who, *agent)) continue;
          js::object o{{"attempt", view.attempt.value},
                       {"stage", view.stage},
                       {"state", view.state},
                       {"contact", view.contact.value},
                       {"trunk", view.trunk.value},
                       {"number", store::number_text(view.number)},
                       {"placed_at", time_json(view.placed_at)}};
          if (agent != agents->end()) o["agent"] = agent->sign_in;
          for (const auto& record : *campaigns)
            if (record.campaign.id == view.campaign) o["campaign"] = record.name;
          list.push_back(std::move(o));
        }
        return json(list);
      });
}

}  // namespace

std::vector<Route> agent_routes(Service* s) {
  return {
      {"GET", "/api/v1/agents", Rights::supervisor,
       [s](const Request& r, const Reply& reply) { list_agents(s, r.who, {}, reply); }},
      {"GET", "/api/v1/agents/{agent}", Rights::self_agent,
       [s](const Request& r, const Reply& reply) { list_agents(s, r.who, r.parts.at("agent"), reply); }},
      {"POST", "/api/v1/agents/{agent}/sign-in", Rights::self_agent,
       [s](const Request& r, const Reply& reply) { sign_in(s, r, reply); }},
      action<event::AgentSignedOut>(s, "/api/v1/agents/{agent}/sign-out"),
      action<event::AgentWentAvailable>(s, "/api/v1/agents/{agent}/available"),
      {"POST", "/api/v1/agents/{agent}/idle", Rights::self_agent,
       [s](const Request& r, const Reply& reply) { idle(s, r, reply); }},
      action<event::EndPressed>(s, "/api/v1/agents/{agent}/end"),
      action<event::HoldPressed>(s, "/api/v1/agents/{agent}/hold"),
      action<event::ResumePressed>(s, "/api/v1/agents/{agent}/resume"),
      part<event::AgentJoined>(s, "/api/v1/agents/{agent}/campaigns/{campaign}/join"),
      part<event::AgentLeft>(s, "/api/v1/agents/{agent}/campaigns/{campaign}/leave"),
      {"POST", "/api/v1/agents/{agent}/wrap-up", Rights::self_agent,
       [s](const Request& r, const Reply& reply) { wrap_up(s, r, reply); }},
      {"POST", "/api/v1/agents/{agent}/extend", Rights::self_agent,
       [s](const Request& r, const Reply& reply) { extend(s, r, reply); }},
      {"GET", "/api/v1/calls", Rights::supervisor,
       [s](const Request& r, const Reply& reply) { list_calls(s, r.who, reply); }},
  };
}

}  // namespace ziptone::api
