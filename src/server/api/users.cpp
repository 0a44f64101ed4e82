// Signing in and out with a password, and the users who may.
#include "server/store/users.hpp"

#include <algorithm>

#include "base/named.hpp"
#include "server/api/service.hpp"
#include "server/api/session.hpp"
#include "server/api/user_fields.hpp"
#include "server/control/clock.hpp"

namespace ziptone::api {
namespace {

namespace js = boost::json;

Response wrong() { return problem(401, "the name or the password is wrong", "wrong_sign_in"); }

// The user of the request's session; without one the answer is given.
std::optional<store::UserRecord> signed_in(Service* service, const Request& request, const Reply& reply) {
  const auto user = service->users->named(request.who.user);
  if (user && *user && (*user)->enabled) return **user;
  reply(user ? problem(401, "nobody is signed in") : store_problem(*service, user.error()));
  return std::nullopt;
}

void save(Service* service, const store::UserRecord& user, const Reply& reply, std::function<void()> saved) {
  service->store->write<std::uint64_t>(
      [user](store::sqlite::Connection& db) { return store::put_user(db, user); },
      [service, reply, saved = std::move(saved)](base::Result<std::uint64_t> kept) {
        service->post([service, reply, saved, kept = std::move(kept)] {
          if (!kept) return reply(store_problem(*service, kept.error()));
          saved();
        });
      });
}

void sign_in(Service* service, const Request& request, const Reply& reply) {
  const auto fields = UserFields::of(request, {"sign_in", "password"}, reply);
  if (!fields) return;
  const std::string name = fields->text("sign_in");
  const base::Duration left = service->brake->attempt(name, request.address, control::now().mono);
  if (left > base::Duration::zero()) return reply(wait_response(left));
  const auto known = service->users->named(name);
  if (!known) return reply(store_problem(*service, known.error()));
  store::UserRecord user = *known && (*known)->enabled ? **known : store::UserRecord{};
  const bool taken = service->hashing(
      [=, password = fields->text("password"), address = request.address, secure = request.secure] {
        const bool fits = password_fits(user.password_hash, password);
        service->post([=] {
          if (!fits) return reply(wrong());
          service->brake->clear(user.sign_in, address);
          Response response = session_response(*service, user);
          response.headers.push_back(
              session_cookie(secure, service->sessions->open(user.sign_in, control::now().mono)));
          reply(std::move(response));
        });
      });
  if (!taken) reply(wait_response(base::seconds{1}));
}

void sign_out(Service* service, const Request& request, const Reply& reply) {
  service->sessions->close(request.session);
  Response response = json({{"accepted", true}});
  response.headers.push_back(session_cookie(request.secure, {}));
  reply(std::move(response));
}

void change_password(Service* service, const Request& request, const Reply& reply) {
  const auto fields = UserFields::of(request, {"old", "new"}, reply);
  if (!fields) return;
  const auto user = signed_in(service, request, reply);
  if (!user) return;
  if (const auto good = password_rules(user->sign_in, fields->text("new")); !good)
    return reply(
        problem(422, "the password is refused", {}, {{"new", good.error().what, good.error().mend}}));
  const base::Duration left = service->brake->attempt(user->sign_in, request.address, control::now().mono);
  if (left > base::Duration::zero()) return reply(wait_response(left));
  const bool taken = service->hashing(
      [=, user = *user, fields = *fields, address = request.address, secure = request.secure]() mutable {
        const bool fits = password_fits(user.password_hash, fields.text("old"));
        if (fits) user.password_hash = hash_password(fields.text("new"));
        user.must_change = false;
        service->post([=] {
          if (!fits) return reply(problem(422, "the old password is wrong", "wrong_password"));
          service->brake->clear(user.sign_in, address);
          save(service, user, reply, [=] {
            // Whoever knew the old password is out, this browser stays in.
            service->sessions->close_all_of(user.sign_in);
            Response response = session_response(*service, user);
            response.headers.push_back(
                session_cookie(secure, service->sessions->open(user.sign_in, control::now().mono)));
            reply(std::move(response));
          });
        });
      });
  if (!taken) reply(wait_response(base::seconds{1}));
}

void change_language(Service* service, const Request& request, const Reply& reply) {
  const auto fields = UserFields::of(request, {"language"}, reply);
  if (!fields) return;
  auto user = signed_in(service, request, reply);
  if (!user) return;
  user->language = fields->text("language");
  if (!is_language(user->language))
    return reply(problem(422, "a field is not understood", {}, {{"language", "unknown", "write tr or en"}}));
  save(service, *user, reply, [=] { reply(session_response(*service, *user)); });
}

void change_teams(Service& service, const UserFields& fields, store::UserRecord& user,
                  std::vector<FieldError>& errors) {
  if (const auto named = fields.texts("teams")) {
    user.teams.clear();
    const auto read = service.reader->teams();
    const std::vector<store::TeamRecord> teams = read ? *read : std::vector<store::TeamRecord>{};
    for (const std::string& name : *named) {
      const auto* team = base::named(
          teams, name, [](const auto& r, const auto& wanted) { return r.name == wanted; },
          [](const auto& r) { return r.id; });
      if (team) user.teams.push_back(team->id);
      if (!team)
        errors.push_back({"teams", "there is no team " + name, "write names of teams of the configuration"});
    }
  }
  if (user.role != "supervisor") user.teams.clear();
  if (user.role == "supervisor" && user.teams.empty())
    errors.push_back({"teams", "missing", "name the teams that the supervisor is responsible for"});
}

// What the body says of this user, in place of what is known; the fields that don't fit.
std::vector<FieldError> change(Service& service, const UserFields& fields, store::UserRecord& user) {
  std::vector<FieldError> errors;
  user.name = fields.text("name", user.name.empty() ? user.sign_in : user.name);
  user.role = fields.text("role", user.role);
  user.language = fields.text("language", user.language);
  user.enabled = fields.flag("enabled", user.enabled);
  if (user.role != "administrator" && user.role != "supervisor" && user.role != "agent")
    errors.push_back({"role", "unknown", "write administrator, supervisor or agent"});
  if (!is_language(user.language)) errors.push_back({"language", "unknown", "write tr or en"});
  if (const std::string named = fields.text("agent"); !named.empty()) {
    const auto agents = service.reader->agents();
    const auto* agent = agents ? agent_named(*agents, named) : nullptr;
    if (agent) user.agent = agent->agent.id;
    if (!agent) errors.push_back({"agent", "there is no such agent", "GET /api/v1/agents lists them"});
  }
  if (user.role != "agent") user.agent = {};
  if (user.role == "agent" && !user.agent)
    errors.push_back({"agent", "missing", "name the agent who this is"});
  change_teams(service, fields, user, errors);
  const std::string password = fields.text("password");
  if (password.empty() && user.password_hash.empty())
    errors.push_back(
        {"password", "missing", "write a first password; it must be changed at the first sign-in"});
  if (const auto good = password_rules(user.sign_in, password); !password.empty() && !good)
    errors.push_back({"password", good.error().what, good.error().mend});
  return errors;
}

void put_user(Service* service, const Request& request, const Reply& reply) {
  const auto fields = UserFields::of(
      request, {"name", "role", "agent", "language", "enabled", "password", "must_change_password", "teams"},
      reply);
  if (!fields) return;
  const auto known = service->users->named(request.parts.at("user"));
  if (!known) return reply(store_problem(*service, known.error()));
  store::UserRecord user = known->value_or(store::UserRecord{});
  user.sign_in = request.parts.at("user");
  if (const auto errors = change(*service, *fields, user); !errors.empty())
    return reply(problem(422, "the user is refused", {}, errors));
  const std::string password = fields->text("password");
  user.must_change = fields->flag("must_change_password", !password.empty() || user.must_change);
  const auto keep = [=](const store::UserRecord& changed) {
    save(service, changed, reply, [=] {
      // Another role, another password, no right at all: what was open before has ended.
      service->sessions->close_all_of(changed.sign_in);
      reply(json(user_json(*service, changed)));
    });
  };
  if (password.empty()) return keep(user);
  const bool taken = service->hashing([=]() mutable {
    user.password_hash = hash_password(password);
    service->post([=] { keep(user); });
  });
  if (!taken) reply(unavailable());
}

void users(Service* service, const Reply& reply) {
  const auto known = service->users->all();
  if (!known) return reply(store_problem(*service, known.error()));
  js::array list;
  for (const store::UserRecord& user : *known) list.push_back(user_json(*service, user));
  reply(json(list));
}

}  // namespace

std::vector<Route> user_routes(Service* s) {
  return {
      {"POST", "/api/v1/session", Rights::open,
       [s](const Request& request, const Reply& reply) { sign_in(s, request, reply); }},
      {"GET", "/api/v1/session", Rights::session,
       [s](const Request& request, const Reply& reply) {
         if (const auto user = signed_in(s, request, reply)) reply(session_response(*s, *user));
       }},
      {"DELETE", "/api/v1/session", Rights::session,
       [s](const Request& request, const Reply& reply) { sign_out(s, request, reply); }},
      {"POST", "/api/v1/session/password", Rights::session,
       [s](const Request& request, const Reply& reply) { change_password(s, request, reply); }},
      {"PUT", "/api/v1/session/language", Rights::session,
       [s](const Request& request, const Reply& reply) { change_language(s, request, reply); }},
      {"GET", "/api/v1/users", Rights::administrator,
       [s](const Request&, const Reply& reply) { users(s, reply); }},
      {"PUT", "/api/v1/users/{user}", Rights::administrator,
       [s](const Request& request, const Reply& reply) { put_user(s, request, reply); }},
  };
}

}  // namespace ziptone::api
