#include "server/api/user_fields.hpp"

#include <algorithm>

namespace ziptone::api {
namespace {

namespace js = boost::json;

constexpr std::size_t kBodyFieldMax = 200;

constexpr const char* kKinds = "write a text in quotes, true or false; teams as a list of texts";

std::optional<std::vector<std::string>> texts_of(const js::value& value) {
  if (!value.is_array()) return std::nullopt;
  std::vector<std::string> texts;
  for (const js::value& one : value.get_array()) {
    if (!one.is_string()) return std::nullopt;
    texts.emplace_back(one.get_string());
  }
  return texts;
}

}  // namespace

std::optional<UserFields> UserFields::of(const Request& request,
                                         std::initializer_list<std::string_view> known, const Reply& reply) {
  boost::system::error_code broken;
  js::value value = js::parse(request.body, broken);
  if (broken || !value.is_object()) {
    reply(problem(422, "the body is no JSON object"));
    return std::nullopt;
  }
  std::vector<FieldError> errors;
  for (const auto& field : value.get_object()) {
    const std::string key{field.key()};
    if (std::find(known.begin(), known.end(), key) == known.end())
      errors.push_back({key, "unknown field", "remove it"});
    else if (const auto* text = field.value().if_string(); text && text->size() > kBodyFieldMax)
      errors.push_back({key, "too long", "write at most 200 characters"});
    else if (key == "teams" ? !texts_of(field.value())
                            : !text && !field.value().is_bool() && !field.value().is_null())
      errors.push_back({key, "of another kind", kKinds});
  }
  if (!errors.empty()) {
    reply(problem(422, "a field is not understood", {}, errors));
    return std::nullopt;
  }
  return UserFields{std::move(value.get_object())};
}

std::string UserFields::text(std::string_view key, std::string fallback) const {
  const js::value* field = object_.if_contains(key);
  return field && field->is_string() ? std::string{field->get_string()} : std::move(fallback);
}

std::optional<std::vector<std::string>> UserFields::texts(std::string_view key) const {
  const js::value* field = object_.if_contains(key);
  return field ? texts_of(*field) : std::nullopt;
}

bool UserFields::flag(std::string_view key, bool fallback) const {
  const js::value* field = object_.if_contains(key);
  return field && field->is_bool() ? field->get_bool() : fallback;
}

bool is_language(const std::string& text) { return text == "tr" || text == "en"; }

js::object user_json(Service& service, const store::UserRecord& user) {
  js::object o{{"id", user.id},    {"sign_in", user.sign_in},   {"name", user.name},      {"role", user.role},
               {"agent", nullptr}, {"language", user.language}, {"enabled", user.enabled}};
  const auto agents = service.reader->agents();
  if (agents && user.agent)
    for (const store::AgentRecord& one : *agents)
      if (one.agent.id == user.agent) o["agent"] = one.sign_in;
  js::array teams;
  if (const auto known = service.reader->teams(); known && !user.teams.empty())
    for (const store::TeamRecord& team : *known)
      if (std::find(user.teams.begin(), user.teams.end(), team.id) != user.teams.end())
        teams.emplace_back(team.name);
  o["teams"] = std::move(teams);
  return o;
}

Response session_response(Service& service, const store::UserRecord& user) {
  return json({{"user", user_json(service, user)},
               {"version", ZIPTONE_VERSION},
               {"must_change_password", user.must_change}});
}

std::pair<std::string, std::string> session_cookie(bool secure, const std::string& secret) {
  std::string text = "ziptone_session=" + secret + "; HttpOnly; SameSite=Strict; Path=/";
  if (secure) text += "; Secure";
  if (secret.empty()) text += "; Max-Age=0";
  return {"Set-Cookie", text};
}

Response wait_response(base::Duration time) {
  const auto seconds = std::max<std::int64_t>(1, (base::millis(time) + 999) / 1000);
  Response response = problem(429, "too many tries; wait a little", "locked");
  response.headers.emplace_back("Retry-After", std::to_string(seconds));
  return response;
}

}  // namespace ziptone::api
