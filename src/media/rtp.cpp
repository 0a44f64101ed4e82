#include "media/rtp.hpp"

#include <string_view>

#include "media/bytes.hpp"

namespace ziptone::media {
namespace {

constexpr std::string_view kDigits = "0123456789*#ABCD";

}  // namespace

std::optional<RtpPacket> parse_rtp(std::span<const std::uint8_t> datagram) {
  const auto* p = datagram.data();
  if (datagram.size() < kRtpHeaderBytes || (p[0] >> 6) != 2 || is_rtcp(datagram)) return std::nullopt;
  std::size_t begin = kRtpHeaderBytes + 4u * (p[0] & 0x0Fu);
  std::size_t end = datagram.size();
  if ((p[0] & 0x10) != 0) {
    if (begin + 4 > end) return std::nullopt;
    begin += 4 + 4u * read16(p + begin + 2);
  }
  if (begin > end) return std::nullopt;
  if ((p[0] & 0x20) != 0) {
    const std::size_t padding = p[end - 1];
    if (padding == 0 || padding > end - begin) return std::nullopt;
    end -= padding;
  }
  RtpPacket packet;
  packet.header = {.marker = (p[1] & 0x80) != 0,
                   .payload_type = static_cast<std::uint8_t>(p[1] & 0x7F),
                   .sequence = read16(p + 2),
                   .timestamp = read32(p + 4),
                   .ssrc = read32(p + 8)};
  packet.payload = datagram.subspan(begin, end - begin);
  return packet;
}

void write_rtp_header(const RtpHeader& header, std::span<std::uint8_t, kRtpHeaderBytes> out) {
  out[0] = 0x80;
  out[1] = static_cast<std::uint8_t>((header.marker ? 0x80 : 0) | (header.payload_type & 0x7F));
  write16(out.data() + 2, header.sequence);
  write32(out.data() + 4, header.timestamp);
  write32(out.data() + 8, header.ssrc);
}

std::optional<TelephoneEvent> parse_telephone_event(std::span<const std::uint8_t> payload) {
  if (payload.size() < kTelephoneEventBytes) return std::nullopt;
  return TelephoneEvent{.event = payload[0],
                        .end = (payload[1] & 0x80) != 0,
                        .volume = static_cast<std::uint8_t>(payload[1] & 0x3F),
                        .duration = read16(payload.data() + 2)};
}

void write_telephone_event(const TelephoneEvent& event, std::span<std::uint8_t, kTelephoneEventBytes> out) {
  out[0] = event.event;
  out[1] = static_cast<std::uint8_t>((event.end ? 0x80 : 0) | (event.volume & 0x3F));
  write16(out.data() + 2, event.duration);
}

std::optional<std::uint8_t> event_of_digit(char digit) {
  if (digit >= 'a' && digit <= 'd') digit = static_cast<char>(digit - 'a' + 'A');
  const auto at = kDigits.find(digit);
  if (at == std::string_view::npos) return std::nullopt;
  return static_cast<std::uint8_t>(at);
}

std::optional<char> digit_of_event(std::uint8_t event) {
  if (event >= kDigits.size()) return std::nullopt;
  return kDigits[event];
}

}  // namespace ziptone::media
