// The tone bank: every tone the analyser knows, each reported once (beeps: each time). Independent of the
// speech timeline except that a calling fax is only believed before speech, or when it repeats.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "analysis/cadence.hpp"
#include "analysis/spectrum.hpp"
#include "analysis/tone_run.hpp"
#include "analysis/verdict.hpp"

namespace ziptone::analysis {

class ToneBank {
 public:
  explicit ToneBank(std::array<char, 2> country) : cadence_(country) {}

  // One frame that starts at at_ms; null when nothing was heard (lost). At most two tones are recognised at
  // once; they stay in heard() until the next frame.
  void push(std::int64_t at_ms, const Sound* sound, bool speech_heard);
  const std::array<ToneHeard, 2>& heard() const { return heard_; }

  // This frame belongs to a steady tone or a network tone: it is not speech.
  bool tonal() const { return tonal_; }
  // A network tone has sounded, and its next may yet come: a ringing line is silent for up to 5 s.
  bool rhythm() const { return cadence_.start_ms() >= 0; }
  // Something is sounding that may yet turn out a network or fax tone.
  bool pending(std::int64_t now_ms) const;

 private:
  void report(const ToneHeard& tone);
  void fax(std::int64_t at_ms, const Sound* sound, bool speech_heard);
  void sit();
  void beep(std::int64_t at_ms, const Sound* sound, bool speech_heard);

  ToneRuns runs_;
  Cadence cadence_;
  std::array<ToneHeard, 2> heard_{};
  bool tonal_ = false;

  bool answer_tone_reported_ = false;
  bool ansam_reported_ = false;
  bool cng_reported_ = false;
  bool v21_reported_ = false;
  std::int64_t calling_at_ms_ = -1;  // an earlier 1100 Hz burst
  std::int64_t v21_since_ms_ = -1;
  int v21_frames_ = 0;
  int v21_split_ = 0;  // of them, those in which neither frequency rules
  int v21_misses_ = 0;

  struct Step {
    float hz = 0;
    std::int64_t start_ms = -1;
    std::int64_t end_ms = -1;
  };
  std::array<Step, 2> steps_{};
  bool sit_reported_ = false;

  ToneRun beep_;  // ended, waiting for the quiet that makes it a beep
  int quiet_frames_ = 0;
};

}  // namespace ziptone::analysis
