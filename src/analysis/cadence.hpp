// Busy, reorder and ringback: the tones of all countries lie within 344..531 Hz (ITU-T E.180 supplement 2) or
// are the North American pair 480 + 620 Hz; what they mean is in their rhythm.
#pragma once

#include <array>
#include <cstdint>

#include "analysis/spectrum.hpp"
#include "analysis/verdict.hpp"

namespace ziptone::analysis {

class Cadence {
 public:
  explicit Cadence(std::array<char, 2> country) : country_(country) {}

  // One frame that starts at at_ms; null when nothing was heard (lost). Returns the tone at the frame at
  // which it is first recognised, Tone::none otherwise. busy and reorder need one whole tone and one whole
  // pause of matching length; ringback a tone that no busy has the length of, or the British double ring.
  Tone push(std::int64_t at_ms, const Sound* sound);

  // A network tone is sounding or was in the last 0.8 s: the decision about a silent callee can wait for it.
  bool sounding(std::int64_t now_ms) const { return tone_end_ms_ >= 0 && now_ms - tone_end_ms_ <= 800; }
  // This frame is the network's tone, or most likely.
  bool tone() const { return tone_frames_ >= 2; }
  std::int64_t start_ms() const { return start_ms_; }
  float hz() const { return hz_; }

 private:
  enum class Kind : std::uint8_t { tone, quiet, other };
  Kind classify(const Sound& sound);
  Tone on_change(bool now_on, std::int64_t at_ms);
  Tone on_time(std::int64_t now_ms) const;
  Tone equal_halves(std::int32_t half_ms) const;
  Tone news(Tone heard);
  void reset();

  std::array<char, 2> country_;
  Sound before_;  // beating tones vanish for a frame: two are looked at together
  bool on_ = false;
  Tone reported_ = Tone::none;
  std::int64_t first_frame_ms_ = -1;
  int pending_ = 0;  // frames that disagree with on_
  std::int64_t pending_since_ = 0;
  int tone_frames_ = 0;         // in a row
  int foreign_ = 0;             // frames that are neither tone nor quiet
  std::int64_t start_ms_ = -1;  // of the first tone of this rhythm
  std::int64_t since_ms_ = -1;  // of the current tone or pause
  std::int64_t tone_end_ms_ = -1;
  float tone_dbfs_ = Sound::kQuietest;
  float hz_ = 0;
  bool first_tone_whole_ = false;
  // Lengths that are over, newest first: [0] is what ended last. -1 unknown or cut.
  std::array<std::int32_t, 2> lengths_{-1, -1};
};

}  // namespace ziptone::analysis
