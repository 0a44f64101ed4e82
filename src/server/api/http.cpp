#include "server/api/http.hpp"

#include <algorithm>
#include <charconv>

#include <boost/json.hpp>

namespace ziptone::api {

std::optional<std::string> decode(std::string_view text) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size() || digit(text[i + 1]) < 0 || digit(text[i + 2]) < 0) return std::nullopt;
    out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
    i += 2;
  }
  return out;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t read = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), read);
  if (fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return read;
}

std::map<std::string, std::string> parse_query(std::string_view text) {
  // Forms and URLSearchParams write a blank as a plus (application/x-www-form-urlencoded).
  std::string spaced{text};
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  std::string_view query = spaced;
  std::map<std::string, std::string> out;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const auto key = decode(pair.substr(0, equals));
    const auto value = decode(pair.substr(std::min(equals + 1, pair.size())));
    if (key && value && !key->empty()) out[*key] = *value;
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return out;
}

std::string cookie_of(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const std::size_t end = std::min(header.find(';'), header.size());
    std::string_view pair = header.substr(0, end);
    header.remove_prefix(std::min(end + 1, header.size()));
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('='))
      return std::string{pair.substr(name.size() + 1)};
  }
  return {};
}

bool own_origin(std::string_view origin, std::string_view host, bool secure) {
  const auto same = [&](std::string_view scheme, std::string_view port) {
    if (!origin.starts_with(scheme)) return false;
    const std::string_view named = origin.substr(scheme.size());
    // A browser leaves the scheme's own port away; who writes the header by hand may not.
    return named == host || (host.ends_with(port) && host.substr(0, host.size() - port.size()) == named);
  };
  if (host.empty()) return false;
  return same("https://", ":443") || (!secure && same("http://", ":80"));
}

std::optional<std::map<std::string, std::string>> match(std::string_view pattern, std::string_view path) {
  std::map<std::string, std::string> parts;
  while (!pattern.empty() && !path.empty()) {
    const std::size_t pattern_end = std::min(pattern.find('/', 1), pattern.size());
    const std::size_t path_end = std::min(path.find('/', 1), path.size());
    const std::string_view wanted = pattern.substr(0, pattern_end);
    const std::string_view got = path.substr(0, path_end);
    if (wanted.starts_with("/{")) {
      const auto value = decode(got.substr(1));
      if (!value || value->empty()) return std::nullopt;
      parts[std::string{wanted.substr(2, wanted.size() - 3)}] = *value;
    } else if (wanted != got) {
      return std::nullopt;
    }
    pattern.remove_prefix(pattern_end);
    path.remove_prefix(path_end);
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return parts;
}

Response problem(int status, std::string_view title, std::string_view reason,
                 const std::vector<FieldError>& errors) {
  boost::json::object body{{"type", "about:blank"}, {"title", title}, {"status", status}};
  if (!reason.empty()) body["reason"] = reason;
  if (!errors.empty()) {
    boost::json::array list;
    for (const FieldError& e : errors)
      list.push_back(boost::json::object{{"field", e.field}, {"what", e.what}, {"mend", e.mend}});
    body["errors"] = std::move(list);
  }
  return {status, "application/problem+json", boost::json::serialize(body)};
}

}  // namespace ziptone::api
