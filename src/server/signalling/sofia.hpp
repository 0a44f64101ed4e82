// The SIP library's headers, and the few owners that keep its objects from leaking. Only .cpp files and
// private headers of this folder include this.
#pragma once

// The library's callbacks get our own types as their context.
#define NTA_AGENT_MAGIC_T ::ziptone::signalling::Endpoint
#define NTA_OUTGOING_MAGIC_T ::ziptone::signalling::Transaction
#define NTA_INCOMING_MAGIC_T ::ziptone::signalling::Endpoint
namespace ziptone::signalling {
class Endpoint;
class Transaction;
}  // namespace ziptone::signalling

#include <string>

#include <sofia-sip/msg_addr.h>
#include <sofia-sip/nta.h>
#include <sofia-sip/nta_stateless.h>
#include <sofia-sip/nta_tport.h>
#include <sofia-sip/sip_extra.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_util.h>
#include <sofia-sip/su_wait.h>
#include <sofia-sip/tport.h>
#include <sofia-sip/tport_tag.h>

namespace ziptone::signalling {

// The library takes URLs as a struct or as text behind one pointer type and does not write to it, but does
// not say so; its own macro casts const away as well. Null for an empty text. Good as long as `text` is.
inline url_string_t* url_string(const std::string& text) {
  return text.empty() ? nullptr : reinterpret_cast<url_string_t*>(const_cast<char*>(text.c_str()));
}

}  // namespace ziptone::signalling
