// How many requests one person, one token or one unknown address may make: a token bucket each (the pace of a
// person with the page open is some two a second). Used on the api thread.
#pragma once

#include <map>
#include <string>

#include "base/time.hpp"
#include "server/api/http.hpp"

namespace ziptone::api {

class Limits {
 public:
  // How long to wait before the request may be made; zero: it is made.
  base::Duration wait(const Request& request, base::Instant now);

 private:
  struct Bucket {
    double left = 0;
    base::Instant at{};
  };
  std::map<std::string, Bucket> buckets_;  // by who asks
};

}  // namespace ziptone::api
