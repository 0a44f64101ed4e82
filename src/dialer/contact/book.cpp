#include "dialer/contact/book.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace ziptone::dialer {
namespace {

constexpr std::size_t kPickBudget =
    2000;  // contacts looked at in one pick: bounds a step over a list that is all barred

contact::State state_of(const ContactRecord& record, AgentId agent) {
  if (record.leased) return contact::Leased{};
  switch (record.phase) {
    case event::ContactPhase::ready:
      return contact::Ready{};
    case event::ContactPhase::retry_at:
      return contact::RetryAt{record.next_at};
    case event::ContactPhase::callback_at:
      return contact::CallbackAt{record.next_at, agent};
    case event::ContactPhase::done:
      return contact::Done{};
    case event::ContactPhase::exhausted:
      return contact::Exhausted{};
    case event::ContactPhase::suppressed:
      return contact::Suppressed{name(record.reason)};
  }
  return contact::Ready{};
}

event::ContactPhase phase_of(const contact::State& state) {
  constexpr event::ContactPhase kPhases[] = {event::ContactPhase::ready,     event::ContactPhase::ready,
                                             event::ContactPhase::retry_at,  event::ContactPhase::callback_at,
                                             event::ContactPhase::done,      event::ContactPhase::exhausted,
                                             event::ContactPhase::suppressed};
  return kPhases[state.index()];
}

bool waits(event::ContactPhase phase) {
  return phase == event::ContactPhase::retry_at || phase == event::ContactPhase::callback_at;
}

}  // namespace

std::string_view name(Reason reason) {
  constexpr std::string_view kNames[kReasons] = {"none",         "window",      "attempts",    "gap",
                                                 "retry_at",     "callback_at", "do_not_call", "destination",
                                                 "unknown_zone", "exhausted",   "closed"};
  return kNames[static_cast<std::size_t>(reason)];
}

// ---- loading
void ContactBook::define_zones(const event::ZoneSetDefined& defined) {
  zones_[defined.id] = defined.zones;
  for (CampaignBook& in : campaigns_) {
    in.openings.clear();
    in.shelves_change = WallTime{};
  }
}

void ContactBook::define_campaign(const Campaign& campaign) {
  CampaignBook* in = book(campaign.id);
  if (in == nullptr) {
    in = &campaigns_.emplace_back();
    in->id = campaign.id;
  }
  in->windows = campaign.windows;
  in->caps = campaign.caps;
  in->openings.clear();
  in->shelves_change = WallTime{};
}

ContactBook::CampaignBook* ContactBook::book(CampaignId campaign) {
  for (CampaignBook& in : campaigns_) {
    if (in.id == campaign) return &in;
  }
  return nullptr;
}
const ContactBook::CampaignBook* ContactBook::book(CampaignId campaign) const {
  return const_cast<ContactBook*>(this)->book(campaign);
}

NumberIndex ContactBook::intern(const event::NumberSeed& seed) {
  const auto [at, added] = by_number_.try_emplace(seed.number, static_cast<NumberIndex>(numbers_.size()));
  if (added) numbers_.push_back({seed.number});
  NumberRecord& record = numbers_[at->second];
  record.zones = seed.zones;
  record.country = seed.country;
  record.barred = record.barred || seed.barred;
  return at->second;
}

std::uint16_t ContactBook::shelf_for(CampaignBook& in, const std::vector<event::NumberSeed>& numbers) {
  std::vector<ZoneSetId> zones;
  for (const auto& number : numbers) zones.push_back(number.zones);
  std::sort(zones.begin(), zones.end());
  zones.erase(std::unique(zones.begin(), zones.end()), zones.end());
  const auto [at, added] = in.shelf_of.try_emplace(zones, static_cast<std::uint16_t>(in.shelves.size()));
  if (added) {
    in.shelves.emplace_back().zones = zones;
    in.shelves_change = WallTime{};
  }
  return at->second;
}

std::uint16_t ContactBook::agent_index(AgentId agent) {
  const auto at = std::find(agents_.begin(), agents_.end(), agent);
  if (at == agents_.end()) agents_.push_back(agent);
  return static_cast<std::uint16_t>(std::find(agents_.begin(), agents_.end(), agent) - agents_.begin());
}

