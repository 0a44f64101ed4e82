// Inside calls: early media and PRACK, forks, offers in mid-call, session timers, and what is refused.
#include <fmt/format.h>

#include <gtest/gtest.h>

#include "rig.hpp"

namespace ziptone::signalling::test {
namespace {

struct DialogTest : ::testing::Test {
  Peer carrier;
  std::unique_ptr<Rig> rig;
  void start(const std::function<void(Config&)>& change = {}) {
    Config config = plain_config();
    config.trunks.push_back(plain_trunk(carrier.port()));
    if (change) change(config);
    rig = std::make_unique<Rig>(std::move(config));
  }
  Message invite(std::uint64_t attempt = 1) {
    rig->call(attempt);
    const auto message = carrier.receive("INVITE");
    EXPECT_TRUE(message);
    return *message;
  }
  // Up to the confirmed dialog; returns the INVITE.
  Message talk(const std::vector<std::string>& lines = {}) {
    Message message = invite();
    carrier.send(carrier.response(message, 200, "OK", lines, carrier.answer_sdp()));
    EXPECT_TRUE(rig->wait<Answered>());
    rig->post(Ack{base::AttemptId{1}});
    EXPECT_TRUE(carrier.receive("ACK"));
    return message;
  }
};

TEST_F(DialogTest, EarlyMediaIsReportedAndPracked) {
  start();
  const Message message = invite();
  const std::string reliable = carrier.response(message, 183, "Session Progress",
                                                {"Require: 100rel", "RSeq: 4711"}, carrier.answer_sdp());
  carrier.send(reliable);
  const auto prack = carrier.receive("PRACK");
  ASSERT_TRUE(prack);
  EXPECT_EQ(prack->get("RAck"), "4711 1 INVITE");
  EXPECT_EQ(prack->get("CSeq"), "2 PRACK");
  EXPECT_EQ(prack->tag("To"), "peer");
  carrier.send(carrier.response(*prack, 200, "OK"));
  const auto early = rig->wait<Progressed>();
  ASSERT_TRUE(early);
  EXPECT_EQ(early->code, 183);
  EXPECT_EQ(early->sdp, carrier.answer_sdp());
  // A repetition and one out of order are not answered (RFC 3262 4).
  carrier.send(reliable);
  carrier.send(carrier.response(message, 180, "Ringing", {"Require: 100rel", "RSeq: 4713"}));
  EXPECT_FALSE(carrier.receive("PRACK", base::milliseconds{100}));
  carrier.send(carrier.response(message, 180, "Ringing", {"Require: 100rel", "RSeq: 4712"}));
  const auto second = carrier.receive("PRACK");
  ASSERT_TRUE(second);
  EXPECT_EQ(second->get("RAck"), "4712 1 INVITE");
  carrier.send(carrier.response(*second, 200, "OK"));
  // The answer came in the 183: a 200 without SDP is complete.
  carrier.send(carrier.response(message, 200, "OK"));
  const auto answered = rig->wait<Answered>();
  ASSERT_TRUE(answered);
  EXPECT_EQ(answered->sdp, carrier.answer_sdp());
  EXPECT_EQ(answered->dialog.local_cseq, 3u);
  rig->post(Ack{base::AttemptId{1}});
  const auto ack = carrier.receive("ACK");
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->get("CSeq"), "1 ACK");
}

TEST_F(DialogTest, PrackOffOffersNone) {
  start([](Config& config) { config.trunks[0].prack = Prack::off; });
  const Message message = invite();
  EXPECT_EQ(message.get("Supported"), "timer");
}

TEST_F(DialogTest, ForkedRingingAndTwoAnswers) {
  start();
  const Message message = invite();
  carrier.send(carrier.response(message, 180, "Ringing", {}, "", "one"));
  carrier.send(carrier.response(message, 183, "Session Progress", {}, carrier.answer_sdp(), "two"));
  const auto first = rig->wait<Progressed>();
  const auto second = rig->wait<Progressed>();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->to_tag, "one");
  EXPECT_EQ(second->to_tag, "two");
  carrier.send(carrier.response(message, 200, "OK", {}, carrier.answer_sdp(), "two"));
  const auto answered = rig->wait<Answered>();
  ASSERT_TRUE(answered);
  EXPECT_EQ(answered->dialog.remote_tag, "two");
  rig->post(Ack{base::AttemptId{1}});
  ASSERT_TRUE(carrier.receive("ACK"));
  carrier.send(carrier.response(message, 200, "OK", {}, carrier.answer_sdp(), "one"));
  const auto ack = carrier.receive("ACK");
  const auto bye = carrier.receive("BYE");
  ASSERT_TRUE(ack && bye);
  EXPECT_EQ(ack->tag("To"), "one");
  EXPECT_EQ(bye->tag("To"), "one");
  EXPECT_EQ(rig->signalling().counters().forked_answers, 1u);
  EXPECT_FALSE(rig->has<HungUp>()) << "the first dialog goes on";
}

