// The RTP ports: even ones from a range, in turn, so that a port rests as long as possible before it is used
// again and a late packet of an old call finds nobody.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "base/time.hpp"

namespace ziptone::mediaplane {

class PortPool {
 public:
  PortPool(std::uint16_t port_min, std::uint16_t port_max, base::Duration rest) : rest_{rest} {
    for (std::uint32_t port = (port_min + 1u) & ~1u; port + 1 <= port_max; port += 2)
      free_.push_back({static_cast<std::uint16_t>(port), base::Instant{}});
  }

  std::size_t size() const { return free_.size(); }

  // The port that has rested longest; nullopt when even that one hasn't rested enough, or none is left.
  std::optional<std::uint16_t> take(base::Instant now) {
    if (free_.empty() || now < free_.front().free_at) return std::nullopt;
    const auto port = free_.front().port;
    free_.pop_front();
    return port;
  }
  void give_back(std::uint16_t port, base::Instant now) { free_.push_back({port, now + rest_}); }

 private:
  struct Resting {
    std::uint16_t port;
    base::Instant free_at;
  };
  base::Duration rest_;
  std::deque<Resting> free_;
};

}  // namespace ziptone::mediaplane
