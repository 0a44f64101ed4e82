// One HTTP request after the other leaves the house, several at a time, on a thread of its own; what is asked
// of the thread (run, run_after, post) is done on it, in order.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/time.hpp"

namespace ziptone::webhooks {

struct Letter {
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;  // JSON
};
// What came back: a status, or a sentence why there is none.
struct Answer {
  int status = 0;
  std::string error;
};

class Sender {
 public:
  // A letter that is not answered after this long is not answered at all.
  static constexpr base::Duration kLimit = base::seconds{10};

  // Private addresses are connected to only where they are allowed: what is checked is the address that the
  // name led to, and that one is connected.
  explicit Sender(bool allow_private);
  ~Sender();
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  void run(std::function<void()> work);  // any thread
  // Takes the place of the one before.
  void run_after(base::Duration after, std::function<void()> work);  // on the thread
  void post(Letter letter, std::function<void(Answer)> done);        // on the thread
  // Ends the thread; what is on its way is left to itself, and `done` of it is not called.
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ziptone::webhooks
