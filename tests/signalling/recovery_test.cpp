// After a crash: the same site key in a new process must end what the old one left behind.
#include <fmt/format.h>

#include <gtest/gtest.h>

#include "rig.hpp"

namespace ziptone::signalling::test {
namespace {

// A process that dies leaves its sockets and says nothing: the Rig is stopped with no time to say goodbye,
// which a crash would not even have; the peer ignores what it says.
struct RecoveryTest : ::testing::Test {
  Peer carrier;
  Config config = plain_config();
  std::unique_ptr<Rig> rig;
  void SetUp() override {
    config.trunks.push_back(plain_trunk(carrier.port()));
    rig = std::make_unique<Rig>(config);
    // The restarted process listens where the old one did, as a configured server does.
    config.trunk_listener.port = rig->signalling().ports().trunk;
  }
  void crash_and_restart() {
    rig->signalling().stop(base::Duration{});
    rig.reset();
    while (carrier.receive("", base::milliseconds{50})) {
    }
    rig = std::make_unique<Rig>(config);
  }
};

TEST_F(RecoveryTest, AConfirmedDialogGetsItsBye) {
  rig->call(5);
  const auto invite = carrier.receive("INVITE");
  ASSERT_TRUE(invite);
  carrier.send(carrier.response(*invite, 200, "OK", {}, carrier.answer_sdp()));
  const auto answered = rig->wait<Answered>();
  ASSERT_TRUE(answered);
  crash_and_restart();
  StoredDialog stored;
  stored.attempt = base::AttemptId{5};
  stored.trunk = base::TrunkId{1};
  stored.dialog = answered->dialog;
  rig->post(RecoverDialogs{{stored}});
  const auto bye = carrier.receive("BYE");
  ASSERT_TRUE(bye);
  EXPECT_EQ(bye->get("Call-ID"), invite->get("Call-ID"));
  EXPECT_EQ(bye->tag("From"), invite->tag("From"));
  EXPECT_EQ(bye->tag("To"), "peer");
  carrier.send(carrier.response(*bye, 200, "OK"));
  const auto recovered = rig->wait<Recovered>();
  ASSERT_TRUE(recovered);
  EXPECT_EQ(recovered->how, "BYE 200");
}

TEST_F(RecoveryTest, AnUnansweredAttemptGetsAMatchingCancel) {
  rig->call(6);
  const auto invite = carrier.receive("INVITE");
  ASSERT_TRUE(invite);
  carrier.send(carrier.response(*invite, 180, "Ringing"));
  ASSERT_TRUE(rig->wait<Progressed>());
  crash_and_restart();
  StoredDialog stored;
  stored.attempt = base::AttemptId{6};
  stored.trunk = base::TrunkId{1};
  stored.to = "+905321234567";
  stored.caller_id = "+902123334455";
  rig->post(RecoverDialogs{{stored}});
  const auto cancel = carrier.receive("CANCEL");
  ASSERT_TRUE(cancel);
  // RFC 3261 9.1: what a server matches a CANCEL by.
  EXPECT_EQ(cancel->get("Via"), invite->get("Via"));
  EXPECT_EQ(cancel->get("Call-ID"), invite->get("Call-ID"));
  EXPECT_EQ(cancel->get("From"), invite->get("From"));
  EXPECT_EQ(cancel->get("To"), invite->get("To"));
  EXPECT_EQ(cancel->get("CSeq"), "1 CANCEL");
  EXPECT_EQ(cancel->first.substr(7), invite->first.substr(7));
  carrier.send(carrier.response(*cancel, 200, "OK"));
  EXPECT_TRUE(rig->wait<Recovered>());
  // The far end answered before the CANCEL came: BYE and ACK, each time it is repeated. Another crash between
  // the two must not leave a call that is ACKed and known to nobody, so the ACK waits for the answer to the
  // BYE.
  for (int i = 0; i < 2; ++i) {
    const std::string ok = carrier.response(*invite, 200, "OK", {}, carrier.answer_sdp());
    carrier.send(ok);
    auto bye = carrier.receive();
    while (bye && bye->method() == "CANCEL") bye = carrier.receive();  // for the other CSeqs
    ASSERT_TRUE(bye);
    ASSERT_EQ(bye->method(), "BYE");
    carrier.send(i == 0 ? carrier.response(*bye, 200, "OK") : carrier.response(*bye, 500, "ACK first"));
    const auto ack = carrier.receive("ACK");
    ASSERT_TRUE(ack);
    EXPECT_EQ(ack->get("CSeq"), "1 ACK");
    EXPECT_EQ(ack->tag("To"), "peer");
  }
  EXPECT_TRUE(carrier.receive("BYE")) << "again, for who takes none before the ACK";
  EXPECT_EQ(rig->signalling().counters().orphan_answers, 2u);
}

TEST_F(RecoveryTest, SomebodyElsesAnswerIsIgnored) {
  const auto port = rig->signalling().ports().trunk;
  carrier.send_to(
      port,
      fmt::format("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1:{};branch=z9hG4bKx\r\n"
                  "From: <sip:a@b>;tag=guessed\r\nTo: <sip:c@d>;tag=t\r\nCall-ID: a5.0123456789abcdef\r\n"
                  "CSeq: 1 INVITE\r\nContact: {}\r\nContent-Length: 0\r\n\r\n",
                  port, carrier.contact()));
  EXPECT_FALSE(carrier.receive("", base::milliseconds{100}));
  EXPECT_EQ(rig->signalling().counters().orphan_answers, 0u);
}

}  // namespace
}  // namespace ziptone::signalling::test
