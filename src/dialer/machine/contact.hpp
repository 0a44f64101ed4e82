// The contact: Ready | Leased | RetryAt | CallbackAt | Done | Exhausted | Suppressed.
// Its record in the book is packed; the machine works on the unpacked state.
#pragma once

#include <variant>

#include "dialer/effect.hpp"
#include "dialer/machine/machine.hpp"

namespace ziptone::dialer::contact {

struct Ready {};
struct Leased {
  AttemptId attempt;
};
struct RetryAt {
  WallTime at;
};
struct CallbackAt {
  WallTime at;
  AgentId agent;  // 0 = anyone
};
struct Done {};
struct Exhausted {};
struct Suppressed {
  std::string_view why;
};
using State = std::variant<Ready, Leased, RetryAt, CallbackAt, Done, Exhausted, Suppressed>;

struct Taken {
  AttemptId attempt;
};
struct Passed {};  // on to the next trunk or back untouched: the lease moves or ends without a verdict
struct Scheduled {
  WallTime at;
};
struct CallbackAsked {
  WallTime at;
  AgentId agent;
};
struct BecameDue {};
struct Closed {};
struct RanOut {};  // of attempts or numbers
struct Barred {
  std::string_view why;
};
struct Corrected {};  // by an import: what it was suppressed for is not so any more
using Event =
    std::variant<Taken, Passed, Scheduled, CallbackAsked, BecameDue, Closed, RanOut, Barred, Corrected>;

struct In {};

State on(const Ready&, const Taken&, In&);               // -> Leased
State on(const Ready&, const Scheduled&, In&);           // -> RetryAt: looked at, and not dialable before
State on(const Ready&, const RanOut&, In&);              // -> Exhausted
State on(const Ready&, const Barred&, In&);              // -> Suppressed
State on(const Leased&, const Taken&, In&);              // stays, followed on another trunk
State on(const Leased&, const Passed&, In&);             // -> Ready
State on(const Leased&, const Scheduled&, In&);          // -> RetryAt
State on(const Leased&, const CallbackAsked&, In&);      // -> CallbackAt
State on(const Leased&, const Closed&, In&);             // -> Done
State on(const Leased&, const RanOut&, In&);             // -> Exhausted
State on(const Leased&, const Barred&, In&);             // -> Suppressed
State on(const RetryAt&, const BecameDue&, In&);         // -> Ready
State on(const CallbackAt&, const BecameDue&, In&);      // stays: due callbacks stand before the list
State on(const CallbackAt&, const Taken&, In&);          // -> Leased
State on(const CallbackAt&, const CallbackAsked&, In&);  // stays, later: its window is closed
State on(const CallbackAt&, const RanOut&, In&);         // -> Exhausted
State on(const CallbackAt&, const Barred&, In&);         // -> Suppressed
State on(const Suppressed&, const Corrected&, In&);      // -> Ready

}  // namespace ziptone::dialer::contact
