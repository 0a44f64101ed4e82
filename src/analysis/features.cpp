#include "analysis/features.hpp"

#include <algorithm>
#include <cmath>

#include "base/check.hpp"

namespace ziptone::analysis {
namespace {

constexpr std::array<std::string_view, kFeatures> kNames{
    "now", "onset", "since_onset",
    // the voice in front
    "speech", "silence", "share", "words", "first", "second", "longest", "last", "longest_gap", "last_gap",
    "mean_gap", "long_gaps", "phrase", "turn", "last_turn",
    // every voice in the room
    "room_onset", "room_speech", "room_silence", "room_share", "room_words", "room_first", "room_second",
    "room_longest", "room_last", "room_longest_gap", "room_last_gap", "room_mean_gap", "room_long_gaps",
    "room_phrase", "room_turn", "room_last_turn",
    // the loudest parts
    "loud_onset", "loud_speech", "loud_silence", "loud_share", "loud_words", "loud_first", "loud_second",
    "loud_longest", "loud_last", "loud_longest_gap", "loud_last_gap", "loud_mean_gap", "loud_long_gaps",
    "loud_phrase", "loud_turn", "loud_last_turn",
    // levels
    "range", "peak", "floor", "level", "level_spread", "last_louder", "behind", "behind_spread", "before",
    "digital_share", "unheard_share",
    // tones that are no words
    "tonal", "tone_after",
    // the sound
    "flux", "flux_spread", "flatness", "flatness_spread", "voicing", "voiced_share", "behind_flux",
    "behind_flatness", "syllables", "all_flux", "all_flatness"};

constexpr float kFrameSeconds = 0.02F;
float seconds(int frames) { return kFrameSeconds * static_cast<float>(frames); }

// Mean and standard deviation of what is added.
class Running {
 public:
  void add(float value) {
    count_ += 1;
    const float off = value - mean_;
    mean_ += off / count_;
    squares_ += off * (value - mean_);
  }
  float mean(float otherwise = 0) const { return count_ < 1 ? otherwise : mean_; }
  float spread() const { return count_ < 2 ? 0.0F : std::sqrt(std::max(0.0F, squares_ / count_)); }
  float count() const { return count_; }

 private:
  float count_ = 0;
  float mean_ = 0;
  float squares_ = 0;
};

class Row {
 public:
  void put(float value) { values_[count_++] = value; }
  const FeatureRow& values() const {
    VERIFY(count_ == values_.size());
    return values_;
  }

 private:
  FeatureRow values_{};
  std::size_t count_ = 0;
};

// Length of the speech from the stretch `from` on until a gap of at least `pause` frames, gaps included.
int until_pause(std::span<const Stretch> words, std::size_t from, int pause) {
  std::size_t k = from;
  while (k + 1 < words.size() && words[k + 1].from - words[k].to < pause) ++k;
  return words[k].to - words[from].from;
}

void times(std::span<const Stretch> words, int now, Row& row) {
  constexpr int kLongGap = 20;
  constexpr int kPhrasePause = 13;
  constexpr int kTurnPause = 30;
  const auto at = [&](std::size_t k) { return k < words.size() ? seconds(words[k].frames()) : 0.0F; };
  int speech = 0;
  int longest = 0;
  int longest_gap = 0;
  int gaps = 0;
  int long_gaps = 0;
  std::size_t turn = 0;  // the stretch that the newest turn began with
  for (std::size_t k = 0; k < words.size(); ++k) {
    speech += words[k].frames();
    longest = std::max(longest, words[k].frames());
    if (k == 0) continue;
    const int gap = words[k].from - words[k - 1].to;
    longest_gap = std::max(longest_gap, gap);
    gaps += gap;
    long_gaps += gap >= kLongGap;
    if (gap >= kTurnPause) turn = k;
  }
  const std::size_t n = words.size();
  row.put(seconds(speech));
  row.put(n == 0 ? 10.0F : seconds(now - words[n - 1].to));
  row.put(n == 0 ? 0.0F : static_cast<float>(speech) / static_cast<float>(std::max(1, now - words[0].from)));
  row.put(static_cast<float>(n));
  row.put(at(0));
  row.put(at(1));
  row.put(seconds(longest));
  row.put(n == 0 ? 0.0F : at(n - 1));
  row.put(seconds(longest_gap));
  row.put(n < 2 ? 0.0F : seconds(words[n - 1].from - words[n - 2].to));
  row.put(n < 2 ? 0.0F : seconds(gaps) / static_cast<float>(n - 1));
  row.put(static_cast<float>(long_gaps));
  row.put(n == 0 ? 0.0F : seconds(until_pause(words, 0, kPhrasePause)));
  row.put(n == 0 ? 0.0F : seconds(until_pause(words, 0, kTurnPause)));
  row.put(n == 0 ? 0.0F : seconds(words[n - 1].to - words[turn].from));
}

// What the frames sound like, in the words, between and after them, and before the first.
struct Sounds {
  Running level, flux, flatness, voicing, first_level, last_level;
  Running behind, behind_flux, behind_flatness, before, all_flux, all_flatness;
  float voiced = 0, digital = 0, quiet = 0, unheard = 0, tonal = 0, syllables = 0;
};

// Tops of the level with a valley of 5 dB on either side.
class Syllables {
 public:
  bool top_passed(float level_dbfs) {
    constexpr float kSwing = 5;
    if (rising_) {
      edge_ = std::max(edge_, level_dbfs);
      if (level_dbfs > edge_ - kSwing) return false;
    } else {
      edge_ = std::min(edge_, level_dbfs);
      if (level_dbfs < edge_ + kSwing) return false;
    }
    edge_ = level_dbfs;
    rising_ = !rising_;
    return !rising_;
  }

