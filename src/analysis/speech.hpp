// Speech activity and its timeline: words, turns and silences of one far end, with a noise floor that follows
// the line. Energy only, against the floor and against the loudest voice so far, so that a television behind
// the person does not count as the person.
#pragma once

#include <array>
#include <cstdint>

#include "analysis/spectrum.hpp"

namespace ziptone::analysis {

// The lowest level of the last 1.3 s, in blocks. Frames that are no sound of the room (lost, comfort noise,
// digital silence) are never shown to it.
class NoiseFloor {
 public:
  void push(float level_dbfs);
  float dbfs() const;

 private:
  static constexpr int kBlockFrames = 8;
  std::array<float, 8> lowest_{};
  std::array<float, 3> recent_{};
  int blocks_ = 0;
  int frames_ = 0;  // in the current block
  int seen_ = 0;
  float current_ = 0;
};

class Speech {
 public:
  explicit Speech(std::int32_t minimum_valid_speech_ms) : valid_ms_(minimum_valid_speech_ms) {}

  enum class Change : std::uint8_t { none, started, ended };
  // One frame that starts at at_ms. `sound` is null for lost and comfort noise frames; `lost` says which.
  Change push(std::int64_t at_ms, const Sound* sound, bool lost, bool tonal);

  // Speech that counts, and no end reported yet.
  bool speaking() const { return speaking_; }
  // Speech that may count soon: a silence should not be judged over it.
  bool starting() const { return candidate_ms_ > 0; }
  std::int64_t onset_ms() const { return onset_ms_; }
  // Start of the newest words: what a SpeechStarted is about.
  std::int64_t words_start_ms() const { return words_start_ms_; }
  // Start of the stretch of speech that holds now: silences under `pause` do not end it.
  std::int64_t turn_start_ms() const { return turn_start_ms_; }
  // End of the last voice that counts; -1 before any.
  std::int64_t end_ms() const { return end_ms_; }
  std::int64_t first_turn_end_ms() const { return first_turn_end_ms_; }
  std::int32_t speech_ms() const { return speech_ms_; }
  std::int32_t longest_gap_ms() const { return longest_gap_ms_; }
  std::int32_t turns() const { return turns_; }
  float level_dbfs() const { return peak_dbfs_; }
  float floor_dbfs() const { return floor_.dbfs(); }
  // Share of the speech's frames that are 12 dB below its loud parts: syllables have them, music does not.
  float dips() const {
    return loud_frames_ == 0 ? 0 : static_cast<float>(dip_frames_) / static_cast<float>(loud_frames_);
  }

  // A silence of this length parts two turns.
  void pause_of(std::int32_t ms) { pause_ms_ = ms; }

 private:
  bool active(const Sound& sound, bool tonal);
  void voice(std::int64_t at_ms, float level_dbfs);
  bool valid() const;

  std::int32_t valid_ms_;
  std::int32_t pause_ms_ = 608;
  NoiseFloor floor_;
  float peak_dbfs_ = -45.0F;
  std::array<float, 2> before_{Sound::kQuietest, Sound::kQuietest};
  bool last_active_ = false;
  int unknown_ = 0;
  int active_frames_ = 0;  // in a row

  bool speaking_ = false;
  std::int64_t candidate_start_ms_ = -1;
  std::int64_t candidate_end_ms_ = -1;
  std::int32_t candidate_ms_ = 0;
  float candidate_dbfs_ = Sound::kQuietest;  // its loudest frame

  std::int64_t onset_ms_ = -1;
  std::int64_t words_start_ms_ = -1;
  std::int64_t turn_start_ms_ = -1;
  std::int64_t end_ms_ = -1;
  std::int64_t first_turn_end_ms_ = -1;
  std::int32_t speech_ms_ = 0;
  std::int32_t longest_gap_ms_ = 0;
  std::int32_t turns_ = 0;
  std::int32_t loud_frames_ = 0;
  std::int32_t dip_frames_ = 0;
};

}  // namespace ziptone::analysis
