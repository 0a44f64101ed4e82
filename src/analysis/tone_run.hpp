// Steady tones: a run of frames in which one or two peaks hold nearly all the energy, at the same frequency
// and with no jump in level. Strict on purpose: with a loose test vowels are tones and speech vanishes.
#pragma once

#include <cstdint>

#include "analysis/spectrum.hpp"

namespace ziptone::analysis {

struct ToneRun {
  std::int64_t start_ms = -1;  // -1: none
  std::int64_t end_ms = -1;    // of its last steady frame
  float hz = 0;                // mean of the strongest peak
  float second_hz = 0;         // of a dual tone
  float lowest_hz = 0;         // how far the strongest peak wandered
  float highest_hz = 0;
  float peak_dbfs = 0;
  float least_dbfs = 0;  // of its inner frames
  int frames = 0;        // steady ones
  int holes = 0;         // bridged ones: phase reversals and lost frames
  bool dual = false;

  bool exists() const { return start_ms >= 0; }
  std::int32_t length_ms() const { return exists() ? static_cast<std::int32_t>(end_ms - start_ms) : 0; }
};

class ToneRuns {
 public:
  // One frame that starts at at_ms; null when nothing was heard (lost).
  void push(std::int64_t at_ms, const Sound* sound);

  // The run that goes on at this frame, if any.
  const ToneRun& current() const { return current_; }
  // The run that this very frame ended, if any.
  const ToneRun& ended() const { return ended_; }
  // This frame is tonal and steady against the one before.
  bool steady() const { return steady_; }

 private:
  bool fits(const Sound& sound) const;
  void begin(std::int64_t at_ms, const Sound& sound);

  ToneRun current_;
  ToneRun ended_;
  Sound previous_;
  bool previous_tonal_ = false;
  bool steady_ = false;
  int missing_ = 0;
};

}  // namespace ziptone::analysis
