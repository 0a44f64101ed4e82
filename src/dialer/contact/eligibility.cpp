// May this contact be called, on which number, now? If not: why, and until when?
#include <algorithm>

#include "base/check.hpp"
#include "dialer/contact/book.hpp"

namespace ziptone::dialer {
namespace {

constexpr Duration kDay = base::hours{24};

}  // namespace

bool ContactBook::zones_known(ZoneSetId zones) const {
  const auto rules = zones_.find(zones);
  return rules != zones_.end() && !rules->second.empty() &&
         std::none_of(rules->second.begin(), rules->second.end(),
                      [](const auto& zone) { return zone.empty(); });
}

Opening ContactBook::zones_open(const CampaignBook& in, ZoneSetId zones, WallTime now) const {
  Judged& judged = in.openings[zones];
  const bool fresh = judged.at != WallTime{} && judged.at <= now && now < judged.opening.until;
  if (!fresh) {
    const auto rules = zones_.find(zones);
    judged = {rules == zones_.end() ? Opening{} : opening(in.windows, rules->second, now), now};
  }
  return judged.opening;
}

Judgement ContactBook::judge_number(ContactIndex contact, std::uint8_t index, WallTime now,
                                    bool history) const {
  const ContactRecord& record = contacts_[contact];
  const CampaignBook& in = campaigns_[record.campaign];
  const NumberRecord& n = number(contact, index);
  if (n.barred) return {Reason::destination};
  if (do_not_call_.contains(n.number)) return {Reason::do_not_call};
  if (!zones_known(n.zones)) return {Reason::unknown_zone};
  // A callback is the person's own wish: it stands beyond the list's lifetime caps, within every other rule.
  const bool spent = record.attempts >= in.caps.per_contact || n.attempts >= in.caps.per_number;
  if (history && spent && !record.callback) return {Reason::exhausted};
  const Opening window = zones_open(in, n.zones, now);
  if (!window.open) return {Reason::window, index, window.until};
  return history ? judge_history(in, n, index, now) : Judgement{Reason::none, index, window.until};
}

// Since the start the clock that never steps counts. What was found on the disk was dated by a wall clock,
// and a step back since then says that it may have been ahead: of the two ends the later one counts.
WallTime ContactBook::wall_after(WallTime attempt, Duration length) const {
  return attempt + length + (attempt < born_ ? std::max(skew_, Duration{0}) : skew_);
}

Judgement ContactBook::judge_history(const CampaignBook& in, const NumberRecord& n, std::uint8_t index,
                                     WallTime now) const {
  if (const auto recent = last_day_.find(n.number); recent != last_day_.end()) {
    std::vector<WallTime> ends;  // of the days that begin with these attempts
    for (const WallTime attempt : recent->second) ends.push_back(wall_after(attempt, kDay));
    std::sort(ends.begin(), ends.end());
    const auto first = std::upper_bound(ends.begin(), ends.end(), now);
    const auto count = static_cast<std::size_t>(ends.end() - first);
    const std::size_t cap = std::max<std::size_t>(in.caps.per_number_day, 1);
    // The day opens when so many have left it that one more fits.
    if (count >= cap) return {Reason::attempts, index, *(ends.end() - static_cast<std::ptrdiff_t>(cap))};
  }
  const WallTime gap_ends = wall_after(n.last_at, in.caps.min_gap);
  if (n.last_at != WallTime{} && gap_ends > now) return {Reason::gap, index, gap_ends};
  return {Reason::none, index};
}

Judgement ContactBook::judge(ContactIndex contact, WallTime now) const {
  const ContactRecord& record = contacts_[contact];
  Judgement best{Reason::none, 0, base::kNeverWall};
  // Those before the current one were left by a rule that said "next number"; they come again in the next
  // round.
  for (std::uint8_t index = record.current; index < record.numbers; ++index) {
    const Judgement one = judge_number(contact, index, now);
    if (one.reason == Reason::none) return one;
    // What opens first; of what never opens, the attempts that were made say more than a number that is
    // barred.
    const bool sooner = one.until < best.until;
    const bool tells_more = one.until == best.until && one.reason == Reason::exhausted;
    if (best.reason == Reason::none || sooner || tells_more) best = one;
  }
  // A window that never opens in its horizon is looked at again tomorrow: a campaign's days may be edited.
  if (best.reason == Reason::window && best.until == base::kNeverWall) best.until = now + kDay;
  return best;
}

std::optional<std::uint8_t> ContactBook::number_from(ContactIndex contact, std::uint8_t index,
                                                     WallTime now) const {
  for (; index < contacts_[contact].numbers; ++index) {
    const Judgement one = judge_number(contact, index, now);
    const bool opens = one.reason == Reason::none || one.reason == Reason::window;
    if (opens || one.until != base::kNeverWall) return index;
  }
  return std::nullopt;
}

void ContactBook::count_attempt(ContactIndex contact, std::uint8_t index, WallTime wall) {
  const WallTime now = wall - skew_;
  ContactRecord& record = contacts_[contact];
  NumberRecord& n = numbers_[number_lists_[record.first_number + index]];
  if (record.attempts < UINT8_MAX) ++record.attempts;
  if (n.attempts < UINT8_MAX) ++n.attempts;
  n.last_at = std::max(n.last_at, now);
  auto& times = last_day_[n.number];
  while (!times.empty() && wall_after(times.front(), kDay) <= wall) times.pop_front();
  times.push_back(now);
}

void ContactBook::note_call(ContactIndex contact, std::uint8_t index, WallTime wall) {
  NumberRecord& n = numbers_[number_lists_[contacts_[contact].first_number + index]];
  n.last_at = std::max(n.last_at, wall - skew_);
}

void ContactBook::forgive_attempt(ContactIndex contact, std::uint8_t index) {
  ContactRecord& record = contacts_[contact];
  NumberRecord& n = numbers_[number_lists_[record.first_number + index]];
  if (record.attempts > 0) --record.attempts;
  if (n.attempts > 0) --n.attempts;
}

// ---- the end of a lease
void ContactBook::end_lease(ContactIndex contact) {
  VERIFY(contacts_[contact].leased);
  --book_of(contact).leased;
}

void ContactBook::give_back(ContactIndex contact, std::vector<Effect>& effects) {
  CampaignBook& in = book_of(contact);
  ContactRecord& record = contacts_[contact];
  end_lease(contact);
  if (record.callback) {
    // A callback that was not placed is due again at once.
    advance(contact, contact::CallbackAsked{record.next_at, agents_[record.agent]}, Reason::callback_at,
            &effects);
  } else {
    advance(contact, contact::Passed{}, Reason::none, &effects);
  }
  stand(in, contact, true);
  catch_up(contact);
}

void ContactBook::wait(ContactIndex contact, WallTime at, std::vector<Effect>& effects) {
  ContactRecord& record = contacts_[contact];
  end_lease(contact);
  record.callback = false;
  record.agent = 0;
  record.next_at = at;
  advance(contact, contact::Scheduled{at}, Reason::retry_at, &effects);
  set_waiting(contact, Reason::retry_at, at);
  catch_up(contact);
}

void ContactBook::postpone(ContactIndex contact, WallTime at, std::vector<Effect>& effects) {
  const ContactRecord& record = contacts_[contact];
  if (record.callback) return call_back(contact, at, agents_[record.agent], effects);
  wait(contact, at, effects);
}

void ContactBook::call_back(ContactIndex contact, WallTime at, AgentId agent, std::vector<Effect>& effects) {
  ContactRecord& record = contacts_[contact];
  end_lease(contact);
  record.callback = true;
  record.agent = agent_index(agent);
  record.next_at = at;
  advance(contact, contact::CallbackAsked{at, agent}, Reason::callback_at, &effects);
  set_waiting(contact, Reason::callback_at, at);
  catch_up(contact);
}

void ContactBook::close(ContactIndex contact, Reason reason, std::vector<Effect>& effects) {
  end_lease(contact);
  ContactRecord& record = contacts_[contact];
  record.callback = false;
  record.agent = 0;
  record.next_at = WallTime{};
  if (reason == Reason::closed) {
    advance(contact, contact::Closed{}, reason, &effects);
  } else if (reason == Reason::exhausted) {
    advance(contact, contact::RanOut{}, reason, &effects);
  } else {
    advance(contact, contact::Barred{name(reason)}, reason, &effects);
  }
  ++book_of(contact).by_reason[static_cast<std::size_t>(reason)];
  catch_up(contact);
}

// ---- views
event::ContactSeed ContactBook::seed(ContactIndex contact) const {
  const ContactRecord& record = contacts_[contact];
  event::ContactSeed seed;
  seed.id = record.id;
  seed.phase = record.leased ? event::ContactPhase::ready : record.phase;
  seed.next_at = record.next_at;
  seed.callback_agent = agents_[record.agent];
  seed.number = record.current;
  seed.attempts = record.attempts;
  seed.last_outcome = record.last_outcome;
  seed.streak = record.streak;
  for (std::uint8_t i = 0; i < record.numbers; ++i) {
    const NumberRecord& n = number(contact, i);
    seed.numbers.push_back({n.number, n.zones, n.country, n.barred});
  }
  return seed;
}

ContactBook::Counts ContactBook::counts(CampaignId campaign) const {
  const CampaignBook* in = book(campaign);
  VERIFY(in != nullptr);
  const auto none_known = [this](const std::vector<ZoneSetId>& sets) {
    return std::none_of(sets.begin(), sets.end(), [this](ZoneSetId set) { return zones_known(set); });
  };
  Counts counts;
  counts.total = in->total;
  counts.leased = in->leased;
  counts.by_reason = in->by_reason;
  for (const Shelf& shelf : in->shelves) {
    if (shelf.now.open) {
      counts.ready_open += shelf.ready;
    } else {
      counts.ready_closed += shelf.ready;
      if (shelf.now.until == base::kNeverWall && none_known(shelf.zones)) counts.ready_unknown += shelf.ready;
      if (shelf.ready > 0) counts.window_opens = std::min(counts.window_opens, shelf.now.until);
    }
  }
  for (const auto& [agent, line] : in->personal) counts.callbacks_due += line.size();
  for (std::size_t reason = 0; reason < kReasons; ++reason) {
    const Heap& heap = in->waiting[reason];
    counts.next_at[reason] = heap.empty() ? base::kNeverWall : heap.top().at;
  }
  return counts;
}

}  // namespace ziptone::dialer
