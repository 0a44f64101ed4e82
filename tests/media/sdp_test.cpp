#include "media/sdp.hpp"

#include <gtest/gtest.h>

namespace ziptone::media {
namespace {

const std::string kHead = "v=0\r\no=- 42 3 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n";

Sdp parsed(const std::string& text) {
  auto sdp = parse_sdp(text);
  EXPECT_TRUE(sdp) << (sdp ? "" : to_string(sdp.error()));
  return sdp.value_or(Sdp{});
}

std::string why(const std::string& text) {
  const auto sdp = parse_sdp(text);
  return sdp ? "accepted" : to_string(sdp.error());
}

LocalMedia local() { return {.ip = *parse_ip("198.51.100.7"), .port = 30000, .session_id = 9, .version = 2}; }

TEST(Ip, ReadsAndWritesBothFamilies) {
  for (const auto* text : {"0.0.0.0", "192.0.2.1", "255.255.255.255", "::", "::1", "2001:db8::1",
                           "2001:db8:0:1::", "1:2:3:4:5:6:7:8", "fe80::1:0:0:1"})
    EXPECT_EQ(to_string(parse_ip(text).value_or(IpAddress{})), text);
  EXPECT_EQ(to_string(*parse_ip("::ffff:192.0.2.1")), "::ffff:c000:201");
  EXPECT_EQ(to_string(*parse_ip("2001:DB8:0:0:0:0:0:1")), "2001:db8::1");
  for (const auto* text : {"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", ":", ":::",
                           "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "1:2:3:4:5:6:7::8",
                           "::1.2.3", "1:", "+1::", "1.2.3.4::", "fe80::1%eth0"})
    EXPECT_FALSE(parse_ip(text)) << text;
}

TEST(Sdp, ReadsAnOrdinaryOffer) {
  const auto sdp =
      parsed(kHead +
             "m=audio 4000 RTP/AVP 18 8 0 101\r\na=rtpmap:18 G729/8000\r\na=rtpmap:8 PCMA/8000\r\n"
             "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=ptime:30\r\n");
  EXPECT_EQ(sdp.session_id, 42u);
  EXPECT_EQ(sdp.version, 3u);
  EXPECT_EQ(to_string(sdp.ip), "192.0.2.1");
  EXPECT_EQ(sdp.port, 4000);
  EXPECT_EQ(sdp.codecs, (std::vector<CodecFormat>{{Codec::pcma, 8}, {Codec::pcmu, 0}}));
  EXPECT_EQ(sdp.telephone_event, 101);
  EXPECT_EQ(sdp.ptime_ms, 30);
  EXPECT_EQ(sdp.direction, Direction::sendrecv);
  EXPECT_FALSE(sdp.is_hold());
}

TEST(Sdp, ReadsBareNewlinesIpv6AndAddressOfTheStream) {
  const auto sdp = parsed(
      "v=0\no=x - - IN IP6 ::1\ns=-\nt=0 0\nm=audio 4000 RTP/AVP 0\nc=IN IP6 2001:db8::5\na=rtcp:4005\n");
  EXPECT_TRUE(sdp.ip.v6);
  EXPECT_EQ(to_string(sdp.ip), "2001:db8::5");
  EXPECT_EQ(sdp.rtcp_port, 4005);
  EXPECT_EQ(sdp.session_id, 0u);
}

TEST(Sdp, KnowsTheWaysToHold) {
  EXPECT_TRUE(parsed(kHead + "m=audio 4000 RTP/AVP 0\r\na=sendonly\r\n").is_hold());
  EXPECT_TRUE(parsed(kHead + "m=audio 4000 RTP/AVP 0\r\na=inactive\r\n").is_hold());
  EXPECT_TRUE(parsed(kHead + "a=sendonly\r\nm=audio 4000 RTP/AVP 0\r\n").is_hold())
      << "the session's default";
  EXPECT_FALSE(parsed(kHead + "a=sendonly\r\nm=audio 4000 RTP/AVP 0\r\na=sendrecv\r\n").is_hold());
  EXPECT_FALSE(parsed(kHead + "m=audio 4000 RTP/AVP 0\r\na=recvonly\r\n").is_hold());
  const auto old = parsed(kHead + "m=audio 4000 RTP/AVP 0\r\nc=IN IP4 0.0.0.0\r\n");
  EXPECT_TRUE(old.is_hold());
  EXPECT_EQ(old.direction, Direction::sendonly);
}

TEST(Sdp, TakesTheLiveAudioStreamAmongOthers) {
  const auto sdp = parsed(kHead +
                          "m=video 5000 RTP/AVP 96\r\na=rtpmap:96 PCMU/8000\r\na=inactive\r\n"
                          "m=audio 0 RTP/AVP 0\r\nm=audio 4000 RTP/AVP 97\r\na=rtpmap:97 pcma/8000/1\r\n"
                          "m=audio 4002 RTP/AVP 0\r\nc=IN IP4 192.0.2.99\r\n");
  EXPECT_EQ(sdp.port, 4000);
  EXPECT_EQ(sdp.audio_index, 2u);
  EXPECT_EQ(sdp.streams.size(), 4u);
  EXPECT_EQ(to_string(sdp.ip), "192.0.2.1") << "the next stream's address is not ours";
  EXPECT_EQ(sdp.direction, Direction::sendrecv);
  EXPECT_EQ(sdp.codecs, (std::vector<CodecFormat>{{Codec::pcma, 97}}));
}

TEST(Sdp, SaysWhyItRefuses) {
  const std::string audio = "m=audio 4000 RTP/AVP 0\r\n";
  EXPECT_EQ(why(""), "SDP: the SDP is empty");
  EXPECT_EQ(why("o=- 1 1 IN IP4 192.0.2.1\r\n"), "SDP line 1: the first line is not v=0");
  EXPECT_EQ(why(kHead), "SDP: there is no audio stream over RTP/AVP");
  EXPECT_EQ(why(kHead + "m=audio 4000 RTP/SAVP 0\r\n"), "SDP: there is no audio stream over RTP/AVP");
  EXPECT_EQ(why("v=0\r\n" + audio), "SDP: the audio stream has no connection address");
  EXPECT_EQ(why("v=0\r\nc=IN IP4 media.example.com\r\n" + audio),
            "SDP line 2: the connection address is not an IP address of its type");
  EXPECT_EQ(why("v=0\r\nc=IN IP4 ::1\r\n" + audio),
            "SDP line 2: the connection address is not an IP address of its type");
  for (const auto* ip : {"224.1.1.1", "255.255.255.255", "0.1.2.3"})
    EXPECT_EQ(why("v=0\r\nc=IN IP4 " + std::string{ip} + "\r\n" + audio),
              "SDP line 2: the connection address is not unicast");
  EXPECT_EQ(why(kHead + "m=audio 65536 RTP/AVP 0\r\n"), "SDP line 6: the port is not a number up to 65535");
  EXPECT_EQ(why(kHead + "m=audio -1 RTP/AVP 0\r\n"), "SDP line 6: the port is not a number up to 65535");
  EXPECT_EQ(why(kHead + "m=audio 4000 RTP/AVP\r\n"), "SDP line 6: the stream has no format");
  EXPECT_EQ(why(kHead + "m=audio 4000 RTP/AVP 128\r\n"),
            "SDP line 6: a payload type is not a number up to 127");
  EXPECT_EQ(why(kHead + audio + "rubbish\r\n"), "SDP line 7: a line is not of the form x=value");
  EXPECT_EQ(why(kHead + "m=vi\rdeo 1 RTP/AVP 0\r\n"), "SDP line 6: a line holds a control character");
  EXPECT_EQ(why(kHead + std::string(17 * 1024, 'a')), "SDP: the SDP is longer than 16 KiB");
  std::string many = kHead;
  for (int i = 0; i < 17; ++i) many += audio;
  EXPECT_EQ(why(many), "SDP line 22: there are more than 16 streams");
}

TEST(Sdp, OfferIsReadBackAsItWasMeant) {
  auto ours = local();
  ours.direction = Direction::sendonly;
  const auto sdp = parsed(make_offer(ours));
  EXPECT_EQ(sdp.session_id, 9u);
  EXPECT_EQ(sdp.version, 2u);
  EXPECT_EQ(sdp.ip, ours.ip);
  EXPECT_EQ(sdp.port, 30000);
  EXPECT_EQ(sdp.codecs, (std::vector<CodecFormat>{{Codec::pcma, 8}, {Codec::pcmu, 0}}));
  EXPECT_EQ(sdp.telephone_event, 101);
  EXPECT_EQ(sdp.direction, Direction::sendonly);
}

TEST(Sdp, AnswersWithTheOfferersPayloadTypesAndRefusesOtherStreamsInPlace) {
  const auto offer = parsed(kHead +
                            "m=video 5000 RTP/AVP 96\r\nm=audio 4000 RTP/AVP 18 97 0 100\r\n"
                            "a=rtpmap:97 PCMA/8000\r\na=rtpmap:100 telephone-event/8000\r\na=sendonly\r\n");
  const auto answer = make_answer(offer, local());
  ASSERT_TRUE(answer);
  const auto read = parse_sdp(answer->text);
  ASSERT_TRUE(read) << answer->text;
  EXPECT_NE(answer->text.find("m=video 0 RTP/AVP 96\r\n"), std::string::npos);
  EXPECT_EQ(read->audio_index, 1u);
  EXPECT_EQ(read->codecs, (std::vector<CodecFormat>{{Codec::pcma, 97}}));
  EXPECT_EQ(read->telephone_event, 100);
  EXPECT_EQ(read->direction, Direction::recvonly);
  EXPECT_EQ(answer->media.send, (CodecFormat{Codec::pcma, 97}));
  EXPECT_EQ(answer->media.port, 4000);
  EXPECT_EQ(answer->media.rtcp_port, 4001);
  EXPECT_EQ(answer->media.direction, Direction::recvonly) << "they hold: we only listen";
}

TEST(Sdp, AnswerToOurOfferSaysWhatToSendAndExpect) {
  const auto answer = parsed(kHead + "m=audio 4000 RTP/AVP 0 96\r\na=rtpmap:96 telephone-event/8000\r\n");
  const auto media = accept_answer(local(), answer);
  ASSERT_TRUE(media);
  EXPECT_EQ(media->send, (CodecFormat{Codec::pcmu, 0}));
  EXPECT_EQ(media->send_event, 96);
  EXPECT_EQ(media->receive_event, 101) << "they send with the type that we named";
  EXPECT_EQ(media->direction, Direction::sendrecv);
}

TEST(Sdp, NothingInCommonIsAnError) {
  EXPECT_EQ(make_answer(parsed(kHead + "m=audio 4000 RTP/AVP 18\r\n"), local()).error().what,
            "there is no codec in common: we speak PCMA and PCMU");
  EXPECT_EQ(accept_answer(local(), parsed(kHead + "m=audio 0 RTP/AVP 0\r\n")).error().what,
            "the audio stream is refused");
  const auto v6 =
      parsed("v=0\no=x 1 1 IN IP6 ::1\ns=-\nc=IN IP6 2001:db8::5\nt=0 0\nm=audio 4000 RTP/AVP 0\n");
  EXPECT_FALSE(accept_answer(local(), v6)) << "our socket is of the other family";
  EXPECT_FALSE(make_answer(v6, local()));
  auto ours = local();
  ours.codecs = {Codec::pcma};
  EXPECT_FALSE(accept_answer(ours, parsed(kHead + "m=audio 4000 RTP/AVP 0\r\n")));
}

}  // namespace
}  // namespace ziptone::media
