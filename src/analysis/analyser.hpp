// The door of call progress analysis: 20 ms frames of one call leg in, events out. What stands behind it may
// change, this does not.
//
//   Analyser analyser{parameters};
//   analyser.push(samples, {.at_ms = position});      // every 20 ms, also when no packet came (Frame::lost)
//   while (auto event = analyser.poll()) ...          // as often or as seldom as wanted
//
// Same parameters, same calls, same events, on every machine of one build: no clock (time is the position of
// the frames), no randomness, no allocation after construction. Not thread-safe; one per leg; movable.
//
// What it promises about time, on top of the campaign's parameters (issue 2 section 2):
//  * a callee who never speaks: `unsure` for the cause never_spoke no later than answer + 1.8 s (while a
//  network tone is
//    sounding: answer + maximum analysis). It is the clock's word, not a finding: the first other verdict
//    revises it;
//  * a callee who has stopped speaking: a verdict within 2 s of the last word (minimum_silence, and at most
//    0.4 s more while a sound may be the next one; or the operating point's last silence);
//  * a callee who still speaks: a verdict no later than answer + maximum_analysis_ms(parameters).
// These hold as long as frames are pushed; a leg whose packets stopped is pushed `lost` frames.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "analysis/features.hpp"
#include "analysis/parameters.hpp"
#include "analysis/verdict.hpp"

namespace ziptone::analysis {

inline constexpr int kSampleRate = 8000;
inline constexpr int kFrameMs = 20;
inline constexpr std::size_t kFrameSamples = 160;
// The latest instant after the answer at which a callee who never spoke is given to an agent.
inline constexpr std::int64_t kNeverSpokeMs = 1800;

// How a frame came: as sound, not at all (its samples are ignored), or as the sender's own statement that
// there is only background (RFC 3389 comfort noise, a pause in a stream with silence suppression).
enum class Frame : std::uint8_t { sound, lost, dtx };

struct FrameInfo {
  // Position of the frame's first sample in ms since the stream's start, from the RTP timestamp or a count.
  // A gap is filled with lost frames; at most 5 s of it, a longer one is taken as a new stream position.
  // A frame older than the last one is dropped.
  std::int64_t at_ms = 0;
  Frame kind = Frame::sound;
};

class Analyser {
 public:
  // VERIFYs validate(parameters): a campaign's settings are refused long before a call.
  explicit Analyser(const Parameters& parameters);
  ~Analyser();
  Analyser(Analyser&&) noexcept;
  Analyser& operator=(Analyser&&) noexcept;

  // As if newly constructed, without an allocation: for pools on the media path.
  void restart(const Parameters& parameters);

  // Linear samples, -32768..32767, mono, 8 kHz.
  void push(std::span<const std::int16_t, kFrameSamples> samples, const FrameInfo& info);

  // The 200 came at this position of the stream. Needed in Phase::early_media only; in Phase::answered the
  // answer is the first frame's position. Speech, tones and verdict of before the answer are forgotten: they
  // were the network's.
  void answered(std::int64_t at_ms);

  // The oldest event not yet given out. 64 are kept; if nobody polls, speech and tone events are lost first
  // and a verdict never is.
  std::optional<Event> poll();

  // The standing verdict of the current phase, the latest revision; empty while undecided.
  const std::optional<VerdictReached>& verdict() const;

  // What the classifier looked at in the newest frame, in the order of feature_name(); null where it did not
  // look: before a word, between two looks (every 60 ms), and under the silence rule. For training and for
  // evidence.
  const FeatureRow* features() const;

  // From here on frames are swallowed: the leg is bridged and nobody wants to hear more.
  void stop();

 private:
  struct Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace ziptone::analysis
