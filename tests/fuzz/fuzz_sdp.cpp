// Any text: an SDP that we accept can be answered or refused, and our answer is an SDP that we accept. The
// same of a browser's offer, whose answer must have every stream in its place and no line of the offer's
// making.
#include <cstdint>
#include <string_view>

#include "base/check.hpp"
#include "media/sdp.hpp"
#include "media/webrtc_sdp.hpp"

using namespace ziptone::media;

void read_browser_offer(std::string_view text) {
  const auto offer = parse_webrtc_offer(text);
  if (!offer) return;
  const auto answer =
      make_webrtc_answer(*offer, {.ip = *parse_ip("192.0.2.1"), .port = 4000, .ufrag = "abcd"});
  std::size_t streams = 0;
  for (std::size_t at = 0; (at = answer.find("\r\nm=", at)) != std::string::npos; ++at) ++streams;
  VERIFY(streams == offer->streams.size());
  for (std::size_t i = 0; i < answer.size(); ++i)
    VERIFY(answer[i] != '\0' && (answer[i] != '\n' || answer[i - 1] == '\r'));
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  read_browser_offer({reinterpret_cast<const char*>(data), size});
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
