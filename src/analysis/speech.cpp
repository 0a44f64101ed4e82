#include "analysis/speech.hpp"

#include <algorithm>

namespace ziptone::analysis {
namespace {

constexpr std::int32_t kFrame = 20;
constexpr std::int32_t kEndedAfterMs = 200;  // of quiet: a stop consonant is shorter
constexpr int kLeastSound = 3;               // frames: a click fills two windows and prolongs no speech
constexpr std::int32_t kBridgeMs = 100;      // a gap inside a word
constexpr int kUnknownHeld = 3;              // lost frames that keep what was before them
constexpr float kHighestFloor = -38.0F;      // before 1.3 s are known, a loud start is speech
// The threshold's place between the floor and the loudest voice, and how far below that voice speech goes.
// Scanned on the development recordings: 0.27 lost 19 % of the people to their television and street, 0.58
// broke greetings into words with pauses between them.
constexpr float kBetween = 0.5F;
constexpr float kForeground = 24.0F;
constexpr float kQuietestVoice = -56.0F;
constexpr float kQuietestTalk = -46.0F;
constexpr float kLeastRise = 9.0F;

}  // namespace

void NoiseFloor::push(float level_dbfs) {
  recent_[seen_ % 3] = level_dbfs;
  ++seen_;
  const int n = std::min(seen_, 3);
  float mean = 0;
  for (int i = 0; i < n; ++i) mean += recent_[i];
  mean /= static_cast<float>(n);
  current_ = frames_ == 0 ? mean : std::min(current_, mean);
  if (++frames_ < kBlockFrames) return;
  std::shift_right(lowest_.begin(), lowest_.end(), 1);
  lowest_[0] = current_;
  blocks_ = std::min<int>(blocks_ + 1, static_cast<int>(lowest_.size()));
  frames_ = 0;
}

float NoiseFloor::dbfs() const {
  constexpr float kUnknown = -60.0F;
  if (seen_ == 0) return kUnknown;
  float lowest = frames_ > 0 ? current_ : lowest_[0];
  for (int i = 0; i < blocks_; ++i) lowest = std::min(lowest, lowest_[i]);
  const bool full = blocks_ == static_cast<int>(lowest_.size());
  return std::max(full ? lowest : std::min(lowest, kHighestFloor), -75.0F);
}

bool Speech::active(const Sound& sound, bool tonal) {
  const float level = sound.level_dbfs;
  // A click is one or two windows long; the loudest voice lasts three.
  const float sustained = std::min({level, before_[0], before_[1]});
  before_ = {level, before_[0]};
  if (!sound.digital_silence && !tonal) floor_.push(level);
  if (tonal) return false;
  peak_dbfs_ = std::max(peak_dbfs_ - 0.02F, sustained);
  const float floor = floor_.dbfs();
  const float margin = std::clamp(kBetween * (peak_dbfs_ - floor), 6.0F, 22.0F);
  return level > floor + margin && level > peak_dbfs_ - kForeground && level > kQuietestVoice;
}

// One more active frame. Enough of them become speech, from the first of them on.
void Speech::voice(std::int64_t at_ms, float level_dbfs) {
  if (candidate_ms_ == 0) {
    candidate_start_ms_ = at_ms;
    candidate_dbfs_ = Sound::kQuietest;
  }
  candidate_dbfs_ = std::max(candidate_dbfs_, level_dbfs);
  candidate_ms_ += kFrame;
  candidate_end_ms_ = at_ms + kFrame;
}

// Long enough, and somewhere in it loud enough: a room's noise wavers by less.
bool Speech::valid() const {
  return candidate_ms_ >= valid_ms_ && candidate_dbfs_ > kQuietestTalk &&
         candidate_dbfs_ > floor_.dbfs() + kLeastRise;
}

Speech::Change Speech::push(std::int64_t at_ms, const Sound* sound, bool lost, bool tonal) {
  bool now = false;
  if (sound != nullptr) {
    now = active(*sound, tonal);
    unknown_ = 0;
    if (speaking_) {
      ++loud_frames_;
      if (sound->level_dbfs < peak_dbfs_ - 12.0F) ++dip_frames_;
    }
  } else if (lost && ++unknown_ <= kUnknownHeld) {
    now = last_active_;
  }
  last_active_ = now;
  active_frames_ = now ? active_frames_ + 1 : 0;
  const auto end = at_ms + kFrame;

  if (speaking_) {
    if (now && (active_frames_ >= kLeastSound || at_ms <= end_ms_)) {
      speech_ms_ += kFrame;
      if (at_ms > end_ms_ && at_ms - end_ms_ > kBridgeMs)
        longest_gap_ms_ = std::max(longest_gap_ms_, static_cast<std::int32_t>(at_ms - end_ms_));
      end_ms_ = end;
      return Change::none;
    }
    if (end - end_ms_ < kEndedAfterMs) return Change::none;
    speaking_ = false;
    return Change::ended;
  }

  if (now) voice(at_ms, sound != nullptr ? sound->level_dbfs : Sound::kQuietest);
  if (candidate_ms_ == 0) {
    if (first_turn_end_ms_ < 0 && end_ms_ >= 0 && end - end_ms_ >= pause_ms_) first_turn_end_ms_ = end_ms_;
    return Change::none;
  }
  if (valid()) {
    speaking_ = true;
    words_start_ms_ = candidate_start_ms_;
    const bool new_turn = end_ms_ < 0 || candidate_start_ms_ - end_ms_ >= pause_ms_;
    if (new_turn) {
      if (first_turn_end_ms_ < 0 && end_ms_ >= 0) first_turn_end_ms_ = end_ms_;
      turn_start_ms_ = candidate_start_ms_;
      ++turns_;
    } else {
      longest_gap_ms_ = std::max(longest_gap_ms_, static_cast<std::int32_t>(candidate_start_ms_ - end_ms_));
    }
    if (onset_ms_ < 0) onset_ms_ = candidate_start_ms_;
    speech_ms_ += candidate_ms_;
    end_ms_ = candidate_end_ms_;
    candidate_ms_ = 0;
    return Change::started;
  }
  if (end - candidate_end_ms_ >= kBridgeMs) candidate_ms_ = 0;
  return Change::none;
}

}  // namespace ziptone::analysis
