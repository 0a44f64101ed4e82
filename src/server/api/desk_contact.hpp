// The person in the call: fields, earlier attempts and notes, and the page that opens beside them.
#pragma once

#include "server/api/desk_view.hpp"

namespace ziptone::api {

// Sets `contact`, `note` and `screen_pop` of the desk's attempt.
base::Result<> add_contact(boost::json::object& attempt, const dialer::CallView& call,
                           const config::CampaignSettings& settings, const DeskCatalog& catalog,
                           store::Reader& reader, base::AgentId agent);

// The contact's fields as texts, with its key, name and the number that was called as further ones.
std::map<std::string, std::string> fields_of(const store::ContactView& contact, const std::string& number);

}  // namespace ziptone::api
