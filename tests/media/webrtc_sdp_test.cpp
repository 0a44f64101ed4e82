#include "media/webrtc_sdp.hpp"

#include <gtest/gtest.h>

namespace ziptone::media {
namespace {

// What Chromium 156 writes, shortened; video before audio, as a page might have it.
const std::string kOffer =
    "v=0\r\no=- 8364027143563718439 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n"
    "a=extmap-allow-mixed\r\na=msid-semantic: WMS 6b5c\r\n"
    "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:vvvv\r\na=mid:0\r\na=sendrecv\r\n"
    "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\n"
    "a=ice-ufrag:0hXs\r\na=ice-pwd:9xlZxqkoWL9aS7fGMyMLNrjT\r\na=ice-options:trickle\r\n"
    "a=fingerprint:sha-256 "
    "11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:00\r\n"
    "a=setup:actpass\r\na=mid:1\r\na=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\na=sendrecv\r\n"
    "a=rtcp-mux\r\na=rtcp-rsize\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 "
    "PCMA/8000\r\n"
    "a=rtpmap:110 telephone-event/48000\r\na=rtpmap:126 telephone-event/8000\r\na=ssrc:12 cname:x\r\n";

std::string without(const std::string& line) {
  auto text = kOffer;
  const auto at = text.find(line);
  EXPECT_NE(at, std::string::npos) << line;
  return text.erase(at, text.find("\r\n", at) + 2 - at);
}
std::string with(const std::string& old, const std::string& now) {
  auto text = kOffer;
  return text.replace(text.find(old), old.size(), now);
}

TEST(WebrtcSdp, ReadsABrowsersOffer) {
  const auto offer = parse_webrtc_offer(kOffer);
  ASSERT_TRUE(offer) << base::to_string(offer.error());
  EXPECT_EQ(offer->ufrag, "0hXs");
  EXPECT_EQ(offer->pwd, "9xlZxqkoWL9aS7fGMyMLNrjT");
  EXPECT_EQ(offer->fingerprint[0], 0x11);
  EXPECT_EQ(offer->fingerprint[31], 0x00);
  EXPECT_EQ(offer->telephone_event, 126);
  EXPECT_EQ(offer->audio_index, 1u);
  EXPECT_TRUE(offer->bundles);
  const auto media = webrtc_media(*offer);
  EXPECT_EQ(media.send.codec, Codec::pcmu);
  EXPECT_EQ(media.receive_event, 126);
}

TEST(WebrtcSdp, TheSessionsTransportIsTheAudiosToo) {
  auto text = without("a=fingerprint");
  text.insert(text.find("m=video"), "a=fingerprint:SHA-256 " + std::string(95, '0') + "\r\n");
  EXPECT_FALSE(parse_webrtc_offer(text)) << "not a fingerprint";
  std::string pairs;
  for (int i = 0; i < 32; ++i) pairs += i == 0 ? "AB" : ":AB";
  text = without("a=fingerprint");
  text.insert(text.find("m=video"), "a=fingerprint:SHA-256 " + pairs + "\r\n");
  const auto offer = parse_webrtc_offer(text);
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->fingerprint[7], 0xAB);
}

TEST(WebrtcSdp, RefusesWhatItCannotAnswer) {
  for (const auto* line : {"v=0", "a=ice-ufrag:0hXs", "a=ice-pwd", "a=fingerprint", "a=setup", "a=rtcp-mux"})
    EXPECT_FALSE(parse_webrtc_offer(without(line))) << line;
  EXPECT_FALSE(parse_webrtc_offer(with("setup:actpass", "setup:passive")));
  EXPECT_FALSE(parse_webrtc_offer(with("111 63 9 0 8", "111 63 9 8")));
  EXPECT_FALSE(parse_webrtc_offer(with("sha-256 1", "sha-1 1")));
  EXPECT_FALSE(parse_webrtc_offer(with("m=audio 9 UDP/TLS/RTP/SAVPF", "m=audio 9 RTP/AVP")));
  EXPECT_FALSE(parse_webrtc_offer(with("0hXs", "0h s")));
  EXPECT_FALSE(parse_webrtc_offer(with("a=mid:1", std::string{"a=mid:1\rm=x"})));
  EXPECT_FALSE(parse_webrtc_offer(kOffer + std::string(17'000, 'x')));
  EXPECT_FALSE(parse_webrtc_offer(""));
}

TEST(WebrtcSdp, AMicrophoneThatOnlyListensIsNoVoicePath) {
  auto text = kOffer;
  const auto at = text.rfind("a=sendrecv");
  EXPECT_FALSE(parse_webrtc_offer(text.replace(at, 10, "a=recvonly")));
}

TEST(WebrtcSdp, AnswersEveryStreamInItsPlace) {
  const auto offer = parse_webrtc_offer(kOffer);
  ASSERT_TRUE(offer);
  WebrtcLocal local{
      .ip = *parse_ip("203.0.113.5"), .port = 40'000, .ufrag = "ours", .pwd = "passwordpasswordpassword"};
  local.ssrc = 77;
  const auto answer = make_webrtc_answer(*offer, local);
  const auto video = answer.find("m=video 0 UDP/TLS/RTP/SAVPF 96\r\n");
  const auto audio = answer.find("m=audio 40000 UDP/TLS/RTP/SAVPF 0 126\r\n");
  EXPECT_LT(answer.find("a=ice-lite"), video);
  EXPECT_LT(video, audio);
  ASSERT_NE(audio, std::string::npos);
  for (const auto* line : {"a=group:BUNDLE 1\r\n", "a=mid:1\r\n", "a=setup:passive\r\n", "a=rtcp-mux\r\n",
                           "a=ice-ufrag:ours\r\n", "a=sendrecv\r\n",
                           "a=candidate:1 1 udp 2130706431 203.0.113.5 40000 typ host\r\n", "a=ssrc:77 "})
    EXPECT_NE(answer.find(line), std::string::npos) << line;
  EXPECT_EQ(answer.find("opus"), std::string::npos);
}

}  // namespace
}  // namespace ziptone::media
