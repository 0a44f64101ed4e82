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
struct Up {};
struct Recovering {  // an engaged agent's leg is called again
  Instant answer_by;
};
using State = std::variant<Down, Calling, Up, Recovering>;

struct Called {};
struct Dropped {};
struct DeadlineReached {};
using event::LegDown;
using event::LegUp;
using Event = std::variant<Called, Dropped, LegUp, LegDown, DeadlineReached>;

enum class Inward : std::uint8_t { came_up, went_down, unanswered };

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
Late on(const Up&, const LegUp&, In&);
State on(const Recovering&, const Called&, In&);           // stays
State on(const Recovering&, const Dropped&, In&);          // -> Down
State on(const Recovering&, const LegUp&, In&);            // -> Up
State on(const Recovering&, const LegDown&, In&);          // -> Down: it refused
State on(const Recovering&, const DeadlineReached&, In&);  // -> Down

Instant deadline_of(const State& state);

}  // namespace ziptone::dialer::leg
