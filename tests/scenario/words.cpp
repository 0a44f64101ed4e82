#include "words.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace ziptone::scenario {
namespace {

constexpr std::array<std::string_view, 7> kDays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

// "12" or "1.8" in millionths.
std::optional<std::int64_t> millionths(std::string_view text) {
  const std::size_t point = text.find('.');
  const auto whole = number_of(text.substr(0, point));
  if (!whole) return std::nullopt;
  std::string fraction(point == std::string_view::npos ? std::string_view{} : text.substr(point + 1));
  if (point != std::string_view::npos && (fraction.empty() || fraction.size() > 6)) return std::nullopt;
  fraction.resize(6, '0');
  const auto part = number_of(fraction);
  if (!part) return std::nullopt;
  return static_cast<std::int64_t>(*whole * 1'000'000 + *part);
}

}  // namespace

std::vector<std::string> split(std::string_view text, char by) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(by);
    if (const auto part = text.substr(0, end); !part.empty()) parts.emplace_back(part);
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<std::uint64_t> number_of(std::string_view word) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return value;
}

std::optional<Duration> duration_of(std::string_view word) {
  struct Unit {
    std::string_view name;
    Duration length;
  };
  static constexpr Unit kUnits[] = {
      {"ms", base::milliseconds{1}}, {"s", base::seconds{1}}, {"m", base::minutes{1}}, {"h", base::hours{1}}};
  for (const Unit& unit : kUnits) {
    if (!word.ends_with(unit.name)) continue;
    const auto value = millionths(word.substr(0, word.size() - unit.name.size()));
    if (value) return Duration{*value * unit.length.count() / 1'000'000};
  }
  return std::nullopt;
}

std::optional<Duration> time_of_day(std::string_view word) {
  const std::vector<std::string> parts = split(word, ':');
  if (parts.size() < 2 || parts.size() > 3) return std::nullopt;
  const auto hour = number_of(parts[0]);
  const auto minute = number_of(parts[1]);
  const auto second = parts.size() == 3 ? millionths(parts[2]) : 0;
  if (!hour || !minute || !second || *hour > 24 || *minute > 59 || *second >= 60'000'000) return std::nullopt;
  return base::hours{*hour} + base::minutes{*minute} + Duration{*second};
}

std::optional<int> weekday_of(std::string_view word) {
  const auto* at = std::find(kDays.begin(), kDays.end(), word);
  if (at == kDays.end()) return std::nullopt;
  return static_cast<int>(at - kDays.begin());
}
std::string_view weekday_name(int weekday) { return kDays.at(static_cast<std::size_t>(weekday)); }

Words::Words(int line, std::string_view text) : line_(line) {
  text = text.substr(0, text.find('#'));
  for (const char c : text) {
    if (c == '\t' || c == '\r') refuse("blanks part the words of a line, nothing else");
  }
  words_ = split(text, ' ');
}

const std::string& Words::take(std::string_view what) {
  if (done()) refuse("the line ends where " + std::string(what) + " should stand");
  return words_[next_++];
}
bool Words::take_if(std::string_view word) {
  if (done() || words_[next_] != word) return false;
  ++next_;
  return true;
}
void Words::require(std::string_view word) {
  const std::string& found = take("'" + std::string(word) + "'");
  if (found != word) refuse("'" + found + "' stands where '" + std::string(word) + "' should");
}
Duration Words::duration(std::string_view what) {
  const std::string& word = take(what);
  const auto value = duration_of(word);
  if (!value)
    refuse("'" + word + "' is not a length of time (700ms, 1.8s, 15m, 24h) for " + std::string(what));
  return *value;
}
std::uint64_t Words::number(std::string_view what) {
  const std::string& word = take(what);
  const auto value = number_of(word);
  if (!value) refuse("'" + word + "' is not a number for " + std::string(what));
  return *value;
}
Moment Words::moment() {
  Moment moment;
  if (!done()) {
    if (const auto day = weekday_of(words_[next_])) {
      moment.weekday = *day;
      ++next_;
    }
  }
  const std::string& word = take("a time");
  const auto time = time_of_day(word);
  if (!time) refuse("'" + word + "' is not a time (10:00, 10:00:01.8, tue 09:00)");
  moment.of_day = *time;
  return moment;
}
std::vector<std::string> Words::rest() {
  std::vector<std::string> left(words_.begin() + static_cast<std::ptrdiff_t>(next_), words_.end());
  next_ = words_.size();
  return left;
}
void Words::end() const {
  if (!done()) refuse("'" + words_[next_] + "' is one word too many, or an unknown one");
}

}  // namespace ziptone::scenario
