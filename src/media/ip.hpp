// An IP address as bytes: what SDP carries and what the workers compare packets with. No names, no resolver.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ziptone::media {

struct IpAddress {
  bool v6 = false;
  std::array<std::uint8_t, 16> bytes{};  // network order; IPv4 uses the first four

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

// Dotted IPv4 (RFC 6943 3.1.1 strict form: four decimal parts, no leading zeros) or IPv6 (RFC 4291 2.2,
// without a zone). nullopt for anything else.
std::optional<IpAddress> parse_ip(std::string_view text);
// IPv6 is written in the lower-case form of RFC 5952.
std::string to_string(const IpAddress& ip);

// 0.0.0.0 or ::
bool is_unspecified(const IpAddress& ip);
// An address that one call's media may be sent to: not multicast, not 255.255.255.255, not unspecified.
bool is_unicast(const IpAddress& ip);

}  // namespace ziptone::media
