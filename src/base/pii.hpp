// Personal data is a type: it can't be printed by accident.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace ziptone::base {

// Holds a value that logs must not show. Reading it is a visible act: reveal().
template <class T>
class Pii {
 public:
  Pii() = default;
  explicit Pii(T value) : value_(std::move(value)) {}
  const T& reveal() const { return value_; }
  friend bool operator==(const Pii&, const Pii&) = default;

 private:
  T value_{};
};

// A phone number for logs: the first six and the last four characters stay, at most: +90532•••4567.
std::string masked(std::string_view e164);

}  // namespace ziptone::base
