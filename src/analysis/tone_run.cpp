#include "analysis/tone_run.hpp"

#include <algorithm>
#include <cmath>

namespace ziptone::analysis {
namespace {

constexpr float kQuietestTone = -50.0F;
constexpr int kBridged = 2;  // frames: a phase reversal spoils two windows, a lost packet two or three

// Two peaks count as a tone only when the second is really there.
bool dual(const Sound& sound) { return sound.first.share < 0.94F && sound.second.share > 0.06F; }

bool tonal(const Sound& sound) {
  if (sound.level_dbfs < kQuietestTone) return false;
  return sound.first.share >= 0.94F || (sound.both_share >= 0.96F && sound.second.share > 0.06F);
}

bool near(float hz, float other) { return std::abs(hz - other) <= 4.0F + 0.008F * other; }

bool same_pitch(const Sound& a, float hz, bool two) {
  // In a dual tone either peak may be the stronger from one frame to the next.
  return near(a.first.hz, hz) || (two && near(a.second.hz, hz));
}

}  // namespace

bool ToneRuns::fits(const Sound& sound) const {
  return tonal(sound) && same_pitch(sound, current_.hz, dual(sound)) &&
         std::abs(sound.level_dbfs - previous_.level_dbfs) <= 3.0F;
}

void ToneRuns::begin(std::int64_t at_ms, const Sound& sound) {
  // The frame before was tonal too, so the run starts with it.
  current_ = ToneRun{.start_ms = at_ms - 20,
                     .end_ms = at_ms + 20,
                     .hz = sound.first.hz,
                     .second_hz = sound.second.hz,
                     .lowest_hz = sound.first.hz,
                     .highest_hz = sound.first.hz,
                     .peak_dbfs = sound.level_dbfs,
                     .least_dbfs = sound.level_dbfs,
                     .frames = 2,
                     .holes = 0,
                     .dual = dual(sound)};
  missing_ = 0;
}

void ToneRuns::push(std::int64_t at_ms, const Sound* sound) {
  ended_ = {};
  steady_ = false;
  if (current_.exists()) {
    if (sound != nullptr && fits(*sound)) {
      steady_ = true;
      current_.holes += missing_;
      missing_ = 0;
      ++current_.frames;
      current_.end_ms = at_ms + 20;
      const float weight = 1.0F / static_cast<float>(std::min(current_.frames, 16));
      if (near(sound->first.hz, current_.hz)) {
        current_.hz += weight * (sound->first.hz - current_.hz);
        current_.lowest_hz = std::min(current_.lowest_hz, sound->first.hz);
        current_.highest_hz = std::max(current_.highest_hz, sound->first.hz);
      }
      current_.peak_dbfs = std::max(current_.peak_dbfs, sound->level_dbfs);
      current_.least_dbfs = std::min(current_.least_dbfs, sound->level_dbfs);
    } else if (++missing_ > kBridged || (sound != nullptr && tonal(*sound) && previous_tonal_ &&
                                         near(sound->first.hz, previous_.first.hz) &&
                                         !same_pitch(*sound, current_.hz, dual(*sound)))) {
      ended_ = current_;
      current_ = {};
    }
  }
  if (sound == nullptr) {
    previous_tonal_ = false;
    return;
  }
  const bool is_tonal = tonal(*sound);
  if (!current_.exists() && is_tonal && previous_tonal_ && near(sound->first.hz, previous_.first.hz) &&
      std::abs(sound->level_dbfs - previous_.level_dbfs) <= 3.0F) {
    begin(at_ms, *sound);
    steady_ = true;
  }
  previous_tonal_ = is_tonal;
  // While a hole is bridged the level to compare with is the tone's, not the hole's.
  if (!current_.exists() || missing_ == 0 || is_tonal) previous_ = *sound;
}

}  // namespace ziptone::analysis
