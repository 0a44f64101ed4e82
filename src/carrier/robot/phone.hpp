// One robot phone: its registration and its legs.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <sofia-sip/nta.h>

#include "carrier/log.hpp"
#include "carrier/robot/options.hpp"
#include "carrier/sip_root.hpp"

namespace ziptone::carrier {

// Keeps a user registered: digest with MD5 or, where it is offered, SHA-256; refreshed at half its time,
// tried again after 2 s where it fails.
class Phone {
 public:
  Phone(const SipRoot& root, nta_agent_t* agent, const PhonesOptions& options, const Log& log,
        std::string user, std::uint16_t own_port);
  ~Phone();
  Phone(const Phone&) = delete;
  Phone& operator=(const Phone&) = delete;

  const std::string& user() const { return user_; }
  bool registered() const { return registered_; }
  void register_now(int expires_s);
  void unregister() { register_now(0); }
  // Told after every change of registered().
  std::function<void()> changed;

 private:
  static int on_response(nta_outgoing_magic_t*, nta_outgoing_t*, const sip_t*);
  void response(const sip_t* sip);
  void send(const std::string& authorization);
  bool answer_challenge(const sip_t& sip);
  void set_registered(bool now, int code);

  const PhonesOptions& options_;
  const Log& log_;
  std::string user_, address_of_record_, contact_;
  nta_leg_t* leg_ = nullptr;
  nta_outgoing_t* request_ = nullptr;
  SipTimer timer_;
  int expires_s_ = 0;
  bool registered_ = false;
  bool proved_ = false;  // the running attempt has answered a challenge
};

}  // namespace ziptone::carrier
