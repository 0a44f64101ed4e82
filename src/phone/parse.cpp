// From what was written to a number of the plan. A text can be understood in several ways (is the 0 a trunk
// prefix or part of the number?): they are tried from the most to the least likely, and the first one that
// the country's plan has is taken.
#include <algorithm>
#include <array>
#include <bit>
#include <string>

#include "phone/lookup.hpp"
#include "phone/written.hpp"

namespace ziptone::phone {
namespace {

// A national number under construction.
struct Buffer {
  std::array<std::uint8_t, Written::kMostDigits + 8> digits{};
  std::size_t count = 0;

  void append(Digits more) {
    for (const std::uint8_t digit : more) digits[count++] = digit;
  }
  void append(const char* literal) {
    for (; *literal != 0; ++literal) digits[count++] = static_cast<std::uint8_t>(*literal - '0');
  }
  Digits all() const { return Digits(digits).first(count); }
};

// The lengths at which `root` accepts the beginning of the digits; ascending.
struct Ends {
  std::array<std::uint8_t, Written::kMostDigits> lengths{};
  std::size_t count = 0;
};
Ends prefix_ends(std::uint16_t root, Digits digits) {
  Ends ends;
  std::uint16_t state = root;
  for (std::size_t n = 0; n < digits.size() && state != 0; ++n) {
    state = tables::next_state[state][digits[n]];
    if (state != 0 && tables::state_class[state] != 0)
      ends.lengths[ends.count++] = static_cast<std::uint8_t>(n + 1);
  }
  return ends;
}

class Reader {
 public:
  explicit Reader(const tables::CountryRow* home) : home_(home) {}

  Number found() const { return found_; }
  // Of the readings that failed: an emergency or short number, if any was one.
  NumberType inside_only() const { return inside_only_; }

  // Calling code and number, as behind a +.
  bool international(Digits digits) {
    const tables::CallingCode* code = calling_code_of(digits);
    return code != nullptr &&
           national(tables::countries[code->first_country], digits.subspan(calling_code_length(*code)));
  }

  // Behind the country's own international prefix.
  bool abroad(Digits digits) {
    const Ends ends = prefix_ends(home_->idd_root, digits);
    for (std::size_t i = ends.count; i > 0; --i) {
      if (international(digits.subspan(ends.lengths[i - 1]))) return true;
    }
    return false;
  }

  // With the trunk prefix of the country or without it.
  bool national(const tables::CountryRow& country, Digits digits) {
    for (std::uint8_t i = 0; i < country.rule_count; ++i) {
      if (by_rule(tables::national_rules[country.first_rule + i], country, digits)) return true;
    }
    return exact(country, digits);
  }

 private:
  bool by_rule(const tables::NationalRule& rule, const tables::CountryRow& country, Digits digits) {
    const Ends ends = prefix_ends(rule.root, digits);
    for (std::size_t i = ends.count; i > 0; --i) {
      const std::size_t length = ends.lengths[i - 1];
      Buffer buffer;
      switch (rule.kind) {
        case tables::RuleKind::strip:
          if (length < digits.size() && exact(country, digits.subspan(length))) return true;
          continue;
        case tables::RuleKind::strip_one:
          if (length == digits.size() && exact(country, digits.subspan(1))) return true;
          continue;
        case tables::RuleKind::prepend:
          if (length != digits.size()) continue;
          buffer.append(rule.literal);
          buffer.append(digits);
          break;
        case tables::RuleKind::mobile_mark: {
          const std::size_t trunk = digits[0] == 0 ? 1 : 0;
          buffer.append(rule.literal);
          buffer.append(digits.subspan(trunk, length - trunk - 2));
          buffer.append(digits.subspan(length));
          break;
        }
      }
      if (exact(country, buffer.all())) return true;
    }
    return false;
  }

  // These digits and no others behind the country's calling code.
  bool exact(const tables::CountryRow& country, Digits digits) {
    const tables::CallingCode& code = tables::calling_codes[country.calling_code];
    const NumberType type = classify(code, digits).type;
    if (!dialable(type)) {
      inside_only_ = std::max(inside_only_, type);
      return false;
    }
    found_.packed = code.code;
    for (const std::uint8_t digit : digits) found_.packed = found_.packed * 10 + digit;
    return true;
  }

