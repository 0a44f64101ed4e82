// What people call a record: by its name first, by its id where no name fits. Names of digits alone are
// refused where they are given (config), so that what is typed can't mean two records.
#pragma once

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

namespace ziptone::base {

// The record, or nullptr. `is_name(record, text)` and `id_of(record)` read it.
template <class Records, class IsName, class IdOf>
auto named(Records& records, const std::string& text, IsName is_name, IdOf id_of)
    -> decltype(&*std::begin(records)) {
  for (auto& record : records)
    if (is_name(record, text)) return &record;
  for (auto& record : records)
    if (std::to_string(id_of(record).value) == text) return &record;
  return nullptr;
}

inline bool could_be_id(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace ziptone::base
