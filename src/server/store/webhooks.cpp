#include "server/store/webhooks.hpp"

#include <algorithm>

#include "server/store/words.hpp"

namespace ziptone::store {

template <>
struct Words<WebhookEvent> {
  static constexpr const auto& all = kWebhookEvents;
};
template <>
struct Words<DeliveryState> {
  static constexpr const auto& all = kDeliveryStates;
};

namespace {

constexpr std::string_view kDeliveries =
    "SELECT id, webhook_id, key, event, attempt_id, body, at, state, tries, next_at, status, error"
    " FROM webhook_deliveries";
constexpr std::int64_t kForgetPiece = 200;

DeliveryRecord delivery_row(sqlite::Statement& row) {
  DeliveryRecord one;
  one.id = static_cast<std::uint64_t>(row.integer(0));
  one.webhook = static_cast<std::uint64_t>(row.integer(1));
  one.key = row.text(2);
  one.event = from_word<WebhookEvent>(row.text(3));
  one.attempt = row.id<base::AttemptId>(4);
  one.body = row.text(5);
  one.at = row.time(6);
  one.state = from_word<DeliveryState>(row.text(7));
  one.tries = static_cast<std::uint32_t>(row.integer(8));
  one.next_at = row.time(9);
  one.status = static_cast<int>(row.integer(10));
  one.error = row.text(11);
  return one;
}

std::string joined(const std::vector<WebhookEvent>& events) {
  std::string text;
  for (const WebhookEvent event : events) text += (text.empty() ? "" : ",") + std::string{word(event)};
  return text;
}

std::vector<WebhookEvent> split(std::string_view text) {
  std::vector<WebhookEvent> events;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (const auto event = try_from_word<WebhookEvent>(text.substr(0, comma))) events.push_back(*event);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return events;
}

WebhookRecord webhook_row(sqlite::Statement& row) {
  WebhookRecord one;
  one.id = static_cast<std::uint64_t>(row.integer(0));
  one.name = row.text(1);
  one.url = row.text(2);
  one.secret = row.text(3);
  one.events = split(row.text(4));
  one.enabled = row.integer(5) != 0;
  one.place = {row.integer(6), row.integer(7), row.integer(8)};
  return one;
}

constexpr std::string_view kWebhooks =
    "SELECT id, name, url, secret, events, enabled, after_row, after_wrap_up, after_note FROM webhooks";

bool wants(const WebhookRecord& webhook, WebhookEvent event) {
  return std::find(webhook.events.begin(), webhook.events.end(), event) != webhook.events.end();
}

base::Result<std::int64_t> newest(sqlite::Connection& db, const std::string& table, const std::string& id) {
  std::int64_t last = 0;
  auto done = db.each("SELECT coalesce(max(" + id + "), 0) FROM " + table,
                      [&](sqlite::Statement& row) { last = row.integer(0); });
  if (!done) return tl::unexpected(done.error());
  return last;
}

}  // namespace

base::Result<bool> put_webhook(sqlite::Connection& db, const WebhookRecord& record) {
  std::optional<WebhookRecord> known;
  auto done = db.each(
      std::string{kWebhooks} + " WHERE name = $1", [&](sqlite::Statement& row) { known = webhook_row(row); },
      record.name);
  if (!done) return tl::unexpected(done.error());
  const auto row = newest(db, "event_rows", "sequence");
  const auto wrap_up = newest(db, "wrap_ups", "id");
  const auto note = newest(db, "webhook_notes", "id");
  if (!row) return tl::unexpected(row.error());
  if (!wrap_up) return tl::unexpected(wrap_up.error());
  if (!note) return tl::unexpected(note.error());
  // The place of one that is told moves with every row, whatever it wants.
  const WebhookPlace place = known && known->enabled ? known->place : WebhookPlace{*row, *wrap_up, *note};
  done = db.run(
      "INSERT INTO webhooks (name, url, secret, events, enabled, after_row, after_wrap_up, after_note)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (name) DO UPDATE SET url = excluded.url,"
      " secret = excluded.secret, events = excluded.events, enabled = excluded.enabled,"
      " after_row = excluded.after_row, after_wrap_up = excluded.after_wrap_up,"
      " after_note = excluded.after_note",
      record.name, record.url, record.secret, joined(record.events), record.enabled, place.row, place.wrap_up,
      place.note);
  if (!done) return tl::unexpected(done.error());
  return true;
}

base::Result<bool> remove_webhook(sqlite::Connection& db, const std::string& name) {
  auto done = db.run("DELETE FROM webhooks WHERE name = $1", name);
  if (!done) return tl::unexpected(done.error());
  return db.changes() == 1;
}

base::Result<bool> add_deliveries(sqlite::Connection& db, std::uint64_t webhook, const WebhookPlace& place,
                                  const std::vector<DeliveryRecord>& deliveries) {
  auto done = db.run("UPDATE webhooks SET after_row = $2, after_wrap_up = $3, after_note = $4 WHERE id = $1",
                     static_cast<std::int64_t>(webhook), place.row, place.wrap_up, place.note);
  if (!done) return tl::unexpected(done.error());
  if (db.changes() == 0) return false;
  for (const DeliveryRecord& one : deliveries)
    if (auto added = add_delivery(db, one); !added) return added;
  return true;
}

base::Result<bool> add_delivery(sqlite::Connection& db, const DeliveryRecord& d) {
  auto done = db.run(
      "INSERT INTO webhook_deliveries (webhook_id, key, event, attempt_id, body, at, state, tries, next_at,"
      " status, error) VALUES ($1, $2, $3, $4, $5, $6, 'waiting', 0, $6, 0, '')",
      static_cast<std::int64_t>(d.webhook), d.key, word(d.event), d.attempt, d.body, d.at);
  if (!done) return tl::unexpected(done.error());
  return true;
}

base::Result<bool> save_try(sqlite::Connection& db, const DeliveryRecord& d) {
  auto done = db.run(
      "UPDATE webhook_deliveries SET state = $2, tries = $3, next_at = $4, status = $5, error = $6"
      " WHERE id = $1",
      static_cast<std::int64_t>(d.id), word(d.state), d.tries, d.next_at, d.status, d.error);
  if (!done) return tl::unexpected(done.error());
  return db.changes() == 1;
}

base::Result<bool> deliver_again(sqlite::Connection& db, std::uint64_t webhook, std::uint64_t delivery,
                                 base::WallTime now) {
  // Its age counts from now on, or it would be given up at once.
  auto done = db.run(
      "UPDATE webhook_deliveries SET state = 'waiting', tries = 0, at = $3, next_at = $3, error = ''"
      " WHERE id = $1 AND webhook_id = $2",
      static_cast<std::int64_t>(delivery), static_cast<std::int64_t>(webhook), now);
  if (!done) return tl::unexpected(done.error());
  return db.changes() == 1;
}

base::Result<bool> forget_deliveries(sqlite::Connection& db, base::WallTime before) {
  auto done = db.run(
      "DELETE FROM webhook_deliveries WHERE id IN (SELECT id FROM webhook_deliveries"
      " WHERE state <> 'waiting' AND at < $1 ORDER BY at LIMIT $2)",
      before, kForgetPiece);
  if (!done) return tl::unexpected(done.error());
  return db.changes() > 0;
}

base::Result<Webhooks> Webhooks::open(const std::string& database) {
  sqlite::Connection::Options options;
  options.read_only = true;
  auto db = sqlite::Connection::open(database, options);
  if (!db) return tl::unexpected(db.error());
  return Webhooks{std::move(*db)};
}

base::Result<std::vector<WebhookRecord>> Webhooks::all() {
  std::vector<WebhookRecord> found;
  auto done = db_.each(std::string{kWebhooks} + " ORDER BY name",
                       [&](sqlite::Statement& row) { found.push_back(webhook_row(row)); });
  if (!done) return tl::unexpected(done.error());
  return found;
}

base::Result<std::vector<WebhookNews>> Webhooks::news(const WebhookRecord& webhook, std::size_t limit,
                                                      WebhookPlace& place) {
  std::vector<WebhookNews> found;
  place = webhook.place;
  const auto take = [&](std::int64_t& at, sqlite::Statement& row, bool wanted, WebhookEvent event) {
    at = row.integer(0);
    if (wanted) found.push_back({event, row.id<base::AttemptId>(1), row.time(2)});
  };
  // Most rows end no attempt, and are looked at only.
  auto done = db_.each(
      "SELECT sequence, machine_id, at, machine = 'call' AND outcome <> 'none' FROM event_rows"
      " WHERE sequence > $1 ORDER BY sequence LIMIT $2",
      [&](sqlite::Statement& row) {
        take(place.row, row, row.integer(3) != 0 && wants(webhook, WebhookEvent::attempt_ended),
             WebhookEvent::attempt_ended);
      },
      place.row, 4 * limit);
  if (done)
    done = db_.each(
        "SELECT id, attempt_id, at FROM wrap_ups WHERE id > $1 ORDER BY id LIMIT $2",
        [&](sqlite::Statement& row) {
          take(place.wrap_up, row, wants(webhook, WebhookEvent::wrap_up), WebhookEvent::wrap_up);
        },
        place.wrap_up, limit);
  if (done)
    done = db_.each(
        "SELECT id, attempt_id, at, event FROM webhook_notes WHERE id > $1 ORDER BY id LIMIT $2",
        [&](sqlite::Statement& row) {
          const auto event = from_word<WebhookEvent>(row.text(3));
          take(place.note, row, wants(webhook, event), event);
        },
        place.note, limit);
  if (!done) return tl::unexpected(done.error());
  return found;
}

base::Result<std::vector<DeliveryRecord>> Webhooks::due(std::uint64_t webhook, base::WallTime now,
                                                        std::size_t limit) {
  std::vector<DeliveryRecord> found;
  auto done = db_.each(
      std::string{kDeliveries} +
          " WHERE webhook_id = $1 AND state = 'waiting' AND next_at <= $2"
          " ORDER BY next_at LIMIT $3",
      [&](sqlite::Statement& row) { found.push_back(delivery_row(row)); }, static_cast<std::int64_t>(webhook),
      now, limit);
  if (!done) return tl::unexpected(done.error());
  return found;
}

base::Result<base::WallTime> Webhooks::next_due(std::uint64_t webhook, base::WallTime after) {
  base::WallTime at{};
  auto done = db_.each(
      "SELECT coalesce(min(next_at), 0) FROM webhook_deliveries WHERE webhook_id = $1 AND state = 'waiting'"
      " AND next_at > $2",
      [&](sqlite::Statement& row) { at = row.time(0); }, static_cast<std::int64_t>(webhook), after);
  if (!done) return tl::unexpected(done.error());
  return at;
}

base::Result<std::vector<DeliveryRecord>> Webhooks::deliveries(std::uint64_t webhook,
                                                               std::optional<DeliveryState> state,
                                                               std::uint64_t before, std::size_t limit) {
  std::vector<DeliveryRecord> found;
  auto done = db_.each(
      std::string{kDeliveries} +
          " WHERE webhook_id = $1 AND id < $2 AND ($3 = '' OR state = $3)"
          " ORDER BY id DESC LIMIT $4",
      [&](sqlite::Statement& row) { found.push_back(delivery_row(row)); }, static_cast<std::int64_t>(webhook),
      before == 0 ? INT64_MAX : static_cast<std::int64_t>(before), state ? word(*state) : std::string_view{},
      limit);
  if (!done) return tl::unexpected(done.error());
  return found;
}

}  // namespace ziptone::store
