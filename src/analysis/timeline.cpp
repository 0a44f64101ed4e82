#include "analysis/timeline.hpp"

#include <algorithm>
#include <cmath>

namespace ziptone::analysis {
namespace {

constexpr int kLevels = 181;     // of Note::level
constexpr int kLeastFrames = 3;  // of a stretch
constexpr int kLeastVoiced = 3;  // frames of it with a pitch: knocks and gusts have none
constexpr float kVoiced = 0.55F;
constexpr int kHeld = 3;           // lost frames
constexpr int kBridged = 6;        // frames: a gap inside a word
constexpr float kLeastMargin = 6;  // dB over the floor
constexpr float kLeastRise = 2;    // dB over the threshold, somewhere in a stretch
constexpr float kHysteresis = 3;   // dB under the threshold that speech goes on at
constexpr float kQuietestVoice = -56;
constexpr float kFlat = 9;           // dB of range that are no more than noise...
constexpr float kLoud = -38;         // ...unless it is as loud as a voice
constexpr double kFloorShare = 0.1;  // of the frames are at the floor or below
constexpr double kPeakShare = 0.97;

// Where speech begins to count: the threshold's place between the noise floor and the loudest voice, and how
// far below that voice speech goes.
struct Sensitivity {
  float between = 0;
  float most_margin_db = 0;
  float foreground_db = 0;
};
constexpr Sensitivity kFrontVoice{0.5F, 22.0F, 24.0F};
constexpr Sensitivity kEveryVoice{0.3F, 14.0F, 40.0F};
constexpr Sensitivity kLoudVoice{0.75F, 60.0F, 10.0F};

std::uint8_t steps(float value, float step) {
  return static_cast<std::uint8_t>(std::clamp(std::lround(value / step), 0L, 255L));
}

// The middle of three neighbours: a click or a lost packet is no level.
int middle(std::span<const Note> notes, int i) {
  const int last = static_cast<int>(notes.size()) - 1;
  const int a = notes[static_cast<std::size_t>(std::max(0, i - 1))].level;
  const int b = notes[static_cast<std::size_t>(i)].level;
  const int c = notes[static_cast<std::size_t>(std::min(last, i + 1))].level;
  return std::max(std::min(a, b), std::min(std::max(a, b), c));
}

class Levels {
 public:
  explicit Levels(std::span<const Note> notes) {
    for (int i = 0; i < static_cast<int>(notes.size()); ++i) {
      const Note& note = notes[static_cast<std::size_t>(i)];
      const int level = std::min(middle(notes, i), kLevels - 1);
      smooth_[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(level);
      if (note.flags != 0) continue;
      ++histogram_[static_cast<std::size_t>(level)];
      ++known_;
    }
  }
  float dbfs(int frame) const { return -0.5F * static_cast<float>(smooth_[static_cast<std::size_t>(frame)]); }
  int known() const { return known_; }
  // The level that this share of the frames is at or below.
  float quantile(double share) const {
    const int want = std::max(1, static_cast<int>(share * known_));
    int level = kLevels - 1;
    for (int seen = 0; level > 0; --level) {
      seen += histogram_[static_cast<std::size_t>(level)];
      if (seen >= want) break;
    }
    return -0.5F * static_cast<float>(level);
  }

 private:
  std::array<std::uint8_t, kNotes> smooth_{};
  std::array<int, kLevels> histogram_{};
  int known_ = 0;
};

bool is_speech(std::span<const Note> notes, const Levels& levels, const Stretch& stretch, float threshold) {
  int voiced = 0;
  float top = Sound::kQuietest;
  for (int i = stretch.from; i < stretch.to; ++i) {
    voiced += notes[static_cast<std::size_t>(i)].voiced() > kVoiced;
    top = std::max(top, levels.dbfs(i));
  }
  return stretch.frames() >= kLeastFrames && voiced >= kLeastVoiced && top > threshold + kLeastRise;
}

Timeline timeline(std::span<const Note> notes, const Levels& levels, const Sensitivity& sensitivity) {
  Timeline line;
  if (levels.known() < kLeastFrames) return line;
  line.floor_dbfs = std::max(levels.quantile(kFloorShare), -75.0F);
  line.peak_dbfs = levels.quantile(kPeakShare);
  const float range = line.peak_dbfs - line.floor_dbfs;
  if (range < kFlat && line.peak_dbfs < kLoud) return line;
  const float margin = std::clamp(sensitivity.between * range, kLeastMargin, sensitivity.most_margin_db);
  const float threshold =
      std::max({line.floor_dbfs + margin, line.peak_dbfs - sensitivity.foreground_db, kQuietestVoice});
  const auto voice = [&](int i, float over) {
    return !notes[static_cast<std::size_t>(i)].is(Note::kTonal) && levels.dbfs(i) > over;
  };

  const int frames = static_cast<int>(notes.size());
  std::array<Stretch, kNotes / 2> found{};
  std::size_t n = 0;
  for (int i = 0; i < frames;) {
    if (!voice(i, threshold)) {
      ++i;
      continue;
    }
    const int from = i;
    while (i < frames && voice(i, threshold - kHysteresis)) ++i;
    if (n > 0 && from - found[n - 1].to <= kBridged) {
      found[n - 1].to = i;
    } else if (n < found.size()) {
      found[n++] = {from, i};
    }
  }
  for (std::size_t k = 0; k < n && line.count < static_cast<int>(line.stretches.size()); ++k)
    if (is_speech(notes, levels, found[k], threshold))
      line.stretches[static_cast<std::size_t>(line.count++)] = found[k];
  return line;
}

}  // namespace

void Notes::push(const Sound* sound, bool lost, bool tonal) {
  if (full()) return;
  Note& note = notes_[static_cast<std::size_t>(count_)];
  if (sound != nullptr) {
    const int flags = (tonal ? Note::kTonal : 0) | (sound->digital_silence ? Note::kDigitalSilence : 0);
    note = {.level = steps(-sound->level_dbfs, 0.5F),
            .voicing = steps(sound->voicing, 1.0F / 255.0F),
            .flux = steps(sound->flux_db, 0.125F),
            .flatness = steps(-sound->flatness_db, 0.125F),
            .flags = static_cast<std::uint8_t>(flags)};
    held_ = 0;
  } else {
    // A hole in a word is part of it; a longer one, and comfort noise, is quiet.
    note = lost && count_ > 0 && held_ < kHeld ? notes_[static_cast<std::size_t>(count_) - 1] : Note{};
    note.flags = Note::kUnheard;
    ++held_;
  }
  ++count_;
}

Conversation lay_out(std::span<const Note> notes) {
  const Levels levels{notes};
  return {timeline(notes, levels, kFrontVoice), timeline(notes, levels, kEveryVoice),
          timeline(notes, levels, kLoudVoice)};
}

}  // namespace ziptone::analysis
