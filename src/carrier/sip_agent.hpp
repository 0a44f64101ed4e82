// The SIP endpoint that the carrier and the phones each open: one nta agent on UDP and TCP.
#pragma once

#include <cstdint>
#include <string>

#include <sofia-sip/nta.h>

#include "base/result.hpp"
#include "carrier/sip_root.hpp"

namespace ziptone::carrier {

struct SipAgent {
  nta_agent_t* agent = nullptr;
  std::uint16_t port = 0;
};

// What to do with a request outside of any dialog, before it becomes a transaction: a transaction would send
// a 100 by itself, and a dead carrier sends nothing.
using Door = bool (*)(void* self, const sip_t& sip);                      // false: drop it without a trace
using Request = void (*)(void* self, nta_incoming_t* irq, const sip_t&);  // owns irq

// Made before the agent and living longer.
struct SipDoor {
  void* self = nullptr;
  Door lets_in = nullptr;
  Request request = nullptr;
};

// On the root's thread. Port 0 takes any free one.
base::Result<SipAgent> open_agent(const SipRoot& root, const std::string& address, std::uint16_t port,
                                  SipDoor& door);

// sofia's URL_STRING_MAKE casts const away.
inline const url_string_t* as_url(const std::string& text) {
  return reinterpret_cast<const url_string_t*>(text.c_str());
}

// "[::1]" for an IPv6 address, others as they are.
std::string host_of(const std::string& address);

}  // namespace ziptone::carrier
