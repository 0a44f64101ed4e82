// The core's packed number (phone::Number) and its stored text, E.164 with the plus.
#pragma once

#include <string>
#include <string_view>

#include "dialer/config.hpp"
#include "phone/number.hpp"

namespace ziptone::store {

// "+905321234567"; "" for 0.
inline std::string number_text(dialer::NumberKey key) { return phone::to_e164({key}); }

// 0 for anything that is not E.164 text.
inline dialer::NumberKey number_key(std::string_view e164) {
  const auto number = phone::from_e164(e164);
  return number ? number->packed : 0;
}

}  // namespace ziptone::store
