// What the carrier and the phones read out of a sofia-sip message.
#pragma once

#include <string>

#include <sofia-sip/nta.h>

#include "carrier/digest.hpp"

namespace ziptone::carrier {

// "127.0.0.1:5060": where the request came from, whatever its Via says.
std::string source_of(nta_incoming_t* irq);
std::string user_of(const url_t* url);
AuthParams params_of(const msg_param_t* params);
std::string body_of(const sip_t& sip);
// The Reason headers (RFC 3326), joined.
std::string reason_of(const sip_t& sip);
// A SIP or SIPS Contact: nothing else may become a dialog's target. nta follows a foreign scheme until it
// crashes.
bool has_sip_contact(const sip_t& sip);

}  // namespace ziptone::carrier
