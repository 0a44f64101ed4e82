#include "server/signalling/message.hpp"

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>
#include <fmt/format.h>

namespace ziptone::signalling {

namespace {

bool is_clean_line(std::string_view line) {
  return std::none_of(line.begin(), line.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

std::string unquoted(std::string value) {
  if (value.size() < 2 || value.front() != '"' || value.back() != '"') return value;
  std::string plain;
  for (std::size_t i = 1; i + 1 < value.size(); ++i) {
    if (value[i] == '\\' && i + 2 < value.size()) ++i;
    plain += value[i];
  }
  return plain;
}

int number(const char* s) {
  int value = 0;
  if (s) std::from_chars(s, s + std::char_traits<char>::length(s), value);
  return value;
}

bool is_ip(const std::string& host) {
  unsigned char buffer[sizeof(in6_addr)];
  return inet_pton(AF_INET, host.c_str(), buffer) == 1 || inet_pton(AF_INET6, host.c_str(), buffer) == 1;
}

void read_reason(const sip_reason_t* reason, SipFacts& facts) {
  for (; reason; reason = reason->re_next) {
    if (!facts.reason.empty()) facts.reason += ", ";
    facts.reason += printed(reinterpret_cast<const sip_header_t*>(reason));
    const std::string protocol = text(reason->re_protocol);
    if (protocol == "Q.850") {
      facts.q850 = number(reason->re_cause);
      facts.q850_text = unquoted(text(reason->re_text));
    } else if (protocol == "SIP") {
      facts.sip_cause = number(reason->re_cause);
      facts.sip_text = unquoted(text(reason->re_text));
    }
    const char* location = msg_params_find(reason->re_params, "location=");
    if (location) facts.location = location;
  }
}

void add_vendor_line(SipFacts& facts, std::string_view name, std::string_view value) {
  if (!facts.vendor.empty()) facts.vendor += '\n';
  facts.vendor += fmt::format("{}: {}", name, value);
}

}  // namespace

const char* to_text(Transport transport) {
  switch (transport) {
    case Transport::udp:
      return "udp";
    case Transport::tcp:
      return "tcp";
    case Transport::tls:
      return "tls";
  }
  return "udp";
}

std::string bracketed(const std::string& ip) {
  return ip.find(':') == std::string::npos ? ip : "[" + ip + "]";
}

std::string to_uri(const Target& target) {
  // The library checks a certificate against the URI's host; maddr says where that host is (RFC 3261 19.1.1).
  if (target.transport == Transport::tls && !target.host.empty())
    return fmt::format("sip:{}:{};transport=tls;maddr={}", target.host, target.port, bracketed(target.ip));
  return fmt::format("sip:{}:{};transport={}", bracketed(target.ip), target.port, to_text(target.transport));
}

std::optional<Target> target_of(const std::string& uri) {
  su_home_t home[1] = {SU_HOME_INIT(home)};
  su_home_init(home);
  std::optional<Target> target;
  const url_t* url = url_hdup(home, url_string(uri)->us_url);
  if (url && url->url_host && (url->url_type == url_sip || url->url_type == url_sips)) {
    Target found;
    found.ip = url->url_host;
    if (found.ip.size() > 2 && found.ip.front() == '[') found.ip = found.ip.substr(1, found.ip.size() - 2);
    char transport[8] = "";
    url_param(url->url_params, "transport", transport, sizeof transport);
    if (url->url_type == url_sips || su_casematch(transport, "tls"))
      found.transport = Transport::tls;
    else if (su_casematch(transport, "tcp"))
      found.transport = Transport::tcp;
    found.port = static_cast<std::uint16_t>(number(url->url_port));
    if (found.port == 0) found.port = found.transport == Transport::tls ? 5061 : 5060;
    char maddr[64] = "";
    if (url_param(url->url_params, "maddr", maddr, sizeof maddr) > 0) {
      found.host = found.ip;
      found.ip = maddr;
      if (found.ip.front() == '[' && found.ip.size() > 2) found.ip = found.ip.substr(1, found.ip.size() - 2);
    }
    if (is_ip(found.ip)) target = found;
  }
  su_home_deinit(home);
  return target;
}

bool is_clean(const Request& request) {
  if (!is_clean_line(request.uri) || !is_clean_line(request.from) || !is_clean_line(request.to) ||
      !is_clean_line(request.call_id) || !is_clean_line(request.contact) || !is_clean_line(request.next_hop))
    return false;
  return std::all_of(request.route.begin(), request.route.end(), is_clean_line) &&
         std::all_of(request.lines.begin(), request.lines.end(), is_clean_line);
}

std::string text(const char* s) { return s ? s : ""; }

std::string printed(const url_t* url) {
  if (!url) return {};
  char buffer[1024];
  const auto size = url_e(buffer, sizeof buffer, url);
  if (size < 0) return {};
  if (static_cast<std::size_t>(size) < sizeof buffer)
    return std::string(buffer, static_cast<std::size_t>(size));
  std::string big(static_cast<std::size_t>(size) + 1, '\0');
  url_e(big.data(), static_cast<isize_t>(big.size()), url);
  big.pop_back();
  return big;
}

std::string printed(const sip_header_t* header) {
  if (!header) return {};
  // Not sip_header_as_string(), which leaves a value of some ten thousand bytes without its end. The size
  // that a short buffer is answered with may be a guess, so there are several tries.
  std::string value(512, '\0');
  for (int tries = 0; tries < 8; ++tries) {
    const auto size = sip_header_field_e(value.data(), static_cast<isize_t>(value.size()), header, 0);
    if (size < 0) return {};
    const auto needed = static_cast<std::size_t>(size);
    if (needed < value.size()) {
      value.resize(needed);
      return value;
    }
    value.resize(std::max(needed + 1, 2 * value.size()));
  }
  return {};
}

SipFacts facts_of(const sip_t* sip) {
  SipFacts facts;
  if (!sip) return facts;
  if (sip->sip_status) {
    facts.code = sip->sip_status->st_status;
    facts.phrase = text(sip->sip_status->st_phrase);
  }
  read_reason(sip->sip_reason, facts);
  if (sip->sip_retry_after) facts.retry_after_s = static_cast<int>(sip->sip_retry_after->af_delta);
  for (const sip_warning_t* w = sip->sip_warning; w; w = w->w_next)
    add_vendor_line(facts, "Warning", printed(reinterpret_cast<const sip_header_t*>(w)));
  for (const sip_call_info_t* c = sip->sip_call_info; c; c = c->ci_next)
    add_vendor_line(facts, "Call-Info", printed(reinterpret_cast<const sip_header_t*>(c)));
  for (const sip_unknown_t* u = sip->sip_unknown; u; u = u->un_next)
    if (u->un_name && u->un_value) add_vendor_line(facts, u->un_name, u->un_value);
  constexpr std::size_t kVendorMax = 4096;  // what a stranger may make us store per call
  if (facts.vendor.size() > kVendorMax) facts.vendor.resize(kVendorMax);
  if (facts.code >= 300 && facts.code < 400)
    facts.contact = printed(reinterpret_cast<const sip_header_t*>(sip->sip_contact));
  return facts;
}

std::string body_of(const sip_t* sip) {
  if (!sip || !sip->sip_payload || !sip->sip_payload->pl_data) return {};
  std::string body(sip->sip_payload->pl_data, sip->sip_payload->pl_len);
  const std::string type = sip->sip_content_type ? text(sip->sip_content_type->c_type) : "";
  if (su_casematch(type.c_str(), "application/sdp")) return body;
  if (!su_casenmatch(type.c_str(), "multipart/", 10) || !sip->sip_multipart) return {};
  for (const msg_multipart_t* part = sip->sip_multipart; part; part = part->mp_next)
    if (part->mp_content_type && su_casematch(part->mp_content_type->c_type, "application/sdp") &&
        part->mp_payload)
      return std::string(part->mp_payload->pl_data, part->mp_payload->pl_len);
  return {};
}

bool has_token(const msg_list_t* list, std::string_view token) {
  const std::string wanted(token);
  for (const msg_list_t* l = list; l; l = l->k_next)
    if (l->k_items && msg_params_find(l->k_items, wanted.c_str())) return true;
  return false;
}

bool allows(const sip_t* sip, std::string_view method) {
  const std::string wanted(method);
  for (const sip_allow_t* a = sip ? sip->sip_allow : nullptr; a;
       a = reinterpret_cast<const sip_allow_t*>(a->k_next))
    if (a->k_items && msg_params_find(a->k_items, wanted.c_str())) return true;
  return false;
}

bool is_known_scheme(const url_t* url) {
  return url && (url->url_type == url_sip || url->url_type == url_sips || url->url_type == url_tel);
}

std::string contact_target(const sip_t* sip) {
  if (!sip || !sip->sip_contact) return {};
  const url_t* url = sip->sip_contact->m_url;
  if (url->url_type != url_sip && url->url_type != url_sips) return {};
  if (!url->url_host || !*url->url_host) return {};
  return printed(url);
}

std::vector<std::string> route_of(const sip_t* response) {
  std::vector<std::string> set;
  for (const sip_record_route_t* r = response->sip_record_route; r; r = r->r_next)
    set.insert(set.begin(), "<" + printed(r->r_url) + ">");
  return set;
}

std::vector<Challenge> challenges_of(const sip_t* sip) {
  std::vector<Challenge> all;
  const auto add = [&all](bool proxy, const msg_auth_t* header) {
    for (; header; header = header->au_next) {
      std::vector<std::string> parameters;
      for (const msg_param_t* p = header->au_params; p && *p; ++p) parameters.emplace_back(*p);
      all.push_back(challenge_of(proxy, text(header->au_scheme), parameters));
    }
  };
  add(false, sip->sip_www_authenticate);
  add(true, sip->sip_proxy_authenticate);
  return all;
}

}  // namespace ziptone::signalling