void ContactBook::add(CampaignBook& in, const event::ContactSeed& seed) {
  const auto index = static_cast<ContactIndex>(contacts_.size());
  by_id_[seed.id.value] = index;
  ContactRecord& record = contacts_.emplace_back();
  record.id = seed.id;
  record.campaign = static_cast<std::uint16_t>(&in - campaigns_.data());
  record.current = seed.number;
  put_numbers(index, seed.numbers);
  record.attempts = seed.attempts;
  record.last_outcome = seed.last_outcome;
  record.streak = seed.streak;
  ++in.total;
  record.phase = seed.phase;
  if (seed.phase == event::ContactPhase::ready) {
    stand(in, index, false);
  } else if (waits(seed.phase)) {
    record.callback = seed.phase == event::ContactPhase::callback_at;
    if (record.callback) record.agent = agent_index(seed.callback_agent);
    set_waiting(index, record.callback ? Reason::callback_at : Reason::retry_at, seed.next_at);
  } else {
    constexpr Reason kReason[] = {Reason::none,   Reason::none,      Reason::none,
                                  Reason::closed, Reason::exhausted, Reason::do_not_call};
    record.reason = kReason[static_cast<std::size_t>(seed.phase)];
    ++in.by_reason[static_cast<std::size_t>(record.reason)];
  }
}

void ContactBook::load_history(const event::NumberHistoryLoaded& history) {
  // The contact may be loaded already, or be called right now: what is known stays.
  const auto [at, added] = by_number_.try_emplace(history.number, static_cast<NumberIndex>(numbers_.size()));
  if (added) numbers_.push_back({history.number});
  NumberRecord& record = numbers_[at->second];
  record.attempts = std::max(record.attempts, history.attempts);
  record.last_at = std::max(record.last_at, history.last_at);
  if (!history.last_day.empty() && !last_day_.contains(history.number)) {
    last_day_[history.number] = {history.last_day.begin(), history.last_day.end()};
  }
}

void ContactBook::set_do_not_call(NumberKey number, bool added) {
  if (added) {
    do_not_call_.insert(number);
  } else {
    do_not_call_.erase(number);
  }
}

std::optional<ContactIndex> ContactBook::find(ContactId id) const {
  const auto at = by_id_.find(id.value);
  if (at == by_id_.end()) return std::nullopt;
  return at->second;
}

// ---- standing and waiting
std::deque<ContactIndex>& ContactBook::line_of(CampaignBook& in, ContactIndex contact) {
  const ContactRecord& record = contacts_[contact];
  Shelf& shelf = in.shelves[record.shelf];
  if (record.callback) return record.agent != 0 ? in.personal[record.agent] : shelf.callbacks;
  return record.attempts > 0 ? shelf.retries : shelf.fresh;
}

void ContactBook::stand(CampaignBook& in, ContactIndex contact, bool front) {
  const ContactRecord& record = contacts_[contact];
  auto& line = line_of(in, contact);
  if (front) {
    line.push_front(contact);
  } else {
    line.push_back(contact);
  }
  Shelf& shelf = in.shelves[record.shelf];
  if (record.phase == event::ContactPhase::ready) {
    ++shelf.ready;
  } else {
    ++in.by_reason[static_cast<std::size_t>(Reason::callback_at)];
  }
  if (shelf.now.open && !(record.callback && record.agent != 0)) ++in.standing_open;
}

// The counters forget a contact that was taken from its line.
void ContactBook::step_out(CampaignBook& in, ContactIndex contact) {
  const ContactRecord& record = contacts_[contact];
  Shelf& shelf = in.shelves[record.shelf];
  if (record.phase == event::ContactPhase::ready) {
    --shelf.ready;
  } else {
    --in.by_reason[static_cast<std::size_t>(Reason::callback_at)];
  }
  if (shelf.now.open && !(record.callback && record.agent != 0)) --in.standing_open;
}

void ContactBook::set_waiting(ContactIndex contact, Reason reason, WallTime at) {
  CampaignBook& in = book_of(contact);
  ContactRecord& record = contacts_[contact];
  record.reason = reason;
  record.next_at = at;
  ++in.by_reason[static_cast<std::size_t>(reason)];
  in.waiting[static_cast<std::size_t>(reason)].push({at, contact});
}

