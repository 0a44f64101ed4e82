// What the routes of agents' actions share: whose action it is, and what its body says.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "server/api/service.hpp"

namespace ziptone::api {

// The agent of the path, or a 404 already given.
std::optional<store::AgentRecord> agent_of(Service* service, const std::string& text, const Reply& reply);
// To the core; its answer is the reply.
void tell(Service* service, dialer::Event event, const Reply& reply);

// The body as an object; an empty body is an empty object; anything else is refused.
std::optional<boost::json::object> body_of(const Request& request, const Reply& reply);
bool refuse_unknown(const boost::json::object& body, std::initializer_list<std::string_view> known,
                    const Reply& reply);
// A whole number of the body in [min, max], else `value` as it is; false: refused.
bool whole(const boost::json::object& body, std::string_view key, std::int64_t min, std::int64_t max,
           std::int64_t& value, const Reply& reply);
// A text, or a whole number written as one; else empty.
std::string text_of(const boost::json::object& body, std::string_view key);

}  // namespace ziptone::api
