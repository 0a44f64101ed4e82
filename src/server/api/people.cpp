// Teams, and the agents in them.
#include <algorithm>

#include "server/api/entities.hpp"
#include "server/api/shift.hpp"
#include "server/control/seed.hpp"
#include "server/control/sip_lists.hpp"
#include "server/store/catalog.hpp"

namespace ziptone::api {
namespace {

namespace js = boost::json;
namespace event = dialer::event;

constexpr std::array<std::pair<std::string_view, dialer::LegMode>, 3> kLegs{
    {{"webrtc", dialer::LegMode::webrtc},
     {"nailed_up", dialer::LegMode::nailed_up},
     {"on_demand", dialer::LegMode::on_demand}}};

// ---- teams
bool is_declared(const Service* s, const store::TeamRecord& team) {
  return std::count(s->file->teams.begin(), s->file->teams.end(), team.name) != 0;
}

js::object render(const Service* s, const store::TeamRecord& team) {
  return {{"id", team.id.value}, {"name", team.name}, {"declared_in_file", is_declared(s, team)}};
}

const store::TeamRecord* team_named(const std::vector<store::TeamRecord>& teams, const std::string& name) {
  const auto at = std::find_if(teams.begin(), teams.end(), [&](const auto& t) { return t.name == name; });
  return at == teams.end() ? nullptr : &*at;
}

void list_teams(Service* s, const Reply& reply) {
  const auto teams = s->reader->teams();
  if (!teams) return reply(store_problem(*s, teams.error()));
  js::array list;
  for (const store::TeamRecord& team : *teams) list.push_back(render(s, team));
  reply(json(list));
}

void put_team(Service* s, const Request& request, const Reply& reply) {
  const auto body = body_of(request, reply);
  if (!body || refuse_unknown(*body, {}, reply)) return;
  const auto teams = s->reader->teams();
  if (!teams) return reply(store_problem(*s, teams.error()));
  if (const auto* known = team_named(*teams, request.parts.at("team"))) return reply(json(render(s, *known)));
  const auto name = new_name(request.parts.at("team"), reply);
  if (!name) return;
  write_entity<base::TeamId>(
      s,
      [name = *name](auto& db) {
        return store::put_team(db, {{}, name});
      },
      reply,
      [=, name = *name](const base::TeamId& id) {
        reply(json(render(s, {id, name})));
      });
}

void delete_team(Service* s, const Request& request, const Reply& reply) {
  const auto teams = s->reader->teams();
  if (!teams) return reply(store_problem(*s, teams.error()));
  const auto* team = team_named(*teams, request.parts.at("team"));
  if (!team) return reply(not_found("team"));
  if (!may_change(is_declared(s, *team), "team", reply)) return;
  remove_entity(
      s, [id = team->id](auto& db) { return store::remove_team(db, id); }, reply);
}

// ---- agents
bool is_declared(const Service* s, const std::string& agent) {
  return std::any_of(s->file->agents.begin(), s->file->agents.end(),
                     [&](const auto& one) { return one.name == agent; });
}

std::string_view leg_word(dialer::LegMode mode) {
  for (const auto& [word, one] : kLegs)
    if (one == mode) return word;
  return {};
}

}  // namespace

js::object agent_settings(const Service* s, const store::AgentRecord& agent,
                          const std::vector<store::TeamRecord>& teams) {
  js::array names;
  for (const base::TeamId id : agent.agent.teams)
    names.emplace_back(name_with(
        teams, [](const auto& t) { return t.id; }, id.value));
  return {{"id", agent.agent.id.value},   {"name", agent.sign_in},
          {"teams", std::move(names)},    {"leg_mode", leg_word(agent.agent.leg_mode)},
          {"phone_user", agent.sip_user}, {"phone_uri", agent.sip_address},
          {"active", agent.enabled},      {"declared_in_file", is_declared(s, agent.sign_in)}};
}

namespace {

// The body over the record; false: refused.
bool read_phone(const js::object& body, const std::vector<store::AgentRecord>& agents,
                store::AgentRecord& record, const Reply& reply) {
  if (const std::string leg = text_of(body, "leg"); !leg.empty()) {
    const auto at =
        std::find_if(kLegs.begin(), kLegs.end(), [&](const auto& one) { return one.first == leg; });
    if (at == kLegs.end()) {
      refuse_field(reply, "leg", "is no kind of voice path", "write webrtc, nailed_up or on_demand");
      return false;
    }
    record.agent.leg_mode = at->second;
  }
  if (body.contains("phone_user")) record.sip_user = text_of(body, "phone_user");
  if (body.contains("phone_password")) record.sip_password = text_of(body, "phone_password");
  if (body.contains("phone_uri")) record.sip_address = text_of(body, "phone_uri");
  const bool has_phone = !record.sip_user.empty() || !record.sip_address.empty();
  if (!has_phone && record.agent.leg_mode == dialer::LegMode::webrtc) return true;
  if (!has_phone)
    refuse_field(reply, "phone_user", "missing", "write the phone's user and password, or its phone_uri");
  else if (!record.sip_user.empty() && record.sip_password.empty())
    refuse_field(reply, "phone_password", "missing", "write the password that the phone registers with");
  else if (std::any_of(agents.begin(), agents.end(), [&](const store::AgentRecord& other) {
             return other.enabled && other.agent.id != record.agent.id && !record.sip_user.empty() &&
                    other.sip_user == record.sip_user;
           }))
    refuse_field(reply, "phone_user", "is another agent's phone", "give each agent a phone of its own");
  else
    return true;
  return false;
}

void write_agent(Service* s, const store::AgentRecord& record, std::vector<store::TeamRecord> teams,
                 const Reply& reply) {
  write_entity<store::AgentRecord>(
      s,
      [record](store::sqlite::Connection& db) -> base::Result<store::AgentRecord> {
        const auto id = store::put_agent(db, record);
        if (!id) return tl::unexpected{id.error()};
        if (auto kept = store::put_setting(db, control::made_by_people_key(*id), "1"); !kept)
          return tl::unexpected{kept.error()};
        store::AgentRecord made = record;
        made.agent.id = *id;
        return made;
      },
      reply,
      [=, teams = std::move(teams)](const store::AgentRecord& made) {
        const dialer::Agent live = s->shifts->chosen(made);
        const js::object o = agent_settings(s, made, teams);
        if (const auto phones = control::phone_list(*s->reader); phones) s->control->set_phones(*phones);
        s->control->insist(event::AgentDefined{live}, [reply, o](const control::Answer&) { reply(json(o)); });
      });
}

struct People {
  std::vector<store::AgentRecord> agents;
  std::vector<store::TeamRecord> teams;
};
std::optional<People> people(Service* s, const Reply& reply) {
  const auto agents = s->reader->agents();
  const auto teams = s->reader->teams();
  if (agents && teams) return People{*agents, *teams};
  reply(store_problem(*s, agents ? teams.error() : agents.error()));
  return std::nullopt;
}

const store::AgentRecord* anyone_named(const std::vector<store::AgentRecord>& agents,
                                       const std::string& name) {
  const auto at =
      std::find_if(agents.begin(), agents.end(), [&](const auto& a) { return a.sign_in == name; });
  return at == agents.end() ? nullptr : &*at;
}

void put_agent(Service* s, const Request& request, const Reply& reply) {
  const auto body = body_of(request, reply);
  if (!body || refuse_unknown(*body, {"teams", "leg", "phone_user", "phone_password", "phone_uri"}, reply))
    return;
  const auto there = people(s, reply);
  if (!there) return;
  store::AgentRecord record;
  if (const auto* known = anyone_named(there->agents, request.parts.at("agent"))) {
    if (!may_change(is_declared(s, known->sign_in), "agent", reply)) return;
    record = *known;
  } else {
    const auto name = new_name(request.parts.at("agent"), reply);
    if (!name) return;
    record.sign_in = record.name = *name;
    record.agent.leg_mode = dialer::LegMode::webrtc;
  }
  if (body->contains("teams")) {
    const auto teams = ids_of<base::TeamId>(
        *body, "teams", there->teams, [](const auto& t) { return t.name; },
        [](const auto& t) { return t.id; }, reply);
    if (!teams) return;
    record.agent.teams = *teams;
  }
  if (!read_phone(*body, there->agents, record, reply)) return;
  record.enabled = true;
  write_agent(s, record, there->teams, reply);
}

// Signed out after the call, if there is one, and in no team from now on.
void delete_agent(Service* s, const Request& request, const Reply& reply) {
  const auto there = people(s, reply);
  if (!there) return;
  const auto* known = anyone_named(there->agents, request.parts.at("agent"));
  if (!known || !known->enabled) return reply(not_found("agent"));
  if (!may_change(is_declared(s, known->sign_in), "agent", reply)) return;
  store::AgentRecord record = *known;
  record.enabled = false;
  record.sip_user.clear();
  record.sip_password.clear();
  s->control->insist(event::AgentSignedOut{record.agent.id},
                     [=, teams = there->teams](const control::Answer&) {
                       s->post([=] { write_agent(s, record, teams, reply); });
                     });
}

void show_agent_settings(Service* s, const Request& request, const Reply& reply) {
  const auto there = people(s, reply);
  if (!there) return;
  const auto* known = anyone_named(there->agents, request.parts.at("agent"));
  if (!known) return reply(not_found("agent"));
  reply(json(agent_settings(s, *known, there->teams)));
}

}  // namespace

std::vector<Route> people_routes(Service* s) {
  return {
      {"GET", "/api/v1/teams", Rights::supervisor,
       [s](const Request&, const Reply& reply) { list_teams(s, reply); }},
      {"PUT", "/api/v1/teams/{team}", Rights::administrator,
       [s](const Request& r, const Reply& reply) { put_team(s, r, reply); }},
      {"DELETE", "/api/v1/teams/{team}", Rights::administrator,
       [s](const Request& r, const Reply& reply) { delete_team(s, r, reply); }},
      {"PUT", "/api/v1/agents/{agent}", Rights::administrator,
       [s](const Request& r, const Reply& reply) { put_agent(s, r, reply); }},
      {"DELETE", "/api/v1/agents/{agent}", Rights::administrator,
       [s](const Request& r, const Reply& reply) { delete_agent(s, r, reply); }},
      {"GET", "/api/v1/agents/{agent}/settings", Rights::administrator,
       [s](const Request& r, const Reply& reply) { show_agent_settings(s, r, reply); }},
  };
}

}  // namespace ziptone::api
