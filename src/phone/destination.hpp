// Where a dialer may call: nowhere, except what a list names. Judged at import and again before an INVITE
// leaves.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "phone/number.hpp"

namespace ziptone::phone {

class TypeSet {
 public:
  constexpr TypeSet() = default;
  constexpr TypeSet(std::initializer_list<NumberType> types) {
    for (const NumberType type : types) bits_ |= bit(type);
  }
  constexpr bool has(NumberType type) const { return (bits_ & bit(type)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  friend constexpr bool operator==(const TypeSet&, const TypeSet&) = default;

 private:
  static constexpr std::uint16_t bit(NumberType type) {
    return static_cast<std::uint16_t>(1u << static_cast<unsigned>(type));
  }
  std::uint16_t bits_ = 0;
};

// What a person usually has.
inline constexpr TypeSet kOrdinaryTypes{NumberType::fixed, NumberType::mobile, NumberType::fixed_or_mobile};

struct DestinationRule {
  Country country;
  std::string prefix;  // leading digits behind the calling code; empty: the whole country
  TypeSet types = kOrdinaryTypes;
};

class DestinationList {
 public:
  // Refuses a rule without country or types, a prefix that is not digits, and the types that no list can
  // enable: unknown, premium, short_code, emergency.
  base::Result<> add(DestinationRule rule);
  const std::vector<DestinationRule>& rules() const { return rules_; }

 private:
  std::vector<DestinationRule> rules_;
};

enum class Refusal : std::uint8_t {
  none,
  unassigned,    // not in its country's numbering plan
  emergency,     // never, whatever the list says
  short_number,  // never
  premium,       // never
  satellite,     // never: +870, +881, +882 and the other networks without a country
  country,       // the list has no rule for the country
  prefix,        // the country's rules name other prefixes
  type,          // the rules for this prefix name other types
};
std::string_view name_of(Refusal refusal);

struct Verdict {
  Refusal refusal = Refusal::none;
  constexpr bool allowed() const { return refusal == Refusal::none; }
  friend constexpr bool operator==(const Verdict&, const Verdict&) = default;
};

// An empty list allows nothing.
Verdict allowed(const DestinationList& list, Number number);

}  // namespace ziptone::phone