 private:
  bool rising_ = true;
  float edge_ = Sound::kQuietest;
};

Sounds listen(std::span<const Note> notes, std::span<const Stretch> words) {
  constexpr float kVoiced = 0.6F;
  Sounds s;
  Syllables syllables;
  std::size_t k = 0;
  for (int i = 0; i < static_cast<int>(notes.size()); ++i) {
    const Note& note = notes[static_cast<std::size_t>(i)];
    while (k < words.size() && i >= words[k].to) ++k;
    const bool voice = k < words.size() && i >= words[k].from;
    s.unheard += note.is(Note::kUnheard);
    s.tonal += note.is(Note::kTonal);
    if (note.is(Note::kUnheard) || note.is(Note::kTonal)) continue;
    const float level = note.level_dbfs();
    if (!note.is(Note::kDigitalSilence)) {
      s.all_flux.add(note.flux_db());
      s.all_flatness.add(note.flatness_db());
    }
    if (voice) {
      s.level.add(level);
      if (k == 0) s.first_level.add(level);
      if (k + 1 == words.size()) s.last_level.add(level);
      s.flux.add(note.flux_db());
      s.flatness.add(note.flatness_db());
      s.voicing.add(note.voiced());
      s.voiced += note.voiced() > kVoiced;
      s.syllables += syllables.top_passed(level);
      continue;
    }
    s.quiet += 1;
    s.digital += note.is(Note::kDigitalSilence);
    if (note.is(Note::kDigitalSilence)) continue;
    (i < words[0].from ? s.before : s.behind).add(level);
    s.behind_flux.add(note.flux_db());
    s.behind_flatness.add(note.flatness_db());
  }
  return s;
}

// A steady tone that has run since the last word, to this very frame.
int tone_after(std::span<const Note> notes, int end) {
  int from = static_cast<int>(notes.size());
  while (from > end && notes[static_cast<std::size_t>(from) - 1].is(Note::kTonal)) --from;
  return static_cast<int>(notes.size()) - from;
}

void sounds(std::span<const Note> notes, const Timeline& front, Row& row) {
  const Sounds s = listen(notes, front.words());
  const float frames = static_cast<float>(notes.size());
  row.put(front.peak_dbfs - front.floor_dbfs);
  row.put(front.peak_dbfs);
  row.put(front.floor_dbfs);
  row.put(s.level.mean() - front.peak_dbfs);
  row.put(s.level.spread());
  row.put(s.last_level.mean() - s.first_level.mean());
  row.put(s.behind.mean(-60 + front.peak_dbfs) - front.peak_dbfs);
  row.put(s.behind.spread());
  row.put(s.before.mean(-60 + front.peak_dbfs) - front.peak_dbfs);
  row.put((s.digital + 0.5F) / (s.quiet + 1.0F));
  row.put(s.unheard / frames);
  row.put(s.tonal * kFrameSeconds);
  row.put(seconds(tone_after(notes, front.end())));
  row.put(s.flux.mean());
  row.put(s.flux.spread());
  row.put(s.flatness.mean());
  row.put(s.flatness.spread());
  row.put(s.voicing.mean());
  row.put(s.voiced / std::max(s.level.count(), 1.0F));
  row.put(s.behind_flux.mean());
  row.put(s.behind_flatness.mean());
  row.put(s.syllables / std::max(s.level.count() * kFrameSeconds, 0.1F));
  row.put(s.all_flux.mean());
  row.put(s.all_flatness.mean());
}

}  // namespace

FeatureRow measure(std::span<const Note> notes, const Conversation& heard) {
  const auto& [front, room, loud] = heard;
  VERIFY(!front.empty());
  const int now = static_cast<int>(notes.size());
  Row row;
  row.put(seconds(now));
  row.put(seconds(front.onset()));
  row.put(seconds(now - front.onset()));
  times(front.words(), now, row);
  row.put(room.empty() ? 0.0F : seconds(front.onset() - room.onset()));
  times(room.words(), now, row);
  row.put(loud.empty() ? 10.0F : seconds(loud.onset() - front.onset()));
  times(loud.words(), now, row);
  sounds(notes, front, row);
  return row.values();
}

std::string_view feature_name(int index) { return kNames[static_cast<std::size_t>(index)]; }

}  // namespace ziptone::analysis
