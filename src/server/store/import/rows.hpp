// Delimited text as rows of fields (RFC 4180, and what spreadsheets really write), read in pieces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "server/store/import/encoding.hpp"

namespace ziptone::store::csv {

// Fills the buffer from the front and says how many bytes; 0 is the end. An error ends the reading.
using ReadBytes = std::function<base::Result<std::size_t>(std::span<char>)>;

struct Format {
  Encoding encoding = Encoding::detect;
  char delimiter = 0;  // ',' ';' '\t' '|'; 0 = the one that the first line has most, ',' when it has none
};

struct Limits {
  std::size_t field_bytes = 64 * 1024;
  std::size_t row_bytes = 1024 * 1024;
  std::size_t fields = 512;
};

enum class RowFault : std::uint8_t {
  none,
  open_quote,      // a quoted field that does not end, or goes on behind its end
  field_too_long,  // Limits::field_bytes
  row_too_long,    // Limits::row_bytes
  too_many_fields,
  not_text,  // bytes that are no character of the file's encoding, or NUL
};

// Views are good until the next call of next().
struct Row {
  std::uint64_t line = 0;  // of the file, from 1: where the row begins
  std::string_view text;   // as it stands in the file (UTF-8), at most kRowText bytes of it
  std::vector<std::string_view> fields;
  RowFault fault = RowFault::none;
  std::size_t fault_field = 0;  // index of the field at fault, where one is
};
inline constexpr std::size_t kRowText = 4096;

// Rows end with LF, CRLF or CR. A quoted field may hold delimiters, line ends and doubled quotes; a quote
// inside an unquoted field is a character. A row with a fault ends at its own end if that can be found, and
// else at the end of its first line: one forgotten quote costs one row, not the rest of the file. An empty
// line is no row.
class RowReader {
 public:
  RowReader(ReadBytes read, Format format, Limits limits = {});

  // False at the end. An error is the source's own.
  base::Result<bool> next(Row& row);

  Encoding encoding() const { return decoder_.encoding(); }
  char delimiter() const { return delimiter_; }  // known from the first row on

 private:
  enum class Scan : std::uint8_t { row, incomplete_plain, incomplete_quoted, broken_quote };
  struct Piece {
    std::size_t begin = 0;
    std::size_t length = 0;
    bool unescaped = false;  // it lies in unescaped_
  };

  base::Result<> fill();
  base::Result<> begin();
  Scan scan();
  bool scan_quoted(Piece& piece, Scan& stopped);
  std::size_t line_end(std::size_t from) const;
  void advance(std::size_t end);
  void give_text(Row& row, std::string_view text);
  void give_fields(Row& row);
  void give_first_line(Row& row);
  base::Result<> give_long_line(Row& row);

  ReadBytes read_;
  Decoder decoder_;
  Limits limits_;
  char delimiter_;
  bool begun_ = false;
  bool ended_ = false;  // the source has no more
  std::uint64_t line_ = 1;
  std::vector<char> bytes_;
  std::string text_;       // decoded
  std::size_t start_ = 0;  // of the row, in text_
  std::size_t end_ = 0;    // of the row with its line end, once scanned
  std::size_t at_ = 0;     // while scanning
  std::vector<Piece> pieces_;
  std::string unescaped_;
  std::string shown_;  // a row's text that is not as in text_
};

}  // namespace ziptone::store::csv
