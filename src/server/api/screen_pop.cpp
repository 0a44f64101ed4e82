#include "server/api/screen_pop.hpp"

#include <algorithm>

namespace ziptone::api {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::string encoded(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_letter_or_digit(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', kHex[byte >> 4], kHex[byte & 15]};
  }
  return out;
}

std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

// The host of an http or https address; empty when it is none, or hides where it leads.
std::string host_of(std::string_view url) {
  const std::string scheme = lower(url.substr(0, std::min(url.find("://"), url.size())));
  if (scheme != "https" && scheme != "http") return {};
  std::string_view rest = url.substr(scheme.size() + 3);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  const std::size_t colon = rest.find(':');
  if (colon != std::string_view::npos &&
      rest.find_first_not_of("0123456789", colon + 1) != std::string_view::npos)
    return {};
  const std::string host = lower(rest.substr(0, colon));
  const bool plain = std::all_of(host.begin(), host.end(),
                                 [](char c) { return is_letter_or_digit(c) || c == '-' || c == '.'; });
  return plain ? host : std::string{};
}

bool is_allowed(const std::string& host, const std::string& rule) {
  const std::string wanted = lower(rule);
  if (!wanted.starts_with("*.")) return host == wanted;
  return host.size() >= wanted.size() && host.ends_with(wanted.substr(1));
}

}  // namespace

std::string screen_pop(std::string_view pattern, const std::vector<std::string>& hosts,
                       const std::map<std::string, std::string>& fields) {
  std::string url;
  for (std::size_t from = 0;;) {
    const std::size_t open = pattern.find("{{", from);
    const std::size_t close = open == std::string_view::npos ? open : pattern.find("}}", open);
    if (close == std::string_view::npos) {
      url += pattern.substr(from);
      break;
    }
    url += pattern.substr(from, open - from);
    const auto field = fields.find(std::string{pattern.substr(open + 2, close - open - 2)});
    if (field != fields.end()) url += encoded(field->second);
    from = close + 2;
  }
  const bool visible = std::all_of(url.begin(), url.end(), [](char c) {
    return static_cast<unsigned char>(c) > ' ' && c != '\\' && c != '"' && c != '<' && c != '>';
  });
  const std::string host = host_of(url);
  const bool allowed = std::any_of(hosts.begin(), hosts.end(),
                                   [&](const std::string& rule) { return is_allowed(host, rule); });
  return visible && !host.empty() && allowed ? url : std::string{};
}

}  // namespace ziptone::api
