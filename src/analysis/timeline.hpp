// The conversation so far, laid out anew each time it is asked for: where there was speech, judged with
// everything that is known by now. A line that begins in noise is taken for speech by a detector that only
// knows its past; half a second later the noise is seen for what it is, and so is everything before.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "analysis/spectrum.hpp"

namespace ziptone::analysis {

// What is kept of one 20 ms frame.
struct Note {
  enum Flag : std::uint8_t { kTonal = 1, kDigitalSilence = 2, kUnheard = 4 };
  std::uint8_t level = 180;   // -0.5 dBFS each
  std::uint8_t voicing = 0;   // 0..255 for 0..1
  std::uint8_t flux = 0;      // 0.125 dB each
  std::uint8_t flatness = 0;  // -0.125 dB each
  std::uint8_t flags = 0;

  float level_dbfs() const { return -0.5F * static_cast<float>(level); }
  float voiced() const { return static_cast<float>(voicing) / 255.0F; }
  float flux_db() const { return 0.125F * static_cast<float>(flux); }
  float flatness_db() const { return -0.125F * static_cast<float>(flatness); }
  bool is(Flag flag) const { return (flags & flag) != 0; }
};

inline constexpr int kNotes = 500;  // 10 s: nobody is judged later

class Notes {
 public:
  // `sound` is null for lost and comfort noise frames; `lost` says which. After kNotes nothing is kept.
  void push(const Sound* sound, bool lost, bool tonal);
  std::span<const Note> all() const { return {notes_.data(), static_cast<std::size_t>(count_)}; }
  bool full() const { return count_ == kNotes; }

 private:
  std::array<Note, kNotes> notes_{};
  int count_ = 0;
  int held_ = 0;  // lost frames in a row that were given the sound before them
};

// Frames [from, to).
struct Stretch {
  int from = 0;
  int to = 0;
  int frames() const { return to - from; }
};

struct Timeline {
  std::array<Stretch, 48> stretches{};  // of words, with gaps of 0.14 s and more between them
  int count = 0;
  float floor_dbfs = Sound::kQuietest;
  float peak_dbfs = Sound::kQuietest;

  std::span<const Stretch> words() const { return {stretches.data(), static_cast<std::size_t>(count)}; }
  bool empty() const { return count == 0; }
  int onset() const { return stretches[0].from; }
  int end() const { return stretches[static_cast<std::size_t>(count) - 1].to; }
};

struct Conversation {
  Timeline front;  // the voice in front of the telephone
  Timeline room;   // every voice behind it too
  Timeline loud;   // only what is nearly as loud as the loudest: a television behind the person is not
};

Conversation lay_out(std::span<const Note> notes);

}  // namespace ziptone::analysis
