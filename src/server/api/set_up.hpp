// The first administrator: while there is none, each start makes a link that is good once, for a day; whoever
// can read the server's log or DATA/setup-link may open it. Used on the api thread.
#pragma once

#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "server/store/users.hpp"

namespace ziptone::api {

class SetUp {
 public:
  static constexpr base::Duration kLasts = base::seconds{24 * 3600};

  // Whether no user is an administrator who may sign in.
  static base::Result<bool> needed(store::Users& users);
  // Makes the secret and writes its path, "/setup#SECRET", into the file (0600).
  base::Result<> offer(const std::string& file, base::Instant now);
  // Empty: nothing is offered.
  const std::string& path() const { return path_; }
  // True once for the secret that was made, while it lasts; then it is used up, or given back when nothing
  // came of it.
  bool take(const std::string& secret, base::Instant now);
  void give_back() { taken_ = false; }
  void used_up();

 private:
  std::string path_, file_, hash_;
  base::Instant until_{};
  bool taken_ = false;
};

}  // namespace ziptone::api
