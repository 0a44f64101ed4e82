// A contact file as contacts and problems, row by row: the side of an import that knows no database.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "phone/destination.hpp"
#include "phone/number.hpp"
#include "server/store/import/columns.hpp"
#include "server/store/import/rows.hpp"
#include "server/store/import/seen.hpp"

namespace ziptone::store::csv {

struct ImportOptions {
  Format format;
  Limits limits;
  bool has_header = true;
  phone::Country default_country;  // of numbers written without calling code; none: they are errors
  std::vector<ColumnRule> rules;
  const phone::DestinationList* destinations =
      nullptr;  // null: numbers are not judged; else it outlives the reader
};

inline constexpr std::size_t kMostNumbers = 10;  // of a contact; further ones are left out with a warning
inline constexpr std::size_t kLongestKey = 200;  // bytes

struct ContactNumber {
  phone::Number number;
  std::string_view text;    // as written
  std::string_view column;  // its name
  std::string_view label;   // its column's type tag, may be empty
  phone::Verdict verdict;   // allowed when there is no destination list
};

struct ContactField {
  std::string_view name;
  std::string_view value;
};

// Key, names and fields are trimmed, and ="0532" (a spreadsheet's way to keep a text a text) is 0532. Other
// formulas are plain text here and everywhere.
struct ContactRow {
  std::string_view key;  // without a key column: the first number's E.164 form
  std::string_view name;
  phone::ZoneId zone;  // none: the numbers' own zones count
  std::string_view language;
  std::vector<ContactNumber> numbers;  // at least one, in column order, each once
  std::vector<ContactField> fields;    // in column order; empty ones too
};

struct Problem {
  std::string column;  // empty: the row as a whole
  std::string what;    // one sentence; never repeats the number or the name
  std::string mend;    // one sentence, may be empty
};

// One input row. Views are good until the next call of next().
struct ImportRow {
  enum class Kind : std::uint8_t {
    contact,    // `contact` is filled; `problems` are warnings about parts that were left out
    bad,        // `problems` says why
    duplicate,  // its key stands in an earlier line, `first_line`; `contact` is filled
  };
  Kind kind = Kind::bad;
  std::uint64_t line = 0;  // from 1, where the row begins
  std::uint64_t first_line = 0;
  std::string_view text;  // the original row, at most kRowText bytes
  ContactRow contact;
  std::vector<Problem> problems;
};

// Every row of the file is exactly one of contacts, bad and duplicates.
struct ImportTotals {
  std::uint64_t rows = 0;
  std::uint64_t contacts = 0;
  std::uint64_t bad = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t warnings = 0;  // problems of rows that were taken all the same
  std::uint64_t blank = 0;     // rows of empty fields, as spreadsheets leave behind; not counted in rows
};

class ContactReader {
 public:
  ContactReader(ReadBytes read, ImportOptions options);

  // Reads the header. Must be called once, before next(). An error is about the whole file: nothing can be
  // imported.
  base::Result<> open();
  const std::vector<Column>& columns() const { return columns_; }
  // What was detected; the encoding of a file of plain ASCII stays `detect`.
  Encoding encoding() const { return rows_.encoding(); }
  char delimiter() const { return rows_.delimiter(); }

  // False at the end. An error is the source's own.
  base::Result<bool> next(ImportRow& row);
  const ImportTotals& totals() const { return totals_; }

 private:
  void judge(ImportRow& row);
  bool judge_shape(ImportRow& row);
  void read_cell(ImportRow& row, const Column& column, std::string_view cell);
  void read_number(ImportRow& row, const Column& column, std::string_view cell);
  bool settle_key(ImportRow& row);
  void settle_numbers(ImportRow& row);

  ImportOptions options_;
  RowReader rows_;
  std::vector<Column> columns_;
  bool has_key_ = false;
  Row raw_;
  bool raw_waits_ = false;  // raw_ is the first row of a file without header
  // Of the row at hand.
  std::string name_;  // what row.contact.name shows
  std::string key_;   // what row.contact.key shows when there is no key column
  bool broken_ = false;
  // Of the whole file.
  SeenKeys keys_;
  SeenNumbers numbers_;
  ImportTotals totals_;
};

}  // namespace ziptone::store::csv
