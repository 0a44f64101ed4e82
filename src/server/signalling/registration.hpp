// Our registration at a carrier (RFC 3261 10): made, refreshed, and taken back at the end.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/signalling/endpoint.hpp"

namespace ziptone::signalling {

class CarrierRegistration {
 public:
  struct Plan {
    std::string registrar;  // "sip:carrier.example": the Request-URI
    std::string aor;        // "<sip:user@carrier.example>"
    std::string call_id;    // the same after a restart
    base::Duration expires{};
    std::optional<Credentials> credentials;
  };
  // Called when the state changes: registered or not, and why.
  using OnState = std::function<void(bool registered, const std::string& why, int retry_after_s)>;

  CarrierRegistration(Endpoint& endpoint, Counters& counters, Plan plan, OnState on_state);

  // Registers at `target` now, and from then on by itself.
  void start(const Target& target);
  // Takes the binding back; nothing is reported.
  void stop();
  bool is_registered() const { return registered_; }

 private:
  void send(base::Duration expires, const std::optional<Challenge>& challenge, unsigned tries);
  void on_response(const Response& response, base::Duration asked, unsigned tries, bool had_proof);
  void fail(const std::string& why, int retry_after_s, base::Duration again);
  base::Duration granted(const sip_t* sip, base::Duration asked) const;

  Endpoint& endpoint_;
  Counters& counters_;
  Plan plan_;
  OnState on_state_;
  std::optional<Target> target_;
  std::optional<Challenge> challenge_;  // answered before it is asked again, while the nonce holds
  std::uint32_t nonce_count_ = 0;
  std::uint32_t cseq_;
  bool registered_ = false;
  bool stopped_ = false;
  unsigned failures_ = 0;
  std::unique_ptr<Transaction> transaction_;
  Timer again_;
};

}  // namespace ziptone::signalling
