#include "base/utf8.hpp"

namespace ziptone::base {

Utf8 first_utf8(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {Utf8::Form::character, 1, lead};
  if (lead < 0xC2 || lead > 0xF4) return {};
  const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  char32_t character = lead & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if (i == text.size()) return {Utf8::Form::cut_off, text.size(), 0};
    // The second byte's range shuts out overlong forms, surrogates and what lies above U+10FFFF (RFC 3629 4).
    const unsigned char low = i > 1 ? 0x80 : lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = i > 1 ? 0xBF : lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (byte(i) < low || byte(i) > high) return {};
    character = character << 6 | (byte(i) & 0x3Fu);
  }
  return {Utf8::Form::character, length, character};
}

void append_utf8(std::string& text, char32_t c) {
  const auto put = [&](char32_t bits) { text += static_cast<char>(bits); };
  const auto follow = [&](int shift) { put(0x80u | (c >> shift & 0x3Fu)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0u | c >> 6);
    follow(0);
  } else if (c < 0x10000) {
    put(0xE0u | c >> 12);
    follow(6);
    follow(0);
  } else {
    put(0xF0u | c >> 18);
    follow(12);
    follow(6);
    follow(0);
  }
}

}  // namespace ziptone::base
