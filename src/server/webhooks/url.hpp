// Where a webhook goes: an http or https address (RFC 3986), and which machines it may reach.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "media/ip.hpp"

namespace ziptone::webhooks {

struct Url {
  bool secure = false;
  std::string host;    // a name, an IPv4 address, or an IPv6 address without brackets
  std::string port;    // digits
  std::string target;  // path and query, with a leading slash
};
// Refused: other schemes, user:password@, fragments, spaces and control characters, over 2,000 characters.
base::Result<Url> parse_url(std::string_view text);

// An address of the public Internet: not of this machine, a private or shared network (RFC 1918, 4193, 6598),
// a link (RFC 3927, 4291), multicast or reserved (RFC 6890); an IPv4 address inside an IPv6 one counts as
// what it is. What a request to it could reach is nobody's secret.
bool is_public(const media::IpAddress& ip);

}  // namespace ziptone::webhooks