TEST_F(DialogTest, AnAnswerWithoutSdpMeansTheOneOfItsOwnFork) {
  start();
  const Message message = invite();
  carrier.send(
      carrier.response(message, 183, "Session Progress", {}, carrier.answer_sdp("sendrecv", 41000), "one"));
  carrier.send(
      carrier.response(message, 183, "Session Progress", {}, carrier.answer_sdp("sendrecv", 41002), "two"));
  ASSERT_TRUE(rig->wait<Progressed>() && rig->wait<Progressed>());
  carrier.send(carrier.response(message, 200, "OK", {}, "", "one"));
  const auto answered = rig->wait<Answered>();
  ASSERT_TRUE(answered);
  EXPECT_EQ(answered->sdp, carrier.answer_sdp("sendrecv", 41000));
}

// The answer to an offer names the offerer's numbers, and with these the keys come (RFC 3264 6.1).
TEST_F(DialogTest, AnotherTelephoneEventNumberInAnOfferIsTheOneToExpect) {
  start();
  const Message message = talk();
  std::string offer = carrier.answer_sdp();
  for (std::size_t at; (at = offer.find("101")) != std::string::npos;) offer.replace(at, 3, "96");
  carrier.send(carrier.request_in(message, "UPDATE", 1, {}, offer));
  const auto ok = carrier.receive("200");
  ASSERT_TRUE(ok);
  EXPECT_NE(ok->body.find("a=rtpmap:96 telephone-event"), std::string::npos);
  const auto changed = rig->wait<MediaChanged>();
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->media.receive_event, 96);
  EXPECT_EQ(changed->media.send_event, 96);
}

TEST_F(DialogTest, OurOfferAfterAnAnswerOfOursHasANewVersion) {
  start();
  const Message message = talk();
  const auto version = [](const Message& sent) {
    const auto sdp = media::parse_sdp(sent.body);
    return sdp ? sdp->version : 0;
  };
  carrier.send(carrier.request_in(message, "UPDATE", 1, {}, carrier.answer_sdp()));
  const auto answer = carrier.receive("200");
  ASSERT_TRUE(answer);
  carrier.send(carrier.request_in(message, "INVITE", 2));
  const auto offer = carrier.receive("200");
  ASSERT_TRUE(offer);
  EXPECT_NE(answer->body, offer->body) << "one codec in the answer, two in the offer";
  EXPECT_EQ(version(*offer), version(*answer) + 1);
}

TEST_F(DialogTest, RouteSetIsFollowed) {
  start();
  Peer proxy;
  const Message message = invite();
  carrier.send(carrier.response(message, 200, "OK",
                                {"Record-Route: <sip:far.example;lr>",
                                 fmt::format("Record-Route: <sip:127.0.0.1:{};lr>", proxy.port())},
                                carrier.answer_sdp()));
  ASSERT_TRUE(rig->wait<Answered>());
  rig->post(Ack{base::AttemptId{1}});
  const auto ack = proxy.receive("ACK");
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->first, fmt::format("ACK sip:peer@127.0.0.1:{} SIP/2.0", carrier.port()));
  const std::vector<std::string> route{fmt::format("<sip:127.0.0.1:{};lr>", proxy.port()),
                                       "<sip:far.example;lr>"};
  EXPECT_EQ(ack->all("Route"), route);
}

