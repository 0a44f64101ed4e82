// The carriers' side: trunks, the calls on them, and what carriers send us unasked.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "server/signalling/call.hpp"

namespace ziptone::signalling {

using Emit = std::function<void(Event)>;

// The number as the carrier wants it; `e164` starts with +.
std::string formatted(const std::string& e164, NumberFormat format, const std::string& country_code);
// + and 5 to 15 digits (ITU-T E.164).
bool is_e164(const std::string& number);

// One carrier as configured, with what is known of its targets.
class Trunk {
 public:
  Trunk(Endpoint& endpoint, const TrunkConfig& config, const Config& site, Emit emit);

  const TrunkConfig& config() const { return config_; }
  Call::Plan plan(const Invite& invite) const;
  // The targets in the order to try them.
  std::vector<Target> targets() const;
  bool may_come_from(const std::string& ip) const;
  // How long an INVITE must still wait so that no one-second window holds more than cps; counts it as sent at
  // the end of that wait.
  base::Duration take_slot(base::Instant now);
  unsigned calls = 0;  // up or under way

 private:
  Endpoint& endpoint_;
  TrunkConfig config_;
  std::string site_key_;
  base::Duration session_floor_;
  Emit emit_;
  std::vector<Target> targets_;
  std::deque<base::Instant> sent_;
};

class Trunks {
 public:
  Trunks(Endpoint& endpoint, const Config& config, Counters& counters, Emit emit);
  ~Trunks();

  void set(const std::vector<TrunkConfig>& trunks);
  void invite(const Invite& command);
  void ack(base::AttemptId attempt);
  void cancel(base::AttemptId attempt);
  void bye(const Bye& command);
  void end_all();
  bool is_quiet() const;

  void on_request(Incoming& request);
  void on_stray(const sip_t* response);

 private:
  class Placed;
  Placed* find(base::AttemptId attempt);
  void place(const Invite& command, Trunk& trunk);
  void refuse(base::AttemptId attempt, LocalFault fault, const std::string& why);

  Endpoint& endpoint_;
  const Config& config_;
  Counters& counters_;
  Emit emit_;
  std::map<base::TrunkId, std::unique_ptr<Trunk>> trunks_;
  std::unordered_map<base::AttemptId, std::unique_ptr<Placed>> calls_;
  std::unordered_map<std::string, Placed*> by_call_id_;
};

}  // namespace ziptone::signalling
