// Any datagram: the payload lies inside it, and what was read is written back as it was.
#include <array>
#include <cstdint>
#include <span>

#include "base/check.hpp"
#include "media/rtp.hpp"

using namespace ziptone::media;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span datagram{data, size};
  const auto packet = parse_rtp(datagram);
  if (!packet) return 0;
  VERIFY(packet->payload.data() >= data && packet->payload.data() + packet->payload.size() <= data + size);
  std::array<std::uint8_t, kRtpHeaderBytes> bytes{};
  write_rtp_header(packet->header, bytes);
  VERIFY(parse_rtp(bytes)->header == packet->header);
  if (const auto event = parse_telephone_event(packet->payload)) {
    std::array<std::uint8_t, kTelephoneEventBytes> out{};
    write_telephone_event(*event, out);
    VERIFY(parse_telephone_event(out) == event);
  }
  return 0;
}
