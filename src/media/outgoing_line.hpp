// The one stream a leg sends for its whole life (RFC 3550 5.1): one SSRC, sequence numbers without a hole
// that is not a real loss, timestamps that follow time. Own frames (silence, tones, music) and forwarded
// packets of any source take turns on it; the receiver never sees a change.
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "media/rtp.hpp"

namespace ziptone::media {

class OutgoingLine {
 public:
  // The three numbers should be random (RFC 3550 5.1).
  OutgoingLine(std::uint32_t ssrc, std::uint16_t sequence, std::uint32_t timestamp, base::Instant begin);

  // Whether the next own frame of 20 ms may leave: false while what was sent reaches over 20 ms ahead of
  // `now`, which happens for one tick when a source in mid-frame was just cut off.
  bool is_due(base::Instant now) const;
  // The header of an own frame. Cuts off the source that was forwarded.
  RtpHeader own(base::Instant now, std::uint8_t payload_type, std::uint32_t samples);
  // The header of an own telephone event: `start` of its first packet is kept for all of them (RFC
  // 4733 2.5.1).
  RtpHeader own_event(std::uint8_t payload_type, std::uint32_t start, bool first);
  // Where an event that begins now stands, and moving the line behind it when it is over.
  std::uint32_t begin_event(base::Instant now);
  void end_event(std::uint32_t start, std::uint32_t samples);

  // The header under which a packet of the source leaves. The first of a source continues the line; the
  // others keep their distances, so that loss and reordering are passed on as they are. nullopt: it is older
  // than the source's first packet here and must be dropped.
  std::optional<RtpHeader> forward(const RtpHeader& in, std::uint8_t payload_type, std::uint32_t samples,
                                   base::Instant now);
  // The next forwarded packet is a new source's.
  void cut() { source_.reset(); }

  std::uint32_t ssrc() const { return ssrc_; }
  std::uint32_t packets() const { return packets_; }
  std::uint32_t octets() const { return octets_; }
  void count_octets(std::uint32_t payload_bytes) { octets_ += payload_bytes; }
  // The line's timestamp of this moment, for RTCP.
  std::uint32_t timestamp_at(base::Instant now) const;

 private:
  struct Source {
    std::uint32_t ssrc;
    std::uint32_t timestamp_offset;
    std::uint16_t sequence_offset;
    std::optional<std::uint16_t> first_sequence;  // on our line; forgotten once nothing can be before it
  };
  bool catch_up(base::Instant now);

  std::uint32_t ssrc_;
  std::uint16_t sequence_;  // of the newest packet
  std::uint32_t begin_timestamp_;
  std::uint32_t next_;  // behind the newest sample sent
  base::Instant begin_;
  std::optional<Source> source_;
  bool started_ = false;
  std::uint32_t packets_ = 0;
  std::uint32_t octets_ = 0;
};

}  // namespace ziptone::media
