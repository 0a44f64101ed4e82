#include "server/api/actions.hpp"

#include <algorithm>

namespace ziptone::api {

namespace js = boost::json;

std::optional<store::AgentRecord> agent_of(Service* service, const std::string& text, const Reply& reply) {
  const auto agents = service->reader->agents();
  if (!agents) {
    reply(store_problem(*service, agents.error()));
    return std::nullopt;
  }
  if (const auto* agent = agent_named(*agents, text)) return *agent;
  reply(not_found("agent"));
  return std::nullopt;
}

void tell(Service* service, dialer::Event event, const Reply& reply) {
  if (!service->control->tell(std::move(event), answer_with(reply))) reply(unavailable());
}

std::optional<js::object> body_of(const Request& request, const Reply& reply) {
  if (request.body.empty()) return js::object{};
  boost::system::error_code broken;
  js::value value = js::parse(request.body, broken);
  if (!broken && value.is_object()) return std::move(value.get_object());
  reply(problem(422, "the body is no JSON object"));
  return std::nullopt;
}

bool refuse_unknown(const js::object& body, std::initializer_list<std::string_view> known,
                    const Reply& reply) {
  std::vector<FieldError> errors;
  for (const auto& field : body)
    if (std::find(known.begin(), known.end(), std::string_view{field.key()}) == known.end())
      errors.push_back({std::string{field.key()}, "unknown field", "remove it"});
  if (errors.empty()) return false;
  reply(problem(422, "the body has unknown fields", {}, errors));
  return true;
}

bool whole(const js::object& body, std::string_view key, std::int64_t min, std::int64_t max,
           std::int64_t& value, const Reply& reply) {
  const js::value* field = body.if_contains(key);
  if (!field) return true;
  const auto* read = field->if_int64();
  if (read && *read >= min && *read <= max) {
    value = *read;
    return true;
  }
  reply(problem(422, "a field is out of range", {},
                {{std::string{key}, "no whole number that fits",
                  "write " + std::to_string(min) + " to " + std::to_string(max)}}));
  return false;
}

std::string text_of(const js::object& body, std::string_view key) {
  const js::value* field = body.if_contains(key);
  if (!field) return {};
  if (const auto* text = field->if_string()) return std::string{*text};
  if (const auto* number = field->if_int64()) return std::to_string(*number);
  return {};
}

}  // namespace ziptone::api
