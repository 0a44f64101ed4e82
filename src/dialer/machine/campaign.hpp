// The campaign: Draft -> Running <-> Paused -> Draining -> Done.
#pragma once

#include <variant>
#include <vector>

#include "dialer/effect.hpp"
#include "dialer/machine/machine.hpp"

namespace ziptone::dialer::campaign {

struct Draft {};
struct Running {};
struct Paused {
  std::string_view why;  // person, emergency
};
struct Draining {};
struct Done {};
using State = std::variant<Draft, Running, Paused, Draining, Done>;

struct LastCallEnded {};
using event::CampaignPaused;
using event::CampaignStarted;
using event::CampaignStopped;
using event::EmergencyStopped;
using Event = std::variant<CampaignStarted, CampaignPaused, CampaignStopped, EmergencyStopped, LastCallEnded>;

struct In {
  std::size_t live_calls;
  std::vector<Effect>& effects;
  void accept(Ticket ticket) {
    if (ticket != 0) effects.emplace_back(effect::Accepted{ticket});
  }
  void refuse(Ticket ticket, std::string_view reason) {
    if (ticket != 0) effects.emplace_back(effect::Refused{ticket, reason});
  }
};

State on(const Draft&, const CampaignStarted&, In&);      // -> Running
State on(const Draft&, const CampaignPaused&, In&);       // stays, refused
State on(const Draft&, const CampaignStopped&, In&);      // -> Done
State on(const Draft&, const EmergencyStopped&, In&);     // stays
State on(const Draft&, const LastCallEnded&, In&);        // stays: a code owed since before a restart
State on(const Running&, const CampaignStarted&, In&);    // stays
State on(const Running&, const CampaignPaused&, In&);     // -> Paused
State on(const Running&, const CampaignStopped&, In&);    // -> Draining | Done
State on(const Running&, const EmergencyStopped&, In&);   // -> Paused
State on(const Running&, const LastCallEnded&, In&);      // stays
State on(const Paused&, const CampaignStarted&, In&);     // -> Running
State on(const Paused&, const CampaignPaused&, In&);      // stays
State on(const Paused&, const CampaignStopped&, In&);     // -> Draining | Done
State on(const Paused&, const EmergencyStopped&, In&);    // stays
State on(const Paused&, const LastCallEnded&, In&);       // stays
State on(const Draining&, const CampaignStarted&, In&);   // -> Running
State on(const Draining&, const CampaignPaused&, In&);    // stays, refused
State on(const Draining&, const CampaignStopped&, In&);   // stays
State on(const Draining&, const EmergencyStopped&, In&);  // stays
State on(const Draining&, const LastCallEnded&, In&);     // -> Done
State on(const Done&, const CampaignStarted&, In&);       // -> Running: more contacts may have come
State on(const Done&, const CampaignPaused&, In&);        // stays, refused
State on(const Done&, const CampaignStopped&, In&);       // stays
State on(const Done&, const EmergencyStopped&, In&);      // stays
State on(const Done&, const LastCallEnded&, In&);         // stays: a call of before

}  // namespace ziptone::dialer::campaign
