// How the network ended an attempt, as it said it. Kept raw in every record; the outcome is a reading of it.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.hpp"

namespace ziptone::dialer {

struct SipFacts {
  // What was found here, not said by the network. media: it was answered, with nothing to talk over.
  enum class Local : std::uint8_t { none, timeout, transport, media };
  std::uint16_t code = 0;        // SIP status 300-699, or of the Reason header of a BYE; 0 = none
  std::uint8_t q850 = 0;         // Reason: Q.850;cause=N (RFC 3326, RFC 6432), 1-127; 0 = none
  bool network_blocked = false;  // 603+ / 608: blocked by analytics (RFC 8688, ATIS-1000099)
  Local local = Local::none;
  base::Duration retry_after{0};  // Retry-After, 0 = none
  std::string text;               // reason phrase and Reason text, verbatim
};

}  // namespace ziptone::dialer
