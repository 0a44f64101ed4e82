#include "server/api/rights.hpp"

#include <algorithm>

#include "server/api/service.hpp"
#include "server/api/tokens.hpp"

namespace ziptone::api {
namespace {

bool has_team_of(const Asker& who, const std::vector<base::TeamId>& teams) {
  return std::any_of(teams.begin(), teams.end(), [&](base::TeamId team) {
    return std::find(who.teams.begin(), who.teams.end(), team.value) != who.teams.end();
  });
}

// What the path names, as far as it belongs to teams. What is not there at all is the route's to say.
Verdict of_own_teams(store::Reader& reader, const Request& request) {
  if (const auto part = request.parts.find("agent"); part != request.parts.end()) {
    const auto agents = reader.agents();
    if (!agents) return Verdict::refused;
    const auto* agent = agent_named(*agents, part->second);
    if (agent && !sees(request.who, *agent)) return Verdict::hidden;
  }
  if (const auto part = request.parts.find("campaign"); part != request.parts.end()) {
    const auto campaigns = reader.campaigns();
    if (!campaigns) return Verdict::refused;
    const auto* campaign = campaign_named(*campaigns, part->second);
    if (campaign && !sees(reader, request.who, *campaign)) return Verdict::hidden;
  }
  return Verdict::granted;
}

Verdict of_oneself(store::Reader& reader, const Request& request) {
  const auto agents = reader.agents();
  const auto part = request.parts.find("agent");
  if (!agents || part == request.parts.end()) return Verdict::refused;
  const auto* agent = agent_named(*agents, part->second);
  return agent && sees(request.who, *agent) ? Verdict::granted : Verdict::refused;
}

}  // namespace

bool sees_all(const Asker& who) { return who.role == "administrator" || is_scope(who.role); }

bool sees(const Asker& who, const store::AgentRecord& agent) {
  if (sees_all(who)) return true;
  if (who.role == "supervisor") return has_team_of(who, agent.agent.teams);
  return who.role == "agent" && agent.agent.id.value == who.agent;
}

bool sees(store::Reader& reader, const Asker& who, const store::CampaignRecord& campaign) {
  if (sees_all(who)) return true;
  if (who.role != "supervisor") return false;
  const auto queues = reader.queues();
  if (!queues) return false;
  return std::any_of(queues->begin(), queues->end(), [&](const store::QueueRecord& queue) {
    return queue.queue.id == campaign.campaign.queue && has_team_of(who, queue.queue.teams);
  });
}

Verdict permitted(store::Reader& reader, const Route& route, const Request& request) {
  const std::string& role = request.who.role;
  if (route.rights == Rights::open || role == "administrator") return Verdict::granted;
  const bool for_supervisors = route.rights != Rights::administrator;
  if (role == "read") return for_supervisors && route.method == "GET" ? Verdict::granted : Verdict::refused;
  if (role == "operate") return for_supervisors ? Verdict::granted : Verdict::refused;
  if (role == "administer") {
    const bool way_in = route.path.starts_with("/api/v1/tokens") || route.path.starts_with("/api/v1/users");
    return way_in && route.method != "GET" ? Verdict::refused : Verdict::granted;
  }
  if (role != "supervisor" && role != "agent") return Verdict::refused;
  switch (route.rights) {
    case Rights::open:
    case Rights::session:
    case Rights::signed_in:
      return Verdict::granted;
    case Rights::self_agent:
      return role == "agent" ? of_oneself(reader, request) : of_own_teams(reader, request);
    case Rights::supervisor:
      return role == "agent" ? Verdict::refused : of_own_teams(reader, request);
    case Rights::administrator:
      return Verdict::refused;
  }
  return Verdict::refused;
}

Verdict may_session(store::Reader& reader, store::Users& users, Sessions& sessions, const Route* route,
                    Request& request, base::Instant now) {
  const auto name = sessions.user_of(request.session, now, request.used);
  if (!name) return Verdict::unknown;
  const auto user = users.named(*name);
  if (!user || !*user || !(*user)->enabled) return Verdict::unknown;
  request.who = {(*user)->role, (*user)->agent.value, *name, (*user)->id};
  for (const base::TeamId team : (*user)->teams) request.who.teams.push_back(team.value);
  if (!route) return Verdict::granted;
  if ((*user)->must_change && route->rights != Rights::session) return Verdict::refused;
  return permitted(reader, *route, request);
}

Verdict may(store::Reader& reader, const std::string& token, const Route* route, Request& request,
            base::WallTime now) {
  const auto known = reader.token(hash_of(token));
  if (!known) return Verdict::refused;
  if (!*known) return Verdict::unknown;
  const store::TokenRecord& record = **known;
  if (record.expires_at != base::WallTime{} && record.expires_at <= now) return Verdict::unknown;
  request.who = {record.role, record.agent.value, {}};
  request.who.token = record.name;
  return route ? permitted(reader, *route, request) : Verdict::granted;
}

}  // namespace ziptone::api
