// Every event of the shells: to configuration at once, to a machine by the line.
#include "base/check.hpp"
#include "dialer/outcome/retry.hpp"
#include "dialer/state.hpp"

namespace ziptone::dialer {
namespace {

constexpr Duration kOwedMax = base::hours{1};

}  // namespace

// ---- configuration
void Dialer::State::take(const event::ZoneSetDefined& e) { book.define_zones(e); }
void Dialer::State::take(const event::TrunkDefined& e) { trunks.define(e.trunk, now.mono, next_attempt > 1); }
void Dialer::State::take(const event::EntryPointDefined& e) {
  entry_points[e.entry_point.id] = e.entry_point;
}
void Dialer::State::take(const event::QueueDefined& e) { queues[e.queue.id] = e.queue; }
void Dialer::State::take(const event::AgentDefined& e) {
  const auto [at, is_new] = agents.try_emplace(e.agent.id);
  if (is_new) at->second.since = at->second.leg_since = now.mono;
  at->second.config = e.agent;
}
void Dialer::State::take(const event::CampaignDefined& e) {
  campaigns[e.campaign.id].rules = std::make_shared<const Campaign>(e.campaign);
  book.define_campaign(e.campaign);
  book.refresh(now.wall);
}
void Dialer::State::take(const event::ContactsLoaded& e) {
  book.load(e);
  book.refresh(now.wall);
}
void Dialer::State::take(const event::ContactsWithdrawn& e) {
  book.withdraw(e);
  book.refresh(now.wall);
}
void Dialer::State::take(const event::NumberHistoryLoaded& e) { book.load_history(e); }
void Dialer::State::take(const event::DncAdded& e) { book.set_do_not_call(e.number, true); }
void Dialer::State::take(const event::DncRemoved& e) { book.set_do_not_call(e.number, false); }

// ---- campaigns
void Dialer::State::take(const event::CampaignStarted& e) {
  // A person is told; a campaign that ran before a restart goes on, and hangs up on machines meanwhile.
  const CampaignRecord* in = campaign(e.campaign);
  const bool lacks_message =
      in != nullptr && in->rules->analysis && in->rules->mode == ConnectionMode::silent &&
      in->rules->machine == MachineTreatment::leave_message && !in->rules->machine_message;
  if (lacks_message && e.ticket != 0)
    return static_cast<void>(effects->emplace_back(effect::Refused{e.ticket, "no_machine_message"}));
  line.emplace_back(ToCampaign{e.campaign, e});
}
void Dialer::State::take(const event::CampaignPaused& e) { line.emplace_back(ToCampaign{e.campaign, e}); }
void Dialer::State::take(const event::CampaignStopped& e) { line.emplace_back(ToCampaign{e.campaign, e}); }
void Dialer::State::take(const event::EmergencyStopped& e) {
  line.emplace_back(ToCampaign{e.campaign, e});
  for (const auto& [id, call] : calls) {
    if (call.attempt.campaign == e.campaign) send(id, e);
  }
}

// ---- people, in which campaigns they take part
void Dialer::State::take(const event::AgentJoined& e) {
  AgentRecord* who = agent(e.agent);
  const CampaignRecord* in = campaign(e.campaign);
  const auto refusal = [&]() -> std::string_view {
    if (who == nullptr) return "unknown_agent";
    if (in == nullptr || !selects(*in, *who)) return "unknown_campaign";
    if (!in->rules->join_by_hand) return "joined_by_all";
    const auto* away = std::get_if<agent::Away>(&who->state);
    return away != nullptr && away->why == agent::Why::signed_out ? "signed_out" : "";
  }();
  if (!refusal.empty()) {
    if (e.ticket != 0) effects->emplace_back(effect::Refused{e.ticket, refusal});
    return;
  }
  who->joined.insert(e.campaign);
  took_part(*who, e.campaign, "AgentJoined", e.ticket);
}
void Dialer::State::take(const event::AgentLeft& e) {
  if (AgentRecord* who = agent(e.agent)) {
    who->joined.erase(e.campaign);
    return took_part(*who, e.campaign, "AgentLeft", e.ticket);
  }
  if (e.ticket != 0) effects->emplace_back(effect::Refused{e.ticket, "unknown_agent"});
}
void Dialer::State::took_part(const AgentRecord& who, CampaignId campaign, std::string_view event,
                              Ticket ticket) {
  const std::string_view state = name_of(who.state);
  const auto call = calls.find(agent::call_of(who.state));
  row("agent", who.config.id.value, state, event, state, call == calls.end() ? nullptr : &call->second,
      who.config.id);
  std::get<effect::AppendRow>(effects->back()).campaign = campaign;
  if (ticket != 0) effects->emplace_back(effect::Accepted{ticket});
}

// ---- people, on the call that they are in
namespace {

// The call that a command is about, or a static reason why there is none.
struct Found {
  AttemptId call;
  std::string_view refusal;
};
Found find_call(const std::map<AgentId, AgentRecord>& agents, const std::map<AttemptId, CallRecord>& calls,
                AgentId agent) {
  const auto who = agents.find(agent);
  if (who == agents.end()) return {{}, "unknown_agent"};
  const AttemptId id = agent::call_of(who->second.state);
  const auto call = calls.find(id);
  if (call == calls.end()) return {{}, "no_call"};
  const bool theirs =
      call::is_talking(call->second.state) || std::holds_alternative<call::WrappingUp>(call->second.state);
  if (!theirs) return {{}, "not_connected"};
  return {id, {}};
}

}  // namespace

void Dialer::State::take(const event::EndPressed& e) {
  const Found found = find_call(agents, calls, e.agent);
  if (found.call) return send(found.call, e);
  if (e.ticket != 0) effects->emplace_back(effect::Refused{e.ticket, found.refusal});
}
void Dialer::State::take(const event::HoldPressed& e) {
  const Found found = find_call(agents, calls, e.agent);
  if (found.call) return send(found.call, e);
  if (e.ticket != 0) effects->emplace_back(effect::Refused{e.ticket, found.refusal});
}
void Dialer::State::take(const event::ResumePressed& e) {
  Found found = find_call(agents, calls, e.agent);
  // The desk phone itself is on hold: only its own key brings its sound back.
  const auto* up = found.call ? std::get_if<leg::Up>(&agents.at(e.agent).leg) : nullptr;
  if (up != nullptr && up->held) found = {{}, "phone_on_hold"};
  if (found.call) return send(found.call, e);
  if (e.ticket != 0) effects->emplace_back(effect::Refused{e.ticket, found.refusal});
}
void Dialer::State::take(const event::MachineAccepted& e) {
  Found found = find_call(agents, calls, e.agent);
  if (e.attempt && found.call != e.attempt) {
    const AgentRecord* who = agent(e.agent);
    // Pressed twice, or the answer was lost.
    if (who != nullptr && who->last_accepted == e.attempt) {
      if (e.ticket != 0) effects->emplace_back(effect::Accepted{e.ticket});
      return;
    }
    if (found.call) found = {{}, "another_call"};
  }
  if (found.call) return send(found.call, e);
  if (e.ticket != 0) effects->emplace_back(effect::Refused{e.ticket, found.refusal});
}
void Dialer::State::take(const event::LegHeld& e) { line.emplace_back(ToLeg{e.agent, e}); }
void Dialer::State::take(const event::LegResumed& e) { line.emplace_back(ToLeg{e.agent, e}); }

void Dialer::State::take(const event::WrapUpExtended& e) {
  const AgentRecord* who = agent(e.agent);
  const auto* wrapping = who == nullptr ? nullptr : std::get_if<agent::WrappingUp>(&who->state);
  if (wrapping != nullptr) return send(wrapping->call, e);
  if (e.ticket != 0) effects->emplace_back(effect::Refused{e.ticket, "not_wrapping_up"});
}

void Dialer::State::take(const event::WrappedUp& e) {
  AgentRecord* who = agent(e.agent);
  const auto* wrapping = who == nullptr ? nullptr : std::get_if<agent::WrappingUp>(&who->state);
  if (wrapping != nullptr && wrapping->call == e.attempt) return send(wrapping->call, e);
  // The timer was faster, or the answer was lost and the page sends it again: kept as a correction, or
  // already known.
  if (who != nullptr && e.attempt && e.attempt == who->last_wrapped) return correct(*who, e);
  if (e.ticket != 0) effects->emplace_back(effect::Refused{e.ticket, "not_wrapping_up"});
}

void Dialer::State::correct(AgentRecord& who, const event::WrappedUp& e) {
  const auto& codes = who.last_rules->codes;
  const auto rule =
      std::find_if(codes.begin(), codes.end(), [&](const CodeRule& one) { return one.code == e.code; });
  const auto refuse = [&](std::string_view reason) {
    if (e.ticket != 0) effects->emplace_back(effect::Refused{e.ticket, reason});
  };
  // Finished without a code, and said again because the answer was lost.
  if (!e.code && !who.last_rules->wrap_up_required && e.ticket != 0)
    return static_cast<void>(effects->emplace_back(effect::Accepted{e.ticket}));
  if (rule == codes.end()) return refuse("unknown_code");
  // The contact has been settled by the timer's code; only what keeps it from being called is still done.
  if (rule->effect == CodeRule::Effect::callback && e.code != who.last_code)
    return refuse("too_late_for_callback");
  if (e.code != who.last_code) {
    who.last_code = e.code;
    effects->emplace_back(effect::SaveWrapUp{e.attempt, e.agent, e.code, false, true, now.wall});
    if (rule->effect == CodeRule::Effect::do_not_call) {
      opt_out(book, who.last_contact, e.attempt, "code", now.wall, *effects);
    }
    const bool ends = rule->effect == CodeRule::Effect::close || rule->effect == CodeRule::Effect::success;
    // One who is being called again already can't be taken back.
    if (ends && book.lease_owed(who.last_contact, e.attempt, *effects))
      book.close(who.last_contact, Reason::closed, *effects);
  }
  if (e.ticket != 0) effects->emplace_back(effect::Accepted{e.ticket});
}

void Dialer::State::take(const event::WrapUpOwed& e) {
  AgentRecord* who = agent(e.agent);
  const CampaignRecord* in = campaign(e.campaign);
  const auto contact = book.find(e.contact);
  if (who == nullptr || in == nullptr || !contact || !std::holds_alternative<agent::Away>(who->state)) return;
  if (!book.lease_owed(*contact, e.attempt, *effects)) return;
  CallRecord record;
  record.attempt.id = e.attempt;
  record.attempt.campaign = e.campaign;
  record.attempt.contact = e.contact;
  record.attempt.entry_point = in->rules->entry_point;
  record.attempt.number = e.number;
  record.contact = *contact;
  record.rules = in->rules;
  record.callback_at = e.callback_at;
  record.callback_agent = e.callback_agent;
  // Until the agent signs in; one who never does gets the timer's code.
  record.state = call::WrappingUp{e.agent, now.mono + kOwedMax};
  remember(call::deadline_of(record.state), e.attempt.value, false);
  calls.emplace(e.attempt, record);
  ++campaigns[e.campaign].live_calls;
  send(e.agent, agent::WrapUpRestored{e.attempt});
}

// ---- the agent's voice path
void Dialer::State::take(const event::LegUp& e) { line.emplace_back(ToLeg{e.agent, e}); }
void Dialer::State::take(const event::LegDown& e) { line.emplace_back(ToLeg{e.agent, e}); }

// ---- store and network
void Dialer::State::take(const event::AttemptDurable& e) {
  store_lagging = false;
  const auto call = calls.find(e.attempt);
  if (call == calls.end() || !std::holds_alternative<call::Leased>(call->second.state)) {
    ++late_events;  // withdrawn meanwhile
    return;
  }
  const std::string_view refusal = refusal_of(call->second);
  if (!refusal.empty()) return send(e.attempt, call::Withdrawn{refusal});
  send(e.attempt, call::Admitted{trunks.book_send(call->second.attempt.trunk, now.mono)});
}
void Dialer::State::take(const event::StoreFailed&) { store_failed = true; }

void Dialer::State::take(const event::Rejected& e) {
  const auto call = calls.find(e.attempt);
  call::Refusal refusal{e.facts, false};
  if (call != calls.end()) {
    const CampaignRecord& in = campaigns.at(call->second.attempt.campaign);
    refusal.can_follow = !store_failed && !store_lagging &&
                         std::holds_alternative<campaign::Running>(in.state) &&
                         trunks.slot(trunks_of(in), now.mono, call->second.attempt.trunk).has_value();
  }
  send(e.attempt, refusal);
}
void Dialer::State::take(const event::Answered& e) {
  const auto call = calls.find(e.attempt);
  if (call != calls.end() && call::holds_channel(call->second.state)) return send(e.attempt, e);
  // So late that nothing is known of the call any more: it must not stay up.
  ++late_events;
  effects->emplace_back(effect::EndCall{e.attempt});
}
void Dialer::State::take(const event::TrunkUp& e) { trunks.set_up(e.trunk, true, now.mono); }
void Dialer::State::take(const event::TrunkDown& e) { trunks.set_up(e.trunk, false, now.mono); }
void Dialer::State::take(const event::TimePassed&) {}

}  // namespace ziptone::dialer
