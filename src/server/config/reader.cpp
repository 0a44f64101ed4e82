#include "server/config/reader.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace ziptone::config {
namespace {

constexpr std::array<std::string_view, 6> kUnits = {"ms", "us", "s", "sec", "min", "h"};

std::string_view type_name(const toml::node& node) {
  if (node.is_string()) return "text";
  if (node.is_integer()) return "a whole number";
  if (node.is_floating_point()) return "a decimal number";
  if (node.is_boolean()) return "true or false";
  if (node.is_array()) return "an array";
  if (node.is_table()) return "a table";
  return "a date or time";
}

// Levenshtein's distance, for "did you mean".
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row[b.size()];
}

// The key without its unit, so that ring_s_max, ring_max and ring_ms_max are the same thing.
std::string without_unit(std::string_view key) {
  std::string rest;
  while (!key.empty()) {
    const std::size_t end = std::min(key.find('_'), key.size());
    const std::string_view part = key.substr(0, end);
    key.remove_prefix(std::min(end + 1, key.size()));
    if (std::find(kUnits.begin(), kUnits.end(), part) != kUnits.end()) continue;
    if (!rest.empty()) rest += '_';
    rest += part;
  }
  return rest;
}

// The unit that a key names; empty when it has none.
std::string_view unit_of(std::string_view key) {
  while (!key.empty()) {
    const std::size_t end = std::min(key.find('_'), key.size());
    const std::string_view part = key.substr(0, end);
    for (const std::string_view unit : kUnits)
      if (unit == part) return unit;
    key.remove_prefix(std::min(end + 1, key.size()));
  }
  return {};
}

std::string_view unit_words(std::string_view unit) {
  if (unit == "ms") return "milliseconds";
  if (unit == "s") return "seconds";
  if (unit == "min") return "minutes";
  return "hours";
}

}  // namespace

const toml::node* Reader::find(std::string_view key) {
  known_.emplace_back(key);
  return table_.get(key);
}

std::string Reader::path_of(std::string_view key) const {
  return path_.empty() ? std::string{key} : path_ + "." + std::string{key};
}

void Reader::fault(std::string_view key, std::string what, std::string mend) {
  const toml::node* node = table_.get(key);
  const auto line = node ? node->source().begin.line : table_.source().begin.line;
  std::string where = path_of(key);
  if (!file_.empty() && line > 0) where = fmt::format("{}:{}: {}", file_, line, where);
  errors_.push_back({std::move(what), std::move(where), std::move(mend)});
}

void Reader::wrong_type(std::string_view key, const toml::node& node, std::string_view wanted) {
  const std::string_view unit = unit_of(key);
  std::string mend = fmt::format("write {}", wanted);
  if (!unit.empty() && node.is_string())
    mend += fmt::format(" of {} without a unit; the key names it", unit_words(unit));
  fault(key, fmt::format("is {}", type_name(node)), std::move(mend));
}

void Reader::text(std::string_view key, std::string& value) {
  const toml::node* node = find(key);
  if (!node) return;
  if (!node->is_string()) return wrong_type(key, *node, "text in quotes");
  value = node->as_string()->get();
}

void Reader::required(std::string_view key, std::string& value) {
  text(key, value);
  if (value.empty()) fault(key, "is missing", fmt::format("write {} = \"...\"", key));
}

void Reader::texts(std::string_view key, std::vector<std::string>& value) {
  const toml::node* node = find(key);
  if (!node) return;
  const toml::array* array = node->as_array();
  if (!array) return wrong_type(key, *node, "an array of texts: [\"a\", \"b\"]");
  value.clear();
  for (const auto& item : *array) {
    if (!item.is_string()) return wrong_type(key, item, "an array of texts: [\"a\", \"b\"]");
    value.push_back(item.as_string()->get());
  }
}

void Reader::flag(std::string_view key, bool& value) {
  const toml::node* node = find(key);
  if (!node) return;
  if (!node->is_boolean()) return wrong_type(key, *node, "true or false");
  value = node->as_boolean()->get();
}

void Reader::real(std::string_view key, double& value, double min, double max) {
  const toml::node* node = find(key);
  if (!node) return;
  const auto read = node->value<double>();
  if (!read || !node->is_number()) return wrong_type(key, *node, "a number");
  if (*read < min || *read > max)
    return fault(key, fmt::format("{} is out of range", *read), fmt::format("write {} to {}", min, max));
  value = *read;
}

