#include "carrier/log.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace ziptone::carrier {

std::int64_t wall_now() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

LogLine::LogLine(std::string_view event, std::string_view call, std::int64_t at) {
  line_ = fmt::format("{{\"at\":{}", at);
  text("event", event);
  maybe("call", call);
}

void LogLine::key(std::string_view name) { fmt::format_to(std::back_inserter(line_), ",\"{}\":", name); }

LogLine& LogLine::text(std::string_view name, std::string_view value) {
  key(name);
  line_ += '"';
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      line_ += '\\';
      line_ += c;
    } else if (byte < 0x20 || byte >= 0x7f) {
      // SIP is UTF-8, but what arrives may be anything; a broken byte must not break the line.
      fmt::format_to(std::back_inserter(line_), "\\u{:04x}", byte);
    } else {
      line_ += c;
    }
  }
  line_ += '"';
  return *this;
}

LogLine& LogLine::number(std::string_view name, std::int64_t value) {
  key(name);
  fmt::format_to(std::back_inserter(line_), "{}", value);
  return *this;
}

LogLine& LogLine::decimal(std::string_view name, double value) {
  key(name);
  fmt::format_to(std::back_inserter(line_), "{:.2f}", value);
  return *this;
}

base::Result<Log> Log::open(const std::string& path) {
  Log log;
  log.fd_ = path == "-" ? ::dup(STDOUT_FILENO)
                        : ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (log.fd_ < 0) {
    return base::error(fmt::format("can't be opened for writing: {}", std::strerror(errno)), path,
                       "name a file in a folder that exists and is writable");
  }
  return log;
}

Log::Log(Log&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
Log& Log::operator=(Log&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}
Log::~Log() {
  if (fd_ >= 0) ::close(fd_);
}

void Log::write(const LogLine& line) const {
  if (fd_ < 0) return;
  const std::string text = line.finished();
  std::string_view left = text;
  while (!left.empty()) {
    const ssize_t done = ::write(fd_, left.data(), left.size());
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return;  // a full disk: the witness falls silent, the calls go on
    left.remove_prefix(static_cast<std::size_t>(done));
  }
}

}  // namespace ziptone::carrier
