// A country as its two-letter code, a value.
#pragma once

#include <compare>
#include <string_view>

#include "base/result.hpp"

namespace ziptone::phone {

// ISO 3166-1 alpha-2 in capitals, plus XK, AC and TA, which have numbers too. Default: none.
// "ZZ" stands for the networks that belong to no country (+800, +870, +881, +882, +979 ...).
struct Country {
  char code[2] = {0, 0};

  constexpr Country() = default;
  // For literals that are known to be right: Country{"TR"}. Text from outside goes through parse_country.
  constexpr explicit Country(const char (&text)[3]) : code{text[0], text[1]} {}

  constexpr explicit operator bool() const { return code[0] != 0; }
  constexpr std::string_view text() const { return {code, code[0] != 0 ? 2u : 0u}; }
  friend constexpr auto operator<=>(const Country&, const Country&) = default;
};

inline constexpr Country kNoCountry{};
inline constexpr Country kInternational{"ZZ"};

// Two letters of either case, of a country that has telephone numbers ("ZZ" is not one).
base::Result<Country> parse_country(std::string_view text);

}  // namespace ziptone::phone
