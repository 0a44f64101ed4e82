#include "server/store/import/columns.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/utf8.hpp"
#include "server/store/import/text.hpp"

namespace ziptone::store::csv {
namespace {

// Latin letters that names of columns are written with, as the ASCII letter they are read as.
char plain_letter(char32_t c) {
  constexpr struct {
    std::u32string_view letters;
    char plain;
  } kLetters[] = {{U"ıİIíìîïÍÌÎÏ", 'i'}, {U"şŞ", 's'},       {U"ğĞ", 'g'},
                  {U"üÜúùûÚÙÛ", 'u'},    {U"öÖóòôÓÒÔ", 'o'}, {U"çÇ", 'c'},
                  {U"âÂáàäÁÀÄ", 'a'},    {U"éèêëÉÈÊË", 'e'}, {U"ñÑ", 'n'}};
  if (c < 0x80 && c != U'I') return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  for (const auto& [letters, plain] : kLetters) {
    if (letters.find(c) != std::u32string_view::npos) return plain;
  }
  return 0;
}

std::string folded(std::string_view name) {
  std::string result;
  while (!name.empty()) {
    const base::Utf8 next = base::first_utf8(name);
    const char plain = plain_letter(next.character);
    const bool separator = std::string_view(" \t_-./:#()").find(plain) != std::string_view::npos;
    // U+0300-036F are accents on their own: "İ" is also written as I and a dot above.
    const bool accent = next.character >= 0x0300 && next.character <= 0x036F;
    if (plain == 0 && !accent && next.character != 0xA0) {
      result += name.substr(0, next.length);
    } else if (plain != 0 && !separator) {
      result += plain;
    }
    name.remove_prefix(next.length);
  }
  return result;
}

struct Known {
  std::string_view name;  // folded
  Target target;
  std::string_view label;
};
constexpr std::array kKnown{
    Known{"key", Target::key, ""},           Known{"id", Target::key, ""},
    Known{"contactid", Target::key, ""},     Known{"customerid", Target::key, ""},
    Known{"customerno", Target::key, ""},    Known{"externalid", Target::key, ""},
    Known{"anahtar", Target::key, ""},       Known{"musterino", Target::key, ""},
    Known{"musteriid", Target::key, ""},     Known{"kisino", Target::key, ""},
    Known{"name", Target::name, ""},         Known{"fullname", Target::name, ""},
    Known{"firstname", Target::name, ""},    Known{"lastname", Target::name, ""},
    Known{"surname", Target::name, ""},      Known{"contactname", Target::name, ""},
    Known{"customername", Target::name, ""}, Known{"ad", Target::name, ""},
    Known{"adi", Target::name, ""},          Known{"isim", Target::name, ""},
    Known{"soyad", Target::name, ""},        Known{"soyadi", Target::name, ""},
    Known{"adsoyad", Target::name, ""},      Known{"adisoyadi", Target::name, ""},
    Known{"isimsoyisim", Target::name, ""},  Known{"soyisim", Target::name, ""},
    Known{"musteriadi", Target::name, ""},   Known{"zone", Target::zone, ""},
    Known{"timezone", Target::zone, ""},     Known{"tz", Target::zone, ""},
    Known{"saatdilimi", Target::zone, ""},   Known{"language", Target::language, ""},
    Known{"lang", Target::language, ""},     Known{"dil", Target::language, ""},
};
// These may carry a number: Phone 2, Telefon-3, tel1.
constexpr std::array kKnownPhones{
    Known{"phone", Target::phone, ""},
    Known{"phonenumber", Target::phone, ""},
    Known{"telephone", Target::phone, ""},
    Known{"number", Target::phone, ""},
    Known{"tel", Target::phone, ""},
    Known{"telno", Target::phone, ""},
    Known{"telefon", Target::phone, ""},
    Known{"telefonno", Target::phone, ""},
    Known{"telefonnumarasi", Target::phone, ""},
    Known{"numara", Target::phone, ""},
    Known{"mobile", Target::phone, "mobile"},
    Known{"mobilephone", Target::phone, "mobile"},
    Known{"cell", Target::phone, "mobile"},
    Known{"cellphone", Target::phone, "mobile"},
    Known{"gsm", Target::phone, "mobile"},
    Known{"gsmno", Target::phone, "mobile"},
    Known{"cep", Target::phone, "mobile"},
    Known{"ceptel", Target::phone, "mobile"},
    Known{"ceptelefonu", Target::phone, "mobile"},
    Known{"home", Target::phone, "home"},
    Known{"homephone", Target::phone, "home"},
    Known{"evtel", Target::phone, "home"},
    Known{"evtelefonu", Target::phone, "home"},
    Known{"work", Target::phone, "work"},
    Known{"workphone", Target::phone, "work"},
    Known{"istel", Target::phone, "work"},
    Known{"istelefonu", Target::phone, "work"},
};

const Known* find_known(std::string_view folded_name) {
  const auto* const plain = std::ranges::find(kKnown, folded_name, &Known::name);
  if (plain != kKnown.end()) return plain;
  while (!folded_name.empty() && folded_name.back() >= '0' && folded_name.back() <= '9')
    folded_name.remove_suffix(1);
  const auto* const phone = std::ranges::find(kKnownPhones, folded_name, &Known::name);
  return phone != kKnownPhones.end() ? phone : nullptr;
}

std::string quoted(std::string_view name) { return fmt::format("\"{}\"", name); }

base::Result<> apply(const ColumnRule& rule, std::span<Column> columns, std::span<const std::string> names) {
  const std::string wanted = folded(rule.column);
  const auto found = std::ranges::find(names, wanted);
  if (found == names.end())
    return base::error("no column " + quoted(rule.column), "header",
                       "correct the column's name in the mapping");
  Column& column = columns[static_cast<std::size_t>(found - names.begin())];
  column.target = rule.target;
  column.label = rule.label;
  return {};
}

// Rules win over well-known names: a rule for one key column makes the file's other "id" a field.
void settle(std::span<Column> columns, std::span<const ColumnRule> rules,
            std::span<const std::string> names) {
  const auto ruled = [&](Target target) {
    return std::ranges::any_of(rules, [target](const ColumnRule& rule) { return rule.target == target; });
  };
  bool key_taken = ruled(Target::key);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Known* known = find_known(names[i]);
    if (known == nullptr || ruled(known->target)) continue;
    if (known->target == Target::key && std::exchange(key_taken, true)) continue;
    columns[i].target = known->target;
    columns[i].label = known->label;
  }
}

base::Result<std::vector<Column>> judged(std::vector<Column> columns) {
  for (const Target once : {Target::key, Target::zone, Target::language}) {
    if (std::ranges::count(columns, once, &Column::target) > 1)
      return base::error(fmt::format("two columns are the {}", name_of(once)), "header",
                         "keep one in the mapping");
  }
  if (std::ranges::count(columns, Target::phone, &Column::target) == 0)
    return base::error("no column with telephone numbers", "header",
                       "name a column phone (or telefon), or say in the mapping which one it is");
  return columns;
}

}  // namespace

