// Robot agents' phones: many users on one SIP port, each with a leg that stays up and a robot who talks on
// it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "base/result.hpp"
#include "carrier/robot/options.hpp"

namespace ziptone::carrier {

struct PhoneCounters {
  std::atomic<std::uint64_t> registered{0}, legs_up{0}, legs_total{0}, zips{0}, ringbacks{0}, talks{0},
      done{0};
  std::atomic<std::uint64_t> packets_in{0}, packets_out{0};
};

class Phones {
 public:
  // Refuses what can't work with the option's name. Registration itself goes on in the background, for ever.
  static base::Result<std::unique_ptr<Phones>> start(const PhonesOptions& options);
  ~Phones();

  std::uint16_t port() const;
  const PhoneCounters& counters() const;
  // Ends the legs with BYE and the registrations; at most 2 s.
  void finish();

 private:
  struct Impl;
  explicit Phones(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace ziptone::carrier
