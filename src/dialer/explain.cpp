// "Why is it not dialing?": the gates in the order in which they are judged, from the buckets that the
// selection uses.
#include <algorithm>

#include "dialer/flow.hpp"
#include "dialer/state.hpp"

namespace ziptone::dialer {
namespace {

std::string_view name(TrunkGate gate) {
  constexpr std::string_view kNames[] = {"trunk", "trunk_down", "trunk_breaker", "trunk_channels",
                                         "trunk_pace"};
  return kNames[static_cast<std::size_t>(gate)];
}

std::optional<WallTime> wall_of(WallTime at) {
  if (at == base::kNeverWall) return std::nullopt;
  return at;
}

}  // namespace

Explanation Dialer::State::explain(const CampaignRecord& in, Now at) const {
  Explanation all;
  const auto gate = [&](std::string_view name, std::uint64_t count, bool open,
                        std::optional<WallTime> opens_at = {}) {
    all.gates.push_back({name, count, open, opens_at});
  };
  gate("campaign", 1, std::holds_alternative<campaign::Running>(in.state));
  gate("store", 1, !store_failed && !store_lagging);
  std::uint64_t free_agents = 0;
  Instant next_agent = base::kNever;  // of those who are left alone for a moment
  for (const auto& [since, id] : available) {
    if (!serves(agents.at(id), in)) continue;
    if (is_on_hold(agents.at(id))) continue;
    const Instant from = dialed_from(since, in);
    if (from <= at.mono) {
      ++free_agents;
    } else {
      next_agent = std::min(next_agent, from);
    }
  }
  gate("agents", free_agents, free_agents > 0,
       free_agents == 0 && next_agent != base::kNever ? std::optional{at.wall + (next_agent - at.mono)}
                                                      : std::nullopt);

  Trunks::Gate best{TrunkGate::down};
  for (const TrunkId id : trunks_of(in)) {
    const Trunks::Gate one = trunks.gate(id, at.mono);
    if (best.gate == TrunkGate::open) break;
    if (one.gate == TrunkGate::open || best.channels == 0 || one.until < best.until) best = one;
  }
  const bool trunk_opens = best.gate != TrunkGate::open && best.until != base::kNever;
  gate(name(best.gate), best.in_use, best.gate == TrunkGate::open,
       trunk_opens ? std::optional{at.wall + (best.until - at.mono)} : std::nullopt);

  // The contacts: each stands in exactly one of these.
  const ContactBook::Counts counts = book.counts(in.rules->id);
  const auto bucket = [&](Reason reason, bool comes_back) {
    const auto index = static_cast<std::size_t>(reason);
    gate(dialer::name(reason), counts.by_reason[index], counts.by_reason[index] == 0,
         comes_back ? wall_of(counts.next_at[index]) : std::nullopt);
  };
  constexpr auto kWindow = static_cast<std::size_t>(Reason::window);
  const std::uint64_t closed = counts.ready_closed - counts.ready_unknown + counts.by_reason[kWindow];
  gate("window", closed, closed == 0, wall_of(std::min(counts.window_opens, counts.next_at[kWindow])));
  bucket(Reason::do_not_call, false);
  bucket(Reason::destination, false);
  const std::uint64_t unknown =
      counts.by_reason[static_cast<std::size_t>(Reason::unknown_zone)] + counts.ready_unknown;
  gate(dialer::name(Reason::unknown_zone), unknown, unknown == 0);
  bucket(Reason::attempts, true);
  bucket(Reason::gap, true);
  bucket(Reason::retry_at, true);
  bucket(Reason::callback_at, true);
  gate("callback_agent", counts.callbacks_due,
       counts.callbacks_due == 0);  // of these, who wait for their own agent
  bucket(Reason::exhausted, false);
  bucket(Reason::closed, false);
  gate("leased", counts.leased, true);
  const bool any = std::any_of(available.begin(), available.end(), [&](const auto& one) {
    const AgentRecord& who = agents.at(one.second);
    return serves(who, in) && !is_on_hold(who) && dialed_from(one.first, in) <= at.mono &&
           book.has_ready(in.rules->id, one.second);
  });
  gate("ready", counts.ready_open, counts.ready_open > 0 || any);
  all.dialing = any && all.gates[0].open && all.gates[1].open && all.gates[2].open && all.gates[3].open;
  return all;
}

// ---- views
std::optional<Explanation> Dialer::explain(CampaignId campaign, Now now) const {
  const CampaignRecord* in = state_->campaign(campaign);
  if (in == nullptr) return std::nullopt;
  return state_->explain(*in, now);
}

std::optional<ContactGate> Dialer::judge(ContactId contact, Now now) const {
  const ContactBook& book = state_->book;
  const auto index = book.find(contact);
  if (!index) return std::nullopt;
  const auto said = [](Reason reason) { return reason == Reason::none ? "ready" : dialer::name(reason); };
  ContactGate result;
  const ContactRecord& record = book.record(*index);
  for (std::uint8_t i = 0; i < record.numbers; ++i) {
    const Judgement one = book.judge_number(*index, i, now.wall);
    result.numbers.push_back({book.number(*index, i).number, said(one.reason),
                              one.reason == Reason::none ? std::nullopt : wall_of(one.until)});
  }
  // Who has ended, or waits for an instant, stays so; who stands in a line is judged when picked.
  using event::ContactPhase;
  const bool ended = record.phase >= ContactPhase::done;
  const bool waits = ended || (record.phase != ContactPhase::ready && record.next_at > now.wall);
  const Judgement judged = waits ? Judgement{record.reason, 0, ended ? base::kNeverWall : record.next_at}
                                 : book.judge(*index, now.wall);
  result.gate = record.leased ? "leased" : said(judged.reason);
  if (!record.leased && judged.reason != Reason::none) result.opens_at = wall_of(judged.until);
  return result;
}

std::optional<std::string_view> Dialer::campaign_state(CampaignId campaign) const {
  const CampaignRecord* in = state_->campaign(campaign);
  if (in == nullptr) return std::nullopt;
  return name_of(in->state);
}

std::optional<CampaignCounts> Dialer::counts(CampaignId campaign) const {
  if (state_->campaign(campaign) == nullptr) return std::nullopt;
  const ContactBook::Counts counts = state_->book.counts(campaign);
  const auto of = [&](Reason reason) { return counts.by_reason[static_cast<std::size_t>(reason)]; };
  CampaignCounts result;
  result.total = counts.total;
  result.ready = counts.ready_open + counts.ready_closed;
  result.leased = counts.leased;
  result.callback_at = of(Reason::callback_at);
  result.done = of(Reason::closed);
  result.exhausted = of(Reason::exhausted);
  result.suppressed = of(Reason::do_not_call) + of(Reason::destination) + of(Reason::unknown_zone);
  result.retry_at = result.total - result.ready - result.leased - result.callback_at - result.done -
                    result.exhausted - result.suppressed;
  return result;
}

namespace {

template <class State>
void tell_next(const State& state, AgentView& view) {
  if constexpr (requires { state.next; }) {
    view.next = state.next.away ? agent::name(state.next.away->why) : "available";
    view.next_idle_code = state.next.away ? state.next.away->idle_code : 0;
  }
}

CallView view_of(const CallRecord& call) {
  const Attempt& attempt = call.attempt;
  CallView view;
  view.attempt = attempt.id;
  view.state = name_of(call.state);
  view.stage = stage_of(call.state);
  view.campaign = attempt.campaign;
  view.contact = attempt.contact;
  view.agent = call::agent_of(call.state);
  view.trunk = attempt.trunk;
  view.number = attempt.number;
  view.placed_at = attempt.placed.wall;
  view.answered_at = attempt.answered.wall;
  view.merged_at = attempt.merged.wall;
  if (const auto* held = std::get_if<call::Held>(&call.state))
    view.held_since = held->back_by - call.rules->hold_max;
  if (const auto* wrapping = std::get_if<call::WrappingUp>(&call.state)) {
    view.code_by = wrapping->code_by;
    if (wrapping->code_by != base::kNever)
      view.may_extend = call.rules->wrap_up_extension_max - wrapping->extended;
  }
  view.callback_at = call.callback_at;
  view.callback_agent = call.callback_agent;
  view.opted_out = call.opted_out;
  // Nothing is left to agree with once the talk is over.
  if (call::is_talking(call.state)) view.late_verdict = attempt.late_verdict;
  view.review = attempt.review;
  return view;
}

}  // namespace

// When the first of the running campaigns may dial for them; zero: none pauses, or none is there.
Instant Dialer::State::paused_until(const AgentRecord& who, Instant since) const {
  Instant first = base::kNever;
  for (const auto& [id, in] : campaigns) {
    if (std::holds_alternative<campaign::Running>(in.state) && serves(who, in))
      first = std::min(first, dialed_from(since, in));
  }
  return first == base::kNever || first == since ? Instant{} : first;
}

std::vector<AgentView> Dialer::agents() const {
  std::vector<AgentView> views;
  for (const auto& [id, who] : state_->agents) {
    const auto leg = State::is_on_hold(who) ? "Held" : name_of(who.leg);
    AgentView view{id, name_of(who.state), {}, leg, who.since, agent::call_of(who.state), {}};
    view.leg_since = who.leg_since;
    view.teams = who.config.teams;
    view.leg_mode = who.config.leg_mode;
    view.joined.assign(who.joined.begin(), who.joined.end());
    if (const auto* away = std::get_if<agent::Away>(&who.state)) {
      view.why = agent::name(away->why);
      view.idle_code = away->idle_code;
    }
    std::visit([&](const auto& state) { tell_next(state, view); }, who.state);
    if (const auto* free = std::get_if<agent::Available>(&who.state))
      view.dialed_from = state_->paused_until(who, free->since);
    if (const auto call = state_->calls.find(view.attempt); call != state_->calls.end()) {
      view.campaign = call->second.attempt.campaign;
    }
    views.push_back(view);
  }
  return views;
}

std::vector<CallView> Dialer::calls() const {
  std::vector<CallView> views;
  for (const auto& [id, call] : state_->calls) views.push_back(view_of(call));
  return views;
}

std::uint64_t Dialer::sequence() const { return state_->next_sequence - 1; }

std::optional<event::ContactSeed> Dialer::contact(ContactId id) const {
  const auto index = state_->book.find(id);
  if (!index) return std::nullopt;
  return state_->book.seed(*index);
}

}  // namespace ziptone::dialer
