// The Reader's counterpart: the same field lists, written out. See campaign.cpp.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "base/time.hpp"
#include "server/config/reader.hpp"

namespace ziptone::config {

class Writer {
 public:
  explicit Writer(toml::table& table) : table_(table) {}

  void text(std::string_view key, const std::string& value) { table_.insert_or_assign(key, value); }
  void required(std::string_view key, const std::string& value) { text(key, value); }
  void texts(std::string_view key, const std::vector<std::string>& value) {
    toml::array array;
    for (const std::string& item : value) array.push_back(item);
    table_.insert_or_assign(key, std::move(array));
  }
  void flag(std::string_view key, bool value) { table_.insert_or_assign(key, value); }
  void real(std::string_view key, double value, double, double) { table_.insert_or_assign(key, value); }
  template <std::integral T>
  void number(std::string_view key, T value, std::int64_t, std::int64_t) {
    table_.insert_or_assign(key, static_cast<std::int64_t>(value));
  }
  void time(std::string_view key, base::Duration value, std::int64_t, std::int64_t) {
    const base::Duration unit = key.find("_min") != key.npos && key.find("_ms") == key.npos
                                    ? base::Duration{base::minutes{1}}
                                : key.find("_ms") != key.npos ? base::Duration{base::milliseconds{1}}
                                                              : base::Duration{base::seconds{1}};
    table_.insert_or_assign(key, static_cast<std::int64_t>(value / unit));
  }
  void minute_of_day(std::string_view key, std::uint16_t value) {
    table_.insert_or_assign(key, fmt::format("{:02}:{:02}", value / 60, value % 60));
  }
  void days(std::string_view key, std::uint8_t value) {
    toml::array array;
    for (std::size_t day = 0; day < kDays.size(); ++day)
      if ((value >> day) & 1u) array.push_back(kDays[day]);
    table_.insert_or_assign(key, std::move(array));
  }
  template <class T>
  void choice(std::string_view key, T value, std::span<const Choice<T>> choices) {
    for (const auto& [word, meaning] : choices)
      if (meaning == value) table_.insert_or_assign(key, word);
  }
  template <class Write>
  void table(std::string_view key, Write&& write) {
    toml::table inner;
    Writer writer{inner};
    write(writer);
    table_.insert_or_assign(key, std::move(inner));
  }
  template <class T, class Write>
  void tables(std::string_view key, std::vector<T>& items, Write&& write) {
    toml::array array;
    for (T& item : items) {
      toml::table inner;
      Writer writer{inner};
      write(writer, item);
      array.push_back(std::move(inner));
    }
    table_.insert_or_assign(key, std::move(array));
  }

 private:
  toml::table& table_;
};

}  // namespace ziptone::config
