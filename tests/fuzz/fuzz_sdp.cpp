// Any text: an SDP that we accept can be answered or refused, and our answer is an SDP that we accept.
#include <cstdint>
#include <string_view>

#include "base/check.hpp"
#include "media/sdp.hpp"

using namespace ziptone::media;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto sdp = parse_sdp({reinterpret_cast<const char*>(data), size});
  if (!sdp) return 0;
  const LocalMedia local{.ip = *parse_ip("192.0.2.1"), .port = 4000};
  VERIFY(sdp->port == 0 || is_unspecified(sdp->ip) || is_unicast(sdp->ip));
  if (const auto answer = make_answer(*sdp, local)) {
    const auto read = parse_sdp(answer->text);
    VERIFY(read && read->streams.size() == sdp->streams.size() && read->direction == answer->media.direction);
  }
  (void)accept_answer(local, *sdp);
  return 0;
}
