#include "server/api/set_up.hpp"

#include <algorithm>
#include <filesystem>

#include "server/api/session.hpp"
#include "server/api/tokens.hpp"
#include "server/api/user_fields.hpp"
#include "server/control/clock.hpp"

namespace ziptone::api {
namespace {

void say_needed(Service* service, const Reply& reply) {
  const auto needed = SetUp::needed(*service->users);
  if (!needed) return reply(store_problem(*service, needed.error()));
  reply(json({{"needed", *needed}}));
}

// The administrator that the body describes; its faults are answered.
std::optional<store::UserRecord> administrator_of(const UserFields& fields, const Reply& reply) {
  store::UserRecord user;
  user.sign_in = fields.text("sign_in");
  user.name = fields.text("name", user.sign_in);
  user.role = "administrator";
  user.language = fields.text("language", user.language);
  std::vector<FieldError> errors;
  if (user.sign_in.empty()) errors.push_back({"sign_in", "missing", "write a name to sign in with"});
  if (!is_language(user.language)) errors.push_back({"language", "unknown", "write tr or en"});
  if (const auto good = password_rules(user.sign_in, fields.text("password")); !good)
    errors.push_back({"password", good.error().what, good.error().mend});
  if (errors.empty()) return user;
  reply(problem(422, "the user is refused", {}, errors));
  return std::nullopt;
}

void set_up(Service* service, const Request& request, const Reply& reply) {
  const auto fields = UserFields::of(request, {"token", "sign_in", "name", "password", "language"}, reply);
  if (!fields) return;
  const base::Instant now = control::now().mono;
  if (const auto left = service->brake->attempt({}, request.address, now); left > base::Duration::zero())
    return reply(wait_response(left));
  const auto needed = SetUp::needed(*service->users);
  if (!needed) return reply(store_problem(*service, needed.error()));
  if (!*needed) return reply(problem(409, "there is an administrator already: sign in", "not_needed"));
  auto user = administrator_of(*fields, reply);
  if (!user) return;
  if (!service->set_up->take(fields->text("token"), now))
    return reply(problem(
        403, "this link opens nothing (any more): the newest start of the server told another", "wrong"));
  service->brake->clear({}, request.address);
  const auto give_back = [service, reply](const Response& response) {
    service->set_up->give_back();
    reply(response);
  };
  const bool taken = service->hashing(
      [=, user = *user, password = fields->text("password"), secure = request.secure]() mutable {
        user.password_hash = hash_password(password);
        service->store->write<std::uint64_t>(
            [user](store::sqlite::Connection& db) { return store::put_user(db, user); },
            [=](const base::Result<std::uint64_t>& kept) {
              service->post([=] {
                if (!kept) return give_back(store_problem(*service, kept.error()));
                service->set_up->used_up();
                Response response = session_response(*service, user);
                response.status = 201;
                response.headers.push_back(
                    session_cookie(secure, service->sessions->open(user.sign_in, control::now().mono)));
                reply(std::move(response));
              });
            });
      });
  if (!taken) give_back(unavailable());
}

}  // namespace

base::Result<bool> SetUp::needed(store::Users& users) {
  const auto known = users.all();
  if (!known) return tl::unexpected{known.error()};
  return std::none_of(known->begin(), known->end(), [](const store::UserRecord& user) {
    return user.role == "administrator" && user.enabled;
  });
}

base::Result<> SetUp::offer(const std::string& file, base::Instant now) {
  const std::string secret = make_token();
  hash_ = hash_of(secret);
  until_ = now + kLasts;
  path_ = "/setup#" + secret;
  file_ = file;
  return write_secret(file_, path_ + "\n");
}

bool SetUp::take(const std::string& secret, base::Instant now) {
  if (taken_ || hash_.empty() || now >= until_ || hash_of(secret) != hash_) return false;
  return taken_ = true;
}

void SetUp::used_up() {
  hash_.clear();
  path_.clear();
  std::error_code ignored;
  std::filesystem::remove(file_, ignored);
}

std::vector<Route> set_up_routes(Service* s) {
  return {
      {"GET", "/api/v1/setup", Rights::open,
       [s](const Request&, const Reply& reply) { say_needed(s, reply); }},
      {"POST", "/api/v1/setup", Rights::open,
       [s](const Request& request, const Reply& reply) { set_up(s, request, reply); }},
  };
}

}  // namespace ziptone::api