TEST_F(DialogTest, ReinviteAndUpdateAreAnsweredWithOurMedia) {
  start();
  const Message message = talk();
  carrier.send(carrier.request_in(message, "INVITE", 1, {}, carrier.answer_sdp("sendonly", 42000)));
  const auto held = carrier.receive("200");
  ASSERT_TRUE(held);
  EXPECT_NE(held->body.find("a=recvonly"), std::string::npos);
  EXPECT_NE(held->body.find("m=audio 40000 "), std::string::npos);
  carrier.send(carrier.request_in(message, "ACK", 1));
  const auto changed = rig->wait<MediaChanged>();
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->media.port, 42000);
  carrier.send(carrier.request_in(message, "UPDATE", 2, {}, carrier.answer_sdp("sendrecv", 42002)));
  const auto updated = carrier.receive("200");
  ASSERT_TRUE(updated);
  EXPECT_NE(updated->body.find("a=sendrecv"), std::string::npos);
  EXPECT_TRUE(rig->wait<MediaChanged>());
  // An empty re-INVITE asks for our offer; the answer stands in the ACK.
  carrier.send(carrier.request_in(message, "INVITE", 3));
  const auto offered = carrier.receive("200");
  ASSERT_TRUE(offered);
  EXPECT_NE(offered->body.find("m=audio 40000 "), std::string::npos);
  carrier.send(carrier.request_in(message, "ACK", 3, {}, carrier.answer_sdp("sendrecv", 42004)));
  EXPECT_TRUE(rig->wait<MediaChanged>());
  // Nothing in common: 488, and the call goes on.
  carrier.send(carrier.request_in(message, "UPDATE", 4, {},
                                  "v=0\r\no=p 7 9 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                                  "m=audio 42000 RTP/AVP 18\r\na=rtpmap:18 G729/8000\r\n"));
  EXPECT_TRUE(carrier.receive("488"));
  EXPECT_FALSE(rig->has<HungUp>());
}

TEST_F(DialogTest, AnUnackedReinviteAnswerIsRepeated) {
  start();
  const Message message = talk();
  carrier.send(carrier.request_in(message, "INVITE", 1, {}, carrier.answer_sdp()));
  ASSERT_TRUE(carrier.receive("200"));
  ASSERT_TRUE(carrier.receive("200")) << "RFC 3261 13.3.1.4";
  carrier.send(carrier.request_in(message, "ACK", 1));
}

TEST_F(DialogTest, OtherRequestsInsideTheDialog) {
  start();
  const Message message = talk();
  carrier.send(carrier.request_in(message, "OPTIONS", 1));
  EXPECT_TRUE(carrier.receive("200"));
  std::string info = carrier.request_in(message, "INFO", 2, {"Content-Type: application/dtmf-relay"});
  info = info.substr(0, info.find("Content-Length")) + "Content-Length: 21\r\n\r\nSignal=9\r\nDuration=80";
  carrier.send(info);
  EXPECT_TRUE(carrier.receive("200"));
  const auto digit = rig->wait<Digit>();
  ASSERT_TRUE(digit);
  EXPECT_EQ(digit->digit, '9');
  carrier.send(carrier.request_in(message, "REFER", 3, {"Refer-To: <sip:+8821234567@evil.example>"}));
  EXPECT_TRUE(carrier.receive("403"));
  EXPECT_EQ(rig->signalling().counters().refused_refer, 1u);
  carrier.send(carrier.request_in(message, "OPTIONS", 2));
  EXPECT_TRUE(carrier.receive("500")) << "older than what was seen";
  carrier.send(carrier.request_in(message, "BYE", 9, {}, "", "stranger"));
  EXPECT_TRUE(carrier.receive("481"));
  EXPECT_FALSE(rig->has<HungUp>());
  carrier.send(carrier.request_in(message, "FROBNICATE", 5));
  EXPECT_TRUE(carrier.receive("501"));
}

TEST_F(DialogTest, ByesCross) {
  start();
  const Message message = talk();
  rig->post(Bye{base::AttemptId{1}});
  const auto ours = carrier.receive("BYE");
  ASSERT_TRUE(ours);
  carrier.send(carrier.request_in(message, "BYE", 1));
  EXPECT_TRUE(carrier.receive("200"));
  carrier.send(carrier.response(*ours, 481, "Gone"));
  EXPECT_TRUE(rig->wait<HungUp>());
  EXPECT_FALSE(rig->has<HungUp>()) << "once";
}

TEST_F(DialogTest, AnAnswerToNowhereIsEnded) {
  start();
  const Message message = invite();
  std::string ok = carrier.response(message, 200, "OK", {}, carrier.answer_sdp());
  const auto at = ok.find("Contact: ");
  ok.replace(at, ok.find("\r\n", at) - at, "Contact: <mailto:nobody@example.com>");
  carrier.send(ok);
  EXPECT_TRUE(carrier.receive("ACK"));
  EXPECT_TRUE(carrier.receive("BYE"));
  const auto rejected = rig->wait<Rejected>();
  ASSERT_TRUE(rejected);
  EXPECT_EQ(rejected->facts.fault, LocalFault::media);
  EXPECT_EQ(rejected->facts.code, 200);
}

TEST_F(DialogTest, AnAnswerWithoutACodecIsEnded) {
  start();
  const Message message = invite();
  carrier.send(carrier.response(message, 200, "OK"));
  EXPECT_TRUE(carrier.receive("ACK"));
  EXPECT_TRUE(carrier.receive("BYE"));
  EXPECT_TRUE(rig->wait<Rejected>());
}

// Session timers with intervals of seconds, which only tests may have.
void short_sessions(Config& config) {
  config.session_floor = base::seconds{1};
  config.trunks[0].session_expires = base::seconds{4};
}

TEST_F(DialogTest, WeRefreshByUpdate) {
  start(short_sessions);
  talk({"Session-Expires: 2;refresher=uac", "Require: timer", "Allow: INVITE, ACK, BYE, CANCEL, UPDATE"});
  for (int i = 0; i < 2; ++i) {
    const auto update = carrier.receive("UPDATE");
    ASSERT_TRUE(update);
    EXPECT_EQ(update->get("Session-Expires"), "2;refresher=uac");
    EXPECT_EQ(update->body, "");
    carrier.send(carrier.response(*update, 200, "OK", {"Session-Expires: 2;refresher=uac"}));
  }
  EXPECT_FALSE(rig->has<HungUp>());
}

TEST_F(DialogTest, WeRefreshByReinviteWithoutUpdate) {
  start(short_sessions);
  talk({"Session-Expires: 2;refresher=uac", "Require: timer", "Allow: INVITE, ACK, BYE, CANCEL"});
  const auto reinvite = carrier.receive("INVITE");
  ASSERT_TRUE(reinvite);
  EXPECT_EQ(reinvite->tag("To"), "peer");
  EXPECT_NE(reinvite->body.find("m=audio 40000 "), std::string::npos);
  carrier.send(
      carrier.response(*reinvite, 200, "OK", {"Session-Expires: 2;refresher=uac"}, carrier.answer_sdp()));
  const auto ack = carrier.receive("ACK");
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->get("CSeq"), "2 ACK");
  EXPECT_FALSE(rig->has<MediaChanged>()) << "the same media";
}

