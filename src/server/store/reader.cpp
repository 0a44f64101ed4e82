#include "server/store/reader.hpp"

#include "server/store/reader_rows.hpp"

namespace ziptone::store {
namespace {

constexpr std::string_view kAttempts =
    "SELECT id, campaign_id, contact_id, agent_id, talked_agent_id, trunk_id, entry_point_id, follows, "
    "number,"
    " caller_id, state, outcome, fault, sip_code, q850, network_blocked, local_fault, retry_after, sip_text,"
    " reason, committed_at, placed_at, rang_at, answered_at, merged_at, ended_at, message_left"
    " FROM attempts a";

AttemptView attempt_row(sqlite::Statement& row) {
  AttemptView view;
  view.id = row.id<AttemptId>(0);
  view.campaign = row.id<CampaignId>(1);
  view.contact = row.id<ContactId>(2);
  view.agent = row.id<AgentId>(3);
  view.talked = row.id<AgentId>(4);
  view.trunk = row.id<TrunkId>(5);
  view.entry_point = row.id<EntryPointId>(6);
  view.follows = row.id<AttemptId>(7);
  view.number = row.text(8);
  view.caller_id = row.text(9);
  view.state = row.text(10);
  view.outcome = from_word<dialer::Outcome>(row.text(11));
  view.fault = from_word<dialer::Fault>(row.text(12));
  view.facts.code = static_cast<std::uint16_t>(row.integer(13));
  view.facts.q850 = static_cast<std::uint8_t>(row.integer(14));
  view.facts.network_blocked = row.integer(15) != 0;
  view.facts.local = from_word<dialer::SipFacts::Local>(row.text(16));
  view.facts.retry_after = Duration{row.integer(17)};
  view.facts.text = row.text(18);
  view.reason = row.text(19);
  view.committed_at = row.time(20);
  view.placed_at = row.time(21);
  view.rang_at = row.time(22);
  view.answered_at = row.time(23);
  view.merged_at = row.time(24);
  view.ended_at = row.time(25);
  view.message_left = row.integer(26) != 0;
  return view;
}

base::Result<> add_wrap_ups(sqlite::Connection& db, std::vector<AttemptView>& attempts) {
  for (AttemptView& view : attempts) {
    auto done = db.each(
        "SELECT agent_id, code_id, by_timer, correction, at FROM wrap_ups WHERE attempt_id = $1 ORDER BY id",
        [&](sqlite::Statement& row) {
          view.wrap_ups.push_back(
              {row.id<AgentId>(0), row.id<CodeId>(1), row.integer(2) != 0, row.integer(3) != 0, row.time(4)});
        },
        view.id);
    if (!done) return done;
  }
  return {};
}

// A filter as SQL over `attempts a`, with its values in the order of its parameters.
struct Where {
  struct Value {
    std::int64_t number = 0;
    std::string text = {};
    bool is_text = false;
  };
  std::string sql;
  std::vector<Value> values;

