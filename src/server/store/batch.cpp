#include "server/store/batch.hpp"

#include <array>

#include "base/check.hpp"
#include "server/store/number_text.hpp"
#include "server/store/sqlite.hpp"
#include "server/store/words.hpp"

namespace ziptone::store {
namespace {

using sqlite::Connection;
namespace effect = dialer::effect;

// A disk's fault is the caller's to report; anything else says that the ledger contradicts itself.
base::Result<> judged(base::Result<> result) {
  if (!result && sqlite::fault_of(result.error()) != sqlite::Fault::disk)
    base::verify_failed(base::to_string(result.error()).c_str(), __FILE__, __LINE__);
  return result;
}

// An update that must have met its row.
base::Result<> met(Connection& db, base::Result<> result) {
  if (result) VERIFY(db.changes() == 1);
  return judged(std::move(result));
}

struct Applier {
  Connection& db;
  const std::map<dialer::AttemptId, std::string>& caller_ids;

  base::Result<> operator()(const effect::CommitAttempt& e) const {
    const auto caller_id = caller_ids.find(e.attempt);
    return judged(db.run(
        "INSERT INTO attempts (id, campaign_id, contact_id, agent_id, trunk_id, entry_point_id, "
        "follows, number,"
        " number_index, caller_id, committed_at, current_agent_id)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $4)",
        e.attempt, e.campaign, e.contact, e.agent, e.trunk, e.entry_point, e.follows, number_text(e.number),
        e.number_index, caller_id == caller_ids.end() ? std::string{} : caller_id->second, e.at));
  }

  base::Result<> operator()(const effect::SaveOutcome& e) const {
    VERIFY(e.outcome != dialer::Outcome::none);
    return met(
        db, db.run("UPDATE attempts SET outcome = $2, fault = $3, sip_code = $4, q850 = $5,"
                   " network_blocked = $6, local_fault = $7, retry_after = $8, sip_text = $9,"
                   " reason = $10, talked_agent_id = $11, placed_at = $12, rang_at = $13,"
                   " answered_at = $14, merged_at = $15, ended_at = $16, message_left = $17"
                   " WHERE id = $1 AND outcome = 'none'",
                   e.attempt, word(e.outcome), word(e.fault), e.facts.code, e.facts.q850,
                   e.facts.network_blocked, word(e.facts.local), e.facts.retry_after, e.facts.text, e.reason,
                   e.agent, e.placed_at, e.rang_at, e.answered_at, e.merged_at, e.ended_at, e.message_left));
  }

  base::Result<> operator()(const effect::SaveWrapUp& e) const {
    return judged(
        db.run("INSERT INTO wrap_ups (attempt_id, agent_id, code_id, by_timer, correction, at)"
               " VALUES ($1, $2, $3, $4, $5, $6)",
               e.attempt, e.agent, e.code, e.by_timer, e.correction, e.at));
  }

  base::Result<> operator()(const effect::SaveContact& e) const {
    return met(db, db.run("UPDATE contacts SET phase = $2, reason = $3, next_at = $4, callback_agent_id = $5,"
                          " number_index = $6, attempts = $7, last_outcome = $8, streak = $9 WHERE id = $1",
                          e.contact, word(e.phase), e.reason, e.next_at, e.callback_agent, e.number,
                          e.attempts, word(e.last_outcome), e.streak));
  }

  // The first entry stands: who said it first, and when.
  base::Result<> operator()(const effect::SaveDnc& e) const {
    return judged(
        db.run("INSERT INTO dnc (number, source, at, attempt_id) VALUES ($1, $2, $3, $4)"
               " ON CONFLICT (number) DO NOTHING",
               number_text(e.number), e.source, e.at, e.attempt));
  }

  base::Result<> operator()(const effect::SaveCallback& e) const {
    return met(db, db.run("UPDATE attempts SET callback_at = $2, callback_agent_id = $3 WHERE id = $1",
                          e.attempt, e.at, e.agent));
  }

  base::Result<> operator()(const effect::SaveCampaign& e) const {
    return met(db, db.run("UPDATE campaigns SET state = $2 WHERE id = $1", e.campaign, e.state));
  }

  base::Result<> operator()(const effect::AppendRow& e) const {
    auto inserted = db.run(
        "INSERT INTO event_rows (sequence, at, machine, machine_id, from_state, event, to_state,"
        " campaign_id, agent_id, attempt_id, contact_id, outcome)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        e.sequence, e.at, e.machine, e.id, e.from, e.event, e.to, e.campaign, e.agent, e.attempt, e.contact,
        word(e.outcome));
    if (!inserted || e.machine != "call") return judged(std::move(inserted));
    return judged(follow(e));
  }

  // The call's state on its attempt. Once merged it stays so: the agent owes a wrap-up. A substitute agent
  // is taken over; a state without an agent keeps the last one.
  base::Result<> follow(const effect::AppendRow& e) const {
    static constexpr std::array<std::string_view, 5> kMerged = {"Talking", "Held", "AwaitingAgent",
                                                                "Apologising", "WrappingUp"};
    bool merged = false;
    for (const auto state : kMerged) merged = merged || state == e.to;
    return db.run(
        "UPDATE attempts SET state = $2, current_agent_id = coalesce($3, current_agent_id),"
        " merged = CASE WHEN $4 = 1 THEN 1 ELSE merged END, live = $5 WHERE id = $1",
        e.id, e.to, e.agent, merged, e.to != "Ended");
  }
};

}  // namespace

bool Batch::take(const dialer::Effect& effect) {
  return std::visit(
      [this]<class E>(const E& one) {
        if constexpr (std::is_constructible_v<StoreEffect, E>) {
          effects.emplace_back(one);
          return true;
        } else {
          return false;
        }
      },
      effect);
}

base::Result<> apply(sqlite::Connection& db, const Batch& batch) {
  for (const StoreEffect& effect : batch.effects)
    if (auto applied = std::visit(Applier{db, batch.caller_ids}, effect); !applied) return applied;
  return {};
}

}  // namespace ziptone::store
