// What a new look at the lists changes in contacts that the book has: other numbers, or another campaign.
#include <algorithm>

#include "base/check.hpp"
#include "dialer/contact/book.hpp"

namespace ziptone::dialer {
namespace {

using event::ContactPhase;

bool waits(const ContactRecord& record) {
  return record.reason != Reason::none &&
         (record.phase == ContactPhase::retry_at || record.phase == ContactPhase::callback_at);
}
// Suppressed for nothing but its numbers, and the disk has it as ready: it was corrected.
bool is_corrected(const ContactRecord& record, const event::ContactSeed& told) {
  return record.phase == ContactPhase::suppressed && told.phase == ContactPhase::ready &&
         (record.reason == Reason::unknown_zone || record.reason == Reason::destination);
}
bool has_ended(ContactPhase phase) {
  return phase == ContactPhase::done || phase == ContactPhase::exhausted || phase == ContactPhase::suppressed;
}

}  // namespace

std::size_t ContactBook::load(const event::ContactsLoaded& loaded) {
  CampaignBook* in = book(loaded.campaign);
  VERIFY(in != nullptr);
  const auto campaign = static_cast<std::uint16_t>(in - campaigns_.data());
  const auto kept = [](const event::ContactSeed& seed) { return !seed.numbers.empty(); };
  std::vector<const event::ContactSeed*> changed;
  std::map<std::uint16_t, Set> moving;  // by the campaign that they leave
  std::vector<event::ContactSeed> arriving;
  for (const event::ContactSeed& seed : loaded.contacts) {
    const auto known = by_id_.find(seed.id.value);
    if (!kept(seed)) continue;
    if (known == by_id_.end()) {
      arriving.push_back(seed);
      continue;
    }
    ContactRecord& record = contacts_[known->second];
    if (record.campaign == campaign) {
      record.withdrawn = false;  // taken off during its call, and back before the call is over
      moves_.erase(known->second);
      changes_.erase(known->second);  // only the newest look at the list counts
      if (!has_numbers(known->second, seed.numbers)) changed.push_back(&seed);
    } else if (record.leased) {
      record.withdrawn = true;
      moves_[known->second] = {campaign, seed};
    } else {
      arriving.push_back(as_known(known->second, seed));
      moving[record.campaign].insert(known->second);
    }
  }
  for (const auto& [from, who] : moving) leave(campaigns_[from], who);
  change(*in, changed);
  std::size_t added = 0;
  for (const event::ContactSeed& seed : arriving) {
    if (by_id_.contains(seed.id.value)) continue;  // twice in one chunk
    add(*in, seed);
    ++added;
  }
  return added;
}

// Where a contact stands is known here better than on the disk: what became of its last call may still be on
// the way there.
event::ContactSeed ContactBook::as_known(ContactIndex contact, const event::ContactSeed& told) const {
  event::ContactSeed known = seed(contact);
  known.numbers = told.numbers;
  // Waiting for a rule of the campaign that it leaves, its own time has come.
  const Reason reason = contacts_[contact].reason;
  if (reason != Reason::retry_at && reason != Reason::callback_at) known.next_at = WallTime{};
  if (known.number >= known.numbers.size()) known.number = 0;
  if (is_corrected(contacts_[contact], told)) known.phase = ContactPhase::ready;
  return known;
}

void ContactBook::withdraw(const event::ContactsWithdrawn& withdrawn) {
  CampaignBook* in = book(withdrawn.campaign);
  if (in == nullptr) return;
  Set who;
  for (const ContactId id : withdrawn.contacts) {
    const auto known = find(id);
    if (!known) continue;
    const auto move = moves_.find(*known);
    if (move != moves_.end() && &campaigns_[move->second.to] == in) moves_.erase(move);
    if (&book_of(*known) != in) continue;
    ContactRecord& record = contacts_[*known];
    if (record.leased) {
      record.withdrawn = true;
    } else {
      who.insert(*known);
    }
  }
  leave(*in, who);
}

// Takes those who stand in a line, or wait for a rule, out of it, in one pass over each line; with `promised`
// those who wait for a retry or a callback too. Rare, and never while dialing, so that lines and heaps need
// no other way of removing from their middle. Returns whom it took out.
std::vector<ContactIndex> ContactBook::lift(CampaignBook& in, const Set& who, bool promised) {
  std::vector<ContactIndex> out;
  const auto lift_line = [&](std::deque<ContactIndex>& line) {
    std::erase_if(line, [&](ContactIndex contact) {
      if (!who.contains(contact)) return false;
      step_out(in, contact);
      out.push_back(contact);
      return true;
    });
  };
  std::array<bool, kReasons> waiting{};
  for (const ContactIndex contact : who) {
    const ContactRecord& record = contacts_[contact];
    if (waits(record)) waiting[static_cast<std::size_t>(record.reason)] = true;
  }
  for (Shelf& shelf : in.shelves) {
    for (auto line : {&Shelf::callbacks, &Shelf::retries, &Shelf::fresh}) lift_line(shelf.*line);
  }
  for (auto& [agent, line] : in.personal) lift_line(line);
  for (std::size_t reason = 0; reason < kReasons; ++reason) {
    const auto one = static_cast<Reason>(reason);
    if (!waiting[reason] || (!promised && (one == Reason::retry_at || one == Reason::callback_at))) continue;
    Heap rest;
    for (Heap& heap = in.waiting[reason]; !heap.empty(); heap.pop()) {
      const ContactIndex contact = heap.top().contact;
      if (!who.contains(contact)) {
        rest.push(heap.top());
        continue;
      }
      --in.by_reason[reason];
      advance(contact, contact::BecameDue{}, Reason::none, nullptr);
      out.push_back(contact);
    }
    in.waiting[reason] = std::move(rest);
  }
  return out;
}

void ContactBook::leave(CampaignBook& in, const Set& who) {
  if (who.empty()) return;
  static_cast<void>(lift(in, who, true));
  for (const ContactIndex contact : who) {
    ContactRecord& record = contacts_[contact];
    if (has_ended(record.phase)) --in.by_reason[static_cast<std::size_t>(record.reason)];
    record.withdrawn = true;
    by_id_.erase(record.id.value);
    --in.total;
  }
}

void ContactBook::change(CampaignBook& in, const std::vector<const event::ContactSeed*>& seeds) {
  Set who;
  for (const event::ContactSeed* seed : seeds) {
    const ContactIndex contact = by_id_.at(seed->id.value);
    if (contacts_[contact].leased) {
      changes_[contact] = *seed;
    } else {
      who.insert(contact);
    }
  }
  if (who.empty()) return;
  auto standing = lift(in, who, false);
  for (const event::ContactSeed* seed : seeds) {
    const ContactIndex contact = by_id_.at(seed->id.value);
    if (!who.contains(contact)) continue;
    put_numbers(contact, seed->numbers);
    ContactRecord& record = contacts_[contact];
    if (!is_corrected(record, *seed)) continue;
    --in.by_reason[static_cast<std::size_t>(record.reason)];
    advance(contact, contact::Corrected{}, Reason::none, nullptr);
    standing.push_back(contact);
  }
  std::sort(standing.begin(), standing.end());
  for (const ContactIndex contact : standing) stand(in, contact, false);
}

void ContactBook::catch_up(ContactIndex contact) {
  if (contacts_[contact].withdrawn) {
    changes_.erase(contact);
    const auto move = moves_.extract(contact);
    const auto arriving = move.empty() ? event::ContactSeed{} : as_known(contact, move.mapped().seed);
    leave(book_of(contact), {contact});
    if (!move.empty()) add(campaigns_[move.mapped().to], arriving);
    return;
  }
  const auto came = changes_.extract(contact);
  if (!came.empty()) change(book_of(contact), {&came.mapped()});
}

void ContactBook::put_numbers(ContactIndex contact, const std::vector<event::NumberSeed>& numbers) {
  ContactRecord& record = contacts_[contact];
  record.first_number = static_cast<NumberIndex>(number_lists_.size());
  for (const auto& number : numbers) number_lists_.push_back(intern(number));
  record.numbers = static_cast<std::uint8_t>(numbers.size());
  if (record.current >= record.numbers) record.current = 0;
  record.shelf = shelf_for(book_of(contact), numbers);
}

bool ContactBook::has_numbers(ContactIndex contact, const std::vector<event::NumberSeed>& numbers) const {
  if (contacts_[contact].numbers != numbers.size()) return false;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const NumberRecord& known = number(contact, static_cast<std::uint8_t>(i));
    if (known.number != numbers[i].number || known.zones != numbers[i].zones) return false;
    if (numbers[i].barred && !known.barred) return false;
  }
  return true;
}

}  // namespace ziptone::dialer
