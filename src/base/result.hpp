// Operating errors are values: what went wrong, where, and how to mend it. A busy line is not an error.
#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace ziptone::base {

struct Error {
  std::string what;   // one sentence: "unknown key"
  std::string where;  // file:line, key, field or row: "config.toml: trunk[0].cpss"
  std::string mend;   // one sentence in the imperative: "write cps"; may be empty
};

template <class T = void, class E = Error>
using Result = tl::expected<T, E>;

inline tl::unexpected<Error> error(std::string what, std::string where = {}, std::string mend = {}) {
  return tl::unexpected<Error>{Error{std::move(what), std::move(where), std::move(mend)}};
}

// "where: what; mend", leaving out what is empty.
inline std::string to_string(const Error& e) {
  std::string text = e.where.empty() ? e.what : e.where + ": " + e.what;
  if (!e.mend.empty()) text += "; " + e.mend;
  return text;
}

}  // namespace ziptone::base