void ContactBook::advance(ContactIndex contact, const contact::Event& event, Reason reason,
                          std::vector<Effect>* effects) {
  ContactRecord& record = contacts_[contact];
  const AgentId agent = agents_[record.agent];
  const contact::State before = state_of(record, agent);
  contact::In none;
  Cell what = Cell::bug;
  const contact::State after = dispatch(before, event, none, what);
  VERIFY(what == Cell::handled);
  record.leased = std::holds_alternative<contact::Leased>(after);
  if (!record.leased) {
    record.phase = phase_of(after);
    record.reason = reason;
  }
  if (effects == nullptr) return;
  if (!record.leased) {
    effects->emplace_back(effect::SaveContact{record.id, record.phase, name(reason), record.next_at,
                                              record.callback ? agents_[record.agent] : AgentId{},
                                              record.current, record.attempts, record.last_outcome,
                                              record.streak});
  }
  effect::AppendRow row;
  row.machine = "contact";
  row.id = record.id.value;
  row.from = name_of(before);
  row.event = name_of(event);
  row.to = name_of(after);
  row.campaign = book_of(contact).id;
  row.contact = record.id;
  effects->emplace_back(row);
}

void ContactBook::judge_shelves(CampaignBook& in, WallTime now) {
  in.shelves_change = base::kNeverWall;
  in.standing_open = 0;
  for (Shelf& shelf : in.shelves) {
    shelf.now = {};
    for (const ZoneSetId zones : shelf.zones) {
      const Opening opening = zones_open(in, zones, now);
      in.shelves_change = std::min(in.shelves_change, opening.until);
      if (opening.open == shelf.now.open) {
        shelf.now.until = std::min(shelf.now.until, opening.until);
      } else if (opening.open) {
        shelf.now = opening;
      }
    }
    if (shelf.now.open)
      in.standing_open += shelf.callbacks.size() + shelf.retries.size() + shelf.fresh.size();
  }
  in.refreshed_at = now;
}

void ContactBook::release(CampaignBook& in, Reason reason, WallTime upto) {
  const auto index = static_cast<std::size_t>(reason);
  Heap& heap = in.waiting[index];
  while (!heap.empty() && heap.top().at <= upto) {
    const ContactIndex contact = heap.top().contact;
    heap.pop();
    --in.by_reason[index];
    advance(contact, contact::BecameDue{}, Reason::none, nullptr);
    stand(in, contact, false);
  }
}

void ContactBook::release_due(CampaignBook& in, WallTime now) {
  for (std::size_t reason = 0; reason < kReasons; ++reason) release(in, static_cast<Reason>(reason), now);
}

// The instants of gaps, days and windows were told in the wall time of before: who waits for one is judged
// again. A clock that is merely slewed moves a second in hours; that is no step.
void ContactBook::set_clock(WallTime born, Duration skew) {
  born_ = born;
  skew_ = skew;
  if (std::chrono::abs(skew - judged_skew_) < base::seconds{1}) return;
  judged_skew_ = skew;
  for (CampaignBook& in : campaigns_) {
    for (const Reason reason : {Reason::gap, Reason::attempts, Reason::window})
      release(in, reason, base::kNeverWall);
  }
}

void ContactBook::refresh(WallTime now) {
  for (CampaignBook& in : campaigns_) {
    if (now >= in.shelves_change || now < in.refreshed_at) judge_shelves(in, now);
    release_due(in, now);
  }
}

WallTime ContactBook::next_change() const {
  WallTime next = base::kNeverWall;
  for (const CampaignBook& in : campaigns_) {
    next = std::min(next, in.shelves_change);
    for (const Heap& heap : in.waiting) {
      if (!heap.empty()) next = std::min(next, heap.top().at);
    }
  }
  return next;
}

// ---- picking
std::size_t ContactBook::standing(CampaignId campaign, AgentId agent) const {
  const CampaignBook* in = book(campaign);
  if (in == nullptr) return 0;
  const auto index = std::find(agents_.begin(), agents_.end(), agent);
  const auto own = index == agents_.end()
                       ? in->personal.end()
                       : in->personal.find(static_cast<std::uint16_t>(index - agents_.begin()));
  return in->standing_open + (own == in->personal.end() ? 0 : own->second.size());
}

bool ContactBook::has_ready(CampaignId campaign, AgentId agent) const {
  return standing(campaign, agent) > 0;
}

