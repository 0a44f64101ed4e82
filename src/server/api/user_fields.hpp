// What signing in, the first start and the users' own routes share: the fields of their bodies, and the
// answers that open a session.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/api/service.hpp"

namespace ziptone::api {

// The fields of a body, all of them texts, flags, or the list of teams; anything else is refused.
class UserFields {
 public:
  static std::optional<UserFields> of(const Request& request, std::initializer_list<std::string_view> known,
                                      const Reply& reply);
  std::string text(std::string_view key, std::string fallback = {}) const;
  std::optional<std::vector<std::string>> texts(std::string_view key) const;
  bool flag(std::string_view key, bool fallback) const;

 private:
  explicit UserFields(boost::json::object object) : object_(std::move(object)) {}
  boost::json::object object_;
};

bool is_language(const std::string& text);  // tr, en
boost::json::object user_json(Service& service, const store::UserRecord& user);
// Who is signed in, as the page begins with it.
Response session_response(Service& service, const store::UserRecord& user);
// The cookie of this secret; an empty one takes it away. Over HTTPS it never leaves the browser without TLS.
std::pair<std::string, std::string> session_cookie(bool secure, const std::string& secret);
// 429: so long to wait before the next try.
Response wait_response(base::Duration time);

}  // namespace ziptone::api
