// Strict UTF-8 (RFC 3629), one character at a time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ziptone::base {

struct Utf8 {
  enum class Form : unsigned char { character, broken, cut_off };
  Form form = Form::broken;
  std::size_t length = 1;  // bytes it takes; 1 when broken
  char32_t character = 0;  // when form says so
};

// The first character of `text`, which is not empty. broken: these bytes begin no character (overlong and
// surrogate forms too); cut_off: they may, when more bytes follow.
Utf8 first_utf8(std::string_view text);

void append_utf8(std::string& text, char32_t character);

}  // namespace ziptone::base