  void add(std::string_view condition, std::int64_t value, std::string_view end = {}) {
    add(condition, Value{value}, end);
  }
  void add_text(std::string_view condition, std::string value) {
    add(condition, Value{0, std::move(value), true}, {});
  }
  void add(std::string_view condition, Value value, std::string_view end) {
    values.push_back(std::move(value));
    sql += (values.size() == 1 ? " WHERE " : " AND ") + std::string(condition) + " $" +
           std::to_string(values.size()) + std::string(end);
  }
  explicit Where(const AttemptFilter& filter) {
    const auto key = [](auto id) { return static_cast<std::int64_t>(id.value); };
    if (filter.contact) add("a.contact_id =", key(filter.contact));
    if (filter.agent) add("a.talked_agent_id =", key(filter.agent));
    if (filter.campaign) add("a.campaign_id =", key(filter.campaign));
    if (filter.from != WallTime{}) add("a.committed_at >=", base::micros(filter.from));
    if (filter.until != WallTime{}) add("a.committed_at <", base::micros(filter.until));
    if (filter.outcome) add_text("a.outcome =", std::string{dialer::name(*filter.outcome)});
    if (!filter.number.empty()) add_text("a.number =", filter.number);
    if (filter.code)
      add("a.id IN (SELECT w.attempt_id FROM wrap_ups w WHERE w.id = (SELECT max(l.id) FROM wrap_ups l WHERE"
          " l.attempt_id = w.attempt_id) AND w.code_id =",
          key(filter.code), ")");
    if (filter.supervisor)
      add("a.agent_id IN (SELECT t.agent_id FROM agent_teams t JOIN user_teams u ON u.team_id = t.team_id"
          " WHERE u.user_id =",
          static_cast<std::int64_t>(*filter.supervisor), ")");
  }
};

// `sql` with the values of `where`, row by row.
template <class EachRow>
base::Result<> each_where(sqlite::Connection& db, const std::string& sql, const Where& where,
                          EachRow each_row) {
  sqlite::Use use = db.cached(sql);
  int parameter = 0;
  for (const Where::Value& value : where.values)
    value.is_text ? use->bind(++parameter, value.text) : use->bind(++parameter, value.number);
  for (;;) {
    const auto more = use->step();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return {};
    each_row(*use);
  }
}

}  // namespace

ContactView contact_row(sqlite::Statement& row) {
  ContactView view;
  view.id = row.id<ContactId>(0);
  view.list = row.id<ListId>(1);
  view.key = row.text(2);
  view.name = row.text(3);
  view.fields = row.text(4);
  view.phase = from_word<dialer::event::ContactPhase>(row.text(5));
  view.reason = row.text(6);
  view.next_at = row.time(7);
  view.callback_agent = row.id<AgentId>(8);
  view.number = static_cast<std::uint8_t>(row.integer(9));
  view.attempts = static_cast<std::uint8_t>(row.integer(10));
  return view;
}

base::Result<> add_numbers(sqlite::Connection& db, std::vector<ContactView>& contacts) {
  for (ContactView& view : contacts) {
    auto done = db.each(
        "SELECT number, type, country, zones, barred FROM numbers WHERE id >= $1 AND id < $1 + 10 ORDER BY "
        "id",
        [&](sqlite::Statement& row) {
          view.numbers.push_back({std::string(row.text(0)), std::string(row.text(1)),
                                  std::string(row.text(2)), std::string(row.text(3)),
                                  std::string(row.text(4))});
        },
        view.id.value * 10);
    if (!done) return done;
  }
  return {};
}

EventRow event_row(sqlite::Statement& row) {
  EventRow one;
  one.sequence = static_cast<std::uint64_t>(row.integer(0));
  one.at = row.time(1);
  one.machine = row.text(2);
  one.id = static_cast<std::uint64_t>(row.integer(3));
  one.from = row.text(4);
  one.event = row.text(5);
  one.to = row.text(6);
  one.campaign = row.id<CampaignId>(7);
  one.agent = row.id<AgentId>(8);
  one.attempt = row.id<AttemptId>(9);
  one.contact = row.id<ContactId>(10);
  one.outcome = from_word<dialer::Outcome>(row.text(11));
  return one;
}

base::Result<Reader> Reader::open(const std::string& database, const std::string& vfs) {
  auto connection = sqlite::Connection::open(database, {.read_only = true, .vfs = vfs});
  if (!connection) return tl::unexpected(connection.error());
  return Reader(std::move(*connection));
}

base::Result<std::optional<ContactView>> Reader::contact(ContactId id) {
  std::vector<ContactView> found;
  auto done = db_.each(
      std::string(kContacts) + " WHERE id = $1",
      [&](sqlite::Statement& row) { found.push_back(contact_row(row)); }, id);
  if (done) done = add_numbers(db_, found);
  if (!done) return tl::unexpected(done.error());
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

base::Result<std::vector<ContactView>> Reader::contacts(ListId list, ContactId after, std::size_t limit) {
  std::vector<ContactView> found;
  auto done = db_.each(
      std::string(kContacts) + " WHERE list_id = $1 AND id > $2 ORDER BY id LIMIT $3",
      [&](sqlite::Statement& row) { found.push_back(contact_row(row)); }, list, after.value, limit);
  if (done) done = add_numbers(db_, found);
  return result(done, found);
}

base::Result<std::optional<AttemptView>> Reader::attempt(AttemptId id) {
  std::vector<AttemptView> found;
  auto done = db_.each(
      std::string(kAttempts) + " WHERE a.id = $1",
      [&](sqlite::Statement& row) { found.push_back(attempt_row(row)); }, id);
  if (done) done = add_wrap_ups(db_, found);
  if (!done) return tl::unexpected(done.error());
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

base::Result<std::vector<AttemptView>> Reader::attempts(const AttemptFilter& filter, AttemptId before,
                                                        std::size_t limit) {
  std::vector<AttemptView> found;
  Where where(filter);
  if (before) where.add("a.id <", static_cast<std::int64_t>(before.value));
  where.values.push_back({static_cast<std::int64_t>(limit)});
  const std::string sql = std::string(kAttempts) + where.sql + " ORDER BY a.id DESC LIMIT $" +
                          std::to_string(where.values.size());
  auto done = each_where(db_, sql, where, [&](sqlite::Statement& row) { found.push_back(attempt_row(row)); });
  if (done) done = add_wrap_ups(db_, found);
  return result(done, found);
}

base::Result<std::vector<EventRow>> Reader::rows(std::uint64_t after_sequence, std::size_t limit) {
  std::vector<EventRow> found;
  auto done = db_.each(
      std::string(kEventRows) + " WHERE sequence > $1 ORDER BY sequence LIMIT $2",
      [&](sqlite::Statement& row) { found.push_back(event_row(row)); }, after_sequence, limit);
  return result(done, found);
}

base::Result<std::vector<EventRow>> Reader::rows_of(AttemptId attempt) {
  std::vector<EventRow> found;
  auto done = db_.each(
      std::string(kEventRows) + " WHERE attempt_id = $1 ORDER BY sequence",
      [&](sqlite::Statement& row) { found.push_back(event_row(row)); }, attempt);
  return result(done, found);
}

base::Result<std::uint64_t> Reader::last_sequence() {
  std::uint64_t last = 0;
  auto done = db_.each("SELECT coalesce(max(sequence), 0) FROM event_rows",
                       [&](sqlite::Statement& row) { last = static_cast<std::uint64_t>(row.integer(0)); });
  return result(done, last);
}

base::Result<std::map<dialer::Outcome, std::uint64_t>> Reader::outcome_counts(const AttemptFilter& filter) {
  std::map<dialer::Outcome, std::uint64_t> counts;
  const Where where(filter);
  auto done = each_where(db_, "SELECT outcome, count(*) FROM attempts a" + where.sql + " GROUP BY outcome",
                         where, [&](sqlite::Statement& row) {
                           const auto outcome = from_word<dialer::Outcome>(row.text(0));
                           if (outcome != dialer::Outcome::none)
                             counts[outcome] = static_cast<std::uint64_t>(row.integer(1));
                         });
  return result(done, counts);
}

base::Result<std::map<dialer::event::ContactPhase, std::uint64_t>> Reader::phase_counts(ListId list) {
  std::map<dialer::event::ContactPhase, std::uint64_t> counts;
  auto done = db_.each(
      "SELECT phase, count(*) FROM contacts WHERE list_id = $1 GROUP BY phase",
      [&](sqlite::Statement& row) {
        counts[from_word<dialer::event::ContactPhase>(row.text(0))] =
            static_cast<std::uint64_t>(row.integer(1));
      },
      list);
  return result(done, counts);
}

base::Result<std::map<CodeId, std::uint64_t>> Reader::code_counts(const AttemptFilter& filter) {
  std::map<CodeId, std::uint64_t> counts;
  const Where where(filter);
  // In force is the last one given: a correction stands for what it corrects.
  auto done = each_where(db_,
                         "SELECT w.code_id, count(*) FROM attempts a JOIN wrap_ups w ON w.id ="
                         " (SELECT max(l.id) FROM wrap_ups l WHERE l.attempt_id = a.id)" +
                             where.sql + " GROUP BY w.code_id",
                         where, [&](sqlite::Statement& row) {
                           counts[row.id<CodeId>(0)] = static_cast<std::uint64_t>(row.integer(1));
                         });
  return result(done, counts);
}

}  // namespace ziptone::store