  const tables::CountryRow* home_;
  Number found_;
  NumberType inside_only_ = NumberType::unknown;
};
// exact() keeps the gravest: the last types of the enumeration are the ones that never leave their country.
static_assert(NumberType::emergency > NumberType::short_code &&
              NumberType::short_code > NumberType::voicemail);

// Tries the readings of digits written in `home`, the likeliest first.
bool read(Reader& reader, Digits digits, bool plus, const tables::CountryRow* home) {
  if (plus) {
    // "+0090 ..." and "+0532 ..." are refused: what was meant would be a guess.
    return digits[0] != 0 && reader.international(digits);
  }
  const bool double_zero = digits.size() > 2 && digits[0] == 0 && digits[1] == 0;
  if (home == nullptr) return double_zero && reader.international(digits.subspan(2));
  if (reader.abroad(digits) || reader.national(*home, digits)) return true;
  if (double_zero && reader.international(digits.subspan(2))) return true;
  const tables::CallingCode& code = tables::calling_codes[home->calling_code];
  return calling_code_of(digits) == &code && reader.international(digits);
}

bool has_length(const tables::CountryRow& country, std::size_t digits) {
  return digits < 32 && (country.lengths >> digits & 1) != 0;
}

// "7, 10 or 12".
std::string lengths_text(std::uint32_t lengths) {
  std::string text;
  while (lengths != 0) {
    const std::uint32_t lowest = lengths & (~lengths + 1);
    lengths &= ~lowest;
    text += (text.empty() ? "" : lengths == 0 ? " or " : ", ") + std::to_string(std::countr_zero(lowest));
  }
  return text;
}

base::Error wrong_length(const tables::CountryRow& country, std::size_t digits) {
  const std::string name(country.country.text());
  const bool too_few = digits < static_cast<std::size_t>(std::countr_zero(country.lengths));
  const bool too_many = digits >= static_cast<std::size_t>(std::bit_width(country.lengths));
  return {too_few    ? "too few digits for " + name
          : too_many ? "too many digits for " + name
                     : name + " has no numbers of " + std::to_string(digits) + " digits",
          {},
          "write all digits: " + name + " has numbers of " + lengths_text(country.lengths) +
              " digits behind +" + std::to_string(tables::calling_codes[country.calling_code].code)};
}

// Why no reading was one of the plan's numbers.
base::Error refusal(const Reader& reader, const Written& written, const tables::CountryRow* home) {
  if (reader.inside_only() == NumberType::emergency)
    return {"an emergency number", {}, "write a person's number: emergency numbers are never dialed"};
  if (reader.inside_only() == NumberType::short_code)
    return {"a short number", {}, "write a person's number: short numbers are never dialed"};
  Digits digits = written.all();
  const bool double_zero = !written.plus && digits.size() > 2 && digits[0] == 0 && digits[1] == 0;
  const tables::CountryRow* country = home;
  if (written.plus || double_zero) {
    if (double_zero) digits = digits.subspan(2);
    const tables::CallingCode* code = calling_code_of(digits);
    if (code == nullptr)
      return {"no country has this calling code", {}, "write + and a calling code, such as +90"};
    country = &tables::countries[code->first_country];
    digits = digits.subspan(calling_code_length(*code));
  }
  if (country == nullptr)
    return {
        "a number without a calling code", {}, "write + and the calling code, or name the list's country"};
  while (!digits.empty() && digits[0] == 0 && !has_length(*country, digits.size()))
    digits = digits.subspan(1);
  if (!has_length(*country, digits.size())) return wrong_length(*country, digits.size());
  return {"no such number in " + std::string(country->country.text()), {}, "check the area or operator code"};
}

}  // namespace

base::Result<Number> parse(std::string_view text, Country default_country) {
  auto written = read_written(text);
  if (!written) return tl::unexpected(std::move(written.error()));
  const tables::CountryRow* home = find_country(default_country);
  if (written->slash_at > 0) {
    // "02/212 345 67" is one number, "532 123 45 67/68" is two: in one number, what stands before the slash
    // is none.
    Reader before(home);
    if (read(before, written->all().first(written->slash_at), written->plus, home))
      return base::error("more than one number", "behind the slash", "write one number a field");
  }
  Reader reader(home);
  if (read(reader, written->all(), written->plus, home)) return reader.found();
  return tl::unexpected(refusal(reader, *written, home));
}

}  // namespace ziptone::phone
