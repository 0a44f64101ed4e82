#include <algorithm>

#include "server/store/dialog.hpp"
#include "server/store/load.hpp"
#include "server/store/number_text.hpp"
#include "server/store/words.hpp"

namespace ziptone::store {
namespace {

struct Interrupted {
  AttemptId attempt;
  CampaignId campaign;
  ContactId contact;
  AgentId agent;
  dialer::NumberKey number = 0;
  bool ended = false;  // its outcome was saved, only the wrap-up was not
  bool merged = false;
  bool coded = false;  // its wrap-up was saved
  bool agent_is_there = false;
  bool owes() const { return merged && !coded && agent_is_there; }
  Duration min_gap{};
  WallTime callback_at{};
  AgentId callback_agent;
};

base::Result<std::vector<Interrupted>> interrupted(sqlite::Connection& db) {
  std::vector<Interrupted> found;
  auto read = db.each(
      "SELECT a.id, a.campaign_id, a.contact_id, coalesce(a.talked_agent_id, a.current_agent_id), a.number,"
      " a.outcome <> 'none', a.merged = 1, EXISTS (SELECT 1 FROM wrap_ups w WHERE w.attempt_id = a.id),"
      " EXISTS (SELECT 1 FROM agents g WHERE g.id = coalesce(a.talked_agent_id, a.current_agent_id) AND"
      " g.enabled = 1), c.min_gap, a.callback_at, a.callback_agent_id FROM attempts a JOIN campaigns c ON "
      "c.id = "
      "a.campaign_id WHERE a.live = 1 ORDER BY a.id",
      [&](sqlite::Statement& row) {
        found.push_back({row.id<AttemptId>(0), row.id<CampaignId>(1), row.id<ContactId>(2),
                         row.id<AgentId>(3), number_key(row.text(4)), row.integer(5) != 0,
                         row.integer(6) != 0, row.integer(7) != 0, row.integer(8) != 0,
                         Duration{row.integer(9)}, row.time(10), row.id<AgentId>(11)});
      });
  if (!read) return tl::unexpected(read.error());
  return found;
}

// An attempt counts toward the contact's cap from its end on, but the contact is saved only with the wrap-up,
// which the death may have kept away.
base::Result<> recount(sqlite::Connection& db, ContactId contact) {
  std::int64_t made = 0;
  auto read = db.each(
      "SELECT outcome FROM attempts WHERE contact_id = $1",
      [&](sqlite::Statement& row) {
        const auto outcome = from_word<dialer::Outcome>(row.text(0));
        made += dialer::counts_toward_caps(outcome) && !dialer::is_trunk_trouble(outcome) ? 1 : 0;
      },
      contact);
  if (!read) return read;
  return db.run("UPDATE contacts SET attempts = $2 WHERE id = $1", contact, made);
}

// Nobody knows what became of it: ended as `unknown`, its dialog listed.
base::Result<> end_as_unknown(sqlite::Connection& db, const Interrupted& one, WallTime now) {
  auto done = db.run(
      "UPDATE attempts SET outcome = 'unknown', fault = 'us', reason = 'process_died',"
      " talked_agent_id = CASE WHEN merged = 1 THEN current_agent_id END, ended_at = $2"
      " WHERE id = $1",
      one.attempt, now);
  if (done)
    done = db.run("INSERT INTO dialogs (attempt_id) VALUES ($1) ON CONFLICT (attempt_id) DO NOTHING",
                  one.attempt);
  // Its end is in no event row.
  if (done)
    done = db.run("INSERT INTO webhook_notes (event, attempt_id, at) VALUES ('attempt_ended', $1, $2)",
                  one.attempt, now);
  return done;
}

// Nobody will write a code: the system's, for no agent talked, or the agent is no longer there. Who has just
// been talked to is left alone for a day.
base::Result<> settle_for_nobody(sqlite::Connection& db, const Interrupted& one, WallTime now) {
  const Duration wait = one.merged ? std::max<Duration>(one.min_gap, base::hours{24}) : one.min_gap;
  auto done = db.run(
      "INSERT INTO wrap_ups (attempt_id, code_id, by_timer, correction, at)"
      " SELECT $1, code_id, 0, 0, $2 FROM campaign_outcome_codes WHERE campaign_id = $3 AND outcome = "
      "'unknown'",
      one.attempt, now, one.campaign);
  // A promised callback stays one; a contact that was suppressed or closed meanwhile stays so.
  if (done)
    done = db.run(
        "UPDATE contacts SET phase = CASE WHEN phase = 'callback_at' THEN phase ELSE 'retry_at' END,"
        " reason = 'unknown', next_at = $2 WHERE id = $1 AND phase IN ('ready', 'retry_at', 'callback_at')",
        one.contact, now + wait);
  return done;
}

}  // namespace

base::Result<Recovered> recover(sqlite::Connection& db, WallTime now) {
  Recovered recovered;
  const auto found = interrupted(db);
  if (!found) return tl::unexpected(found.error());
  for (const Interrupted& one : *found) {
    if (!one.ended) {
      if (auto ended = end_as_unknown(db, one, now); !ended) return tl::unexpected(ended.error());
      recovered.unknown.push_back(one.attempt);
    }
    if (auto counted = recount(db, one.contact); !counted) return tl::unexpected(counted.error());
    if (!one.owes() && !one.coded && (!one.ended || one.merged))
      if (auto done = settle_for_nobody(db, one, now); !done) return tl::unexpected(done.error());
    if (one.owes())
      recovered.owed.push_back({one.attempt, one.agent, one.campaign, one.contact, one.number,
                                one.callback_at, one.callback_agent});
    auto settled = db.run("UPDATE attempts SET state = $2, live = $3 WHERE id = $1", one.attempt,
                          one.owes() ? "WrappingUp" : "Ended", one.owes());
    if (!settled) return tl::unexpected(settled.error());
  }
  if (auto broken = db.run("UPDATE imports SET state = 'broken_off' WHERE state = 'running'"); !broken)
    return tl::unexpected(broken.error());
  auto dialogs = open_dialogs(db);
  if (!dialogs) return tl::unexpected(dialogs.error());
  recovered.dialogs = std::move(*dialogs);
  return recovered;
}

}  // namespace ziptone::store
