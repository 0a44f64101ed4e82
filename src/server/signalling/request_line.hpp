// The first line of a request, read more strictly and answered more safely than the SIP library does by
// itself. Left alone it drops some malformed lines without a word, takes others, and answers a foreign
// version after a blocking look-up of whatever host name the Via carries: a stranger could hold up every
// call. And its Content-Length: the library believes any.
#pragma once

#include "server/signalling/sofia.hpp"

namespace ziptone::signalling {

enum class LineFault { none, malformed, version };

constexpr unsigned kMaxMessage = 64 * 1024;  // bytes; no SIP message of ours or of a carrier comes near

// The library's message class with our parser of the request line and our limit of the body; lives as long as
// the process.
const msg_mclass_t* strict_messages();
// What was wrong with the line of this request; such a request has a harmless Request-URI in place of its
// own.
LineFault fault_of(const sip_t* request);

// True when the address of this To or From is one (RFC 3261 25.1: no space within the angle brackets).
bool has_clean_address(const sip_addr_t* address);

}  // namespace ziptone::signalling
