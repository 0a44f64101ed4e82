// The sound of the whole-system benches: frames that say who spoke, which frame it is and when it left, and
// the account of the far end that hears them. The product passes a G.711 payload on as it is, so what is read
// from one is what was written; where it mixes or fills in a sound of its own, there is nothing to be read.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <sys/socket.h>
#include <time.h>

namespace ziptone::bench {

using Micros = std::int64_t;

inline Micros micros(clockid_t clock) {
  timespec t{};
  ::clock_gettime(clock, &t);
  return t.tv_sec * 1'000'000LL + t.tv_nsec / 1000;
}
inline Micros now_micros() { return micros(CLOCK_MONOTONIC); }

constexpr std::size_t kRtpHeader = 12;
constexpr std::size_t kRtpSize = kRtpHeader + 160;

// The first bytes of a payload.
struct Voice {
  std::uint32_t mark = 0x5A495054;
  std::uint32_t number = 0;  // who speaks
  std::uint32_t index = 0;   // its packets, from 0
  std::uint32_t unused = 0;
  Micros sent_at = 0;  // CLOCK_REALTIME, the clock of the kernel's stamps of arrival

  void write(unsigned char* payload) const { std::memcpy(payload, this, sizeof *this); }
  // From a whole RTP packet in the clear.
  static std::optional<Voice> read(const unsigned char* packet, std::size_t size) {
    Voice voice;
    const auto mark = voice.mark;
    if (size < kRtpHeader + sizeof voice) return std::nullopt;
    std::memcpy(&voice, packet + kRtpHeader, sizeof voice);
    return voice.mark == mark ? std::optional{voice} : std::nullopt;
  }
};
static_assert(sizeof(Voice) == 24);

// When the kernel put a datagram into the socket (SO_TIMESTAMPNS): that its reader is late must not count.
struct Arrival {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(timespec))> bytes{};
  static void ask(int socket) {
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  }
  Micros at() const {
    timespec t{};
    std::memcpy(&t, &bytes[CMSG_LEN(0)], sizeof t);
    return t.tv_sec * 1'000'000LL + t.tv_nsec / 1000;
  }
};

// Times in steps of 10 us, up to 2 s.
class Times {
 public:
  void add(Micros time) {
    const auto step = static_cast<std::size_t>(std::max<Micros>(0, time) / 10);
    ++counts_[std::min(step, counts_.size() - 1)];
    ++all_;
    most_ = std::max(most_, time);
  }
  double ms(double share) const {
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen > 0 && static_cast<double>(seen) >= share * static_cast<double>(all_))
        return static_cast<double>(i) / 100;
    }
    return 0;
  }
  double most_ms() const { return static_cast<double>(most_) / 1000; }

 private:
  std::array<std::uint32_t, 200'000> counts_{};
  std::uint64_t all_ = 0;
  Micros most_ = 0;
};

// What all far ends of one kind heard since listen(), and how late their own clock was.
class Ears {
 public:
  // The last packet that one far end heard, and of whom.
  struct Last {
    std::uint32_t number = 0;
    std::uint32_t index = 0;
    bool any = false;
  };

  void listen() { *this = Ears{}; }
  // A gap between two packets of a speaker is what was lost; one that comes late takes its place again.
  void hear(Last& last, const Voice& voice, Micros arrived_at) {
    const bool goes_on = last.any && last.number == voice.number;
    if (!goes_on)
      ++expected_;
    else if (voice.index > last.index)
      expected_ += voice.index - last.index;
    ++heard_;
    delays_.add(arrived_at - voice.sent_at);
    if (!goes_on || voice.index > last.index) last = {voice.number, voice.index, true};
  }
  void ticked(Micros late) { late_.add(late); }
  // Expected, heard, delay p50 and p99, lateness of the own clock p99 and most, in ms.
  std::string text() const {
    return fmt::format("{} {} {:.2f} {:.2f} {:.2f} {:.2f}", expected_, heard_, delays_.ms(0.5),
                       delays_.ms(0.99), late_.ms(0.99), late_.most_ms());
  }

 private:
  std::uint64_t expected_ = 0;
  std::uint64_t heard_ = 0;
  Times delays_;
  Times late_;
};

}  // namespace ziptone::bench
