#include "server/webhooks/url.hpp"

#include <algorithm>
#include <array>

namespace ziptone::webhooks {
namespace {

constexpr std::size_t kUrlMax = 2000;

tl::unexpected<base::Error> wrong(std::string what, std::string mend) {
  return base::error(std::move(what), "url", std::move(mend));
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_host(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
  });
}

struct Network {
  std::array<std::uint8_t, 16> prefix;
  int bits;
};
constexpr std::array<Network, 15> kNotPublic4 = {{
    {{0}, 8},             // this network
    {{10}, 8},            // private
    {{100, 64}, 10},      // shared with a carrier
    {{127}, 8},           // this machine
    {{169, 254}, 16},     // the link; clouds tell their secrets there
    {{172, 16}, 12},      // private
    {{192, 0, 0}, 24},    // protocols
    {{192, 0, 2}, 24},    // documentation
    {{192, 88, 99}, 24},  // a relay that is gone
    {{192, 168}, 16},     // private
    {{198, 18}, 15},      // benchmarks
    {{198, 51, 100}, 24},
    {{203, 0, 113}, 24},
    {{224}, 4},  // multicast
    {{240}, 4},  // reserved, broadcast
}};
// Of IPv6 only 2000::/3 is given out; these lie in it and are none of it.
constexpr std::array<Network, 4> kNotPublic6 = {{
    {{0x20, 0x01, 0x00, 0x00}, 23},  // protocols, Teredo
    {{0x20, 0x01, 0x0d, 0xb8}, 32},  // documentation
    {{0x20, 0x02}, 16},              // 6to4 carries any IPv4 address
    {{0x3f, 0xff}, 20},              // documentation
}};
constexpr Network kGivenOut6 = {{0x20}, 3};
constexpr Network kMapped6 = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96};
constexpr Network kTranslated6 = {{0x00, 0x64, 0xff, 0x9b}, 96};  // RFC 6052

bool within(const std::array<std::uint8_t, 16>& bytes, const Network& network) {
  for (int bit = 0; bit < network.bits; bit += 8) {
    const int left = std::min(8, network.bits - bit);
    const auto mask = static_cast<std::uint8_t>(0xff << (8 - left));
    const auto at = static_cast<std::size_t>(bit / 8);
    if (((bytes[at] ^ network.prefix[at]) & mask) != 0) return false;
  }
  return true;
}

template <std::size_t N>
bool within_any(const std::array<std::uint8_t, 16>& bytes, const std::array<Network, N>& networks) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const Network& network) { return within(bytes, network); });
}

}  // namespace

base::Result<Url> parse_url(std::string_view text) {
  const auto bad = [](unsigned char c) { return c <= 0x20 || c == 0x7f || c == '\\' || c == '"'; };
  if (text.size() > kUrlMax) return wrong("is too long", "write at most 2000 characters");
  if (std::any_of(text.begin(), text.end(), bad))
    return wrong("has a blank, a quote or a backslash", "write them as %20, %22, %5C");
  Url url;
  const std::size_t scheme = text.find("://");
  const std::string_view name = text.substr(0, std::min(scheme, text.size()));
  if (scheme == std::string_view::npos || (name != "https" && name != "http"))
    return wrong("is no web address", "write https://host/path");
  url.secure = name == "https";
  std::string_view rest = text.substr(scheme + 3);
  const std::size_t path = std::min(rest.find_first_of("/?#"), rest.size());
  std::string_view host = rest.substr(0, path);
  url.target = rest.substr(path);
  if (url.target.find('#') != std::string::npos)
    return wrong("has a #", "leave out what comes after it: no server sees it");
  if (!url.target.starts_with('/')) url.target.insert(0, 1, '/');
  if (host.find('@') != std::string_view::npos)
    return tl::unexpected(
        wrong("has a name or a password in it", "leave them out: the signature says who we are"));
  url.port = url.secure ? "443" : "80";
  const bool bracketed = host.starts_with('[');
  const std::size_t colon = host.find(':', bracketed ? std::min(host.find(']'), host.size()) : 0);
  if (colon != std::string_view::npos) {
    url.port = host.substr(colon + 1);
    host = host.substr(0, colon);
  }
  if (!is_digits(url.port) || url.port.size() > 5 || std::stoi(url.port) > 65535 || std::stoi(url.port) == 0)
    return tl::unexpected(
        wrong("has no port behind the colon", "write a number from 1 to 65535, or leave it out"));
  if (bracketed) {
    const auto ip = host.ends_with(']') ? media::parse_ip(host.substr(1, host.size() - 2)) : std::nullopt;
    if (!ip || !ip->v6) return wrong("has no IPv6 address in its brackets", "write [2a00:1450::1]");
    url.host = host.substr(1, host.size() - 2);
    return url;
  }
  if (!is_host(host)) return wrong("has no host's name", "write https://host/path");
  url.host = host;
  return url;
}

bool is_public(const media::IpAddress& ip) {
  if (!ip.v6) return !within_any(ip.bytes, kNotPublic4);
  if (within(ip.bytes, kMapped6) || within(ip.bytes, kTranslated6)) {
    media::IpAddress inside;
    std::copy(ip.bytes.begin() + 12, ip.bytes.end(), inside.bytes.begin());
    return is_public(inside);
  }
  return within(ip.bytes, kGivenOut6) && !within_any(ip.bytes, kNotPublic6);
}

}  // namespace ziptone::webhooks
