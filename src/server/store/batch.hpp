// The store effects of one core step, in their order: one unit, durable whole or not at all.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "dialer/effect.hpp"

namespace ziptone::store {

namespace sqlite {
class Connection;
}

using StoreEffect =
    std::variant<dialer::effect::CommitAttempt, dialer::effect::SaveOutcome, dialer::effect::SaveWrapUp,
                 dialer::effect::SaveContact, dialer::effect::SaveDnc, dialer::effect::SaveCallback,
                 dialer::effect::SaveCampaign, dialer::effect::AppendRow>;

struct Batch {
  std::vector<StoreEffect> effects;
  // Of each CommitAttempt, which the shell knows and the core does not: E.164, "" = withheld.
  std::map<dialer::AttemptId, std::string> caller_ids;

  // Takes the effect if it is the store's; false: it is another shell part's.
  bool take(const dialer::Effect& effect);
};

// Applies one batch inside the open transaction. An error is the disk's. What contradicts the ledger (a
// second intent or outcome of an attempt, a row sequence used twice) is our bug: VERIFY.
base::Result<> apply(sqlite::Connection& db, const Batch& batch);

}  // namespace ziptone::store
