// The leg: the agent's voice path. Down -> Calling -> Up; lost while engaged: Recovering.
#pragma once

#include <variant>
#include <vector>

#include "dialer/effect.hpp"
#include "dialer/machine/machine.hpp"

namespace ziptone::dialer::leg {

struct Down {};
struct Calling {
  Instant answer_by;
};
struct Up {
  bool held = false;  // by the phone: its re-INVITE said sendonly or inactive
};
// How long the contact hears hold music for a leg that was lost.
inline constexpr Duration kRecovery = base::seconds{10};
struct Recovering {  // an engaged agent's leg is called again
  Instant answer_by;
};
using State = std::variant<Down, Calling, Up, Recovering>;

struct Called {};
struct Dropped {};
struct DeadlineReached {};
using event::LegDown;
using event::LegHeld;
using event::LegResumed;
using event::LegUp;
using Event = std::variant<Called, Dropped, LegUp, LegDown, LegHeld, LegResumed, DeadlineReached>;

enum class Inward : std::uint8_t { came_up, went_down, unanswered, held, resumed };

struct In {
  Now now;
  AgentId agent;
  LegMode mode;
  bool engaged;  // the agent is in a call that the leg carries
  std::vector<Effect>& effects;
  std::vector<Inward>& inward;
};

State on(const Down&, const Called&, In&);   // -> Calling
State on(const Down&, const Dropped&, In&);  // stays
State on(const Down&, const LegUp&, In&);    // stays: an answer that nobody waits for is hung up
Late on(const Down&, const LegDown&, In&);
State on(const Calling&, const Called&, In&);           // stays
State on(const Calling&, const Dropped&, In&);          // -> Down
State on(const Calling&, const LegUp&, In&);            // -> Up
State on(const Calling&, const LegDown&, In&);          // -> Down
State on(const Calling&, const DeadlineReached&, In&);  // -> Down
State on(const Up&, const Called&, In&);                // stays
State on(const Up&, const Dropped&, In&);               // -> Down
State on(const Up&, const LegDown&, In&);               // -> Down | Recovering
State on(const Up&, const LegHeld&, In&);               // stays: no path until resumed; in a talk it is Hold
State on(const Up&, const LegResumed&, In&);            // stays
Late on(const Up&, const LegUp&, In&);
State on(const Recovering&, const Called&, In&);           // stays
State on(const Recovering&, const Dropped&, In&);          // -> Down
State on(const Recovering&, const LegUp&, In&);            // -> Up
State on(const Recovering&, const LegDown&, In&);          // -> Down: it refused
State on(const Recovering&, const DeadlineReached&, In&);  // -> Down
Late on(const Down&, const LegHeld&, In&);
Late on(const Down&, const LegResumed&, In&);
Late on(const Calling&, const LegHeld&, In&);
Late on(const Calling&, const LegResumed&, In&);
Late on(const Recovering&, const LegHeld&, In&);
Late on(const Recovering&, const LegResumed&, In&);

Instant deadline_of(const State& state);

}  // namespace ziptone::dialer::leg
