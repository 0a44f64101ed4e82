// The core's packed numbers and the stored text are two spellings of one E.164 number. The packing is
// phone::Number's: the digits as an integer, country code first, which never starts with 0.
#pragma once

#include <charconv>
#include <string>
#include <string_view>

#include "dialer/config.hpp"

namespace ziptone::store {

// "+905321234567"; "" for 0.
inline std::string number_text(dialer::NumberKey key) { return key == 0 ? "" : "+" + std::to_string(key); }

// 0 for anything but a plus and 1-19 digits, the first not 0: a few countries go beyond E.164's 15.
inline dialer::NumberKey number_key(std::string_view e164) {
  if (e164.size() < 2 || e164.size() > 20 || e164[0] != '+' || e164[1] == '0') return 0;
  dialer::NumberKey key = 0;
  const char* end = e164.data() + e164.size();
  const auto [stopped, fault] = std::from_chars(e164.data() + 1, end, key);
  return fault == std::errc{} && stopped == end ? key : 0;
}

}  // namespace ziptone::store
