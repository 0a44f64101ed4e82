// The witness's own log: JSON lines, one event each, written whole and at once, so that it is true up to the
// instant at which any process dies. Numbers stand in it unmasked: it is compared with the dialer's database,
// and the network it describes is synthetic.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace ziptone::carrier {

// Microseconds since 1970, UTC.
std::int64_t wall_now();

// One line under construction: {"at":1732...,"event":"invite","call":"..."}.
class LogLine {
 public:
  LogLine(std::string_view event, std::string_view call, std::int64_t at = wall_now());
  LogLine& text(std::string_view key, std::string_view value);
  // Left out when empty.
  LogLine& maybe(std::string_view key, std::string_view value) {
    return value.empty() ? *this : text(key, value);
  }
  LogLine& number(std::string_view key, std::int64_t value);
  LogLine& decimal(std::string_view key, double value);
  std::string finished() const { return line_ + "}\n"; }

 private:
  void key(std::string_view name);
  std::string line_;
};

// Thread-safe: a line is one write() to a file opened for appending.
class Log {
 public:
  Log() = default;  // writes nowhere
  // "-" is standard output.
  static base::Result<Log> open(const std::string& path);
  Log(Log&& other) noexcept;
  Log& operator=(Log&& other) noexcept;
  ~Log();

  void write(const LogLine& line) const;

 private:
  int fd_ = -1;
};

}  // namespace ziptone::carrier
