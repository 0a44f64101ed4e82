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
