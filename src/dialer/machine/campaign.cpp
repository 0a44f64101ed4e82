#include "dialer/machine/campaign.hpp"

namespace ziptone::dialer::campaign {

State on(const Draft&, const CampaignStarted& e, In& in) { return in.accept(e.ticket), Running{}; }
State on(const Draft& s, const CampaignPaused& e, In& in) { return in.refuse(e.ticket, "not_running"), s; }
State on(const Draft&, const CampaignStopped& e, In& in) { return in.accept(e.ticket), Done{}; }
State on(const Draft& s, const EmergencyStopped& e, In& in) { return in.accept(e.ticket), s; }
State on(const Draft& s, const LastCallEnded&, In&) { return s; }

namespace {
State stop(const CampaignStopped& e, In& in) {
  in.accept(e.ticket);
  if (in.live_calls == 0) return Done{};
  return Draining{};
}
}  // namespace

State on(const Running& s, const CampaignStarted& e, In& in) { return in.accept(e.ticket), s; }
State on(const Running&, const CampaignPaused& e, In& in) { return in.accept(e.ticket), Paused{"person"}; }
State on(const Running&, const CampaignStopped& e, In& in) { return stop(e, in); }
State on(const Running&, const EmergencyStopped& e, In& in) {
  return in.accept(e.ticket), Paused{"emergency"};
}
State on(const Running& s, const LastCallEnded&, In&) { return s; }

State on(const Paused&, const CampaignStarted& e, In& in) { return in.accept(e.ticket), Running{}; }
State on(const Paused& s, const CampaignPaused& e, In& in) { return in.accept(e.ticket), s; }
State on(const Paused&, const CampaignStopped& e, In& in) { return stop(e, in); }
State on(const Paused& s, const EmergencyStopped& e, In& in) { return in.accept(e.ticket), s; }
State on(const Paused& s, const LastCallEnded&, In&) { return s; }

State on(const Draining&, const CampaignStarted& e, In& in) { return in.accept(e.ticket), Running{}; }
State on(const Draining& s, const CampaignPaused& e, In& in) { return in.refuse(e.ticket, "draining"), s; }
State on(const Draining& s, const CampaignStopped& e, In& in) { return in.accept(e.ticket), s; }
State on(const Draining& s, const EmergencyStopped& e, In& in) { return in.accept(e.ticket), s; }
State on(const Draining&, const LastCallEnded&, In&) { return Done{}; }

State on(const Done&, const CampaignStarted& e, In& in) { return in.accept(e.ticket), Running{}; }
State on(const Done& s, const CampaignPaused& e, In& in) { return in.refuse(e.ticket, "not_running"), s; }
State on(const Done& s, const CampaignStopped& e, In& in) { return in.accept(e.ticket), s; }
State on(const Done& s, const EmergencyStopped& e, In& in) { return in.accept(e.ticket), s; }
State on(const Done& s, const LastCallEnded&, In&) { return s; }

}  // namespace ziptone::dialer::campaign
