#include "phone/number.hpp"

#include <algorithm>
#include <array>

#include "phone/lookup.hpp"

namespace ziptone::phone {
namespace {

// A packed number taken apart.
class Unpacked {
 public:
  explicit Unpacked(Number number) {
    std::size_t at = digits_.size();
    for (std::uint64_t rest = number.packed; rest != 0; rest /= 10)
      digits_[--at] = static_cast<std::uint8_t>(rest % 10);
    all_ = Digits(digits_).subspan(at);
    code_ = calling_code_of(all_);
    if (code_ == nullptr) return;
    national_ = all_.subspan(calling_code_length(*code_));
    classified_ = classify(*code_, national_);
  }
  Unpacked(const Unpacked&) = delete;
  Unpacked& operator=(const Unpacked&) = delete;

  Digits all() const { return all_; }
  Digits national() const { return national_; }
  const tables::CallingCode* code() const { return code_; }
  const Classified& classified() const { return classified_; }

 private:
  std::array<std::uint8_t, 20> digits_{};
  Digits all_;
  Digits national_;
  const tables::CallingCode* code_ = nullptr;
  Classified classified_;
};

// Type decides whether the digits behind the calling code say where a number is.
bool geographic(const Unpacked& number) {
  const NumberType type = number.classified().type;
  return type == NumberType::fixed || type == NumberType::fixed_or_mobile ||
         (type == NumberType::mobile && number.code()->geographic_mobile);
}

// The longest prefix that the zone table has.
std::span<const ZoneId> zones_by_prefix(Digits digits) {
  constexpr std::size_t kLongestPrefix = 9;
  std::array<std::uint32_t, kLongestPrefix + 1> prefixes{};
  const std::size_t longest = std::min(digits.size(), kLongestPrefix);
  for (std::size_t n = 1; n <= longest; ++n) prefixes[n] = prefixes[n - 1] * 10 + digits[n - 1];
  const std::span rows(tables::zone_prefixes, tables::zone_prefix_count);
  for (std::size_t n = longest; n > 0; --n) {
    const auto row = std::ranges::lower_bound(rows, prefixes[n], {}, &tables::ZonePrefix::digits);
    if (row != rows.end() && row->digits == prefixes[n])
      return {tables::zone_members + row->first, row->count};
  }
  return {};
}

}  // namespace

const tables::CallingCode* calling_code_of(Digits digits) {
  std::size_t code = 0;
  for (std::size_t n = 0; n < digits.size() && n < 3; ++n) {
    code = code * 10 + digits[n];
    if (code == 0) return nullptr;
    if (const std::uint8_t index = tables::calling_code_index[code]; index != 0)
      return &tables::calling_codes[index - 1];
  }
  return nullptr;
}

std::size_t calling_code_length(const tables::CallingCode& code) {
  return code.code < 10 ? 1 : code.code < 100 ? 2 : 3;
}

Classified classify(const tables::CallingCode& code, Digits national) {
  std::uint16_t state = code.root;
  for (const std::uint8_t digit : national) {
    state = tables::next_state[state][digit];
    if (state == 0) return {};
  }
  const std::uint16_t found = tables::state_class[state];
  if (found == 0) return {};
  return {static_cast<NumberType>(found & 15u), &tables::countries[code.first_country + (found >> 4)]};
}

const tables::CountryRow* find_country(Country country) {
  const auto letter = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (!letter(country.code[0]) || !letter(country.code[1])) return nullptr;
  const std::uint16_t row = tables::country_index[(country.code[0] - 'A') * 26 + (country.code[1] - 'A')];
  return row == 0 ? nullptr : &tables::countries[row - 1];
}

base::Result<Country> parse_country(std::string_view text) {
  const auto upper = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; };
  if (text.size() == 2) {
    Country country;
    country.code[0] = upper(text[0]);
    country.code[1] = upper(text[1]);
    if (find_country(country) != nullptr) return country;
  }
  return base::error("no country has the code \"" + std::string(text) + "\"", {},
                     "write two letters as in ISO 3166, such as TR or US");
}

std::string to_e164(Number number) {
  if (!number) return {};
  return "+" + std::to_string(number.packed);
}

base::Result<Number> from_e164(std::string_view text) {
  const bool length_fits = text.size() >= 2 && text.size() <= kLongestNumber + 1;
  if (!length_fits || text[0] != '+' || text[1] == '0')
    return base::error("not a stored number", {}, "write + and the digits, calling code first");
  Number number;
  for (const char c : text.substr(1)) {
    if (c < '0' || c > '9') return base::error("not a stored number", {}, "write + and digits only");
    number.packed = number.packed * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return number;
}

std::string_view name_of(NumberType type) {
  static constexpr std::array<std::string_view, kNumberTypes> kNames{
      "unknown",  "fixed", "mobile", "fixed_or_mobile", "toll_free",  "premium",  "shared_cost", "voip",
      "personal", "pager", "uan",    "voicemail",       "short_code", "emergency"};
  return kNames[static_cast<std::size_t>(type)];
}

NumberType type_of(Number number) { return Unpacked(number).classified().type; }

bool valid(Number number) { return dialable(type_of(number)); }

Country country_of(Number number) {
  const Unpacked unpacked(number);
  const tables::CountryRow* row = unpacked.classified().country;
  return row == nullptr ? kNoCountry : row->country;
}

int calling_code(Number number) {
  const Unpacked unpacked(number);
  return unpacked.code() == nullptr ? 0 : unpacked.code()->code;
}

std::string national_digits(Number number) {
  const Unpacked unpacked(number);
  std::string text;
  for (const std::uint8_t digit : unpacked.national()) text += static_cast<char>('0' + digit);
  return text;
}

std::span<const ZoneId> zones_of(Number number) {
  const Unpacked unpacked(number);
  if (!dialable(unpacked.classified().type)) return {};
  if (geographic(unpacked)) return zones_by_prefix(unpacked.all());
  return zones_by_prefix(unpacked.all().first(calling_code_length(*unpacked.code())));
}

}  // namespace ziptone::phone