TEST_F(DialogTest, ThePeerRefreshes) {
  start(short_sessions);
  const Message message = talk({"Session-Expires: 3;refresher=uas", "Require: timer"});
  carrier.send(
      carrier.request_in(message, "UPDATE", 1, {"Supported: timer", "Session-Expires: 3;refresher=uac"}));
  const auto ok = carrier.receive("200");
  ASSERT_TRUE(ok);
  EXPECT_EQ(ok->get("Session-Expires"), "3;refresher=uac");
  EXPECT_EQ(ok->get("Require"), "timer");
  carrier.send(carrier.request_in(message, "UPDATE", 2, {"Supported: timer", "Session-Expires: 0"}));
  const auto small = carrier.receive("422");
  ASSERT_TRUE(small);
  EXPECT_EQ(small->get("Min-SE"), "1");
}

TEST_F(DialogTest, ASilentPeersSessionEnds) {
  start(short_sessions);
  talk({"Session-Expires: 3;refresher=uas", "Require: timer"});
  const auto bye = carrier.receive("BYE");
  ASSERT_TRUE(bye);
  EXPECT_EQ(bye->get("Reason"), "Q.850;cause=102;text=\"session expired\"");
  const auto hung_up = rig->wait<HungUp>();
  ASSERT_TRUE(hung_up);
  EXPECT_EQ(hung_up->facts.fault, LocalFault::session_timer);
}

TEST_F(DialogTest, APeersRefreshWithoutTheTimerEndsIt) {
  start(short_sessions);
  const Message message = talk({"Session-Expires: 2;refresher=uas", "Require: timer"});
  carrier.send(carrier.request_in(message, "UPDATE", 1, {"Supported: timer"}));
  const auto ok = carrier.receive("200");
  ASSERT_TRUE(ok);
  EXPECT_EQ(ok->get("Session-Expires"), "");
  EXPECT_FALSE(carrier.receive("BYE", base::seconds{3})) << "the session has no end any more";
  EXPECT_FALSE(rig->has<HungUp>());
}

TEST_F(DialogTest, ARefreshToADeadDialogEndsIt) {
  start(short_sessions);
  talk({"Session-Expires: 2;refresher=uac", "Allow: UPDATE"});
  const auto update = carrier.receive("UPDATE");
  ASSERT_TRUE(update);
  carrier.send(carrier.response(*update, 481, "Gone"));
  const auto hung_up = rig->wait<HungUp>();
  ASSERT_TRUE(hung_up);
  EXPECT_EQ(hung_up->facts.fault, LocalFault::session_timer);
}

}  // namespace
}  // namespace ziptone::signalling::test
