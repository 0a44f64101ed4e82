// Any datagram: a report that we accept survives being written by us.
#include <array>
#include <cstdint>
#include <span>

#include "base/check.hpp"
#include "media/rtcp.hpp"

using namespace ziptone::media;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto report = parse_rtcp({data, size}, 0x01020304);
  if (!report) return 0;
  std::array<std::uint8_t, kRtcpBytesMax> out{};
  const auto used = write_rtcp(report->ssrc, report->sender, report->block, "x", report->bye, out);
  const auto again = parse_rtcp(std::span{out}.first(used), 0x01020304);
  VERIFY(again && again->sender == report->sender && again->block == report->block &&
         again->bye == report->bye);
  return 0;
}
