// Webhooks and what they are told: the durable outbox. News are read from the record (event rows, wrap-ups,
// notes), so that the writer's hot path knows nothing of them. The writers run on the store's thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "server/store/sqlite.hpp"

namespace ziptone::store {

enum class WebhookEvent : std::uint8_t { attempt_ended, wrap_up, guide_submitted, test };
inline constexpr std::array<std::string_view, 4> kWebhookEvents = {"attempt_ended", "wrap_up",
                                                                   "guide_submitted", "test"};
enum class DeliveryState : std::uint8_t { waiting, delivered, failed };
inline constexpr std::array<std::string_view, 3> kDeliveryStates = {"waiting", "delivered", "failed"};

// How far the record was read.
struct WebhookPlace {
  std::int64_t row = 0, wrap_up = 0, note = 0;
};
struct WebhookRecord {
  std::uint64_t id = 0;
  std::string name;  // unique
  std::string url;   // http or https
  std::string secret;
  std::vector<WebhookEvent> events;
  bool enabled = true;
  WebhookPlace place;  // ignored by put_webhook
};
struct WebhookNews {
  WebhookEvent event = WebhookEvent::test;
  base::AttemptId attempt;
  base::WallTime at{};
};
struct DeliveryRecord {
  std::uint64_t id = 0;
  std::uint64_t webhook = 0;
  std::string key;
  WebhookEvent event = WebhookEvent::test;
  base::AttemptId attempt;  // 0: of a test
  std::string body;         // JSON
  base::WallTime at{};
  DeliveryState state = DeliveryState::waiting;
  std::uint32_t tries = 0;
  base::WallTime next_at{};  // of a waiting one
  int status = 0;            // HTTP's of the last try; 0: no answer
  std::string error;         // of the last try; empty: none
};

// By its name. What it is told from now on is what happens from now on; of events that it had already,
// nothing is left out.
base::Result<bool> put_webhook(sqlite::Connection& db, const WebhookRecord& record);
// With its deliveries. False: there is none of that name.
base::Result<bool> remove_webhook(sqlite::Connection& db, const std::string& name);
// The news of one webhook up to a place of its record; nothing when it has gone meanwhile.
base::Result<bool> add_deliveries(sqlite::Connection& db, std::uint64_t webhook, const WebhookPlace& place,
                                  const std::vector<DeliveryRecord>& deliveries);
base::Result<bool> add_delivery(sqlite::Connection& db, const DeliveryRecord& delivery);  // of its webhook
// What became of a try.
base::Result<bool> save_try(sqlite::Connection& db, const DeliveryRecord& delivery);
// Waiting again, from its first try on. False: the webhook has no such delivery.
base::Result<bool> deliver_again(sqlite::Connection& db, std::uint64_t webhook, std::uint64_t delivery,
                                 base::WallTime now);
// Some of those that wait no more and are older than this.
base::Result<bool> forget_deliveries(sqlite::Connection& db, base::WallTime before);

// Reads on a connection of its own; used by one thread at a time.
class Webhooks {
 public:
  static base::Result<Webhooks> open(const std::string& database);
  base::Result<std::vector<WebhookRecord>> all();  // by name
  // At most about `limit` news of one webhook behind its place, which moves; nothing: all is told.
  base::Result<std::vector<WebhookNews>> news(const WebhookRecord& webhook, std::size_t limit,
                                              WebhookPlace& place);
  // Waiting and due, the longest due first.
  base::Result<std::vector<DeliveryRecord>> due(std::uint64_t webhook, base::WallTime now, std::size_t limit);
  // When the next one is due; zero: none waits.
  base::Result<base::WallTime> next_due(std::uint64_t webhook, base::WallTime after);
  // The newest first: `before` is the last id seen, 0 = from the newest.
  base::Result<std::vector<DeliveryRecord>> deliveries(std::uint64_t webhook,
                                                       std::optional<DeliveryState> state,
                                                       std::uint64_t before, std::size_t limit);

 private:
  explicit Webhooks(sqlite::Connection db) : db_(std::move(db)) {}
  sqlite::Connection db_;
};

}  // namespace ziptone::store
