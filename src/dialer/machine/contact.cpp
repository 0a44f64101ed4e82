#include "dialer/machine/contact.hpp"

namespace ziptone::dialer::contact {

State on(const Ready&, const Taken& e, In&) { return Leased{e.attempt}; }
State on(const Ready&, const Scheduled& e, In&) { return RetryAt{e.at}; }
State on(const Ready&, const RanOut&, In&) { return Exhausted{}; }
State on(const Ready&, const Barred& e, In&) { return Suppressed{e.why}; }
State on(const Leased&, const Taken& e, In&) { return Leased{e.attempt}; }
State on(const Leased&, const Passed&, In&) { return Ready{}; }
State on(const Leased&, const Scheduled& e, In&) { return RetryAt{e.at}; }
State on(const Leased&, const CallbackAsked& e, In&) { return CallbackAt{e.at, e.agent}; }
State on(const Leased&, const Closed&, In&) { return Done{}; }
State on(const Leased&, const RanOut&, In&) { return Exhausted{}; }
State on(const Leased&, const Barred& e, In&) { return Suppressed{e.why}; }
State on(const RetryAt&, const BecameDue&, In&) { return Ready{}; }
State on(const CallbackAt& s, const BecameDue&, In&) { return s; }
State on(const CallbackAt&, const Taken& e, In&) { return Leased{e.attempt}; }
State on(const CallbackAt&, const CallbackAsked& e, In&) { return CallbackAt{e.at, e.agent}; }
State on(const CallbackAt&, const RanOut&, In&) { return Exhausted{}; }
State on(const CallbackAt&, const Barred& e, In&) { return Suppressed{e.why}; }
State on(const Suppressed&, const Corrected&, In&) { return Ready{}; }

}  // namespace ziptone::dialer::contact