bool ContactBook::has_any(CampaignId campaign) const {
  const CampaignBook* in = book(campaign);
  return in != nullptr &&
         (in->standing_open > 0 || std::any_of(in->personal.begin(), in->personal.end(),
                                               [](const auto& own) { return !own.second.empty(); }));
}

std::optional<Picked> ContactBook::pick_from(CampaignBook& in, std::deque<ContactIndex>& line,
                                             AttemptId attempt, WallTime now, std::size_t& budget,
                                             std::vector<Effect>& effects) {
  while (!line.empty() && budget > 0) {
    --budget;
    const ContactIndex contact = line.front();
    line.pop_front();
    step_out(in, contact);
    const Judgement judgement = judge(contact, now);
    if (judgement.reason == Reason::none) {
      ++in.leased;
      advance(contact, contact::Taken{attempt}, Reason::none, &effects);
      contacts_[contact].dialed = judgement.number;
      return Picked{contact, judgement.number};
    }
    refile(in, contact, judgement, now, effects);
  }
  return std::nullopt;
}

void ContactBook::refile(CampaignBook& in, ContactIndex contact, const Judgement& judgement, WallTime now,
                         std::vector<Effect>& effects) {
  ContactRecord& record = contacts_[contact];
  // Nothing is left of this round of its numbers: the next begins with the first one, another day. It is
  // saved, so that a restart does not begin the day again.
  if (judgement.until == base::kNeverWall && record.current > 0 && number_from(contact, 0, now)) {
    record.current = 0;
    record.next_at = now + base::hours{24};
    if (record.callback) {
      advance(contact, contact::CallbackAsked{record.next_at, agents_[record.agent]}, Reason::retry_at,
              &effects);
    } else {
      advance(contact, contact::Scheduled{record.next_at}, Reason::retry_at, &effects);
    }
    return set_waiting(contact, Reason::retry_at, record.next_at);
  }
  if (judgement.until != base::kNeverWall) {
    record.next_at = judgement.until;
    if (record.callback) {
      advance(contact, contact::CallbackAsked{judgement.until, agents_[record.agent]}, judgement.reason,
              nullptr);
    } else {
      advance(contact, contact::Scheduled{judgement.until}, judgement.reason, nullptr);
    }
    set_waiting(contact, judgement.reason, judgement.until);
    return;
  }
  if (judgement.reason == Reason::exhausted) {
    advance(contact, contact::RanOut{}, judgement.reason, &effects);
  } else {
    advance(contact, contact::Barred{name(judgement.reason)}, judgement.reason, &effects);
  }
  ++in.by_reason[static_cast<std::size_t>(judgement.reason)];
}

bool ContactBook::lease_owed(ContactIndex contact, AttemptId attempt, std::vector<Effect>& effects) {
  CampaignBook& in = book_of(contact);
  const ContactRecord& record = contacts_[contact];
  if (record.leased || record.reason == Reason::closed || record.phase == event::ContactPhase::exhausted ||
      record.phase == event::ContactPhase::suppressed) {
    return false;
  }
  static_cast<void>(lift(in, {contact}, true));
  ++in.leased;
  advance(contact, contact::Taken{attempt}, Reason::none, &effects);
  return true;
}

std::optional<Picked> ContactBook::pick(CampaignId campaign, AgentId agent, AttemptId attempt, WallTime now,
                                        std::vector<Effect>& effects) {
  CampaignBook* in = book(campaign);
  VERIFY(in != nullptr);
  std::size_t budget = kPickBudget;
  if (const auto own = in->personal.find(agent_index(agent)); own != in->personal.end()) {
    if (const auto picked = pick_from(*in, own->second, attempt, now, budget, effects)) return picked;
  }
  for (auto line : {&Shelf::callbacks, &Shelf::retries, &Shelf::fresh}) {
    while (budget > 0) {
      // The list's order, in which they were added, holds across shelves.
      Shelf* first = nullptr;
      for (Shelf& shelf : in->shelves) {
        if (!shelf.now.open || (shelf.*line).empty()) continue;
        if (first == nullptr || (shelf.*line).front() < (first->*line).front()) {
          first = &shelf;
        }
      }
      if (first == nullptr) break;
      std::size_t one = 1;
      --budget;
      if (const auto picked = pick_from(*in, first->*line, attempt, now, one, effects)) return picked;
    }
  }
  return std::nullopt;
}

}  // namespace ziptone::dialer