std::optional<std::int64_t> Reader::integer(std::string_view key, std::int64_t min, std::int64_t max) {
  const toml::node* node = find(key);
  if (!node) return std::nullopt;
  if (!node->is_integer()) {
    wrong_type(key, *node, "a whole number");
    return std::nullopt;
  }
  const std::int64_t read = node->as_integer()->get();
  if (read >= min && read <= max) return read;
  std::string mend = fmt::format("write {} to {}", min, max);
  const std::string_view unit = unit_of(key);
  if (!unit.empty()) mend += fmt::format(", in {}", unit_words(unit));
  // A number of seconds where milliseconds are meant is the usual slip.
  if (unit == "ms" && read > 0 && read < min && read <= max / 1000)
    mend += fmt::format("; if you meant {} seconds, write {}", read, read * 1000);
  fault(key, fmt::format("{} is out of range", read), std::move(mend));
  return std::nullopt;
}

void Reader::time(std::string_view key, base::Duration& value, std::int64_t min, std::int64_t max) {
  const auto read = integer(key, min, max);
  if (!read) return;
  const std::string_view unit = unit_of(key);
  if (unit == "ms")
    value = base::milliseconds{*read};
  else if (unit == "min")
    value = base::minutes{*read};
  else
    value = base::seconds{*read};
}

std::optional<std::size_t> Reader::word_index(std::string_view key,
                                              const std::vector<std::string_view>& words) {
  std::string read;
  const std::size_t before = errors_.size();
  text(key, read);
  if (!table_.get(key) || errors_.size() != before) return std::nullopt;
  const auto at = std::find(words.begin(), words.end(), read);
  if (at != words.end()) return static_cast<std::size_t>(at - words.begin());
  fault(key, fmt::format("\"{}\" is none of the choices", read),
        fmt::format("write one of: {}", fmt::join(words, ", ")));
  return std::nullopt;
}

void Reader::minute_of_day(std::string_view key, std::uint16_t& value) {
  std::string read;
  text(key, read);
  if (read.empty()) return;
  const auto digit = [&](std::size_t i) { return i < read.size() && read[i] >= '0' && read[i] <= '9'; };
  if (read.size() == 5 && digit(0) && digit(1) && read[2] == ':' && digit(3) && digit(4)) {
    const int hour = (read[0] - '0') * 10 + read[1] - '0';
    const int minute = (read[3] - '0') * 10 + read[4] - '0';
    if (minute < 60 && hour * 60 + minute <= 24 * 60) {
      value = static_cast<std::uint16_t>(hour * 60 + minute);
      return;
    }
  }
  fault(key, "\"" + read + "\" is no time of day", "write \"HH:MM\", 00:00 to 24:00");
}

void Reader::days(std::string_view key, std::uint8_t& value) {
  if (!has(key)) {
    known_.emplace_back(key);
    return;
  }
  std::vector<std::string> read;
  texts(key, read);
  std::uint8_t bits = 0;
  for (const std::string& day : read) {
    const auto at = std::find(kDays.begin(), kDays.end(), day);
    if (at == kDays.end())
      return fault(key, "\"" + day + "\" is no day",
                   fmt::format("write some of: {}", fmt::join(kDays, ", ")));
    bits = static_cast<std::uint8_t>(bits | (1u << (at - kDays.begin())));
  }
  value = bits;
}

std::string Reader::mend_of_unknown(std::string_view key, const toml::node& node) const {
  const std::string bare = without_unit(key);
  for (const std::string& known : known_) {
    if (known == key || without_unit(known) != bare || unit_of(known).empty()) continue;
    std::string mend = fmt::format("write {}, in {}", known, unit_words(unit_of(known)));
    if (node.is_integer() && unit_of(known) == "ms" && (unit_of(key) == "s" || unit_of(key).empty()))
      mend += fmt::format(" ({} seconds are {})", node.as_integer()->get(), node.as_integer()->get() * 1000);
    return mend;
  }
  const auto nearest = std::min_element(known_.begin(), known_.end(), [&](const auto& a, const auto& b) {
    return distance(a, key) < distance(b, key);
  });
  if (nearest != known_.end() && distance(*nearest, key) <= 3)
    return fmt::format("did you mean {}?", *nearest);
  return fmt::format("remove it; known here: {}", fmt::join(known_, ", "));
}

void Reader::finish() {
  for (const auto& [key, node] : table_) {
    if (std::find(known_.begin(), known_.end(), key.str()) != known_.end()) continue;
    fault(key.str(), "unknown key", mend_of_unknown(key.str(), node));
  }
}

}  // namespace ziptone::config
