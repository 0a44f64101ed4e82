// Cuts a far end's packets, whatever their length, into frames of 20 ms for those who listen (analysis,
// recorder), and makes lost frames where nothing came. No jitter buffer: what comes over 100 ms late counts
// as lost.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>

#include "base/time.hpp"
#include "media/g711.hpp"

namespace ziptone::media {

class Framer {
 public:
  explicit Framer(base::Instant begin) : last_at_{begin} {}

  // `emit(samples, at_ms, lost)` is called for every complete frame.
  template <class Emit>
  void on_packet(std::uint32_t ssrc, std::uint32_t timestamp, Codec codec,
                 std::span<const std::uint8_t> payload, base::Instant now, Emit&& emit) {
    auto at = place(ssrc, timestamp, payload.size(), now);
    last_at_ = now;
    for (const auto code : payload) {
      if (at++ < position_ + static_cast<std::int64_t>(filled_)) continue;  // heard already
      frame_[filled_++] = decode(codec, code);
      if (filled_ == kFrameSamples) finish(false, emit);
    }
  }

  // Once every 20 ms. Makes the lost frames of a stream that has stopped.
  template <class Emit>
  void on_tick(base::Instant now, Emit&& emit) {
    while (now - last_at_ >= kLate) {
      last_at_ += base::milliseconds{kFrameMs};
      frame_.fill(0);
      filled_ = kFrameSamples;
      finish(true, emit);
    }
  }

  std::int64_t position_ms() const { return position_ * 1000 / kSampleRate; }

 private:
  static constexpr base::Duration kLate = base::milliseconds{100};
  static constexpr std::int64_t kJumpMax = 5 * kSampleRate;

  template <class Emit>
  void finish(bool lost, Emit& emit) {
    emit(std::span<const std::int16_t, kFrameSamples>{frame_}, position_ms(), lost);
    position_ += static_cast<std::int64_t>(kFrameSamples);
    filled_ = 0;
  }

  // Whether the source stopped and its timestamps with it: what it sends now lies behind our scale, which
  // went on with time. Told from a burst of late packets by the second of them: it comes at the pace of its
  // sound.
  bool has_paused(std::uint32_t timestamp, std::int64_t end, base::Instant now) {
    constexpr std::int64_t kBehind = 100 * kSampleRate / 1000;
    const auto step = static_cast<std::int32_t>(timestamp - newest_timestamp_);
    const bool behind = step > 0 && end + kBehind <= position_ + static_cast<std::int64_t>(filled_);
    const bool paced = was_behind_ && (now - last_at_).count() * 2 >= step * 1'000'000LL / kSampleRate;
    was_behind_ = behind && !paced;
    return behind && paced;
  }

  // The packet's position on our scale; moves over a gap.
  std::int64_t place(std::uint32_t ssrc, std::uint32_t timestamp, std::size_t samples, base::Instant now) {
    const auto here = position_ + static_cast<std::int64_t>(filled_);
    auto at = has_source_ ? newest_ + static_cast<std::int32_t>(timestamp - newest_timestamp_) : here;
    if (!has_source_ || ssrc != ssrc_ || at > here + kJumpMax || at < here - kJumpMax) at = here;
    if (has_paused(timestamp, at + static_cast<std::int64_t>(samples), now)) at = here;
    has_source_ = true;
    ssrc_ = ssrc;
    newest_ = at;
    newest_timestamp_ = timestamp;
    if (at > here) {  // a gap: the frame begun is given up, the listener sees the jump in at_ms
      position_ = at;
      filled_ = 0;
    }
    return at;
  }

  std::array<std::int16_t, kFrameSamples> frame_{};
  std::size_t filled_ = 0;
  std::int64_t position_ = 0;  // of the frame's first sample
  base::Instant last_at_;
  bool has_source_ = false;
  bool was_behind_ = false;
  std::uint32_t ssrc_ = 0;
  std::int64_t newest_ = 0;
  std::uint32_t newest_timestamp_ = 0;
};

}  // namespace ziptone::media
