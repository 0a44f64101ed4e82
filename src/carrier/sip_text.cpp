#include "carrier/sip_text.hpp"

#include <algorithm>
#include <cctype>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sofia-sip/msg_addr.h>
#include <sofia-sip/sip_extra.h>

namespace ziptone::carrier {

std::string source_of(nta_incoming_t* irq) {
  msg_t* request = nta_incoming_getrequest(irq);
  if (!request) return {};
  const su_sockaddr_t* from = msg_addr(request);
  char text[INET6_ADDRSTRLEN] = "";
  const bool v6 = from->su_family == AF_INET6;
  ::inet_ntop(from->su_family,
              v6 ? static_cast<const void*>(&from->su_sin6.sin6_addr) : &from->su_sin.sin_addr, text,
              sizeof text);
  const int port = ntohs(from->su_port);
  msg_destroy(request);
  return fmt::format("{}:{}", text, port);
}

std::string user_of(const url_t* url) { return url && url->url_user ? url->url_user : ""; }

AuthParams params_of(const msg_param_t* params) {
  AuthParams out;
  for (; params && *params; ++params) {
    const std::string_view text = *params;
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    std::string name(text.substr(0, equals));
    std::ranges::transform(name, name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    auto value = text.substr(equals + 1);
    if (value.size() >= 2 && value.front() == '"') value = value.substr(1, value.size() - 2);
    out[name] = value;
  }
  return out;
}

std::string body_of(const sip_t& sip) {
  if (!sip.sip_payload || !sip.sip_payload->pl_data) return {};
  return {sip.sip_payload->pl_data, static_cast<std::size_t>(sip.sip_payload->pl_len)};
}

std::string reason_of(const sip_t& sip) {
  std::string text;
  for (const sip_reason_t* r = sip.sip_reason; r; r = r->re_next) {
    if (!text.empty()) text += ", ";
    text += r->re_protocol ? r->re_protocol : "";
    for (auto p = r->re_params; p && *p; ++p) text += fmt::format(";{}", *p);
  }
  return text;
}

bool has_sip_contact(const sip_t& sip) {
  if (!sip.sip_contact) return false;
  const auto type = sip.sip_contact->m_url->url_type;
  return type == url_sip || type == url_sips;
}

}  // namespace ziptone::carrier
