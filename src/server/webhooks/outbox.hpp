// Tells webhooks what happened. What is news is read from the record and becomes deliveries on the disk, in
// one transaction with how far it was read; a delivery is then tried until it is taken: at once, after 5 s,
// and at twice the pause before, up to an hour; given up after a day. Each try carries the same key
// (X-Ziptone-Delivery) and the same body. Order is not promised. A redirect is a failure.
//
// X-Ziptone-Signature: t=UNIX,v1=HEX, HEX = HMAC-SHA256(secret, t + "." + body).
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "server/store/store.hpp"
#include "server/store/webhooks.hpp"
#include "server/webhooks/sender.hpp"

namespace ziptone::webhooks {

std::string signature(const std::string& secret, base::WallTime at, const std::string& body);
// A delivery's, the same on every try: 128 random bits in hex.
std::string new_key();
// How long after this many tries the next one waits.
base::Duration pause_after(std::uint32_t tries);

class Outbox {
 public:
  // The JSON of news, for one webhook; on the outbox's thread.
  using Render = std::function<base::Result<std::string>(const store::WebhookNews& news)>;
  using Clock = std::function<base::WallTime()>;

  Outbox(store::Store& store, store::Webhooks reader, Render render, Clock clock, bool allow_private);
  ~Outbox();

  void start();
  // Something may have happened; any thread, and cheap where nobody is told of anything.
  void touch();
  // The webhooks are others now, or a delivery waits again; any thread.
  void changed();
  // What waits stays on the disk for the next start.
  void stop();

 private:
  void look();
  void look_at(const store::WebhookRecord& webhook);
  base::Result<bool> collect(const store::WebhookRecord& webhook);
  void send(const store::WebhookRecord& webhook, const store::DeliveryRecord& delivery);
  void answered(store::DeliveryRecord delivery, const Answer& answer);
  void look_again_at(base::WallTime at);

  store::Store& store_;
  store::Webhooks reader_;
  Render render_;
  Clock clock_;
  std::atomic<bool> active_{false};                                // some webhook is enabled
  std::atomic<bool> looking_{false};                               // a look is on its way
  std::map<std::uint64_t, std::set<std::uint64_t>> on_their_way_;  // deliveries by webhook
  base::WallTime next_look_{};
  Sender sender_;  // the last: its thread uses the rest
};

}  // namespace ziptone::webhooks
