// Walks the generated automaton; shared by number.cpp and parse.cpp.
#pragma once

#include <cstdint>
#include <span>

#include "phone/number.hpp"
#include "phone/tables.hpp"

namespace ziptone::phone {

using Digits = std::span<const std::uint8_t>;  // values 0 to 9

// ITU-T E.164 6.2.1: calling code included. The automaton accepts nothing longer.
inline constexpr std::size_t kLongestNumber = 15;

struct Classified {
  NumberType type = NumberType::unknown;
  const tables::CountryRow* country = nullptr;  // null when the plan does not have it
};

// The calling code that begins the digits, or null.
const tables::CallingCode* calling_code_of(Digits digits);
std::size_t calling_code_length(const tables::CallingCode& code);
Classified classify(const tables::CallingCode& code, Digits national);

// In the plan and dialable from abroad.
constexpr bool dialable(NumberType type) {
  return type != NumberType::unknown && type != NumberType::short_code && type != NumberType::emergency;
}

const tables::CountryRow* find_country(Country country);

}  // namespace ziptone::phone
