#include "server/api/kept_answers.hpp"

#include "server/api/audit.hpp"
#include "server/api/tokens.hpp"
#include "server/control/clock.hpp"

namespace ziptone::api {
namespace {

constexpr base::Duration kKept = base::seconds{24 * 3600};
constexpr std::size_t kKeyMax = 200;

}  // namespace

void KeptAnswers::perform(const Route& route, const Request& request, const Reply& reply,
                          const std::function<void(Reply)>& go) {
  const std::string& key = request.idempotency_key;
  const std::string who = name_of(request.who);
  if (key.empty() || who.empty() || route.method != "POST" || route.upload) return go(reply);
  if (key.size() > kKeyMax)
    return reply(problem(422, "the Idempotency-Key is too long", {},
                         {{"Idempotency-Key", "too long", "write at most 200 characters, a UUID say"}}));
  const base::WallTime now = control::wall_now();
  const store::KeptAnswer wanted{who, key, hash_of(request.path + "\n" + request.body), 0, {}, {}, now};
  const auto known = service_->office->kept_answer(who, key);
  if (!known) return reply(store_problem(*service_, known.error()));
  if (*known && now - (*known)->at < kKept) {
    const store::KeptAnswer& kept = **known;
    if (kept.request != wanted.request)
      return reply(problem(422, "this Idempotency-Key was another request's", "idempotency_key_reused"));
    return reply({kept.status, kept.type, kept.body, {{"Idempotency-Replayed", "true"}}});
  }
  if (!under_way_.emplace(who, key).second)
    return reply(problem(409, "the same request is being done", "in_progress"));
  go([this, wanted, reply](Response response) {
    service_->post([this, wanted, reply, response = std::move(response)] { keep(wanted, reply, response); });
  });
}

void KeptAnswers::keep(const store::KeptAnswer& answer, const Reply& reply, Response response) {
  const auto done = [this, reply, who = answer.who, key = answer.key](const Response& last) {
    under_way_.erase({who, key});
    reply(last);
  };
  if (response.status >= 500 || response.status == 429 || !response.headers.empty()) return done(response);
  store::KeptAnswer kept = answer;
  kept.status = response.status;
  kept.type = response.type;
  kept.body = response.body;
  service_->store->write<bool>(
      [kept](store::sqlite::Connection& db) -> base::Result<bool> {
        if (auto put = store::keep_answer(db, kept, kept.at - kKept); !put)
          return tl::unexpected{put.error()};
        return true;
      },
      // Done is done: the answer goes out though it could not be kept.
      [this, done, response = std::move(response)](const base::Result<bool>&) {
        service_->post([=] { done(response); });
      });
}

}  // namespace ziptone::api
