#include "phone/destination.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace ziptone::phone {
namespace {

constexpr std::array kNeverEnabled{NumberType::unknown, NumberType::premium, NumberType::short_code,
                                   NumberType::emergency};

// The refusals that no list can lift.
Refusal fixed_refusal(NumberType type, Country country) {
  switch (type) {
    case NumberType::unknown:
      return Refusal::unassigned;
    case NumberType::emergency:
      return Refusal::emergency;
    case NumberType::short_code:
      return Refusal::short_number;
    case NumberType::premium:
      return Refusal::premium;
    default:
      return country == kInternational ? Refusal::satellite : Refusal::none;
  }
}

}  // namespace

base::Result<> DestinationList::add(DestinationRule rule) {
  const std::string where = "destination " + std::string(rule.country.text()) + " " + rule.prefix;
  if (!parse_country(rule.country.text()))
    return base::error("a destination without a country", where,
                       "write the country's two letters, such as TR");
  if (!std::ranges::all_of(rule.prefix, [](char c) { return c >= '0' && c <= '9'; }))
    return base::error("a prefix is digits only", where,
                       "write the digits behind the calling code, such as 5");
  if (rule.types.empty())
    return base::error("a destination without number types", where, "write fixed, mobile ...");
  for (const NumberType type : kNeverEnabled) {
    if (rule.types.has(type)) {
      return base::error("numbers of type " + std::string(name_of(type)) + " are never dialed", where,
                         "remove the type from the list");
    }
  }
  rules_.push_back(std::move(rule));
  return {};
}

std::string_view name_of(Refusal refusal) {
  static constexpr std::array<std::string_view, 9> kNames{
      "none", "unassigned", "emergency", "short_number", "premium", "satellite", "country", "prefix", "type"};
  return kNames[static_cast<std::size_t>(refusal)];
}

Verdict allowed(const DestinationList& list, Number number) {
  const NumberType type = type_of(number);
  const Country country = country_of(number);
  if (const Refusal refusal = fixed_refusal(type, country); refusal != Refusal::none) return {refusal};
  const std::string digits = national_digits(number);
  Refusal nearest = Refusal::country;
  for (const DestinationRule& rule : list.rules()) {
    if (rule.country != country) continue;
    if (!digits.starts_with(rule.prefix)) {
      if (nearest == Refusal::country) nearest = Refusal::prefix;
      continue;
    }
    if (rule.types.has(type)) return {Refusal::none};
    nearest = Refusal::type;
  }
  return {nearest};
}

}  // namespace ziptone::phone
