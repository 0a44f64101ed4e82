#include "server/store/catalog_rows.hpp"

#include <algorithm>
#include <unordered_map>

#include "server/store/words.hpp"

namespace ziptone::store {
namespace {

// Calls `row` with the record whose id stands in column 0, for a child table read in the order of its
// positions. `id_of` gives a record's id.
template <class Record, class IdOf, class Row>
base::Result<> children(sqlite::Connection& db, std::string_view sql, std::vector<Record>& records,
                        IdOf id_of, Row row) {
  std::unordered_map<std::uint64_t, Record*> by_id;
  for (Record& record : records) by_id[id_of(record)] = &record;
  return db.each(sql, [&](sqlite::Statement& child) {
    row(*by_id.at(static_cast<std::uint64_t>(child.integer(0))), child);
  });
}

template <class Record>
base::Result<std::vector<Record>> result(base::Result<> done, std::vector<Record>& records) {
  if (!done) return tl::unexpected(done.error());
  return std::move(records);
}

base::Result<> campaign_children(sqlite::Connection& db, std::vector<CampaignRecord>& records) {
  const auto id_of = [](const CampaignRecord& record) { return record.campaign.id.value; };
  auto done = children(
      db, "SELECT campaign_id, list_id FROM campaign_lists ORDER BY campaign_id, position", records, id_of,
      [](CampaignRecord& record, sqlite::Statement& row) { record.lists.push_back(row.id<ListId>(1)); });
  if (done)
    done = children(db,
                    "SELECT campaign_id, days, open_minute, close_minute FROM campaign_windows"
                    " ORDER BY campaign_id, position",
                    records, id_of, [](CampaignRecord& record, sqlite::Statement& row) {
                      record.campaign.windows.push_back({static_cast<std::uint8_t>(row.integer(1)),
                                                         static_cast<std::uint16_t>(row.integer(2)),
                                                         static_cast<std::uint16_t>(row.integer(3))});
                    });
  if (done)
    done = children(db, "SELECT campaign_id, outcome, what_then, delay, attempts_max FROM campaign_retries",
                    records, id_of, [](CampaignRecord& record, sqlite::Statement& row) {
                      const auto outcome = from_word<dialer::Outcome>(row.text(1));
                      record.campaign.retry[static_cast<std::size_t>(outcome)] = {
                          from_word<dialer::RetryRule::Then>(row.text(2)), Duration{row.integer(3)},
                          static_cast<std::uint8_t>(row.integer(4))};
                    });
  if (done)
    done = children(db, "SELECT campaign_id, outcome, code_id FROM campaign_outcome_codes", records, id_of,
                    [](CampaignRecord& record, sqlite::Statement& row) {
                      const auto outcome = from_word<dialer::Outcome>(row.text(1));
                      record.campaign.system_codes[static_cast<std::size_t>(outcome)] = row.id<CodeId>(2);
                    });
  if (done)
    done = children(db,
                    "SELECT campaign_id, code_id, effect, retry_as FROM campaign_codes"
                    " ORDER BY campaign_id, position",
                    records, id_of, [](CampaignRecord& record, sqlite::Statement& row) {
                      record.campaign.codes.push_back({row.id<CodeId>(1),
                                                       from_word<dialer::CodeRule::Effect>(row.text(2)),
                                                       from_word<dialer::Outcome>(row.text(3))});
                    });
  return done;
}

CampaignRecord campaign_row(sqlite::Statement& row) {
  CampaignRecord record;
  auto& campaign = record.campaign;
  int column = 0;
  const auto next = [&] { return row.integer(column++); };
  const auto next_text = [&] { return row.text(column++); };
  campaign.id = {static_cast<std::uint64_t>(next())};
  record.name = next_text();
  record.state = next_text();
  campaign.queue = {static_cast<std::uint64_t>(next())};
  campaign.entry_point = {static_cast<std::uint64_t>(next())};
  campaign.weight = static_cast<std::uint32_t>(next());
  campaign.mode = from_word<dialer::ConnectionMode>(next_text());
  campaign.analysis = next() != 0;
  campaign.decide_from_answer = next() != 0;
  campaign.maximum_analysis = Duration{next()};
  campaign.machine = from_word<dialer::MachineTreatment>(next_text());
  campaign.ring_min = Duration{next()};
  campaign.ring_max = Duration{next()};
  campaign.setup_max = Duration{next()};
  campaign.caps.per_contact = static_cast<std::uint8_t>(next());
  campaign.caps.per_number = static_cast<std::uint8_t>(next());
  campaign.caps.per_number_day = static_cast<std::uint8_t>(next());
  campaign.caps.min_gap = Duration{next()};
  campaign.wrap_up_max = Duration{next()};
  campaign.wrap_up_required = next() != 0;
  campaign.wrap_up_auto_code = {static_cast<std::uint64_t>(next())};
  campaign.hold_max = Duration{next()};
  record.message = next_text();
  campaign.wrap_up_extension_max = Duration{next()};
  campaign.pause = Duration{next()};
  campaign.join_by_hand = next() != 0;
  campaign.review_share = static_cast<std::uint8_t>(next());
  campaign.windows.clear();
  return record;
}

}  // namespace

base::Result<std::vector<TrunkRecord>> all_trunks(sqlite::Connection& db) {
  std::vector<TrunkRecord> records;
  auto done = db.each(
      "SELECT id, name, cps, channels, settings FROM trunks ORDER BY id", [&](sqlite::Statement& row) {
        records.push_back({{row.id<TrunkId>(0), row.real(2), static_cast<std::uint32_t>(row.integer(3))},
                           std::string(row.text(1)),
                           std::string(row.text(4))});
      });
  return result(std::move(done), records);
}

base::Result<std::vector<EntryPointRecord>> all_entry_points(sqlite::Connection& db) {
  std::vector<EntryPointRecord> records;
  const auto id_of = [](const EntryPointRecord& record) { return record.entry_point.id.value; };
  auto done = db.each("SELECT id, name FROM entry_points ORDER BY id", [&](sqlite::Statement& row) {
    records.push_back({{row.id<EntryPointId>(0), {}}, std::string(row.text(1)), {}});
  });
  if (done)
    done = children(
        db, "SELECT entry_point_id, trunk_id FROM entry_point_trunks ORDER BY entry_point_id, position",
        records, id_of, [](EntryPointRecord& record, sqlite::Statement& row) {
          record.entry_point.trunks.push_back(row.id<TrunkId>(1));
        });
  if (done)
    done = children(
        db, "SELECT entry_point_id, number FROM entry_point_caller_ids ORDER BY entry_point_id, position",
        records, id_of, [](EntryPointRecord& record, sqlite::Statement& row) {
          record.caller_ids.emplace_back(row.text(1));
        });
  return result(std::move(done), records);
}

base::Result<std::vector<QueueRecord>> all_queues(sqlite::Connection& db) {
  std::vector<QueueRecord> records;
  auto done = db.each("SELECT id, name FROM queues ORDER BY id", [&](sqlite::Statement& row) {
    records.push_back({{row.id<QueueId>(0), {}}, std::string(row.text(1))});
  });
  if (done)
    done = children(
        db, "SELECT queue_id, team_id FROM queue_teams ORDER BY queue_id, position", records,
        [](const QueueRecord& record) { return record.queue.id.value; },
        [](QueueRecord& record, sqlite::Statement& row) { record.queue.teams.push_back(row.id<TeamId>(1)); });
  return result(std::move(done), records);
}

base::Result<std::vector<AgentRecord>> all_agents(sqlite::Connection& db) {
  std::vector<AgentRecord> records;
  auto done = db.each(
      "SELECT id, sign_in, name, password_hash, leg_mode, sip_user, sip_password, sip_address, enabled"
      " FROM agents ORDER BY id",
      [&](sqlite::Statement& row) {
        AgentRecord record;
        record.agent.id = row.id<AgentId>(0);
        record.sign_in = row.text(1);
        record.name = row.text(2);
        record.password_hash = row.text(3);
        record.agent.leg_mode = from_word<dialer::LegMode>(row.text(4));
        record.sip_user = row.text(5);
        record.sip_password = row.text(6);
        record.sip_address = row.text(7);
        record.enabled = row.integer(8) != 0;
        records.push_back(std::move(record));
      });
  if (done)
    done = children(
        db, "SELECT agent_id, team_id FROM agent_teams ORDER BY agent_id, position", records,
        [](const AgentRecord& record) { return record.agent.id.value; },
        [](AgentRecord& record, sqlite::Statement& row) { record.agent.teams.push_back(row.id<TeamId>(1)); });
  return result(std::move(done), records);
}

base::Result<std::vector<CampaignRecord>> all_campaigns(sqlite::Connection& db) {
  std::vector<CampaignRecord> records;
  auto done = db.each(
      "SELECT id, name, state, queue_id, entry_point_id, weight, mode, analysis, decide_from_answer,"
      " maximum_analysis, machine, ring_min, ring_max, setup_max, cap_contact, cap_number, cap_number_day,"
      " min_gap, wrap_up_max, wrap_up_required, wrap_up_auto_code_id, hold_max, message, "
      "wrap_up_extension_max, pause, join_by_hand, review_share"
      " FROM campaigns ORDER BY id",
      [&](sqlite::Statement& row) { records.push_back(campaign_row(row)); });
  if (done) done = campaign_children(db, records);
  return result(std::move(done), records);
}

}  // namespace ziptone::store
