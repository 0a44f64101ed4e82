// The address that a campaign opens beside a call, with the contact's fields in it. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ziptone::api {

// {{field}} becomes the field's value, percent-encoded (RFC 3986 2.1; only unreserved characters stay), so
// that a value can change neither the host nor the parameters. Empty when the result is no http or https
// address of one of `hosts`; "*.example.com" means every host below example.com.
std::string screen_pop(std::string_view pattern, const std::vector<std::string>& hosts,
                       const std::map<std::string, std::string>& fields);

}  // namespace ziptone::api
