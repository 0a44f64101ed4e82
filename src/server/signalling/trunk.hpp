// One carrier as configured, with what is known of it: its addresses, which of them answer, and whether we
// are registered. How a call to it looks is here (plan); trunk_health.cpp watches it.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "server/signalling/call.hpp"
#include "server/signalling/registration.hpp"
#include "server/signalling/resolver.hpp"

namespace ziptone::signalling {

using Emit = std::function<void(Event)>;

// The number as the carrier wants it; `e164` starts with +.
std::string formatted(const std::string& e164, NumberFormat format, const std::string& country_code);
// + and 5 to 15 digits (ITU-T E.164).
bool is_e164(const std::string& number);

class Trunk {
 public:
  // `on_addresses` is called when the set of addresses of this trunk has changed.
  Trunk(Endpoint& endpoint, Resolver& resolver, Counters& counters, const TrunkConfig& config,
        const Config& site, Emit emit, std::function<void()> on_addresses);

  void start();
  void stop();  // un-registers
  const TrunkConfig& config() const { return config_; }
  Endpoint& endpoint() { return endpoint_; }

  Call::Plan plan(const std::string& to, const std::string& caller_id, const std::string& offer,
                  const Names& names);
  // In the order to try them (RFC 2782), those that answer first.
  std::vector<Target> targets();
  // IP addresses and networks that requests may come from.
  std::vector<std::string> sources() const;
  // A call found this target silent or unreachable.
  void on_silent(const Target& target, const std::string& why);
  // How long an INVITE must still wait so that no one-second window holds more than cps; zero: it may leave
  // now.
  base::Duration wait_for_slot(base::Instant now) const;
  void note_invite(base::Instant sent_at);
  unsigned calls = 0;  // up or under way

 private:
  enum class Health { unknown, alive, dead };
  struct Known {
    Ranked ranked;
    Health health = Health::unknown;
    unsigned misses = 0;  // OPTIONS unanswered in a row
    std::unique_ptr<Transaction> options;
    std::unique_ptr<Timer> limit;
  };
  void resolve();
  void on_resolved(std::vector<Ranked> found, base::Duration ttl);
  void register_here();
  void probe_all();
  void probe(Known& known);
  void on_probed(const Target& target, const Response* response, base::Instant sent_at);
  Known* find(const Target& target);
  void judge(const std::string& why, base::Duration rtt = {}, int retry_after_s = -1);
  bool checks_health() const { return config_.options_interval > base::Duration{}; }
  std::string host() const;  // host part of To and From

  Endpoint& endpoint_;
  Resolver& resolver_;
  TrunkConfig config_;
  std::string site_key_;
  base::Duration session_floor_;
  Emit emit_;
  std::function<void()> on_addresses_;
  std::vector<Known> known_;
  std::optional<CarrierRegistration> registration_;
  std::optional<bool> reported_;
  std::deque<base::Instant> sent_;
  base::Random random_;
  Timer resolve_timer_, probe_timer_;
};

}  // namespace ziptone::signalling
