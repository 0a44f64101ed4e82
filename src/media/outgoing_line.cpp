#include "media/outgoing_line.hpp"

#include <cstdlib>

namespace ziptone::media {
namespace {

constexpr std::uint32_t kFrame = 160;
// Behind by more than this, the line skips whole frames: nothing was sent, and time went on.
constexpr std::int32_t kBehindMax = 3 * kFrame;
// A source's timestamps may wander off real time by this before it counts as a new source (2 s).
constexpr std::int32_t kDriftMax = 16'000;
constexpr std::int32_t kSequenceJumpMax = 3000;  // RFC 3550 A.1, MAX_DROPOUT

std::int32_t distance(std::uint32_t from, std::uint32_t to) { return static_cast<std::int32_t>(to - from); }
std::int32_t distance(std::uint16_t from, std::uint16_t to) {
  return static_cast<std::int16_t>(static_cast<std::uint16_t>(to - from));
}

}  // namespace

OutgoingLine::OutgoingLine(std::uint32_t ssrc, std::uint16_t sequence, std::uint32_t timestamp,
                           base::Instant begin)
    : ssrc_{ssrc},
      sequence_{static_cast<std::uint16_t>(sequence - 1)},
      begin_timestamp_{timestamp},
      next_{timestamp},
      begin_{begin} {}

std::uint32_t OutgoingLine::timestamp_at(base::Instant now) const {
  return begin_timestamp_ + static_cast<std::uint32_t>((now - begin_).count() * 8 / 1000);
}

bool OutgoingLine::is_due(base::Instant now) const {
  return distance(timestamp_at(now), next_) <= static_cast<std::int32_t>(kFrame);
}

// Moves the line to the present by whole frames; true when something was skipped or nothing was sent before.
bool OutgoingLine::catch_up(base::Instant now) {
  const auto behind = distance(next_, timestamp_at(now));
  const bool gap = !started_ || behind > kBehindMax;
  if (behind > kBehindMax) next_ += static_cast<std::uint32_t>(behind) / kFrame * kFrame;
  started_ = true;
  return gap;
}

RtpHeader OutgoingLine::own(base::Instant now, std::uint8_t payload_type, std::uint32_t samples) {
  source_.reset();
  const bool marker = catch_up(now);
  const RtpHeader header{marker, payload_type, ++sequence_, next_, ssrc_};
  next_ += samples;
  ++packets_;
  return header;
}

std::uint32_t OutgoingLine::begin_event(base::Instant now) {
  source_.reset();
  catch_up(now);
  return next_;
}

RtpHeader OutgoingLine::own_event(std::uint8_t payload_type, std::uint32_t start, bool first) {
  ++packets_;
  return {first, payload_type, ++sequence_, start, ssrc_};
}

void OutgoingLine::end_event(std::uint32_t start, std::uint32_t samples) {
  if (distance(next_, start + samples) > 0) next_ = start + samples;
}

std::optional<RtpHeader> OutgoingLine::forward(const RtpHeader& in, std::uint8_t payload_type,
                                               std::uint32_t samples, base::Instant now) {
  bool marker = in.marker;
  if (source_) {
    const auto sequence = static_cast<std::uint16_t>(in.sequence + source_->sequence_offset);
    const auto jump = distance(sequence_, sequence);
    const auto drift = distance(timestamp_at(now), in.timestamp + source_->timestamp_offset);
    if (source_->ssrc != in.ssrc || std::abs(jump) > kSequenceJumpMax || std::abs(drift) > kDriftMax)
      source_.reset();
    else if (source_->first_sequence && distance(*source_->first_sequence, sequence) < 0)
      return std::nullopt;
    else if (source_->first_sequence && distance(*source_->first_sequence, sequence) > kSequenceJumpMax)
      source_->first_sequence.reset();  // 16 bits come round: 32,768 packets on, all would be "before" it
  }
  if (!source_) {
    catch_up(now);
    const auto sequence = static_cast<std::uint16_t>(sequence_ + 1);
    source_ =
        Source{in.ssrc, next_ - in.timestamp, static_cast<std::uint16_t>(sequence - in.sequence), sequence};
    marker = true;
  }
  const RtpHeader header{marker, payload_type,
                         static_cast<std::uint16_t>(in.sequence + source_->sequence_offset),
                         in.timestamp + source_->timestamp_offset, ssrc_};
  if (distance(sequence_, header.sequence) > 0) sequence_ = header.sequence;
  if (distance(next_, header.timestamp + samples) > 0) next_ = header.timestamp + samples;
  ++packets_;
  return header;
}

}  // namespace ziptone::media
