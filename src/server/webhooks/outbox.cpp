#include "server/webhooks/outbox.hpp"

#include <algorithm>
#include <array>

#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <spdlog/spdlog.h>

#include "base/check.hpp"

namespace ziptone::webhooks {
namespace {

constexpr std::size_t kAtATime = 8;  // deliveries of one webhook on their way
constexpr std::size_t kNewsPiece = 250;
constexpr std::int64_t kRowsUnwritten = 1000;                // at most what one piece reads
constexpr base::Duration kGather = base::milliseconds{100};  // news that come together are read together
constexpr base::Duration kLookMax = base::seconds{60};
constexpr base::Duration kFirstPause = base::seconds{5};
constexpr base::Duration kPauseMax = base::seconds{3600};
constexpr base::Duration kGivenUp = base::seconds{24 * 3600};
constexpr base::Duration kForgotten = base::seconds{30 * 24 * 3600};

std::string hex(const unsigned char* bytes, std::size_t count) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += {kHex[bytes[i] >> 4], kHex[bytes[i] & 15]};
  return text;
}

}  // namespace

std::string new_key() {
  std::array<unsigned char, 16> bytes{};
  VERIFY(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
  return hex(bytes.data(), bytes.size());
}

std::string signature(const std::string& secret, base::WallTime at, const std::string& body) {
  const std::string time = std::to_string(base::micros(at) / 1'000'000);
  const std::string text = time + "." + body;
  std::array<unsigned char, 32> mac{};
  unsigned int size = 0;
  VERIFY(HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
              reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(),
              &size) != nullptr);
  return "t=" + time + ",v1=" + hex(mac.data(), size);
}

base::Duration pause_after(std::uint32_t tries) {
  base::Duration pause = kFirstPause;
  for (std::uint32_t i = 1; i < tries && pause < kPauseMax; ++i) pause *= 2;
  return std::min(pause, kPauseMax);
}

Outbox::Outbox(store::Store& store, store::Webhooks reader, Render render, Clock clock, bool allow_private)
    : store_(store),
      reader_(std::move(reader)),
      render_(std::move(render)),
      clock_(std::move(clock)),
      sender_(allow_private) {}

Outbox::~Outbox() { stop(); }

void Outbox::start() { changed(); }

void Outbox::stop() { sender_.stop(); }

void Outbox::touch() {
  if (!active_ || looking_.exchange(true)) return;
  sender_.run([this] { look_again_at(clock_() + kGather); });
}

void Outbox::changed() {
  sender_.run([this] { look(); });
}

// Sooner than what was planned, or not at all.
void Outbox::look_again_at(base::WallTime at) {
  const base::WallTime now = clock_();
  if (next_look_ > now && next_look_ <= at) return;
  next_look_ = at;
  sender_.run_after(std::max(at - now, base::Duration::zero()), [this] { look(); });
}

void Outbox::look() {
  next_look_ = {};
  looking_ = false;
  const auto webhooks = reader_.all();
  if (!webhooks || store_.failed()) return;
  bool active = false;
  for (const store::WebhookRecord& webhook : *webhooks) {
    if (!webhook.enabled) continue;
    active = true;
    look_at(webhook);
  }
  active_ = active;
  if (active) look_again_at(clock_() + kLookMax);
}

void Outbox::look_at(const store::WebhookRecord& webhook) {
  const auto more = collect(webhook);
  if (!more) spdlog::error("webhook {} is told nothing new: {}", webhook.name, base::to_string(more.error()));
  if (more && *more) look_again_at(clock_());
  auto& on_their_way = on_their_way_[webhook.id];
  const base::WallTime now = clock_();
  const auto due = reader_.due(webhook.id, now, kAtATime + on_their_way.size());
  if (!due) return;
  for (const store::DeliveryRecord& one : *due)
    if (on_their_way.size() < kAtATime && on_their_way.insert(one.id).second) send(webhook, one);
  if (const auto next = reader_.next_due(webhook.id, now); next && *next != base::WallTime{})
    look_again_at(*next);
}

// True: there may be more.
base::Result<bool> Outbox::collect(const store::WebhookRecord& webhook) {
  store::WebhookPlace place;
  const auto news = reader_.news(webhook, kNewsPiece, place);
  if (!news) return tl::unexpected(news.error());
  // Rows that are nobody's news are read again rather than a place written for each look.
  if (news->empty() && place.row - webhook.place.row < kRowsUnwritten) return false;
  std::vector<store::DeliveryRecord> deliveries;
  for (const store::WebhookNews& one : *news) {
    auto body = render_(one);
    if (!body) return tl::unexpected(body.error());
    store::DeliveryRecord delivery;
    delivery.webhook = webhook.id;
    delivery.key = new_key();
    delivery.event = one.event;
    delivery.attempt = one.attempt;
    delivery.body = std::move(*body);
    delivery.at = clock_();
    deliveries.push_back(std::move(delivery));
  }
  const base::WallTime old = clock_() - kForgotten;
  auto added = store_.write_and_wait<bool>([&](store::sqlite::Connection& db) -> base::Result<bool> {
    if (auto forgotten = store::forget_deliveries(db, old); !forgotten) return forgotten;
    return store::add_deliveries(db, webhook.id, place, deliveries);
  });
  if (!added) return added;
  return true;
}

void Outbox::send(const store::WebhookRecord& webhook, const store::DeliveryRecord& delivery) {
  Letter letter{
      webhook.url,
      {{"X-Ziptone-Event", std::string{store::kWebhookEvents[static_cast<std::size_t>(delivery.event)]}},
       {"X-Ziptone-Delivery", delivery.key},
       {"X-Ziptone-Signature", signature(webhook.secret, clock_(), delivery.body)}},
      delivery.body};
  sender_.post(std::move(letter), [this, delivery](const Answer& answer) { answered(delivery, answer); });
}

void Outbox::answered(store::DeliveryRecord delivery, const Answer& answer) {
  const base::WallTime now = clock_();
  ++delivery.tries;
  delivery.status = answer.status;
  const bool taken = answer.status >= 200 && answer.status < 300;
  delivery.error = taken || !answer.error.empty() ? answer.error : "HTTP " + std::to_string(answer.status);
  if (taken) {
    delivery.state = store::DeliveryState::delivered;
  } else if (now - delivery.at >= kGivenUp) {
    delivery.state = store::DeliveryState::failed;
    spdlog::warn("delivery {} of a webhook is given up after a day: {}", delivery.id, delivery.error);
  } else {
    delivery.next_at = now + pause_after(delivery.tries);
  }
  const auto saved = store_.write_and_wait<bool>(
      [&](store::sqlite::Connection& db) { return store::save_try(db, delivery); });
  on_their_way_[delivery.webhook].erase(delivery.id);
  if (saved) look_again_at(now);  // one more may go
}

}  // namespace ziptone::webhooks
