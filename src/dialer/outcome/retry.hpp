// What happens to the contact now: by what was detected, or by the code that the agent chose.
#pragma once

#include "dialer/contact/book.hpp"

namespace ziptone::dialer {

// Ends the contact's lease by the campaign's rule for the outcome: done, retried later, on to its next
// number, or exhausted.
void settle_by_outcome(ContactBook& book, ContactIndex contact, const Campaign& rules, Outcome outcome,
                       WallTime now, std::vector<Effect>& effects);

// Ends the lease by the code's effect. A code that the campaign does not offer (none at all) closes the
// contact.
void settle_by_code(ContactBook& book, ContactIndex contact, const Campaign& rules,
                    const event::WrappedUp& wrapped_up, WallTime now, std::vector<Effect>& effects);

// Every number of the contact is added to do-not-call, at once.
void opt_out(ContactBook& book, ContactIndex contact, AttemptId attempt, std::string_view source,
             WallTime now, std::vector<Effect>& effects);

}  // namespace ziptone::dialer
