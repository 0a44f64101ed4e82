#include "server/signalling/door.hpp"

#include <array>
#include <charconv>
#include <cstring>

#include <arpa/inet.h>

#include "server/signalling/request_line.hpp"

namespace ziptone::signalling {

namespace {

constexpr const char* kAllow = "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK";

struct Bytes {
  int family = 0;  // 0: not an address
  std::array<unsigned char, 16> value{};
};

Bytes bytes_of(const std::string& ip) {
  Bytes bytes;
  if (inet_pton(AF_INET, ip.c_str(), bytes.value.data()) == 1)
    bytes.family = AF_INET;
  else if (inet_pton(AF_INET6, ip.c_str(), bytes.value.data()) == 1)
    bytes.family = AF_INET6;
  return bytes;
}

// The option tags of Require that we don't know (RFC 3261 8.2.2.3), as an Unsupported line; "" for none.
std::string unsupported(const sip_t* sip) {
  std::string line;
  for (const msg_list_t* list : {sip->sip_require, sip->sip_proxy_require})
    for (const msg_list_t* l = list; l; l = l->k_next)
      for (const msg_param_t* p = l->k_items; p && *p; ++p) {
        if (list == sip->sip_require && (su_casematch(*p, "timer") || su_casematch(*p, "100rel"))) continue;
        line += (line.empty() ? "Unsupported: " : ", ") + std::string(*p);
      }
  return line;
}

bool accepts_sdp(const sip_t* sip) {
  if (!sip->sip_accept) return true;
  for (const sip_accept_t* a = sip->sip_accept; a; a = a->ac_next) {
    const std::string type = text(a->ac_type);
    if (type == "application/sdp" || type == "*/*" || type == "application/*") return true;
  }
  return false;
}

bool has_unknown_body(const sip_t* sip) {
  if (!sip->sip_payload || sip->sip_payload->pl_len == 0) return false;
  const std::string type = sip->sip_content_type ? text(sip->sip_content_type->c_type) : "application/sdp";
  return !su_casematch(type.c_str(), "application/sdp") && !su_casenmatch(type.c_str(), "multipart/", 10);
}

}  // namespace

bool is_in_network(const std::string& ip, const std::string& network) {
  const auto slash = network.find('/');
  const Bytes a = bytes_of(ip);
  const Bytes b = bytes_of(network.substr(0, slash));
  if (a.family == 0 || a.family != b.family) return false;
  unsigned bits = a.family == AF_INET ? 32 : 128;
  if (slash != std::string::npos) {
    unsigned given = 0;
    const char* end = network.data() + network.size();
    const auto [rest, error] = std::from_chars(network.data() + slash + 1, end, given);
    if (error != std::errc{} || rest != end || given > bits) return false;
    bits = given;
  }
  if (std::memcmp(a.value.data(), b.value.data(), bits / 8) != 0) return false;
  if (bits % 8 == 0) return true;
  const auto mask = static_cast<unsigned char>(0xFF << (8 - bits % 8));
  return (a.value[bits / 8] & mask) == (b.value[bits / 8] & mask);
}

bool refuse_at_door(Incoming& request, Counters& counters) {
  const sip_t* sip = request.sip();
  const sip_method_t method = request.method();
  if (method == sip_method_ack || method == sip_method_cancel) return false;  // never answered, never refused
  if (const LineFault fault = fault_of(sip); fault != LineFault::none) {
    const bool unknown = fault == LineFault::malformed && method == sip_method_unknown;
    request.reply_once({fault == LineFault::version ? 505 : unknown ? 501 : 400});
    return true;
  }
  if (!has_clean_address(sip->sip_to) || !has_clean_address(sip->sip_from)) {
    request.reply_once({400, "Bad To or From"});
    return true;
  }
  if (!is_known_scheme(sip->sip_request->rq_url)) {
    bump(counters.refused_uri);
    request.reply_once({416});
    return true;
  }
  if (const std::string line = unsupported(sip); !line.empty()) {
    request.reply_once({420, nullptr, "", "", {line}});
    return true;
  }
  if (method != sip_method_invite) return false;
  if (has_unknown_body(sip)) {
    request.reply_once({415, nullptr, "", "", {"Accept: application/sdp"}});
    return true;
  }
  if (!accepts_sdp(sip)) {
    request.reply_once({406});
    return true;
  }
  return false;
}

void answer_outside_dialog(Incoming& request, Counters& counters) {
  switch (request.method()) {
    case sip_method_options:
      return request.reply_once(
          {200, nullptr, "", "", {kAllow, "Accept: application/sdp", "Supported: timer, 100rel"}});
    case sip_method_invite:
      return request.reply_once({403, "Incoming Calls Not Served"});
    case sip_method_cancel:
    case sip_method_bye:
    case sip_method_update:
    case sip_method_info:
    case sip_method_prack:
      return request.reply_once({481});
    case sip_method_refer:
      bump(counters.refused_refer);
      return request.reply_once({403, "Transfers Refused"});
    case sip_method_unknown:
      return request.reply_once({501, nullptr, "", "", {kAllow}});
    default:
      return request.reply_once({405, nullptr, "", "", {kAllow}});
  }
}

}  // namespace ziptone::signalling
