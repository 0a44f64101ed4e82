// Idempotency-Key: a POST that is sent again because its answer was lost is answered as before and done once.
// Answers are kept for a day, over a restart too. Used on the api thread.
#pragma once

#include <functional>
#include <set>
#include <utility>

#include "server/api/service.hpp"

namespace ziptone::api {

class KeptAnswers {
 public:
  explicit KeptAnswers(Service* service) : service_(service) {}
  // `go` does what is asked, unless it was done before: then the same answer, with Idempotency-Replayed. The
  // key with another request is 422, while the first is being done 409 in_progress. What failed (5xx, too
  // many) is not kept, nor is an answer with headers, which are this browser's alone. A crash between the
  // deed and its answer's keeping leaves the deed unknown to the key.
  void perform(const Route& route, const Request& request, const Reply& reply,
               const std::function<void(Reply)>& go);

 private:
  void keep(const store::KeptAnswer& answer, const Reply& reply, Response response);
  Service* service_;
  std::set<std::pair<std::string, std::string>> under_way_;  // who, key
};

}  // namespace ziptone::api