std::string_view name_of(Target target) {
  static constexpr std::array<std::string_view, 7> kNames{"field", "key",      "phone",  "name",
                                                          "zone",  "language", "ignored"};
  return kNames[static_cast<std::size_t>(target)];
}

bool same_name(std::string_view a, std::string_view b) { return folded(a) == folded(b); }

base::Result<std::vector<Column>> columns_of(std::span<const std::string_view> header,
                                             std::span<const ColumnRule> rules) {
  std::vector<Column> columns;
  std::vector<std::string> names;
  for (const std::string_view cell : header) {
    const std::string_view name = trimmed(cell);
    Column& column = columns.emplace_back();
    column.name = name.empty() ? fmt::format("column {}", columns.size()) : std::string(name);
    names.push_back(folded(column.name));
    if (std::find(names.begin(), names.end() - 1, names.back()) != names.end() - 1)
      return base::error("two columns named " + quoted(column.name), "header",
                         "give every column its own name");
  }
  settle(columns, rules, names);
  for (const ColumnRule& rule : rules) {
    if (auto applied = apply(rule, columns, names); !applied) return tl::unexpected(applied.error());
  }
  return judged(std::move(columns));
}

base::Result<std::vector<Column>> numbered_columns(std::size_t count, std::span<const ColumnRule> rules) {
  std::vector<Column> columns(count);
  std::vector<std::string> names;
  for (Column& column : columns) names.push_back(column.name = std::to_string(names.size() + 1));
  for (const ColumnRule& rule : rules) {
    if (auto applied = apply(rule, columns, names); !applied) return tl::unexpected(applied.error());
  }
  return judged(std::move(columns));
}

}  // namespace ziptone::store::csv
