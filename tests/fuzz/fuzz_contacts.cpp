// Any bytes as a contact file, in any pieces: never a crash, every row counted once, lines in order, every
// view valid UTF-8.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.hpp"
#include "base/utf8.hpp"
#include "server/store/import/contacts.hpp"

using namespace ziptone;
using namespace ziptone::store;

namespace {

void verify_utf8(std::string_view text) {
  while (!text.empty()) {
    const base::Utf8 next = base::first_utf8(text);
    VERIFY(next.form == base::Utf8::Form::character);
    text.remove_prefix(next.length);
  }
}

void verify(const csv::ImportRow& row) {
  verify_utf8(row.text);
  VERIFY(row.text.size() <= csv::kRowText);
  VERIFY(row.kind == csv::ImportRow::Kind::contact || !row.problems.empty());
  VERIFY((row.kind == csv::ImportRow::Kind::duplicate) == (row.first_line != 0));
  VERIFY(row.first_line < row.line);
  if (row.kind == csv::ImportRow::Kind::bad) return;
  VERIFY(!row.contact.key.empty());
  VERIFY(!row.contact.numbers.empty() && row.contact.numbers.size() <= csv::kMostNumbers);
  for (const csv::ContactNumber& number : row.contact.numbers) VERIFY(phone::valid(number.number));
  verify_utf8(row.contact.name);
  for (const csv::ContactField& field : row.contact.fields) verify_utf8(field.value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t piece = data[0] % 64 + 1;
  std::string_view rest(reinterpret_cast<const char*>(data) + 2, size - 2);
  csv::ImportOptions options;
  options.default_country = phone::Country{"TR"};
  options.format.encoding = static_cast<csv::Encoding>(data[1] % 5);
  options.limits = {64, 256, 8};
  options.has_header = (data[1] & 0x80) == 0;
  if (!options.has_header) options.rules = {{"1", csv::Target::phone, ""}};
  csv::ContactReader reader(
      [&](std::span<char> buffer) -> base::Result<std::size_t> {
        const std::size_t count = std::min({piece, rest.size(), buffer.size()});
        std::copy_n(rest.data(), count, buffer.data());
        rest.remove_prefix(count);
        return count;
      },
      std::move(options));
  if (!reader.open()) return 0;
  csv::ImportRow row;
  std::uint64_t line = 0;
  while (*reader.next(row)) {
    VERIFY(row.line > line);
    line = row.line;
    verify(row);
  }
  const csv::ImportTotals& totals = reader.totals();
  VERIFY(totals.rows == totals.contacts + totals.bad + totals.duplicates);
  return 0;
}
