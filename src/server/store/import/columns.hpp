// What each column of a contact file is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace ziptone::store::csv {

enum class Target : std::uint8_t {
  field,     // kept under its own name
  key,       // identifies the contact in its list
  phone,     // a number; several columns are tried in their order
  name,      // several columns are joined with a blank (Ad, Soyad)
  zone,      // IANA time zone of the contact
  language,  // of the contact, as tr or en-GB
  ignored,   // only when a person says so
};
std::string_view name_of(Target target);

// A person's word about one column.
struct ColumnRule {
  std::string
      column;  // its name in the header, compared as same_name does; "3" for the third without a header
  Target target = Target::field;
  std::string
      label;  // phone: the number's type tag (mobile, work ...); field: another name for it; else empty
};

struct Column {
  std::string name;  // as in the header; "column 3" when that is empty
  Target target = Target::field;
  std::string label;
};

// Capital and small letters, accents, blanks, dashes, dots and underscores don't count, and neither does
// which i it is
// ("MÜŞTERİ NO" is "musteri_no").
bool same_name(std::string_view a, std::string_view b);

// The columns of a file with this header: the rules first, then well-known Turkish and English names
// (Telefon, GSM, Phone 2, Ad, Soyad, Müşteri No, Saat Dilimi ...), and every other column is a field. Errors:
// no phone column, two columns of one name, two keys, a rule for a column that is not there.
base::Result<std::vector<Column>> columns_of(std::span<const std::string_view> header,
                                             std::span<const ColumnRule> rules);

// The same for a file without header: columns are named "1", "2", ... and only rules give them a meaning.
base::Result<std::vector<Column>> numbered_columns(std::size_t count, std::span<const ColumnRule> rules);

}  // namespace ziptone::store::csv
