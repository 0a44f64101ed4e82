#include "base/fold.hpp"

#include <array>

namespace ziptone::base {
namespace {

// Of U+00C0 to U+00FF, one letter each; '\0' = stays as it is.
constexpr std::array<char, 65> kLatin1 = {
    "aaaaaa\0ceeeeiiii\0nooooo\0ouuuuy\0\0aaaaaa\0ceeeeiiii\0nooooo\0ouuuuy\0y"};

char letter_of(unsigned char lead, unsigned char next) {
  if (lead == 0xC3 && next >= 0x80 && next <= 0xBF) return kLatin1[next - 0x80U];
  if (lead == 0xC4 && (next == 0x9E || next == 0x9F)) return 'g';  // Ğ ğ
  if (lead == 0xC4 && (next == 0xB0 || next == 0xB1)) return 'i';  // İ ı
  if (lead == 0xC5 && (next == 0x9E || next == 0x9F)) return 's';  // Ş ş
  return '\0';
}

}  // namespace

std::string fold(std::string_view text) {
  std::string folded;
  folded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c >= 'A' && c <= 'Z') {
      folded += static_cast<char>(c - 'A' + 'a');
    } else if (const char letter = i + 1 < text.size() ? letter_of(static_cast<unsigned char>(c),
                                                                   static_cast<unsigned char>(text[i + 1]))
                                                       : '\0') {
      folded += letter;
      ++i;
    } else if (c == '\xCC' && i + 1 < text.size()) {
      ++i;  // a combining accent (U+0300 to U+033F), as macOS writes them
    } else {
      folded += c;
    }
  }
  return folded;
}

}  // namespace ziptone::base
