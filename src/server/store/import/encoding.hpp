// A contact file's bytes as UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ziptone::store::csv {

enum class Encoding : std::uint8_t { detect, utf8, utf16_le, utf16_be, windows_1254 };
std::string_view name_of(Encoding encoding);

// Stands in the decoded text for bytes that are no character of the encoding, and for NUL: a byte that UTF-8
// never has, so the row it lands in can be refused.
inline constexpr char kNotText = '\xFF';

// Fed with the file's bytes in pieces of any size. A byte order mark decides and is removed; without one,
// `detect` takes the first letters beyond ASCII: UTF-8 when most of them are well-formed, else Windows-1254
// (Turkish, and Western European but for six letters).
class Decoder {
 public:
  explicit Decoder(Encoding told) : encoding_(told) {}

  // Appends to `out`; `last` says that no more bytes follow.
  void decode(std::string_view bytes, bool last, std::string& out);
  // detect until something has decided; a file of plain ASCII never decides.
  Encoding encoding() const { return encoding_; }

 private:
  std::size_t take_mark(std::string_view bytes);  // returns the mark's length
  std::size_t decode_some(std::string_view bytes, bool last, std::string& out);
  std::size_t decode_utf16(std::string_view bytes, bool last, std::string& out) const;

  Encoding encoding_;
  bool begun_ = false;   // past the place of the byte order mark
  std::string pending_;  // the beginning of a character, or of a mark
};

}  // namespace ziptone::store::csv
