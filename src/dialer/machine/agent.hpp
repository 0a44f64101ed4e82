// The agent: Away <-> Available -> Reserved -> Engaged -> WrappingUp -> Available | Away.
// What was asked for while busy is kept in `next` and follows the call.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "dialer/effect.hpp"
#include "dialer/machine/machine.hpp"

namespace ziptone::dialer::agent {

enum class Why : std::uint8_t { signed_out, idle, disconnected, leg_down, rona };
std::string_view name(Why why);

// ---- states
struct Away {
  Why why = Why::signed_out;
  std::uint16_t idle_code = 0;
  bool wants_available = false;  // waits only for the leg or the desktop to come back
};
struct Available {
  Instant since;
};
struct Next {                // what follows the call
  std::optional<Away> away;  // absent = Available
};
struct Reserved {
  AttemptId call;
  Instant since;  // of having become Available: the place in the line is kept
  Next next;
};
struct Engaged {
  AttemptId call;
  Next next;
};
struct WrappingUp {
  AttemptId call;
  Next next;
};
using State = std::variant<Away, Available, Reserved, Engaged, WrappingUp>;

// ---- events
struct BecameReserved {
  AttemptId call;
};
struct Rebooked {  // the same contact is followed on another trunk
  AttemptId call;
};
struct Freed {};
struct Connected {};
struct TalkEnded {};
struct Released {};  // from the talk, without a wrap-up
struct WrapUpEnded {};
struct WrapUpRestored {  // after a restart
  AttemptId call;
};
struct LegCameUp {};
struct LegWentDown {};
struct LegUnanswered {};  // called on demand
using event::AgentDisconnected;
using event::AgentReconnected;
using event::AgentSignedIn;
using event::AgentSignedOut;
using event::AgentWentAvailable;
using event::AgentWentIdle;

using Event =
    std::variant<AgentSignedIn, AgentSignedOut, AgentWentAvailable, AgentWentIdle, AgentDisconnected,
                 AgentReconnected, BecameReserved, Rebooked, Freed, Connected, TalkEnded, Released,
                 WrapUpEnded, WrapUpRestored, LegCameUp, LegWentDown, LegUnanswered>;

// ---- what an agent says to the other machines
struct CallLeg {};
struct DropLeg {};
struct Lost {  // the call has no agent any more
  AttemptId call;
};
struct Leaving {  // the call keeps the agent unless a colleague takes over
  AttemptId call;
};
struct Returned {  // and still owes the code
  AttemptId call;
};
struct TellLegLost {
  AttemptId call;
};
struct TellLegRecovered {
  AttemptId call;
};
using Inward = std::variant<CallLeg, DropLeg, Lost, Leaving, Returned, TellLegLost, TellLegRecovered>;

struct In {
  Now now;
  LegMode leg_mode;
  bool leg_up;
  std::vector<Effect>& effects;
  std::vector<Inward>& inward;

  template <class I>
  void tell(I message) {
    inward.emplace_back(std::move(message));
  }
  void accept(Ticket ticket) {
    if (ticket != 0) effects.emplace_back(effect::Accepted{ticket});
  }
  void refuse(Ticket ticket, std::string_view reason) {
    if (ticket != 0) effects.emplace_back(effect::Refused{ticket, reason});
  }
};

// ---- the table
State on(const Away&, const AgentSignedIn&, In&);            // -> Away idle; the leg is called
State on(const Away&, const AgentSignedOut&, In&);           // -> Away signed out
State on(const Away&, const AgentWentAvailable&, In&);       // -> Available, or waits for the leg
State on(const Away&, const AgentWentIdle&, In&);            // -> Away idle
State on(const Away&, const AgentDisconnected&, In&);        // -> Away disconnected
State on(const Away&, const AgentReconnected&, In&);         // -> what it was
State on(const Away&, const LegCameUp&, In&);                // -> Available, if that is waited for
State on(const Away&, const LegWentDown&, In&);              // stays
State on(const Away&, const LegUnanswered&, In&);            // -> Away rona
State on(const Away&, const WrapUpRestored&, In&);           // -> WrappingUp
State on(const Available&, const AgentSignedIn&, In&);       // stays
State on(const Available&, const AgentSignedOut&, In&);      // -> Away
State on(const Available&, const AgentWentAvailable&, In&);  // stays
State on(const Available&, const AgentWentIdle&, In&);       // -> Away
State on(const Available&, const AgentDisconnected&, In&);   // -> Away, to come back
State on(const Available&, const BecameReserved&, In&);      // -> Reserved
State on(const Available&, const LegCameUp&, In&);           // stays
State on(const Available&, const LegWentDown&, In&);         // nailed-up -> Away
State on(const Available&, const LegUnanswered&, In&);       // -> Away rona
Late on(const Available&, const AgentReconnected&, In&);
State on(const Reserved&, const AgentSignedIn&, In&);       // stays
State on(const Reserved&, const AgentSignedOut&, In&);      // -> Away
State on(const Reserved&, const AgentWentAvailable&, In&);  // stays
State on(const Reserved&, const AgentWentIdle&, In&);       // stays, idle next
State on(const Reserved&, const AgentDisconnected&, In&);   // -> Away
State on(const Reserved&, const Freed&, In&);               // -> Available in its old place | Away
State on(const Reserved&, const Rebooked&, In&);            // stays, another attempt
State on(const Reserved&, const Connected&, In&);           // -> Engaged
State on(const Reserved&, const LegWentDown&, In&);         // -> Away
Late on(const Reserved&, const AgentReconnected&, In&);
State on(const Engaged&, const AgentSignedIn&, In&);          // stays
State on(const Engaged&, const AgentSignedOut&, In&);         // stays, signed out next
State on(const Engaged&, const AgentWentAvailable&, In&);     // stays, available next
State on(const Engaged&, const AgentWentIdle&, In&);          // stays, idle next
State on(const Engaged&, const AgentDisconnected&, In&);      // stays: they still talk
State on(const Engaged&, const AgentReconnected&, In&);       // stays
State on(const Engaged&, const TalkEnded&, In&);              // -> WrappingUp
State on(const Engaged&, const Released&, In&);               // -> Available | Away
State on(const Engaged&, const LegWentDown&, In&);            // stays, the call waits
State on(const Engaged&, const LegUnanswered&, In&);          // stays
State on(const Engaged&, const LegCameUp&, In&);              // stays, the call goes on
State on(const WrappingUp&, const AgentSignedIn&, In&);       // stays
State on(const WrappingUp&, const AgentSignedOut&, In&);      // stays, signed out next
State on(const WrappingUp&, const AgentWentAvailable&, In&);  // stays, available next
State on(const WrappingUp&, const AgentWentIdle&, In&);       // stays, idle next
State on(const WrappingUp&, const AgentDisconnected&, In&);   // stays
State on(const WrappingUp&, const AgentReconnected&, In&);    // stays
State on(const WrappingUp&, const WrapUpEnded&, In&);         // -> Available | Away
State on(const WrappingUp&, const LegWentDown&, In&);         // stays
State on(const WrappingUp&, const LegCameUp&, In&);           // stays
State on(const WrappingUp&, const LegUnanswered&, In&);       // stays

AttemptId call_of(const State& state);  // 0 where none

}  // namespace ziptone::dialer::agent
