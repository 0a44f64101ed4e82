// Who is next: an available agent, a contact and a trunk slot, taken together.
#include <algorithm>

#include "base/check.hpp"
#include "dialer/state.hpp"

namespace ziptone::dialer {
namespace {

constexpr std::uint64_t kServedUnit = 1 << 20;  // a lease of a campaign with weight 1

}  // namespace

const std::vector<TrunkId>& Dialer::State::trunks_of(const CampaignRecord& in) const {
  static const std::vector<TrunkId> kNone;
  const auto at = entry_points.find(in.rules->entry_point);
  return at == entry_points.end() ? kNone : at->second.trunks;
}

// When the campaign may dial for an agent who has been available since then.
Instant Dialer::State::dialed_from(Instant available_since, const CampaignRecord& in) {
  return available_since + in.rules->pause;
}

// The campaign's queue takes its agents from a team of theirs.
bool Dialer::State::selects(const CampaignRecord& in, const AgentRecord& who) const {
  const auto queue = queues.find(in.rules->queue);
  if (queue == queues.end()) return false;
  const auto& teams = queue->second.teams;
  return std::any_of(who.config.teams.begin(), who.config.teams.end(),
                     [&](TeamId team) { return std::find(teams.begin(), teams.end(), team) != teams.end(); });
}

bool Dialer::State::serves(const AgentRecord& who, const CampaignRecord& in) const {
  return selects(in, who) && (!in.rules->join_by_hand || who.joined.contains(in.rules->id));
}

// The longest available colleague with a voice path; 0 = nobody.
AgentId Dialer::State::substitute_for(const CallRecord& call) const {
  const CampaignRecord& in = campaigns.at(call.attempt.campaign);
  for (const auto& [since, id] : available) {
    const AgentRecord& who = agents.at(id);
    if (has_path(who) && serves(who, in)) return id;
  }
  return {};
}

void Dialer::State::offer_unattended() {
  const std::set<AttemptId> waiting = unattended;
  for (const AttemptId id : waiting) {
    const AgentId agent = substitute_for(calls.at(id));
    if (!agent) continue;
    send(id, call::AgentOffered{agent});
    drain();
  }
}

void Dialer::State::match() {
  match_again = base::kNever;
  offer_unattended();
  if (store_failed || store_lagging || available.empty()) return;
  std::vector<CampaignRecord*> dialable;
  for (auto& [id, in] : campaigns) {
    if (!std::holds_alternative<campaign::Running>(in.state) || !book.has_any(id)) continue;
    if (trunks.slot(trunks_of(in), now.mono)) {
      dialable.push_back(&in);
    } else {
      match_again = std::min(match_again, trunks.next_change(trunks_of(in), now.mono));
    }
  }
  if (dialable.empty()) return;
  const std::vector<std::pair<Instant, AgentId>> order(available.begin(), available.end());
  for (const auto& [since, id] : order) {
    if (!lease_for(agents.at(id), since, dialable)) continue;
    drain();
    std::erase_if(dialable, [&](const CampaignRecord* in) {
      if (trunks.slot(trunks_of(*in), now.mono) && book.has_any(in->rules->id)) return false;
      match_again = std::min(match_again, trunks.next_change(trunks_of(*in), now.mono));
      return true;
    });
    if (dialable.empty()) return;
  }
}

std::size_t Dialer::State::legs_being_called(const CampaignRecord& in) const {
  return static_cast<std::size_t>(std::count_if(available.begin(), available.end(), [&](const auto& one) {
    const AgentRecord& who = agents.at(one.second);
    return std::holds_alternative<leg::Calling>(who.leg) && serves(who, in);
  }));
}

// Leases a contact for the agent from the least served of the campaigns, if there is one.
bool Dialer::State::lease_for(AgentRecord& who, Instant since, const std::vector<CampaignRecord*>& dialable) {
  std::vector<CampaignRecord*> mine;
  for (CampaignRecord* in : dialable) {
    if (!serves(who, *in) || !book.has_ready(in->rules->id, who.config.id)) continue;
    if (const Instant from = dialed_from(since, *in); from > now.mono) {
      match_again = std::min(match_again, from);
    } else {
      mine.push_back(in);
    }
  }
  std::stable_sort(mine.begin(), mine.end(),
                   [](const CampaignRecord* a, const CampaignRecord* b) { return a->served < b->served; });
  for (CampaignRecord* in : mine) {
    if (!has_path(who)) {
      // On demand the phone is called before the contact is: as many phones as there are contacts.
      const bool wanted = legs_being_called(*in) < book.standing(in->rules->id, who.config.id);
      if (wanted && std::holds_alternative<leg::Down>(who.leg)) {
        line.emplace_back(ToLeg{who.config.id, leg::Called{}});
      }
      return true;
    }
    const auto trunk = trunks.slot(trunks_of(*in), now.mono);
    if (!trunk) continue;
    const AttemptId attempt{next_attempt};
    const auto picked = book.pick(in->rules->id, who.config.id, attempt, now.wall, *effects);
    if (!picked) {
      // The look was bounded: the rest of a list that is all barred is looked at in the next step, at once.
      if (book.has_ready(in->rules->id, who.config.id)) match_again = now.mono;
      continue;
    }
    ++next_attempt;
    lease(*in, who, *trunk, *picked, attempt);
    return true;
  }
  return false;
}

void Dialer::State::lease(CampaignRecord& in, AgentRecord& who, TrunkId trunk, const Picked& picked,
                          AttemptId attempt) {
  // A campaign whose window was closed or whose list was empty does not catch up: it starts level with the
  // others.
  std::uint64_t& floor = floors[in.rules->queue];
  in.served = std::max(in.served, floor);
  floor = in.served;
  in.served += kServedUnit / std::max(in.rules->weight, 1U);
  const NumberRecord& number = book.number(picked.contact, picked.number);
  CallRecord record;
  record.contact = picked.contact;
  record.rules = in.rules;
  record.attempt.id = attempt;
  record.attempt.campaign = in.rules->id;
  record.attempt.contact = book.record(picked.contact).id;
  record.attempt.trunk = trunk;
  record.attempt.entry_point = in.rules->entry_point;
  record.attempt.number = number.number;
  record.attempt.number_index = picked.number;
  record.attempt.country = number.country;
  send(who.config.id, agent::BecameReserved{attempt});
  open_call(std::move(record), who.config.id);
}

// The intent goes to the disk; nothing is sent before it is there.
void Dialer::State::open_call(CallRecord record, AgentId who) {
  const Attempt& attempt = record.attempt;
  trunks.take(attempt.trunk);
  record.state = call::Leased{who, now.mono + base::seconds{1}};
  remember(call::deadline_of(record.state), attempt.id.value, false);
  effects->emplace_back(effect::CommitAttempt{attempt.id, attempt.campaign, attempt.contact, who,
                                              attempt.trunk, attempt.entry_point, attempt.number,
                                              attempt.number_index, attempt.follows, now.wall});
  ++campaigns.at(attempt.campaign).live_calls;
  const auto [at, added] = calls.emplace(attempt.id, record);
  VERIFY(added);
  row("call", at->first.value, "", "Leased", "Leased", &at->second, who);
  touched_calls.push_back(at->first);
}

// Everything judged again at the instant before the INVITE: the world may have changed while the disk was
// written.
std::string_view Dialer::State::refusal_of(const CallRecord& call) const {
  const auto* leased = std::get_if<call::Leased>(&call.state);
  if (leased != nullptr && now.mono >= leased->stale_by) return "stale";
  if (store_failed) return "store_failed";
  const CampaignRecord& in = campaigns.at(call.attempt.campaign);
  if (!std::holds_alternative<campaign::Running>(in.state)) return "campaign_not_running";
  const AgentRecord& who = agents.at(call::agent_of(call.state));
  const auto& reserved = std::get<agent::Reserved>(who.state);
  if (reserved.next.away) return "agent_idle";
  if (!has_path(who)) return "agent_leg_down";
  const auto gate = trunks.gate(call.attempt.trunk, now.mono).gate;
  if (gate == TrunkGate::down || gate == TrunkGate::breaker) return "trunk_down";
  // A failover is made right after the attempt that it follows, which was counted for both.
  const bool history = !call.attempt.follows;
  if (book.record(call.contact).withdrawn) return "withdrawn";
  const Judgement judgement = book.judge_number(call.contact, call.attempt.number_index, now.wall, history);
  if (judgement.reason != Reason::none) return name(judgement.reason);
  return {};
}

}  // namespace ziptone::dialer
