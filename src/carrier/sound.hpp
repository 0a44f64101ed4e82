// Sounds of the synthetic network: tones by arithmetic, speech made to sound like a telephone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "media/g711.hpp"

namespace ziptone::carrier {

using Samples = std::vector<std::int16_t>;  // 8 kHz unless said otherwise

// A sound ready to be sent: whole frames of 20 ms in both laws, so that a frame costs a copy and nothing
// else.
class Sound {
 public:
  Sound() = default;
  Sound(std::string name, std::span<const std::int16_t> samples);

  const std::string& name() const { return name_; }
  std::size_t frames() const { return pcma_.size() / media::kFrameSamples; }
  int milliseconds() const { return static_cast<int>(frames()) * media::kFrameMs; }
  // Frame `index`, which must be below frames().
  std::span<const std::uint8_t> frame(media::Codec codec, std::size_t index) const {
    const auto& bytes = codec == media::Codec::pcma ? pcma_ : pcmu_;
    return std::span(bytes).subspan(index * media::kFrameSamples, media::kFrameSamples);
  }

 private:
  std::string name_;
  std::vector<std::uint8_t> pcma_, pcmu_;
};

// One tone of a signal; hz 0 is a pause.
struct Tone {
  double hz;
  int ms;
};
// The tones one after the other at -14 dBFS, with ramps of 3 ms against clicks.
Samples tones(std::span<const Tone> list);

// Brings speech of any rate down to what a telephone leaves of it: 300-3400 Hz, 8 kHz, a level between -26
// and -18 dBFS, a noise floor between -62 and -50 dBFS. `seed` decides level and noise. rate: 8000-48000 Hz.
Samples telephone_quality(std::span<const std::int16_t> speech, int rate, std::uint64_t seed);

// What stands in for speech where no synthesizer is installed: a voice without words, `syllables` long, with
// the rhythm and the spectrum that call analysis takes for speech.
Samples babble(int syllables, std::uint64_t seed);

}  // namespace ziptone::carrier
