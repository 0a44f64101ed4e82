#include "phone/written.hpp"

#include <algorithm>

#include "base/utf8.hpp"

namespace ziptone::phone {
namespace {

// Zeros of the decimal digits in the Basic Multilingual Plane (Unicode 15, general category Nd); nine digits
// follow each.
constexpr std::array<char32_t, 37> kZeros{
    0x0030, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66,
    0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50,
    0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10};

struct Range {
  char32_t first;
  char32_t last;
};
// Blanks, dashes, dots, brackets and invisible marks that stand between digits. Not comma and
// semicolon: they stand between two numbers, and joining two people's digits would call a third.
constexpr std::array<Range, 27> kPunctuation{{
    {U'\t', U'\t'},   {U' ', U' '},     {U'(', U')'},     {U'-', U'.'},     {U'[', U'['},
    {U']', U']'},     {0x00A0, 0x00A0}, {0x00AD, 0x00AD}, {0x00B7, 0x00B7}, {0x061C, 0x061C},
    {0x1680, 0x1680}, {0x180E, 0x180E}, {0x2000, 0x2015}, {0x2022, 0x2022}, {0x2024, 0x2024},
    {0x202A, 0x202F}, {0x205F, 0x2064}, {0x2066, 0x206F}, {0x2212, 0x2212}, {0x3000, 0x3000},
    {0x30FB, 0x30FC}, {0xFE58, 0xFE58}, {0xFE63, 0xFE63}, {0xFEFF, 0xFEFF}, {0xFF08, 0xFF09},
    {0xFF0D, 0xFF0E}, {0xFF65, 0xFF65},
}};

bool punctuation(char32_t c) {
  const auto range = std::ranges::lower_bound(kPunctuation, c, {}, &Range::last);
  return range != kPunctuation.end() && range->first <= c;
}

int digit_value(char32_t c) {
  const auto zero = std::ranges::upper_bound(kZeros, c);
  if (zero == kZeros.begin()) return -1;
  const char32_t value = c - *(zero - 1);
  return value < 10 ? static_cast<int>(value) : -1;
}

constexpr char32_t kBroken = 0xFFFFFFFF;  // not UTF-8

std::string place(std::size_t character) { return "character " + std::to_string(character); }

bool begins_with(std::string_view text, std::string_view lower_case) {
  if (text.size() < lower_case.size()) return false;
  return std::equal(lower_case.begin(), lower_case.end(), text.begin(),
                    [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); });
}

// Names the likely reason for a character that has no place in a number. `rest` begins with it.
base::Error stranger(std::string_view rest, char32_t c, std::size_t character, std::size_t digits) {
  const std::string where = place(character);
  if (c == kBroken) return {"not UTF-8 text", where, "say which encoding the file has"};
  if (digits > 0 && begins_with(rest, "e+")) {
    return {"a spreadsheet has rounded this number", where, "format the column as text and export it again"};
  }
  for (const std::string_view word : {"ext", "x", "#", "dahili", "dah", ";ext", "int.", "poste"}) {
    if (digits >= 3 && begins_with(rest, word))
      return {"a number with an extension", where, "write the number only: an extension can't be dialed"};
  }
  if (c == U'/' || c == U',' || c == U';' || c == U'|' || c == U'\n' || c == U'\r') {
    return {"more than one number, or a sign that separates numbers", where,
            "write one number a field, digits, blanks and dashes only"};
  }
  if (c == U'+') return {"a + inside the number", where, "write + only before the calling code"};
  const bool letter = (c >= U'A' && c <= U'Z') || (c >= U'a' && c <= U'z') || c >= 0x80;
  return {letter ? "a letter in the number" : "a sign that no number has", where,
          "write digits, blanks and dashes only"};
}

}  // namespace

base::Result<Written> read_written(std::string_view text) {
  Written written;
  std::size_t character = 0;
  while (!text.empty()) {
    ++character;
    const std::string_view rest = text;
    const base::Utf8 next = base::first_utf8(text);
    const char32_t c = next.form == base::Utf8::Form::character ? next.character : kBroken;
    text.remove_prefix(next.length);
    if (const int value = c == kBroken ? -1 : digit_value(c); value >= 0) {
      if (written.count == Written::kMostDigits)
        return base::error("too long for one number", place(character), "write one number a field");
      written.digits[written.count++] = static_cast<std::uint8_t>(value);
    } else if ((c == U'+' || c == 0xFF0B) && written.count == 0 && !written.plus) {
      written.plus = true;
    } else if (c == U'/' && written.count > 0 && written.slash_at == 0) {
      written.slash_at = written.count;
    } else if (c == kBroken || !punctuation(c)) {
      return tl::unexpected(stranger(rest, c, character, written.count));
    }
  }
  if (written.count == 0) return base::error("no digits", {}, "write a telephone number");
  return written;
}

}  // namespace ziptone::phone
