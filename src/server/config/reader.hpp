// Reads one table of settings, key by key, and remembers every fault with its key, its line and its mend. The
// same readers serve the TOML file and the JSON of the API (which is turned into such a table first).
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <toml++/toml.h>

#include "base/result.hpp"
#include "base/time.hpp"

namespace ziptone::config {

inline constexpr std::array<std::string_view, 7> kDays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

// One word of a choice and what it means.
template <class T>
using Choice = std::pair<std::string_view, T>;

// std::span of Choice<T>, spelled once.
template <class T, std::size_t N>
std::span<const Choice<T>> of(const std::array<Choice<T>, N>& choices) {
  return choices;
}

class Reader {
 public:
  // `file` is named in errors when a line is known; `path` is the table's own: "" or "campaign[0]".
  Reader(const toml::table& table, std::string path, std::string file, std::vector<base::Error>& errors)
      : table_(table), path_(std::move(path)), file_(std::move(file)), errors_(errors) {}
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // Each leaves the value as it is (the default) when the key is absent.
  void text(std::string_view key, std::string& value);
  void required(std::string_view key, std::string& value);
  void texts(std::string_view key, std::vector<std::string>& value);
  void flag(std::string_view key, bool& value);
  void real(std::string_view key, double& value, double min, double max);
  template <std::integral T>
  void number(std::string_view key, T& value, std::int64_t min, std::int64_t max) {
    if (const auto read = integer(key, min, max)) value = static_cast<T>(*read);
  }
  // The key carries the unit: "_ms", "_s", "_min".
  void time(std::string_view key, base::Duration& value, std::int64_t min, std::int64_t max);
  // "HH:MM", 00:00 to 24:00, as minutes of the day.
  void minute_of_day(std::string_view key, std::uint16_t& value);
  // ["mon", "tue", ...] as bits, Monday first.
  void days(std::string_view key, std::uint8_t& value);
  template <class T>
  void choice(std::string_view key, T& value, std::span<const Choice<T>> choices) {
    std::vector<std::string_view> words;
    for (const auto& [word, meaning] : choices) words.push_back(word);
    if (const auto at = word_index(key, words)) value = choices[*at].second;
  }
  // A table, or each table of an array, is read by `read(Reader&, item)`, and then asked for unknown keys.
  template <class Read>
  void table(std::string_view key, Read&& read) {
    const toml::node* node = find(key);
    if (!node) return;
    if (!node->is_table()) return wrong_type(key, *node, "a table");
    Reader inner{*node->as_table(), path_of(key), file_, errors_};
    read(inner);
    inner.finish();
  }
  template <class T, class Read>
  void tables(std::string_view key, std::vector<T>& items, Read&& read) {
    const toml::node* node = find(key);
    if (!node) return;
    const toml::array* array = node->as_array();
    if (!array) return wrong_type(key, *node, "an array of tables");
    items.clear();
    for (std::size_t i = 0; i < array->size(); ++i) {
      const std::string item_path = path_of(key) + "[" + std::to_string(i) + "]";
      if (!array->get(i)->is_table()) return wrong_type(item_path, *array->get(i), "a table");
      Reader inner{*array->get(i)->as_table(), item_path, file_, errors_};
      read(inner, items.emplace_back());
      inner.finish();
    }
  }
  // Whether the table says anything of this key.
  bool has(std::string_view key) const { return table_.contains(key); }

  // After the last key: what is left over is unknown.
  void finish();
  // A fault that the caller found.
  void fault(std::string_view key, std::string what, std::string mend);

 private:
  const toml::node* find(std::string_view key);
  std::optional<std::int64_t> integer(std::string_view key, std::int64_t min, std::int64_t max);
  std::optional<std::size_t> word_index(std::string_view key, const std::vector<std::string_view>& words);
  void wrong_type(std::string_view key, const toml::node& node, std::string_view wanted);
  std::string path_of(std::string_view key) const;
  std::string mend_of_unknown(std::string_view key, const toml::node& node) const;

  const toml::table& table_;
  std::string path_;
  std::string file_;
  std::vector<base::Error>& errors_;
  std::vector<std::string> known_;
};

}  // namespace ziptone::config
