// The synthetic carrier as a thing that can be started, watched and stopped; `run` (options.hpp) is its
// program.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "carrier/options.hpp"

namespace ziptone::carrier {

// What has happened so far. Counted by the threads of the carrier, read by anyone.
struct Counters {
  std::atomic<std::uint64_t> invites{0};       // every INVITE outside a dialog, retried ones too
  std::atomic<std::uint64_t> ringing{0};       // 18x sent
  std::atomic<std::uint64_t> answered{0};      // 200 to INVITE
  std::atomic<std::uint64_t> acknowledged{0};  // and its ACK
  std::atomic<std::uint64_t> refused{0};       // final 3xx-6xx to INVITE, by the persona
  std::atomic<std::uint64_t> limited{0};       // 503 by the limits of calls a second and at once
  std::atomic<std::uint64_t> challenged{0};
  std::atomic<std::uint64_t> cancelled{0};
  std::atomic<std::uint64_t> byes_in{0}, byes_out{0};
  std::atomic<std::uint64_t> never_acknowledged{0};
  std::atomic<std::uint64_t> options{0}, registers{0};
  std::atomic<std::uint64_t> open{0};  // calls now
  std::atomic<std::uint64_t> open_peak{0};
  std::atomic<std::uint64_t> invites_in_a_second_peak{0};  // the most in any one-second window
  std::atomic<std::uint64_t> silences{0};                  // over 2 s, on the callees' ears
  std::atomic<std::uint64_t> packets_in{0}, packets_out{0};
};

class Carrier {
 public:
  // Refuses what can't work (address in use, bad directory, unreadable file) with the option's name.
  static base::Result<std::unique_ptr<Carrier>> start(const Options& options);
  ~Carrier();  // ends open calls with BYE

  std::uint16_t port() const;
  const Counters& counters() const;
  // False where espeak-ng was missing and people babble.
  bool speaks() const;

  void set_dead(bool dead);
  void set_slow(int ms);
  void set_limits(double cps, std::uint32_t calls);
  void hang_up_all();
  // Ends the calls and writes the summary: a table for people; the log gets one line.
  std::string finish();

 private:
  struct Impl;
  explicit Carrier(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace ziptone::carrier
