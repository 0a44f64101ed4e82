// The line between the machines: each message is delivered to its machine, whose answers join the line.
#include "base/check.hpp"
#include "dialer/outcome/retry.hpp"
#include "dialer/state.hpp"

namespace ziptone::dialer {
namespace {

// More messages than this in one step is a loop between machines.
constexpr std::size_t kLineMax = 100'000;

// Whoever looks at the agent sees the state's name, and of Away why.
bool same_to_people(const agent::State& a, const agent::State& b) {
  if (a.index() != b.index()) return false;
  const auto* one = std::get_if<agent::Away>(&a);
  return one == nullptr || one->why == std::get<agent::Away>(b).why;
}

}  // namespace

void Dialer::State::drain() {
  for (std::size_t delivered = 0; !line.empty(); ++delivered) {
    VERIFY(delivered < kLineMax);
    const Message message = std::move(line.front());
    line.pop_front();
    std::visit([this](const auto& m) { deliver(m); }, message);
  }
}

// ---- to a call
void Dialer::State::deliver(const ToCall& m) {
  const auto at = calls.find(m.id);
  if (at == calls.end()) {
    VERIFY(m.id.value < next_attempt);
    ++late_events;
    return;
  }
  CallRecord& call = at->second;
  call::Event event = m.event;
  if (call::admits_substitute(call.state)) {
    if (auto* lost = std::get_if<call::AgentLost>(&event)) lost->substitute = substitute_for(call);
    if (auto* leaving = std::get_if<call::AgentLeaving>(&event)) leaving->substitute = substitute_for(call);
  }
  std::vector<call::Inward> inward;
  call::In in{now, *call.rules, call.attempt, *effects, inward};
  const call::State before = call.state;
  const std::size_t first = effects->size();
  Cell what = Cell::bug;
  call.state = dispatch(before, event, in, what);
  if (what == Cell::late) {
    ++late_events;
    return;
  }
  if (what == Cell::bug) {
    BUG("a call got an event that its table does not have");
    call.state = call::fail(before, in);
  }
  Outcome outcome = Outcome::none;
  for (std::size_t i = first; i < effects->size(); ++i) {
    if (const auto* saved = std::get_if<effect::SaveOutcome>(&(*effects)[i])) outcome = saved->outcome;
    if (const auto* saved = std::get_if<effect::SaveWrapUp>(&(*effects)[i])) {
      AgentRecord& who = agents.at(saved->agent);
      who.last_wrapped = m.id;
      who.last_contact = call.contact;
      who.last_rules = call.rules;
      who.last_code = saved->code;
    }
  }
  row("call", m.id.value, name_of(before), name_of(event), name_of(call.state), &call,
      call::agent_of(call.state));
  auto& appended = std::get<effect::AppendRow>(effects->back());
  appended.outcome = outcome;
  if (const auto* verdict = std::get_if<event::VerdictReached>(&event)) appended.verdict = verdict->verdict;
  if (call::holds_channel(before) && !call::holds_channel(call.state)) {
    if (std::holds_alternative<call::Leased>(before)) {
      trunks.give_back(call.attempt.trunk);
    } else {
      trunks.release(call.attempt.trunk);
    }
  }
  if (call::deadline_of(call.state) != call::deadline_of(before)) {
    remember(call::deadline_of(call.state), m.id.value, false);
  }
  if (std::holds_alternative<call::Unattended>(call.state)) {
    unattended.insert(m.id);
  } else {
    unattended.erase(m.id);
  }
  touched_calls.push_back(m.id);
  if (std::holds_alternative<call::Ended>(call.state)) ended.push_back(m.id);
  for (const call::Inward& message : inward) line.emplace_back(CallSays{m.id, message});
}

void Dialer::State::deliver(const CallSays& m) {
  CallRecord& call = calls.at(m.id);
  std::visit([&](const auto& message) { obey(call, message); }, m.message);
}

void Dialer::State::obey(CallRecord& call, const call::ReserveAgent& m) {
  send(m.agent, agent::BecameReserved{call.attempt.id});
}
void Dialer::State::obey(CallRecord&, const call::FreeAgent& m) { send(m.agent, agent::Freed{}); }
void Dialer::State::obey(CallRecord&, const call::DoubtLeg& m) {
  line.emplace_back(ToLeg{m.agent, leg::Dropped{}});
  send(m.agent, agent::Freed{});
  send(m.agent, agent::LegWentDown{});
}
void Dialer::State::obey(CallRecord&, const call::EngageAgent& m) { send(m.agent, agent::Connected{}); }
void Dialer::State::obey(CallRecord&, const call::EndTalk& m) { send(m.agent, agent::TalkEnded{}); }
void Dialer::State::obey(CallRecord&, const call::EndWrapUp& m) { send(m.agent, agent::WrapUpEnded{}); }

void Dialer::State::obey(CallRecord& call, const call::ReleaseAgent& m) {
  agents.at(m.agent).last_accepted = call.attempt.id;
  send(m.agent, agent::Released{});
}

void Dialer::State::obey(CallRecord& call, const call::Place&) {
  trunks.sent(call.attempt.trunk, now.mono);
  // A failover is counted with the attempt that it follows; the minimum gap runs from the last INVITE of all.
  if (call.attempt.follows) {
    book.note_call(call.contact, call.attempt.number_index, now.wall);
  } else {
    book.count_attempt(call.contact, call.attempt.number_index, now.wall);
  }
}

void Dialer::State::settle(CallRecord& call, Outcome outcome) {
  const bool ours = is_trunk_trouble(outcome);  // it says nothing of the contact
  if (ours) book.forgive_attempt(call.contact, call.attempt.number_index);
  // What the contact was told before a late verdict was agreed with stands, as it does above a code.
  if (call.opted_out) {
    book.close(call.contact, Reason::do_not_call, *effects);
  } else if (call.callback_at != WallTime{}) {
    book.call_back(call.contact, call.callback_at, call.callback_agent, *effects);
  } else if (ours) {
    const Duration delay = call.rules->retry[static_cast<std::size_t>(outcome)].delay;
    book.postpone(call.contact, now.wall + delay, *effects);
  } else {
    settle_by_outcome(book, call.contact, *call.rules, outcome, now.wall, *effects);
  }
  const CodeId code = call.rules->system_codes[static_cast<std::size_t>(outcome)];
  if (code) effects->emplace_back(effect::SaveWrapUp{call.attempt.id, {}, code, false, false, now.wall});
}

void Dialer::State::obey(CallRecord& call, const call::Conclude& m) {
  // A trunk whose calls have no sound is in trouble, though the contact was called.
  const bool mute = call.attempt.facts.local == SipFacts::Local::media;
  trunks.report(call.attempt.trunk, mute ? Outcome::trunk_failed : m.outcome, call.attempt.facts.code,
                call.attempt.facts.retry_after, now.mono);
  settle(call, m.outcome);
}

void Dialer::State::obey(CallRecord& call, const call::ConcludeByCode& m) {
  trunks.report(call.attempt.trunk, Outcome::person, 200, Duration{0}, now.mono);
  event::WrappedUp wrapped_up = m.wrapped_up;
  wrapped_up.attempt = call.attempt.id;
  keep_promises(call, wrapped_up);
}

void Dialer::State::obey(CallRecord& call, const call::GiveBack&) {
  if (call.attempt.follows) {
    // The attempt that it follows was made: the contact is judged by that one's trouble.
    settle(call, Outcome::trunk_failed);
  } else {
    book.give_back(call.contact, *effects);
  }
}

void Dialer::State::obey(CallRecord& call, const call::Follow& m) {
  trunks.report(call.attempt.trunk, m.outcome, call.attempt.facts.code, call.attempt.facts.retry_after,
                now.mono);
  const CampaignRecord& in = campaigns.at(call.attempt.campaign);
  const auto trunk = trunks.slot(trunks_of(in), now.mono, call.attempt.trunk);
  VERIFY(trunk.has_value());  // judged in this very step
  CallRecord follower = call;
  follower.attempt.id = AttemptId{next_attempt++};
  follower.attempt.follows = call.attempt.id;
  follower.attempt.trunk = *trunk;
  follower.attempt.facts = {};
  follower.attempt.placed = {};
  send(m.agent, agent::Rebooked{follower.attempt.id});
  open_call(std::move(follower), m.agent);
}

void Dialer::State::obey(CallRecord& call, const call::OptOut& m) {
  opt_out(book, call.contact, call.attempt.id, m.source, now.wall, *effects);
}

void Dialer::State::forget_ended() {
  for (const AttemptId id : ended) {
    const auto at = calls.find(id);
    if (at == calls.end()) continue;
    const CampaignId campaign_id = at->second.attempt.campaign;
    calls.erase(at);
    if (--campaigns.at(campaign_id).live_calls == 0) {
      line.emplace_back(ToCampaign{campaign_id, campaign::LastCallEnded{}});
    }
  }
  ended.clear();
  drain();
}

// ---- to an agent and a leg
void Dialer::State::deliver(const ToAgent& m) {
  AgentRecord* who = agent(m.id);
  VERIFY(who != nullptr);
  if (const auto* open = std::get_if<agent::Available>(&who->state)) available.erase({open->since, m.id});
  std::vector<agent::Inward> inward;
  agent::In in{now, who->config.leg_mode, has_path(*who), *effects, inward};
  const agent::State before = who->state;
  Cell what = Cell::bug;
  who->state = dispatch(before, m.event, in, what);
  if (const auto* open = std::get_if<agent::Available>(&who->state)) available.insert({open->since, m.id});
  if (what == Cell::late) ++late_events;
  if (what == Cell::bug) BUG("an agent got an event that its table does not have");
  if (what != Cell::handled) return;
  if (!same_to_people(before, who->state)) who->since = now.mono;
  if (const auto* away = std::get_if<agent::Away>(&who->state); away && away->why == agent::Why::signed_out)
    who->joined.clear();
  const AttemptId about = agent::call_of(who->state) ? agent::call_of(who->state) : agent::call_of(before);
  const auto call = calls.find(about);
  row("agent", m.id.value, name_of(before), name_of(m.event), name_of(who->state),
      call == calls.end() ? nullptr : &call->second, m.id);
  touched_agents.push_back(m.id);
  for (const agent::Inward& message : inward) {
    if (std::holds_alternative<agent::CallLeg>(message)) line.emplace_back(ToLeg{m.id, leg::Called{}});
    if (std::holds_alternative<agent::DropLeg>(message)) line.emplace_back(ToLeg{m.id, leg::Dropped{}});
    if (const auto* lost = std::get_if<agent::Lost>(&message)) send(lost->call, call::AgentLost{});
    if (const auto* leaving = std::get_if<agent::Leaving>(&message))
      send(leaving->call, call::AgentLeaving{});
    if (const auto* back = std::get_if<agent::Returned>(&message)) send(back->call, call::AgentReturned{});
    if (const auto* lost = std::get_if<agent::TellLegLost>(&message)) send(lost->call, call::LegLost{});
    if (const auto* back = std::get_if<agent::TellLegRecovered>(&message))
      send(back->call, call::LegRecovered{});
  }
}

void Dialer::State::deliver(const ToLeg& m) {
  AgentRecord* who = agent(m.id);
  if (who == nullptr) return;
  std::vector<leg::Inward> inward;
  leg::In in{now,      m.id,  who->config.leg_mode, std::holds_alternative<agent::Engaged>(who->state),
             *effects, inward};
  const leg::State before = who->leg;
  Cell what = Cell::bug;
  who->leg = dispatch(before, m.event, in, what);
  if (what == Cell::late) ++late_events;
  if (what == Cell::bug) BUG("a leg got an event that its table does not have");
  if (what != Cell::handled) return;
  if (who->leg.index() != before.index()) who->leg_since = now.mono;
  if (leg::deadline_of(who->leg) != leg::deadline_of(before))
    remember(leg::deadline_of(who->leg), m.id.value, true);
  row("leg", m.id.value, name_of(before), name_of(m.event), name_of(who->leg), nullptr, m.id);
  for (const leg::Inward message : inward) {
    if (message == leg::Inward::came_up) send(m.id, agent::LegCameUp{});
    if (message == leg::Inward::went_down) send(m.id, agent::LegWentDown{});
    if (message == leg::Inward::unanswered) send(m.id, agent::LegUnanswered{});
    // Whoever answers would hear music instead of the agent: before the talk it is as if the phone were lost.
    if (message == leg::Inward::held && std::holds_alternative<agent::Reserved>(who->state)) {
      send(m.id, agent::LegWentDown{});
    } else if (message == leg::Inward::held) {
      take(event::HoldPressed{m.id, 0});
    }
    if (message == leg::Inward::resumed) {
      take(event::ResumePressed{m.id, 0});
      if (!agent::call_of(who->state)) send(m.id, agent::LegCameUp{});  // a path again, for who waits for one
    }
  }
}

// ---- to a campaign
void Dialer::State::deliver(const ToCampaign& m) {
  CampaignRecord* in = campaign(m.id);
  if (in == nullptr) {
    std::visit(
        [this](const auto& e) {
          if constexpr (requires { e.ticket; }) {
            if (e.ticket != 0) effects->emplace_back(effect::Refused{e.ticket, "unknown_campaign"});
          }
        },
        m.event);
    return;
  }
  campaign::In context{in->live_calls, *effects};
  const campaign::State before = in->state;
  Cell what = Cell::bug;
  in->state = dispatch(before, m.event, context, what);
  VERIFY(what == Cell::handled);
  if (before.index() == in->state.index()) return;
  effects->emplace_back(effect::SaveCampaign{m.id, name_of(in->state)});
  row("campaign", m.id.value, name_of(before), name_of(m.event), name_of(in->state), nullptr, {});
  std::get<effect::AppendRow>(effects->back()).campaign = m.id;
}

}  // namespace ziptone::dialer
