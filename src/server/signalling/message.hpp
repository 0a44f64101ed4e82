// SIP messages of ours as plain values, and what we read from those of others.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/signalling/digest.hpp"
#include "server/signalling/signalling.hpp"
#include "server/signalling/sofia.hpp"

namespace ziptone::signalling {

// Counters are read from other threads while the sip thread counts.
inline void bump(std::uint64_t& counter) {
  std::atomic_ref<std::uint64_t>(counter).fetch_add(1, std::memory_order_relaxed);
}

// Where a request is sent: always an address, names are resolved before (resolver.hpp).
struct Target {
  std::string ip;  // without brackets
  std::uint16_t port = 0;
  Transport transport = Transport::udp;
  std::string host;  // the name that the certificate must carry; empty: none known
  friend bool operator==(const Target&, const Target&) = default;
};
// "sip:192.0.2.1:5060;transport=tcp", "sip:carrier.example:5061;transport=tls;maddr=192.0.2.1"
std::string to_uri(const Target& target);
const char* to_text(Transport transport);  // "udp", "tcp", "tls"
// The inverse of to_uri, also for any sip URI whose host (or maddr) is an IP address; nothing for a name.
std::optional<Target> target_of(const std::string& uri);
std::string bracketed(const std::string& ip);  // IPv6 addresses stand in brackets in URIs

// A request of ours, before it is a message.
struct Request {
  sip_method_t method = sip_method_unknown;
  std::string method_name;
  std::string uri;
  std::string from, to;  // with their tags
  std::string call_id;
  std::uint32_t cseq = 1;
  std::string contact;             // "<sip:...>"; empty: none
  std::vector<std::string> route;  // "<sip:...;lr>", in order
  std::vector<std::string> lines;  // further headers, "Name: value"
  std::string content_type, body;
  std::string branch;    // empty: the library makes one
  std::string next_hop;  // URI of the target
};

// True when no header field of it could be split into two (CR, LF, NUL).
bool is_clean(const Request& request);

// ---- reading

std::string printed(const url_t* url);            // "" for none
std::string printed(const sip_header_t* header);  // the value of one header
std::string text(const char* s);                  // "" for a null pointer
SipFacts facts_of(const sip_t* sip);              // of a response, BYE or CANCEL
std::string body_of(const sip_t* sip);            // the SDP, also out of a multipart; "" for none
bool has_token(const msg_list_t* list, std::string_view token);  // Require, Supported
bool allows(const sip_t* sip, std::string_view method);          // Allow lists it
// True for sip, sips and tel; any other scheme is refused at the door.
bool is_known_scheme(const url_t* url);
// The route set that a response's Record-Route makes for the caller, in sending order (RFC 3261 12.1.2).
std::vector<std::string> route_of(const sip_t* response);
// Every challenge of a 401 or 407.
std::vector<Challenge> challenges_of(const sip_t* response);
// The URI of the first Contact when it is one that we can send to (sip, sips); else "".
std::string contact_target(const sip_t* sip);

}  // namespace ziptone::signalling
