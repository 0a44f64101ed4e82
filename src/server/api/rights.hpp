// Who may do what: the one place where a route's rights are held against who asks.
#pragma once

#include <string>

#include "server/api/http.hpp"
#include "server/api/session.hpp"
#include "server/store/reader.hpp"
#include "server/store/users.hpp"

namespace ziptone::api {

// Whether request.who may use the route with these parts. Agents may do what is their own, supervisors what
// belongs to their teams, administrators everything. What belongs to another team is hidden.
Verdict permitted(store::Reader& reader, const Route& route, const Request& request);
// The same for the session of the request's cookie, which it says in request.who. With a password that must
// be changed nothing but the session's own routes is open. Of no route (nullptr) only who it is.
Verdict may_session(store::Reader& reader, store::Users& users, Sessions& sessions, const Route* route,
                    Request& request, base::Instant now);
// The same for a token. A supervisor's token has no teams, and sees nothing of any.
Verdict may(store::Reader& reader, const std::string& token, const Route* route, Request& request,
            base::WallTime now);

// Every team's: an administrator, and tokens of the scopes read and operate.
bool sees_all(const Asker& who);
// What a list shows to whom: administrators all, supervisors the agents of their teams and the campaigns
// whose queue has one of them; an agent oneself.
bool sees(const Asker& who, const store::AgentRecord& agent);
bool sees(store::Reader& reader, const Asker& who, const store::CampaignRecord& campaign);

}  // namespace ziptone::api
