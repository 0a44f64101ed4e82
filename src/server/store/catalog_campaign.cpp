#include "server/store/catalog.hpp"
#include "server/store/put.hpp"
#include "server/store/words.hpp"

namespace ziptone::store {
namespace {

base::Result<> judged(const CampaignRecord& record) {
  if (record.name.empty()) return base::error("must not be empty", "name", "write a name");
  const auto& campaign = record.campaign;
  if (campaign.weight < 1) return base::error("must be at least 1", "weight", "write 1");
  if (campaign.caps.per_contact < 1)
    return base::error("must be at least 1", "caps.per_contact", "write how often a contact may be called");
  for (const auto& window : campaign.windows)
    if (window.open_minute >= window.close_minute || window.close_minute > 1440)
      return base::error("must open before it closes, within one day", "windows",
                         "write minutes of the day, 0 to 1440; split what goes over midnight");
  return {};
}

base::Result<CampaignId> put_rules(sqlite::Connection& db, const CampaignRecord& record) {
  const auto& c = record.campaign;
  return put_row(
      db,
      "INSERT INTO campaigns (id, name, queue_id, entry_point_id, weight, mode, analysis, decide_from_answer,"
      " maximum_analysis, machine, ring_min, ring_max, setup_max, cap_contact, cap_number, cap_number_day,"
      " min_gap, wrap_up_max, wrap_up_required, wrap_up_auto_code_id, hold_max, message,"
      " wrap_up_extension_max, pause, join_by_hand, review_share)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,"
      " $21, $22, $23, $24, $25, $26)"
      " ON CONFLICT (id) DO UPDATE SET name = excluded.name, queue_id = excluded.queue_id,"
      " entry_point_id = excluded.entry_point_id, weight = excluded.weight, mode = excluded.mode,"
      " analysis = excluded.analysis, decide_from_answer = excluded.decide_from_answer,"
      " maximum_analysis = excluded.maximum_analysis, machine = excluded.machine, ring_min = "
      "excluded.ring_min,"
      " ring_max = excluded.ring_max, setup_max = excluded.setup_max, cap_contact = excluded.cap_contact,"
      " cap_number = excluded.cap_number, cap_number_day = excluded.cap_number_day,"
      " min_gap = excluded.min_gap, wrap_up_max = excluded.wrap_up_max,"
      " wrap_up_required = excluded.wrap_up_required, wrap_up_auto_code_id = excluded.wrap_up_auto_code_id,"
      " hold_max = excluded.hold_max, message = excluded.message,"
      " wrap_up_extension_max = excluded.wrap_up_extension_max, pause = excluded.pause,"
      " join_by_hand = excluded.join_by_hand, review_share = excluded.review_share RETURNING id",
      c.id, record.name, c.queue, c.entry_point, c.weight, word(c.mode), c.analysis, c.decide_from_answer,
      c.maximum_analysis, word(c.machine), c.ring_min, c.ring_max, c.setup_max, c.caps.per_contact,
      c.caps.per_number, c.caps.per_number_day, c.caps.min_gap, c.wrap_up_max, c.wrap_up_required,
      c.wrap_up_auto_code, c.hold_max, record.message, c.wrap_up_extension_max, c.pause, c.join_by_hand,
      c.review_share);
}

// One row an outcome, in both tables that are keyed by it.
base::Result<> put_outcome_rules(sqlite::Connection& db, CampaignId id, const dialer::Campaign& campaign) {
  auto done = db.run("DELETE FROM campaign_retries WHERE campaign_id = $1", id);
  if (done) done = db.run("DELETE FROM campaign_outcome_codes WHERE campaign_id = $1", id);
  for (std::size_t i = 0; done && i < dialer::kOutcomes; ++i) {
    const auto& rule = campaign.retry[i];
    const auto outcome = dialer::kOutcomeNames[i];
    done = db.run(
        "INSERT INTO campaign_retries (campaign_id, outcome, what_then, delay, attempts_max)"
        " VALUES ($1, $2, $3, $4, $5)",
        id, outcome, word(rule.then), rule.delay, rule.attempts_max);
    if (done && campaign.system_codes[i])
      done = db.run("INSERT INTO campaign_outcome_codes (campaign_id, outcome, code_id) VALUES ($1, $2, $3)",
                    id, outcome, campaign.system_codes[i]);
  }
  if (!done) return tl::unexpected(worded(done.error()));
  return done;
}

}  // namespace

base::Result<CampaignId> put_campaign(sqlite::Connection& db, const CampaignRecord& record) {
  if (auto ok = judged(record); !ok) return tl::unexpected(ok.error());
  auto id = put_rules(db, record);
  if (!id) return id;
  auto done = put_outcome_rules(db, *id, record.campaign);
  if (done)
    done = put_children(db, *id, "DELETE FROM campaign_lists WHERE campaign_id = $1",
                        "INSERT INTO campaign_lists (campaign_id, position, list_id) VALUES ($1, $2, $3)",
                        record.lists, [](sqlite::Statement& row, ListId list) { row.bind(3, list); });
  if (done)
    done =
        put_children(db, *id, "DELETE FROM campaign_windows WHERE campaign_id = $1",
                     "INSERT INTO campaign_windows (campaign_id, position, days, open_minute, close_minute)"
                     " VALUES ($1, $2, $3, $4, $5)",
                     record.campaign.windows, [](sqlite::Statement& row, const dialer::Window& window) {
                       row.bind(3, std::int64_t{window.days})
                           .bind(4, std::int64_t{window.open_minute})
                           .bind(5, std::int64_t{window.close_minute});
                     });
  if (done)
    done = put_children(db, *id, "DELETE FROM campaign_codes WHERE campaign_id = $1",
                        "INSERT INTO campaign_codes (campaign_id, position, code_id, effect, retry_as)"
                        " VALUES ($1, $2, $3, $4, $5)",
                        record.campaign.codes, [](sqlite::Statement& row, const dialer::CodeRule& rule) {
                          row.bind(3, rule.code).bind(4, word(rule.effect)).bind(5, word(rule.retry_as));
                        });
  if (!done) return tl::unexpected(done.error());
  return id;
}

}  // namespace ziptone::store
