// What a person wrote, reduced to digits.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.hpp"
#include "phone/lookup.hpp"

namespace ziptone::phone {

struct Written {
  static constexpr std::size_t kMostDigits = 32;  // more than any number with all its prefixes

  std::array<std::uint8_t, kMostDigits> digits{};
  std::size_t count = 0;
  std::size_t slash_at = 0;  // digits before a slash; 0 = no slash
  bool plus = false;

  Digits all() const { return Digits(digits).first(count); }
};

// Reads UTF-8. Refuses what can't be part of one telephone number, saying what and at which character.
base::Result<Written> read_written(std::string_view text);

}  // namespace ziptone::phone
