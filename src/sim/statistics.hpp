// The figures of a run as a supervisor would ask for them.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "sim/sight.hpp"

namespace ziptone::sim {

class Statistics {
 public:
  explicit Statistics(std::size_t agents) : agents_(agents) {}
  void see(const Sight& sight, dialer::Now now);
  void close(dialer::Now now);

  struct Share {
    double waiting = 0, talking = 0, wrapping_up = 0, away = 0;  // of the agents' time, adding up to 1
  };
  Share share() const;
  // Of an agent, from Available to the next talk; seconds.
  struct Waiting {
    double mean = 0, p50 = 0, p95 = 0;
  };
  Waiting waiting() const;

  std::uint64_t attempts = 0;
  std::uint64_t answered = 0;
  std::uint64_t merged = 0;
  std::uint64_t abandoned = 0;
  std::array<std::uint64_t, dialer::kOutcomes> outcomes{};
  std::map<std::uint64_t, std::uint32_t> contacts_called;

 private:
  enum class Doing : std::uint8_t { away, waiting, talking, wrapping_up };
  struct Desk {
    Doing doing = Doing::away;
    dialer::Instant since{base::seconds{1000}};
    dialer::Instant free_since{};
    std::array<std::int64_t, 4> spent{};
  };
  void turn(Desk& desk, Doing to, dialer::Instant now);
  std::vector<Desk> agents_;
  std::vector<float> waits_;  // seconds
};

}  // namespace ziptone::sim
