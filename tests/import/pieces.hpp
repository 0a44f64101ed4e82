// A file in memory that arrives in pieces of a chosen size.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "server/store/import/rows.hpp"

namespace ziptone::store::csv {

inline ReadBytes pieces(std::string bytes, std::size_t size = 64 * 1024) {
  auto rest = std::make_shared<std::pair<std::string, std::size_t>>(std::move(bytes), 0);
  return [rest, size](std::span<char> buffer) -> base::Result<std::size_t> {
    const std::size_t count = std::min({size, buffer.size(), rest->first.size() - rest->second});
    std::copy_n(rest->first.data() + rest->second, count, buffer.data());
    rest->second += count;
    return count;
  };
}

}  // namespace ziptone::store::csv
