// RTP packets (RFC 3550 5.1) and telephone events (RFC 4733 2.3) as bytes. Parsing never allocates and never
// throws: what is not RTP gives nullopt and the caller counts it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace ziptone::media {

inline constexpr std::size_t kRtpHeaderBytes = 12;

struct RtpHeader {
  bool marker = false;
  std::uint8_t payload_type = 0;  // 0..127
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;  // 8 kHz units for all that we carry
  std::uint32_t ssrc = 0;

  friend bool operator==(const RtpHeader&, const RtpHeader&) = default;
};

struct RtpPacket {
  RtpHeader header;
  std::span<const std::uint8_t> payload;  // without CSRCs, extension and padding; points into the given bytes
};

// Version 2 only; skips CSRCs and one header extension, takes padding off. RTCP (see is_rtcp) is not RTP.
std::optional<RtpPacket> parse_rtp(std::span<const std::uint8_t> datagram);

// Writes the twelve bytes of a header without CSRC, extension or padding.
void write_rtp_header(const RtpHeader& header, std::span<std::uint8_t, kRtpHeaderBytes> out);

// Tells RTCP from RTP on one port: packet types 192..223 (RFC 5761 4).
constexpr bool is_rtcp(std::span<const std::uint8_t> datagram) {
  return datagram.size() >= 8 && (datagram[0] >> 6) == 2 && datagram[1] >= 192 && datagram[1] <= 223;
}

// RFC 4733 2.3. Events 0-15 are the DTMF digits 0-9 * # A-D.
struct TelephoneEvent {
  std::uint8_t event = 0;
  bool end = false;
  std::uint8_t volume = 10;    // -dBm0, 0..63
  std::uint16_t duration = 0;  // timestamp units since the event's beginning, this packet included

  friend bool operator==(const TelephoneEvent&, const TelephoneEvent&) = default;
};

inline constexpr std::size_t kTelephoneEventBytes = 4;

// Reads the first event of a payload.
std::optional<TelephoneEvent> parse_telephone_event(std::span<const std::uint8_t> payload);
void write_telephone_event(const TelephoneEvent& event, std::span<std::uint8_t, kTelephoneEventBytes> out);

// "0123456789*#ABCD" to 0..15 and back; lower case is accepted.
std::optional<std::uint8_t> event_of_digit(char digit);
std::optional<char> digit_of_event(std::uint8_t event);

}  // namespace ziptone::media
