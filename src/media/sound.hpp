// A sound ready to be sent: rendered once in both laws, so that playing it on any number of legs copies
// bytes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "media/g711.hpp"

namespace ziptone::media {

struct Sound {
  std::vector<std::int16_t> linear;
  std::vector<std::uint8_t> pcmu;
  std::vector<std::uint8_t> pcma;

  std::span<const std::uint8_t> codes(Codec codec) const { return codec == Codec::pcmu ? pcmu : pcma; }
  std::size_t size() const { return linear.size(); }
};

inline std::shared_ptr<const Sound> make_sound(std::vector<std::int16_t> samples) {
  auto sound = std::make_shared<Sound>();
  sound->pcmu.resize(samples.size());
  sound->pcma.resize(samples.size());
  encode(Codec::pcmu, samples, sound->pcmu);
  encode(Codec::pcma, samples, sound->pcma);
  sound->linear = std::move(samples);
  return sound;
}

// Copies codes from `position` on and advances it; a looping sound begins again, another is filled up with
// silence. True when the sound is over (never for a looping one; at once for an empty one).
inline bool fill(const Sound& sound, Codec codec, bool loop, std::size_t& position,
                 std::span<std::uint8_t> out) {
  const auto codes = sound.codes(codec);
  while (!out.empty() && !codes.empty()) {
    if (position >= codes.size()) {
      if (!loop) break;
      position = 0;
    }
    const auto part = codes.subspan(position, std::min(out.size(), codes.size() - position));
    std::ranges::copy(part, out.begin());
    position += part.size();
    out = out.subspan(part.size());
  }
  std::ranges::fill(out, silence(codec));
  return codes.empty() || (!loop && position >= codes.size());
}

// Adds linear samples to G.711 codes in place, saturating; `sound` may be shorter than `codes`.
inline void mix(Codec codec, std::span<std::uint8_t> codes, std::span<const std::int16_t> sound) {
  const auto n = std::min(codes.size(), sound.size());
  for (std::size_t i = 0; i < n; ++i) {
    const int sum = decode(codec, codes[i]) + sound[i];
    codes[i] = encode(codec, static_cast<std::int16_t>(std::clamp(sum, -32768, 32767)));
  }
}

}  // namespace ziptone::media
