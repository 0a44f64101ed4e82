// The carriers' side: all trunks, the calls on them, and what carriers send us unasked.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "server/signalling/trunk.hpp"

namespace ziptone::signalling {

class Trunks {
 public:
  // `on_stray` gets the responses that fit no transaction, from whichever listener.
  using OnStray = std::function<void(Endpoint&, const sip_t*, const Target& source)>;
  Trunks(Endpoint& endpoint, Resolver& resolver, const Config& config, Counters& counters, Emit emit,
         OnStray on_stray);
  ~Trunks();

  // Once the listener is open.
  void set(const std::vector<TrunkConfig>& trunks);
  void invite(const Invite& command);
  void ack(base::AttemptId attempt);
  void cancel(base::AttemptId attempt);
  void bye(const Bye& command);
  // How the INVITE of a stored attempt looked; nothing while its trunk has no address.
  std::optional<Call::Plan> plan_of(const StoredDialog& stored);
  // The listener of a trunk: a TLS trunk has its own, with its own trusted certificates.
  Endpoint& endpoint_of(base::TrunkId trunk);
  void end_all();
  bool is_quiet() const;

  void on_request(Incoming& request);
  void on_ack(const sip_t* sip);
  // A 2xx that fits no transaction; false: no call of ours either.
  bool on_late_answer(const sip_t* response);

 private:
  class Placed;
  Placed* find(base::AttemptId attempt);
  void place(const Invite& command, Trunk& trunk);
  void refuse(base::AttemptId attempt, LocalFault fault, const std::string& why);

  void allow_sources();
  Endpoint& tls_listener(const TrunkConfig& config);

  Endpoint& endpoint_;
  Resolver& resolver_;
  const Config& config_;
  Counters& counters_;
  Emit emit_;
  OnStray on_stray_;
  std::map<base::TrunkId, std::unique_ptr<Endpoint>>
      tls_listeners_;  // kept when a trunk goes: calls may be up
  std::map<base::TrunkId, std::unique_ptr<Trunk>> trunks_;
  std::unordered_map<base::AttemptId, std::unique_ptr<Placed>> calls_;
  std::unordered_map<std::string, Placed*> by_call_id_;
};

}  // namespace ziptone::signalling
