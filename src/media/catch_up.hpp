// The last second of a person's voice for an agent who has just been joined, a little faster, until the agent
// hears what is said now: the "hello?" is not lost, and nothing comes late for long.
//
//   CatchUp recent;                        // one allocation, here
//   recent.push(frame);                    // every 20 ms of the person's sound, before and after the merge
//   if (recent.begin())                    // the merge; false: nobody spoke, the agent is live at once
//     while (!recent.next(frame)) send(frame);  // every 20 ms; true: this frame is the last, and ends with
//                                               // the newest sample that was pushed
//
// Time is taken out by overlap-add: where two stretches of the voice are alike, one pitch period or a few of
// them are left out and the ends are faded into each other (after Verhelst and Roelands, "An overlap-add
// technique based on waveform similarity (WSOLA)", ICASSP 1993), so that the pitch stays. Of a pause only a
// moment is kept. A voice is never faster than 1.3 times; what is not caught up after two seconds, because
// the person goes on speaking, is given up in one fade.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "media/g711.hpp"

namespace ziptone::media {

class CatchUp {
 public:
  using Frame = std::span<std::int16_t, kFrameSamples>;
  static constexpr int kVoiceMs = 1000;  // of the voice before the merge, without its pauses
  static constexpr int kLimitMs = 2000;  // from the merge until the agent is live

  CatchUp();
  void push(std::span<const std::int16_t, kFrameSamples> frame);
  bool begin();
  bool next(Frame out);

 private:
  std::int16_t at(std::int64_t position) const {
    return ring_[static_cast<std::size_t>(position) & (kRing - 1)];
  }
  std::int64_t oldest() const;
  float energy(std::int64_t from) const;  // of a block
  bool quiet(std::int64_t from) const { return energy(from) < quiet_below_; }
  std::int64_t quiet_run() const;  // samples from read_ on, in whole blocks
  int best_skip() const;
  void emit(std::int64_t skip, Frame out);
  bool finish(Frame out);

  static constexpr std::size_t kRing = 32768;  // a power of two; 4.1 s
  std::vector<std::int16_t> ring_;
  std::int64_t pushed_ = 0;  // samples in all
  std::int64_t read_ = 0;    // the next that the agent hears
  float quiet_below_ = 0;
  int frames_ = 0;
  int credit_ = 0;        // samples that may be left out
  int pause_played_ = 0;  // of the pause that is sounding
};

}  // namespace ziptone::media
