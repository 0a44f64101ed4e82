// One Turkish text in every encoding, whole and byte by byte.
#include "server/store/import/encoding.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace ziptone::store::csv {
namespace {

using namespace std::string_literals;

const std::string kText = "ad;İĞÜŞÖÇ ığüşöç â €\n";
const std::string kWindows1254 = "ad;\xDD\xD0\xDC\xDE\xD6\xC7 \xFD\xF0\xFC\xFE\xF6\xE7 \xE2 \x80\n"s;

std::string utf16(std::u16string_view text, bool little) {
  std::string bytes;
  for (const char16_t c : text) {
    const char low = static_cast<char>(c & 0xFF);
    const char high = static_cast<char>(c >> 8);
    bytes += little ? low : high;
    bytes += little ? high : low;
  }
  return bytes;
}
constexpr std::u16string_view kUtf16 = u"\uFEFFad;İĞÜŞÖÇ ığüşöç â €\n";

std::string decoded(const std::string& bytes, Encoding told, std::size_t piece, Encoding* found = nullptr) {
  Decoder decoder(told);
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += piece)
    decoder.decode(std::string_view(bytes).substr(at, piece), false, out);
  decoder.decode({}, true, out);
  if (found != nullptr) *found = decoder.encoding();
  return out;
}

TEST(Encoding, TurkishLettersInEveryEncodingAndPieceSize) {
  const struct {
    std::string bytes;
    Encoding told;
    Encoding found;
  } table[] = {
      {kText, Encoding::detect, Encoding::utf8},
      {"\xEF\xBB\xBF" + kText, Encoding::detect, Encoding::utf8},
      {"\xEF\xBB\xBF" + kText, Encoding::windows_1254, Encoding::utf8},  // the mark knows better
      {utf16(kUtf16, true), Encoding::detect, Encoding::utf16_le},
      {utf16(kUtf16, false), Encoding::detect, Encoding::utf16_be},
      {kWindows1254, Encoding::detect, Encoding::windows_1254},
      {kWindows1254, Encoding::windows_1254, Encoding::windows_1254},
  };
  for (const auto& row : table) {
    for (const std::size_t piece :
         {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, std::size_t{4096}}) {
      Encoding found{};
      EXPECT_EQ(decoded(row.bytes, row.told, piece, &found), kText) << name_of(row.found) << " by " << piece;
      EXPECT_EQ(found, row.found) << "by " << piece;
    }
  }
}

TEST(Encoding, DetectsOnlyWhenALetterDecides) {
  Encoding found{};
  const std::string ascii(100'000, 'a');
  EXPECT_EQ(decoded(ascii, Encoding::detect, 4096, &found), ascii);
  EXPECT_EQ(found, Encoding::detect);
  EXPECT_EQ(decoded(ascii + "\xFE", Encoding::detect, 4096, &found), ascii + "ş")
      << "far behind the first piece";
  EXPECT_EQ(found, Encoding::windows_1254);
  EXPECT_EQ(decoded("Tu\xF0", Encoding::detect, 4096), "Tuğ")
      << "at the very end, where UTF-8 could be cut off";
}

TEST(Encoding, MarksWhatIsNoCharacter) {
  EXPECT_EQ(decoded("ğü\xFFş", Encoding::detect, 99), "ğü\xFFş")
      << "one bad byte does not make a file Turkish Windows";
  EXPECT_EQ(decoded("ş\xC5", Encoding::utf8, 99), "ş\xFF") << "cut off at the end";
  EXPECT_EQ(decoded("a\0b"s, Encoding::utf8, 99),
            "a\xFF"
            "b");
  EXPECT_EQ(decoded("a\x81"
                    "b",
                    Encoding::windows_1254, 99),
            "a\xFF"
            "b")
      << "not assigned";
  EXPECT_EQ(decoded("\xFF\xFE"
                    "a\0\x3D\xD8"
                    "b\0"s,
                    Encoding::detect, 99),
            "a\xFF"
            "b")
      << "half a pair";
  EXPECT_EQ(decoded("\xFF\xFE"
                    "a\0\x3D"s,
                    Encoding::detect, 99),
            "a\xFF")
      << "half a unit";
  EXPECT_EQ(decoded("\xFF\xFE\x3D\xD8\x00\xDE"s, Encoding::detect, 1), "😀");
}

}  // namespace
}  // namespace ziptone::store::csv
