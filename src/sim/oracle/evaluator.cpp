#include "sim/oracle/evaluator.hpp"

#include <algorithm>

#include "sim/world.hpp"

namespace ziptone::sim {
namespace {

constexpr std::int64_t kDaySeconds = 86400;

std::int64_t offset_at(const base::ZoneRules& zone, std::int64_t second) {
  std::int64_t offset = zone.front().offset_s;
  for (const auto& change : zone) {
    if (base::micros(change.from) / 1'000'000 <= second) offset = change.offset_s;
  }
  return offset;
}

// Whether the final answer says that the trunk, not the person, was the trouble.
bool is_the_trunks(const CallNote& note) {
  const auto& facts = note.final_facts;
  if (facts.local != dialer::SipFacts::Local::none) return !note.rang;
  return facts.code == 503 || facts.code == 500 || facts.code == 403;
}

}  // namespace

// A minute of the local day is open when some window of that local weekday holds it. Of the hour that clocks
// repeat in autumn only the first counts; the one they skip in spring never is.
bool is_open(const std::vector<dialer::Window>& windows, const base::ZoneRules& zone, dialer::WallTime at) {
  if (zone.empty()) return false;
  const std::int64_t utc = base::micros(at) / 1'000'000;
  const std::int64_t local = utc + offset_at(zone, utc);
  const std::int64_t day = (local >= 0 ? local : local - kDaySeconds + 1) / kDaySeconds;
  const std::int64_t second = local - day * kDaySeconds;
  const auto weekday = static_cast<unsigned>(((day + 3) % 7 + 7) % 7);  // 1970-01-01 was a Thursday
  return std::any_of(windows.begin(), windows.end(), [&](const dialer::Window& window) {
    return ((window.days >> weekday) & 1U) != 0 && second >= window.open_minute * 60 &&
           second < window.close_minute * 60;
  });
}

void Evaluator::see(const Sight& sight, const World& world) {
  if (!begun_) {
    begun_ = true;
    told_.insert(world.setup.do_not_call.begin(), world.setup.do_not_call.end());
    barred_ = told_;
  }
  if (const auto* s = std::get_if<sight::Invited>(&sight)) {
    const CallNote* note = world.ledger.find(s->attempt);
    if (note == nullptr) return;
    tries_[s->number].push_back({s->attempt, note->intent.contact, world.now(), bool{note->intent.follows}});
    number_of_[s->attempt.value] = s->number;
  } else if (const auto* end = std::get_if<sight::FinalSent>(&sight)) {
    const auto number = number_of_.find(end->attempt.value);
    const CallNote* note = world.ledger.find(end->attempt);
    if (number == number_of_.end() || note == nullptr || note->orphan) return;
    for (Try& one : tries_[number->second]) {
      if (one.attempt == end->attempt) one.reached = !is_the_trunks(*note);
    }
  } else if (const auto* dnc = std::get_if<sight::DncTold>(&sight)) {
    barred_.insert(dnc->number);
  } else if (std::holds_alternative<sight::Born>(sight)) {
    // What the core said and the disk had not taken in was never acknowledged.
    barred_ = told_;
    barred_.insert(world.store.do_not_call().begin(), world.store.do_not_call().end());
    find(world);
  } else if (const auto* code = std::get_if<sight::CodeAcknowledged>(&sight)) {
    if (!first_code_.emplace(code->attempt.value, code->code).second) return;
    if (code->code == kClosed || code->code == kSale || code->code == kDoNotCall)
      closed_.insert(world.contact_of(code->attempt).value);
  }
}

// A call that never rang and got no final answer even to its CANCEL was swallowed by the trunk.
bool Evaluator::has_reached(const Try& one, const World& world) const {
  const CallNote* note = world.ledger.find(one.attempt);
  const bool swallowed = note != nullptr && note->cancelled && note->outcomes > 0 && !note->rang &&
                         !note->answer_heard && !note->final_sent &&
                         world.now().mono - note->cancelled->mono >= base::seconds{31};
  return one.reached && !swallowed;
}

bool Evaluator::is_within(const Try& one, base::Duration length, const World& world) const {
  const auto now = world.now();
  if (now.mono >= one.at.mono + length) return false;
  const bool started_since = world.ledger.born() > one.at.mono;
  return !started_since || now.wall < one.at.wall + length;
}

std::string Evaluator::objection(const World& world, dialer::CampaignId campaign, dialer::ContactId contact,
                                 dialer::NumberKey number, bool follows) const {
  const auto& listed = world.setup.contacts.at(contact.value - 1);
  const auto& rules = world.setup.campaigns.at(campaign.value - 1);
  const auto now = world.now().wall;
  const auto written = std::find_if(listed.seed.numbers.begin(), listed.seed.numbers.end(),
                                    [&](const auto& one) { return one.number == number; });
  if (written == listed.seed.numbers.end()) return "the number is not the contact's";
  if (closed_.contains(contact.value)) return "the contact is closed";
  if (written->barred) return "the destination is barred";
  if (barred_.contains(number)) return "do not call";
  const auto zones = std::find_if(world.setup.zones.begin(), world.setup.zones.end(),
                                  [&](const auto& set) { return set.id == written->zones; });
  if (zones == world.setup.zones.end()) return "the zone is unknown";
  for (const auto& zone : zones->zones) {
    if (!is_open(rules.windows, zone, now)) return "outside the window";
  }
  if (follows) return {};
  const auto on_number = tries_.find(number);
  int lifetime = 0;
  int today = 0;
  if (on_number != tries_.end()) {
    for (const Try& one : on_number->second) {
      lifetime += has_reached(one, world);
      today += !one.follows && is_within(one, base::hours{24}, world);
      if (is_within(one, rules.caps.min_gap, world)) return "the minimum gap";
    }
  }
  if (today >= rules.caps.per_number_day) return "the number's cap of the day";
  // A callback is the person's own wish, beyond the caps of a lifetime.
  const auto phase = world.store.contacts().at(contact.value - 1).seed.phase;
  if (phase == dialer::event::ContactPhase::callback_at) return {};
  if (lifetime >= rules.caps.per_number) return "the number's cap";
  int of_contact = 0;
  std::set<dialer::NumberKey> own;  // a list may have a number twice
  for (const auto& one : listed.seed.numbers) own.insert(one.number);
  for (const auto one_number : own) {
    const auto at = tries_.find(one_number);
    if (at == tries_.end()) continue;
    for (const Try& one : at->second) of_contact += one.contact == contact && has_reached(one, world);
  }
  if (of_contact >= rules.caps.per_contact) return "the contact's cap";
  return {};
}

void Evaluator::find(const World& world) {
  born_ = world.now();
  found_.clear();
  for (const auto& [id, attempt] : world.store.attempts()) {
    const auto& intent = attempt.intent;
    if (attempt.outcome == dialer::Outcome::not_placed) continue;
    found_[intent.number].push_back({intent.contact, intent.at, std::max(intent.at, attempt.placed_at),
                                     bool{intent.follows}, !dialer::is_trunk_trouble(attempt.outcome)});
  }
}

bool Evaluator::is_owed(const World& world, dialer::ContactId contact, dialer::NumberKey number) const {
  const auto campaign = world.store.contacts().at(contact.value - 1).campaign;
  if (!campaign || !objection(world, campaign, contact, number, false).empty()) return false;
  const auto& listed = world.setup.contacts.at(contact.value - 1);
  const auto& caps = world.setup.campaigns.at(campaign.value - 1).caps;
  const auto now = world.now();
  const auto earliest = std::min(now.wall, born_.wall + (now.mono - born_.mono));
  std::set<dialer::NumberKey> own;
  for (const auto& one : listed.seed.numbers) own.insert(one.number);
  int on_number = 0;
  int of_contact = 0;
  int today = 0;
  for (const auto one_number : own) {
    const bool same = one_number == number;
    if (const auto at = found_.find(one_number); at != found_.end()) {
      for (const Found& one : at->second) {
        if (same && earliest < one.placed + caps.min_gap) return false;
        today += same && !one.follows && earliest < one.intended + base::hours{24};
        on_number += same && one.reached;
        of_contact += one.contact == contact && one.reached;
      }
    }
    if (const auto at = tries_.find(one_number); at != tries_.end()) {
      for (const Try& one : at->second) {
        if (one.at.mono < born_.mono) continue;  // found on the disk
        const bool reached = has_reached(one, world);
        today += same && !one.follows && is_within(one, base::hours{24}, world);
        on_number += same && reached;
        of_contact += one.contact == contact && reached;
      }
    }
  }
  const auto phase = world.store.contacts().at(contact.value - 1).seed.phase;
  const bool spent = on_number >= caps.per_number || of_contact >= caps.per_contact;
  return today < caps.per_number_day && (phase == dialer::event::ContactPhase::callback_at || !spent);
}

}  // namespace ziptone::sim
