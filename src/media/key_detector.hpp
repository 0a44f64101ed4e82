// Hears keys in band: the two tones of ITU-T Q.23 in G.711 sound, for far ends without telephone events.
// Goertzel over blocks of 12.75 ms (Q.24: 40 ms of tone are a key, 20 ms are not; twist up to 8 dB either
// way).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace ziptone::media {

class KeyDetector {
 public:
  static constexpr std::size_t kBlock = 102;
  using Block = std::array<float, (kBlock + 3) / 4 * 4>;  // samples from -1 to 1, zeros behind them

  // Any number of 8 kHz samples; the key that was recognised in them, once a press. At most one a call is
  // given for the 20 ms that a packet has.
  std::optional<char> push(std::span<const std::int16_t> samples);

 private:
  std::optional<char> judge() const;

  Block block_{};
  std::size_t filled_ = 0;
  std::optional<char> last_;     // of the block before
  std::optional<char> pressed_;  // reported, not yet released
  int quiet_ = 0;                // blocks since the pressed key was last heard
};

}  // namespace ziptone::media
