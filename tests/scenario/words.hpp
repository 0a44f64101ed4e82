// A line of a scenario as words, taken one by one; whatever can't be understood is refused with its line.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace ziptone::scenario {

using base::Duration;

// What is wrong, in one line of the file. Thrown by everything that reads or plays a line.
struct Fault {
  int line = 0;
  std::string text;
};

// A time of day, perhaps of a named weekday of the first week.
struct Moment {
  int weekday = -1;  // 0 = Monday; -1 = not said
  Duration of_day{0};
};

// "700ms", "1.8s", "15m", "24h"; nothing for other words.
std::optional<Duration> duration_of(std::string_view word);
// "10:00", "10:00:01.8"; nothing for other words.
std::optional<Duration> time_of_day(std::string_view word);
// 0 = mon ... 6 = sun; nothing for other words.
std::optional<int> weekday_of(std::string_view word);
std::string_view weekday_name(int weekday);
// The whole word as a decimal number; nothing for other words.
std::optional<std::uint64_t> number_of(std::string_view word);
std::vector<std::string> split(std::string_view text, char by);

class Words {
 public:
  Words(int line, std::string_view text);

  int line() const { return line_; }
  bool done() const { return next_ == words_.size(); }
  bool empty() const { return words_.empty(); }
  // The next word; `what` names it in the refusal of a line that ends too early.
  const std::string& take(std::string_view what);
  bool take_if(std::string_view word);
  void require(std::string_view word);
  Duration duration(std::string_view what);
  std::uint64_t number(std::string_view what);
  Moment moment();
  std::vector<std::string> rest();
  void end() const;  // refuses what is left
  [[noreturn]] void refuse(const std::string& why) const { throw Fault{line_, why}; }

 private:
  int line_;
  std::vector<std::string> words_;
  std::size_t next_ = 0;
};

}  // namespace ziptone::scenario
