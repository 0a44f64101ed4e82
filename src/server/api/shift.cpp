#include "server/api/shift.hpp"

#include <algorithm>

#include "server/api/actions.hpp"
#include "server/api/entities.hpp"

namespace ziptone::api {
namespace {

namespace js = boost::json;
namespace event = dialer::event;

bool is_in(const store::AgentRecord& record, base::TeamId team) {
  const auto& teams = record.agent.teams;
  return std::find(teams.begin(), teams.end(), team) != teams.end();
}

// What the body chooses; nullopt: refused already.
std::optional<Shift> shift_of(Service* s, const js::object& body, const store::AgentRecord& record,
                              const Reply& reply) {
  Shift shift;
  if (const std::string name = text_of(body, "team"); !name.empty()) {
    const auto teams = s->reader->teams();
    if (!teams) return reply(store_problem(*s, teams.error())), std::nullopt;
    for (const store::TeamRecord& team : *teams)
      if (team.name == name && is_in(record, team.id)) shift.team = team.id;
    if (!shift.team)
      return refuse_field(reply, "team", "is none of the agent's", "write one of the agent's teams, or none"),
             std::nullopt;
  }
  if (const std::string leg = text_of(body, "leg"); !leg.empty()) {
    if (leg != "webrtc" && leg != "phone")
      return refuse_field(reply, "leg", "is no kind of voice path", "write webrtc or phone"), std::nullopt;
    shift.leg = leg == "webrtc" ? dialer::LegMode::webrtc : phone_mode(record);
    if (!may_use(record, *shift.leg))
      return refuse_field(reply, "leg", "the agent has no phone", "write webrtc, or give the agent a phone"),
             std::nullopt;
  }
  return shift;
}

bool is_the_same(const dialer::AgentView& now, const dialer::Agent& wanted) {
  return now.leg_mode == wanted.leg_mode && now.teams == wanted.teams;
}

}  // namespace

bool may_use(const store::AgentRecord& record, dialer::LegMode leg) {
  return leg == dialer::LegMode::webrtc || !record.sip_user.empty() || !record.sip_address.empty();
}

dialer::LegMode phone_mode(const store::AgentRecord& record) {
  const dialer::LegMode mode = record.agent.leg_mode;
  return mode == dialer::LegMode::webrtc ? dialer::LegMode::nailed_up : mode;
}

dialer::Agent Shifts::chosen(const store::AgentRecord& record) const {
  dialer::Agent agent = record.agent;
  if (!record.enabled) agent.teams.clear();
  const auto at = shifts_.find(agent.id);
  if (at == shifts_.end()) return agent;
  const Shift& shift = at->second;
  if (is_in(record, shift.team) && record.enabled) agent.teams = {shift.team};
  if (shift.leg && may_use(record, *shift.leg)) agent.leg_mode = *shift.leg;
  return agent;
}

// Who is signed in already stays as they are: a choice is made at the beginning.
void sign_in(Service* s, const Request& request, const Reply& reply) {
  const auto body = body_of(request, reply);
  if (!body || refuse_unknown(*body, {"team", "leg"}, reply)) return;
  const auto record = agent_of(s, request.parts.at("agent"), reply);
  if (!record) return;
  const auto shift = shift_of(s, *body, *record, reply);
  if (!shift) return;
  const bool chooses = !body->empty();
  const bool taken = s->control->ask([=, record = *record, shift = *shift](const control::View& view) {
    dialer::AgentView now;
    for (const dialer::AgentView& one : view.dialer.agents())
      if (one.agent == record.agent.id) now = one;
    s->post([=] {
      // Also who owes a code since before a restart: nothing is up for them.
      const bool owes = now.state == "WrappingUp" && now.next == "signed_out" && now.leg == "Down";
      const bool out = owes || (now.state == "Away" && now.why == "signed_out");
      if (!out && chooses) {
        Shifts wanted;
        wanted.begin(record.agent.id, shift);
        if (!is_the_same(now, wanted.chosen(record)))
          return reply(
              problem(409, "team and phone are chosen when signing in: sign out first", "signed_in"));
      }
      if (out) {
        s->shifts->begin(record.agent.id, shift);
        s->control->insist(event::AgentDefined{s->shifts->chosen(record)}, {});
      }
      event::AgentSignedIn signed_in;
      signed_in.agent = record.agent.id;
      tell(s, signed_in, reply);
    });
  });
  if (!taken) reply(unavailable());
}

}  // namespace ziptone::api
