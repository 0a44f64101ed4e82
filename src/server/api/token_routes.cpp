// API tokens: who may come in without a password, and how far. Administrators only; what a token may do is
// its scope (rights.cpp).
#include <algorithm>

#include "server/api/entities.hpp"
#include "server/api/tokens.hpp"
#include "server/api/views.hpp"
#include "server/control/clock.hpp"
#include "server/store/catalog.hpp"

namespace ziptone::api {
namespace {

namespace js = boost::json;

constexpr std::size_t kTokensMax = 200;

js::object render(const store::TokenRecord& token) {
  const bool ends = token.expires_at != base::WallTime{};
  return {{"token", token.id},
          {"name", token.name},
          {"scope", token.role},
          {"created_by", token.created_by},
          {"created_at", time_json(token.created_at)},
          {"expires_at", ends ? time_json(token.expires_at) : js::value(nullptr)}};
}

void list(Service* s, const Reply& reply) {
  const auto all = s->reader->tokens();
  if (!all) return reply(store_problem(*s, all.error()));
  js::array shown;
  for (const store::TokenRecord& one : *all) shown.push_back(render(one));
  reply(json(shown));
}

bool take_fields(const js::object& body, store::TokenRecord& record, const Reply& reply) {
  const auto name = new_name(text_of(body, "name"), reply);
  if (!name) return false;
  record.name = *name;
  const std::string scope = text_of(body, "scope");
  if (!is_scope(scope))
    return refuse_field(reply, "scope", "there is no scope \"" + scope + "\"",
                        "write read, operate or administer"),
           false;
  record.role = scope;
  const js::value* ends = body.if_contains("expires_at");
  if (!ends || ends->is_null()) return true;
  const auto at = ends->is_string() ? parse_time(std::string{ends->get_string()}) : std::nullopt;
  if (!at || *at <= record.created_at)
    return refuse_field(reply, "expires_at", "is no instant to come",
                        "write one as 2030-01-31T12:00:00Z, or null"),
           false;
  record.expires_at = *at;
  return true;
}

void make(Service* s, const Request& request, const Reply& reply) {
  const auto body = body_of(request, reply);
  if (!body || refuse_unknown(*body, {"name", "scope", "expires_at"}, reply)) return;
  const auto all = s->reader->tokens();
  if (!all) return reply(store_problem(*s, all.error()));
  store::TokenRecord record;
  record.created_at = control::wall_now();
  record.created_by = request.who.user.empty() ? "token:" + request.who.token : request.who.user;
  if (!take_fields(*body, record, reply)) return;
  const auto same = [&](const store::TokenRecord& one) { return one.name == record.name; };
  if (std::any_of(all->begin(), all->end(), same))
    return reply(
        problem(409, "there is a token of this name: take it away first, or choose another", "name_taken"));
  if (all->size() >= kTokensMax)
    return reply(problem(409, "there are 200 tokens already: take one away", "too_many"));
  const std::string secret = make_token();
  record.hash = hash_of(secret);
  write_entity<std::uint64_t>(
      s, [record](auto& db) { return store::put_token(db, record); }, reply,
      [record, secret, reply](const std::uint64_t& id) mutable {
        record.id = id;
        js::object shown = render(record);
        shown["secret"] = secret;  // the only time that it is said
        Response made = json(shown);
        made.status = 201;
        made.headers.emplace_back("Cache-Control", "no-store");  // nor is it kept for an Idempotency-Key
        reply(made);
      });
}

void take_away(Service* s, const Request& request, const Reply& reply) {
  const auto id = parse_number(request.parts.at("token"));
  if (!id || *id >= INT64_MAX) return reply(not_found("token"));
  write_entity<bool>(
      s, [id = *id](auto& db) { return store::remove_token(db, id); }, reply,
      [reply](const bool& there) {
        reply(there ? json({{"accepted", true}}) : not_found("token"));
      });
}

}  // namespace

std::vector<Route> token_routes(Service* s) {
  return {{"GET", "/api/v1/tokens", Rights::administrator,
           [s](const Request&, const Reply& reply) { list(s, reply); }},
          {"POST", "/api/v1/tokens", Rights::administrator,
           [s](const Request& request, const Reply& reply) { make(s, request, reply); }},
          {"DELETE", "/api/v1/tokens/{token}", Rights::administrator,
           [s](const Request& request, const Reply& reply) { take_away(s, request, reply); }}};
}

}  // namespace ziptone::api
