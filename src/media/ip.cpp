#include "media/ip.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace ziptone::media {
namespace {

bool parse_v4(std::string_view text, std::uint8_t* out) {
  for (int part = 0; part < 4; ++part) {
    const auto dot = text.find('.');
    if ((dot == std::string_view::npos) != (part == 3)) return false;
    const auto digits = text.substr(0, dot);
    if (digits.empty() || digits.size() > 3 || (digits.size() > 1 && digits[0] == '0')) return false;
    if (!std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; })) return false;
    unsigned value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (value > 255) return false;
    out[part] = static_cast<std::uint8_t>(value);
    text = dot == std::string_view::npos ? std::string_view{} : text.substr(dot + 1);
  }
  return true;
}

// Appends the 16-bit groups of a colon-separated run (no "::" inside) to `out`; the last may be dotted IPv4.
bool parse_groups(std::string_view text, std::array<std::uint8_t, 16>& out, std::size_t& size) {
  while (!text.empty()) {
    const auto colon = text.find(':');
    const auto group = text.substr(0, colon);
    if (colon == std::string_view::npos && group.find('.') != std::string_view::npos) {
      if (size + 4 > 16 || !parse_v4(group, out.data() + size)) return false;
      size += 4;
      return true;
    }
    if (group.empty() || group.size() > 4 || size + 2 > 16) return false;
    unsigned value = 0;
    const auto end = group.data() + group.size();
    if (const auto r = std::from_chars(group.data(), end, value, 16); r.ec != std::errc{} || r.ptr != end)
      return false;
    out[size++] = static_cast<std::uint8_t>(value >> 8);
    out[size++] = static_cast<std::uint8_t>(value);
    if (colon == std::string_view::npos) return true;
    text = text.substr(colon + 1);
    if (text.empty()) return false;  // a single colon at the end
  }
  return true;
}

}  // namespace

std::optional<IpAddress> parse_ip(std::string_view text) {
  IpAddress ip;
  if (text.size() > 45) return std::nullopt;
  if (text.find(':') == std::string_view::npos) {
    if (!parse_v4(text, ip.bytes.data())) return std::nullopt;
    return ip;
  }
  ip.v6 = true;
  std::size_t head = 0;
  const auto gap = text.find("::");
  if (gap == std::string_view::npos) {
    if (!parse_groups(text, ip.bytes, head) || head != 16) return std::nullopt;
    return ip;
  }
  if (text.substr(0, gap).find('.') != std::string_view::npos) return std::nullopt;
  std::array<std::uint8_t, 16> tail{};
  std::size_t tail_size = 0;
  if (!parse_groups(text.substr(0, gap), ip.bytes, head)) return std::nullopt;
  if (!parse_groups(text.substr(gap + 2), tail, tail_size)) return std::nullopt;
  if (head + tail_size > 14) return std::nullopt;  // "::" stands for one group at least
  std::copy_n(tail.begin(), tail_size, ip.bytes.end() - static_cast<std::ptrdiff_t>(tail_size));
  return ip;
}

std::string to_string(const IpAddress& ip) {
  const auto& b = ip.bytes;
  if (!ip.v6) return fmt::format("{}.{}.{}.{}", b[0], b[1], b[2], b[3]);
  const auto group = [&](int i) {
    return static_cast<unsigned>(b[static_cast<std::size_t>(2 * i)] << 8 |
                                 b[static_cast<std::size_t>(2 * i + 1)]);
  };
  int best = -1;
  int best_length = 1;  // a single zero group is not shortened
  for (int i = 0; i < 8;) {
    int end = i;
    while (end < 8 && group(end) == 0) ++end;
    if (end - i > best_length) best = i, best_length = end - i;
    i = std::max(end, i + 1);
  }
  std::string text;
  for (int i = 0; i < 8;) {
    if (i == best) {
      text += "::";
      i += best_length;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    text += fmt::format("{:x}", group(i++));
  }
  return text;
}

bool is_unspecified(const IpAddress& ip) {
  return std::all_of(ip.bytes.begin(), ip.bytes.end(), [](std::uint8_t b) { return b == 0; });
}

bool is_unicast(const IpAddress& ip) {
  if (is_unspecified(ip)) return false;
  if (ip.v6) return ip.bytes[0] != 0xFF;
  return ip.bytes[0] != 0 &&
         ip.bytes[0] < 224;  // 224/4 is multicast, 240/4 reserved with the broadcast address
}

}  // namespace ziptone::media
