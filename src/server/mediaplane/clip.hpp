// The first seconds of a contact's sound, from the answer on, as they came: G.711 codes, and which of them
// are nobody's because no packet came. What the analysis heard, so that it can be run over it again.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "media/g711.hpp"

namespace ziptone::mediaplane {

struct Clip {
  struct Lost {
    std::int64_t at_ms;  // on the listener's scale
    std::int64_t length_ms;
  };
  media::Codec codec = media::Codec::pcma;
  std::int64_t from_ms = 0;  // of the first code, on the listener's scale
  std::vector<std::uint8_t> codes;
  std::vector<Lost> lost;  // silence stands there in `codes`
};

// Allocates when it is made, never while it records.
class ClipRecorder {
 public:
  static constexpr std::int64_t kMsMax = 10'000;
  static constexpr std::int64_t kMsAfter = 2'000;  // the verdict

  ClipRecorder() : clip_{std::make_shared<Clip>()} {
    clip_->codes.reserve(kMsMax * media::kSampleRate / 1000);
    clip_->lost.reserve(kMsMax / media::kFrameMs);
  }

  // The clip begins here; what was heard before is early media.
  void begin(std::int64_t at_ms) {
    if (!clip_) return;
    clip_->codes.clear();
    clip_->lost.clear();
    clip_->from_ms = at_ms;
    until_ms_ = at_ms + kMsMax;
    begun_ = true;
  }
  // Nothing more is decided after this instant.
  void decided(std::int64_t at_ms) { until_ms_ = std::min(until_ms_, at_ms + kMsAfter); }

  void push(std::span<const std::int16_t, media::kFrameSamples> samples, std::int64_t at_ms, bool lost,
            media::Codec codec) {
    if (!begun_ || !clip_) return;
    if (clip_->codes.empty()) clip_->codec = codec;
    // A jump is made of whole frames: where one began off the grid, the half of a frame is nobody's loss.
    while (end_ms() + media::kFrameMs <= at_ms && !full()) append_lost();
    if (full()) return;
    if (lost) return append_lost();
    for (const auto sample : samples) clip_->codes.push_back(media::encode(clip_->codec, sample));
  }
  bool full() const { return begun_ && end_ms() + media::kFrameMs > until_ms_; }

  // What is recorded, once; nothing when nothing is.
  std::shared_ptr<const Clip> take() {
    if (!clip_ || clip_->codes.empty()) return nullptr;
    return std::exchange(clip_, nullptr);
  }
  bool records() const { return begun_ && clip_ != nullptr; }

 private:
  std::int64_t end_ms() const {
    return clip_ ? clip_->from_ms + static_cast<std::int64_t>(clip_->codes.size()) * 1000 / media::kSampleRate
                 : until_ms_;
  }
  void append_lost() {
    auto& lost = clip_->lost;
    if (!lost.empty() && lost.back().at_ms + lost.back().length_ms == end_ms())
      lost.back().length_ms += media::kFrameMs;
    else
      lost.push_back({end_ms(), media::kFrameMs});
    clip_->codes.resize(clip_->codes.size() + media::kFrameSamples, media::silence(clip_->codec));
  }

  std::shared_ptr<Clip> clip_;
  std::int64_t until_ms_ = kMsMax;
  bool begun_ = false;
};

}  // namespace ziptone::mediaplane
