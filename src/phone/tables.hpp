// The shape of the generated tables. Only the .cpp files of this folder include it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "phone/country.hpp"
#include "phone/zone.hpp"

namespace ziptone::phone::tables {

// The automaton: next_state[state][digit], 0 = dead. state_class of a state: what the digits so far are.
// Under a calling code's root: index of the country among the code's own << 4 | NumberType, 0 = no number.
// Under a prefix root: 1 = the prefix may end here.
extern const std::uint16_t next_state[][10];
extern const std::uint16_t state_class[];

struct CallingCode {
  std::uint16_t code;
  std::uint16_t root;           // of its national numbers
  std::uint16_t first_country;  // in countries[], the main one first
  std::uint16_t country_count;
  bool geographic_mobile;  // mobile numbers say where they are (Brazil, China ...)
};
extern const CallingCode calling_codes[];
extern const std::uint8_t calling_code_index[1000];  // calling code -> index in calling_codes + 1

enum class RuleKind : std::uint8_t {
  strip,        // a leading part that root accepts is not part of the number
  strip_one,    // a whole number that root accepts has one digit too many in front
  prepend,      // a whole number that root accepts lacks its area code, the literal
  mobile_mark,  // Argentina: (0) area 15 subscriber means 9 area subscriber; root accepts up to and with the
                // 15
};
struct NationalRule {
  RuleKind kind;
  std::uint16_t root;
  char literal[5];
};
extern const NationalRule national_rules[];

struct CountryRow {
  Country country;
  std::uint8_t calling_code;  // index in calling_codes
  std::uint16_t idd_root;     // prefix root of the international prefix, 0 = none
  std::uint16_t first_rule;
  std::uint8_t rule_count;
  std::uint32_t lengths;  // bit n: national numbers may have n digits
};
extern const CountryRow countries[];
extern const std::uint16_t
    country_index[26 * 26];  // both letters, A = 0 -> index in countries + 1; 0 = no such country

extern const char* const zone_names[];  // by ZoneId::value, [0] is empty
extern const std::size_t zone_count;
struct ZonePrefix {
  std::uint32_t digits;  // leading digits of the number, calling code included; ascending
  std::uint16_t first;   // in zone_members
  std::uint16_t count;
};
extern const ZonePrefix zone_prefixes[];
extern const std::size_t zone_prefix_count;
extern const ZoneId zone_members[];

}  // namespace ziptone::phone::tables
