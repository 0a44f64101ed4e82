#include "dialer/outcome/retry.hpp"

#include <algorithm>
#include <optional>

namespace ziptone::dialer {
namespace {

using Then = RetryRule::Then;

// The number after the one that was dialed; one that is barred for good is no number to go on to.
std::optional<std::uint8_t> number_after(const ContactBook& book, ContactIndex contact, WallTime now) {
  return book.number_from(contact, static_cast<std::uint8_t>(book.record(contact).dialed + 1), now);
}

// On to the next number at once; after the last one, from the first again after the delay, unless this was
// the last round.
void next_number(ContactBook& book, ContactIndex contact, Duration delay, bool last_round, WallTime now,
                 std::vector<Effect>& effects) {
  ContactRecord& record = book.record(contact);
  if (const auto next = number_after(book, contact, now)) {
    record.current = *next;
    return book.wait(contact, now, effects);
  }
  if (last_round) return book.close(contact, Reason::exhausted, effects);
  record.current = 0;
  book.wait(contact, now + delay, effects);
}

}  // namespace

void settle_by_outcome(ContactBook& book, ContactIndex contact, const Campaign& rules, Outcome outcome,
                       WallTime now, std::vector<Effect>& effects) {
  ContactRecord& record = book.record(contact);
  const RetryRule& rule = rules.retry[static_cast<std::size_t>(outcome)];
  const bool by_treatment = outcome == Outcome::machine && rules.machine == MachineTreatment::next_number;
  const Then then = by_treatment ? Then::next_number : rule.then;
  // One number's outcome is not the contact's: only what the last of its numbers says is counted.
  if (then == Then::next_number && record.attempts < rules.caps.per_contact &&
      number_after(book, contact, now)) {
    return next_number(book, contact, rule.delay, false, now, effects);
  }
  record.streak = record.last_outcome == outcome ? static_cast<std::uint8_t>(std::min(record.streak + 1, 255))
                                                 : std::uint8_t{1};
  record.last_outcome = outcome;
  if (outcome == Outcome::unwanted) return book.close(contact, Reason::do_not_call, effects);
  if (then == Then::close) return book.close(contact, Reason::closed, effects);
  if (record.attempts >= rules.caps.per_contact) return book.close(contact, Reason::exhausted, effects);
  // Trunk trouble, here only as what a code says to be retried like, never ends a contact.
  const bool last = record.streak >= rule.attempts_max && !is_trunk_trouble(outcome);
  if (then == Then::same_number && !last) return book.wait(contact, now + rule.delay, effects);
  next_number(book, contact, rule.delay, last, now, effects);
}

void settle_by_code(ContactBook& book, ContactIndex contact, const Campaign& rules,
                    const event::WrappedUp& wrapped_up, WallTime now, std::vector<Effect>& effects) {
  using Act = CodeRule::Effect;
  const auto found = std::find_if(rules.codes.begin(), rules.codes.end(),
                                  [&](const CodeRule& rule) { return rule.code == wrapped_up.code; });
  const CodeRule rule = found == rules.codes.end() ? CodeRule{} : *found;
  switch (rule.effect) {
    case Act::close:
    case Act::success:
      return book.close(contact, Reason::closed, effects);
    case Act::retry:
      return settle_by_outcome(book, contact, rules, rule.retry_as, now, effects);
    case Act::next_number:
      return next_number(book, contact, Duration{0}, true, now, effects);
    case Act::callback:
      return book.call_back(contact, wrapped_up.callback_at, wrapped_up.callback_agent, effects);
    case Act::do_not_call:
      opt_out(book, contact, wrapped_up.attempt, "code", now, effects);
      return book.close(contact, Reason::do_not_call, effects);
  }
}

void opt_out(ContactBook& book, ContactIndex contact, AttemptId attempt, std::string_view source,
             WallTime now, std::vector<Effect>& effects) {
  const ContactRecord& record = book.record(contact);
  for (std::uint8_t i = 0; i < record.numbers; ++i) {
    const NumberKey number = book.number(contact, i).number;
    if (book.is_do_not_call(number)) continue;
    book.set_do_not_call(number, true);
    effects.emplace_back(effect::SaveDnc{number, attempt, source, now});
  }
}

std::array<RetryRule, kOutcomes> default_retry_rules() {
  using base::hours;
  using base::minutes;
  std::array<RetryRule, kOutcomes> rules{};
  const auto set = [&](Outcome outcome, Then then, Duration delay, std::uint8_t attempts_max) {
    rules[static_cast<std::size_t>(outcome)] = {then, delay, attempts_max};
  };
  set(Outcome::person, Then::close, minutes{0}, 1);
  set(Outcome::machine, Then::same_number, minutes{240}, 3);
  set(Outcome::fax, Then::next_number, minutes{60}, 1);
  set(Outcome::busy, Then::same_number, minutes{15}, 3);
  set(Outcome::no_answer, Then::same_number, minutes{60}, 3);
  set(Outcome::unreachable, Then::same_number, minutes{120}, 3);
  set(Outcome::invalid_number, Then::next_number, hours{24}, 2);  // confirmed 24 h later, or exhausted
  set(Outcome::rejected, Then::same_number, hours{24}, 2);
  set(Outcome::unwanted, Then::close, minutes{0}, 1);
  set(Outcome::blocked, Then::next_number, hours{24}, 1);  // never again under this caller id
  set(Outcome::redirect_refused, Then::next_number, hours{24}, 2);
  set(Outcome::forbidden, Then::same_number, hours{24}, 3);
  set(Outcome::congestion, Then::same_number, minutes{5}, 3);
  set(Outcome::trunk_failed, Then::same_number, minutes{5}, 3);
  set(Outcome::bad_request, Then::same_number, minutes{30}, 3);
  set(Outcome::dead_air, Then::same_number, minutes{120}, 2);
  set(Outcome::screened, Then::same_number, minutes{240}, 2);
  set(Outcome::false_answer, Then::same_number, minutes{120}, 2);
  set(Outcome::abandoned, Then::same_number, hours{24}, 2);  // a person was disturbed for nothing
  set(Outcome::contact_hung_up, Then::same_number, hours{24}, 2);
  set(Outcome::agent_lost, Then::same_number, minutes{30}, 2);
  set(Outcome::stopped, Then::same_number, minutes{30}, 3);
  set(Outcome::unknown, Then::same_number, minutes{60}, 3);
  set(Outcome::failed, Then::same_number, minutes{60}, 3);
  return rules;
}

}  // namespace ziptone::dialer
