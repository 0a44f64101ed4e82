// What the readers of SDP share: lines, words, numbers. All work on the caller's text and copy nothing.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string_view>

namespace ziptone::media::sdp_text {

inline constexpr std::size_t kBytesMax = 16 * 1024;
inline constexpr std::size_t kStreamsMax = 16;

template <class T>
std::optional<T> number(std::string_view text, T max) {
  T value{};
  const auto end = text.data() + text.size();
  const auto r = std::from_chars(text.data(), end, value);
  if (text.empty() || r.ec != std::errc{} || r.ptr != end || value > max) return std::nullopt;
  return value;
}

// Cuts the next word off `text`; separated by spaces.
inline std::string_view next_word(std::string_view& text) {
  const auto begin = std::min(text.find_first_not_of(' '), text.size());
  const auto end = std::min(text.find(' ', begin), text.size());
  const auto word = text.substr(begin, end - begin);
  text.remove_prefix(end);
  return word;
}

inline bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

// Cuts the next line off `text`, without its end.
inline std::string_view next_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  auto row = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (!row.empty() && row.back() == '\r') row.remove_suffix(1);
  return row;
}

inline bool has_control(std::string_view row) {
  return std::any_of(row.begin(), row.end(), [](char c) { return c >= 0 && c < 0x20 && c != '\t'; });
}

}  // namespace ziptone::media::sdp_text
