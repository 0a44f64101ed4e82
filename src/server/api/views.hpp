// Attempts and contacts as the interface shows them.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "server/api/service.hpp"

namespace ziptone::api {

using CodeNames = std::map<base::CodeId, std::string>;  // name_en
base::Result<CodeNames> code_names(store::Reader& reader);

std::string_view phase_name(dialer::event::ContactPhase phase);
boost::json::object render(const store::AttemptView& attempt, const CodeNames& codes);
boost::json::object render(const store::ContactView& contact);
boost::json::object render(const store::NoteView& note, const std::vector<store::AgentRecord>& agents);

// The attempt of the path, if it is there and who asks may see it: a supervisor's are those of the own teams.
base::Result<std::optional<store::AttemptView>> seen_attempt(store::Reader& reader, const Request& request);
// What a list of attempts is narrowed to, by the request's parameters and by who asks; nullopt: refused
// already.
std::optional<store::AttemptFilter> filter_of(Service* service, const Request& request, const Reply& reply);
// The campaign whose list the contact is of; nullptr: none.
const store::CampaignRecord* campaign_of(const std::vector<store::CampaignRecord>& campaigns,
                                         base::ListId list);

}  // namespace ziptone::api
