#include "base/pii.hpp"

namespace ziptone::base {

std::string masked(std::string_view e164) {
  if (e164.size() < 11) return "•••";
  return std::string(e164.substr(0, 6)) + "•••" + std::string(e164.substr(e164.size() - 4));
}

}  // namespace ziptone::base
