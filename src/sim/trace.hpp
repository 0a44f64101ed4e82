// The run as text and as one number: the last lines for people, the hash for the proof that a seed is one
// run.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "sim/sight.hpp"

namespace ziptone::sim {

// "call 4711 Ringing + Answered -> Analysing", as the server's log line.
std::string render(const dialer::effect::AppendRow& row);
std::string render(const Sight& sight);

class Trace {
 public:
  // `keep`: how many lines; 0 = the hash alone.
  explicit Trace(std::size_t keep) : keep_(keep) {}
  void add(const Sight& sight, dialer::Now now);
  void note(std::string_view line, dialer::Now now);
  const std::deque<std::string>& lines() const { return lines_; }
  std::uint64_t hash() const { return hash_; }
  std::uint64_t steps() const { return steps_; }

 private:
  void add_line(std::string_view text, dialer::Now now);
  void hash_text(std::string_view text);
  std::size_t keep_;
  std::deque<std::string> lines_;
  std::uint64_t hash_ = 14695981039346656037u;  // FNV-1a
  std::uint64_t steps_ = 0;
};

}  // namespace ziptone::sim
