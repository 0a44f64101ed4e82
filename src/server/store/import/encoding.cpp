#include "server/store/import/encoding.hpp"

#include <array>
#include <cstring>

#include "base/utf8.hpp"

namespace ziptone::store::csv {
namespace {

using base::Utf8;

// How many bytes from the front are plain ASCII without NUL; eight at a time, a file is mostly that.
std::size_t ascii_run(std::string_view bytes) {
  std::size_t n = 0;
  constexpr std::uint64_t kHigh = 0x8080808080808080u;
  constexpr std::uint64_t kOnes = 0x0101010101010101u;
  for (; n + 8 <= bytes.size(); n += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + n, 8);
    if (((word | (word - kOnes)) & kHigh) != 0) break;
  }
  while (n < bytes.size() && bytes[n] > 0) ++n;
  return n;
}

// Appends whole characters; returns how many bytes it took (all but a character that is cut off).
std::size_t decode_utf8(std::string_view bytes, bool last, std::string& out) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::size_t plain = ascii_run(bytes.substr(at));
    out.append(bytes, at, plain);
    at += plain;
    if (at == bytes.size()) break;
    const Utf8 next = base::first_utf8(bytes.substr(at));
    if (next.form == Utf8::Form::cut_off && !last) break;
    if (next.form == Utf8::Form::character && next.character != 0) {
      out.append(bytes, at, next.length);
    } else {
      out += kNotText;
    }
    at += next.length;
  }
  return at;
}

// Microsoft code page 1254: 0x80-0x9F as listed, 0xA0-0xFF as Latin-1 but for six Turkish letters. 0 = not
// assigned.
constexpr std::array<char16_t, 32> kWindows1254{
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0,      0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0,      0x0178};

char32_t windows_1254(unsigned char byte) {
  switch (byte) {
    case 0xD0:
      return 0x011E;  // Ğ
    case 0xDD:
      return 0x0130;  // İ
    case 0xDE:
      return 0x015E;  // Ş
    case 0xF0:
      return 0x011F;  // ğ
    case 0xFD:
      return 0x0131;  // ı
    case 0xFE:
      return 0x015F;  // ş
    default:
      return byte >= 0x80 && byte < 0xA0 ? kWindows1254[byte - 0x80] : byte;
  }
}

void decode_windows_1254(std::string_view bytes, std::string& out) {
  while (!bytes.empty()) {
    const std::size_t plain = ascii_run(bytes);
    out.append(bytes, 0, plain);
    bytes.remove_prefix(plain);
    if (bytes.empty()) break;
    const char32_t c = windows_1254(static_cast<unsigned char>(bytes[0]));
    if (c == 0) {
      out += kNotText;
    } else {
      base::append_utf8(out, c);
    }
    bytes.remove_prefix(1);
  }
}

// UTF-8 when at least as many letters beyond ASCII are well-formed as not. `detect`: there is none yet.
Encoding guess(std::string_view bytes, bool last) {
  std::size_t good = 0;
  std::size_t bad = 0;
  for (std::size_t at = 0; at < bytes.size();) {
    const Utf8 next = base::first_utf8(bytes.substr(at));
    if (next.form == Utf8::Form::broken || (last && next.form == Utf8::Form::cut_off)) ++bad;
    if (next.form == Utf8::Form::character && next.length > 1) ++good;
    at += next.length;
  }
  if (good + bad == 0) return Encoding::detect;
  return good >= bad ? Encoding::utf8 : Encoding::windows_1254;
}

}  // namespace

std::string_view name_of(Encoding encoding) {
  static constexpr std::array<std::string_view, 5> kNames{"detect", "UTF-8", "UTF-16LE", "UTF-16BE",
                                                          "Windows-1254"};
  return kNames[static_cast<std::size_t>(encoding)];
}

void Decoder::decode(std::string_view bytes, bool last, std::string& out) {
  std::string joined;
  if (!pending_.empty()) {
    joined = pending_ + std::string(bytes);
    bytes = joined;
  }
  std::size_t taken = 0;
  if (!begun_) {
    if (bytes.size() < 3 && !last) {
      pending_ = bytes;
      return;
    }
    taken = take_mark(bytes);
    begun_ = true;
  }
  taken += decode_some(bytes.substr(taken), last, out);
  pending_ = std::string(bytes.substr(taken));
}

std::size_t Decoder::take_mark(std::string_view bytes) {
  const struct {
    std::string_view mark;
    Encoding encoding;
  } marks[] = {
      {"\xEF\xBB\xBF", Encoding::utf8}, {"\xFF\xFE", Encoding::utf16_le}, {"\xFE\xFF", Encoding::utf16_be}};
  for (const auto& [mark, encoding] : marks) {
    if (!bytes.starts_with(mark)) continue;
    // A file that says what it is knows better than the person who uploads it.
    encoding_ = encoding;
    return mark.size();
  }
  return 0;
}

std::size_t Decoder::decode_some(std::string_view bytes, bool last, std::string& out) {
  if (encoding_ == Encoding::detect) encoding_ = guess(bytes, last);
  switch (encoding_) {
    case Encoding::detect:  // all ASCII so far, or ASCII and the beginning of a letter
    case Encoding::utf8:
      return decode_utf8(bytes, last, out);
    case Encoding::utf16_le:
    case Encoding::utf16_be:
      return decode_utf16(bytes, last, out);
    case Encoding::windows_1254:
      decode_windows_1254(bytes, out);
      return bytes.size();
  }
  return bytes.size();
}

std::size_t Decoder::decode_utf16(std::string_view bytes, bool last, std::string& out) const {
  const auto unit = [&](std::size_t i) {
    const auto low = static_cast<unsigned char>(bytes[encoding_ == Encoding::utf16_le ? i : i + 1]);
    const auto high = static_cast<unsigned char>(bytes[encoding_ == Encoding::utf16_le ? i + 1 : i]);
    return static_cast<char32_t>(high << 8 | low);
  };
  std::size_t at = 0;
  while (at + 2 <= bytes.size()) {
    const char32_t first = unit(at);
    if (first < 0xD800 || first > 0xDFFF) {
      if (first == 0) {
        out += kNotText;
      } else {
        base::append_utf8(out, first);
      }
      at += 2;
      continue;
    }
    const bool whole = at + 4 <= bytes.size();
    if (first < 0xDC00 && !whole && !last) return at;
    const char32_t second = whole ? unit(at + 2) : 0;
    if (first < 0xDC00 && second >= 0xDC00 && second <= 0xDFFF) {
      base::append_utf8(out, 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
      at += 4;
    } else {
      out += kNotText;  // half of a pair
      at += 2;
    }
  }
  if (last && at < bytes.size()) {
    out += kNotText;
    at = bytes.size();
  }
  return at;
}

}  // namespace ziptone::store::csv
