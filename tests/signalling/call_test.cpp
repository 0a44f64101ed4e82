// Calls to a carrier, against a scripted peer of ours over UDP; the same procedures run against SIPp in
// e2e_test.cpp.
#include <gtest/gtest.h>

#include "rig.hpp"

namespace ziptone::signalling::test {
namespace {

struct CallTest : ::testing::Test {
  Peer carrier;
  std::unique_ptr<Rig> rig;
  void start(const std::function<void(Config&)>& change = {}) {
    Config config = plain_config();
    config.trunks.push_back(plain_trunk(carrier.port()));
    if (change) change(config);
    rig = std::make_unique<Rig>(std::move(config));
  }
  // Up to the confirmed dialog; returns the INVITE.
  Message talk(std::uint64_t attempt = 1, const std::vector<std::string>& lines = {}) {
    rig->call(attempt);
    const auto invite = carrier.receive("INVITE");
    EXPECT_TRUE(invite);
    carrier.send(carrier.response(*invite, 200, "OK", lines, carrier.answer_sdp()));
    EXPECT_TRUE(rig->wait<Answered>());
    rig->post(Ack{base::AttemptId{attempt}});
    EXPECT_TRUE(carrier.receive("ACK"));
    return *invite;
  }
};

TEST_F(CallTest, RingsIsAnsweredAndEnded) {
  start();
  rig->call(7);
  const auto invite = carrier.receive("INVITE");
  ASSERT_TRUE(invite);
  EXPECT_TRUE(rig->wait<Sent>());
  EXPECT_EQ(invite->first.rfind("INVITE sip:+905321234567@127.0.0.1:", 0), 0u) << invite->first;
  EXPECT_EQ(invite->get("Call-ID"), call_id_of(kSiteKey, base::AttemptId{7}));
  EXPECT_EQ(invite->get("Max-Forwards"), "70");
  EXPECT_EQ(invite->get("User-Agent"), "Ziptone");
  EXPECT_EQ(invite->get("Supported"), "timer, 100rel");
  EXPECT_EQ(invite->get("Session-Expires"), "1800;refresher=uac");
  EXPECT_NE(invite->get("P-Asserted-Identity").find("sip:+902123334455@"), std::string::npos);
  EXPECT_EQ(invite->body, offer());
  carrier.send(carrier.response(*invite, 100, "Trying"));
  carrier.send(carrier.response(*invite, 180, "Ringing"));
  const auto ringing = rig->wait<Progressed>();
  ASSERT_TRUE(ringing);
  EXPECT_EQ(ringing->code, 180);
  EXPECT_EQ(ringing->to_tag, "peer");
  carrier.send(carrier.response(*invite, 200, "OK", {}, carrier.answer_sdp()));
  const auto answered = rig->wait<Answered>();
  ASSERT_TRUE(answered);
  EXPECT_EQ(answered->sdp, carrier.answer_sdp());
  EXPECT_FALSE(answered->after_cancel);
  EXPECT_EQ(answered->dialog.remote_tag, "peer");
  EXPECT_EQ(answered->dialog.local_tag, invite->tag("From"));
  // The dialog must be durable before the ACK: none leaves by itself, also not for a repeated 200.
  carrier.send(carrier.response(*invite, 200, "OK", {}, carrier.answer_sdp()));
  EXPECT_FALSE(carrier.receive("ACK", base::milliseconds{100}));
  rig->post(Ack{base::AttemptId{7}});
  const auto ack = carrier.receive("ACK");
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->get("CSeq"), "1 ACK");
  // A repeated 200 after it gets the ACK again, and only that.
  carrier.send(carrier.response(*invite, 200, "OK", {}, carrier.answer_sdp()));
  EXPECT_TRUE(carrier.receive("ACK"));
  rig->post(Bye{base::AttemptId{7}, 16, "Normal call clearing"});
  const auto bye = carrier.receive("BYE");
  ASSERT_TRUE(bye);
  EXPECT_EQ(bye->get("Reason"), "Q.850;cause=16;text=\"Normal call clearing\"");
  EXPECT_EQ(bye->get("CSeq"), "2 BYE");
  carrier.send(carrier.response(*bye, 200, "OK"));
  const auto hung_up = rig->wait<HungUp>();
  ASSERT_TRUE(hung_up);
  EXPECT_TRUE(hung_up->facts.by_us);
  EXPECT_EQ(rig->signalling().counters().invites_sent, 1u);
}

TEST_F(CallTest, TheOtherSideHangsUp) {
  start();
  const Message invite = talk();
  carrier.send(carrier.request_in(invite, "BYE", 1, {"Reason: Q.850;cause=31;text=\"normal, unspecified\""}));
  EXPECT_TRUE(carrier.receive("200"));
  const auto hung_up = rig->wait<HungUp>();
  ASSERT_TRUE(hung_up);
  EXPECT_FALSE(hung_up->facts.by_us);
  EXPECT_EQ(hung_up->facts.q850, 31);
  EXPECT_EQ(hung_up->facts.q850_text, "normal, unspecified");
}

TEST_F(CallTest, AFullMailboxRefusesOnlyNewCalls) {
  Config config = plain_config();
  config.mailbox = 0;
  config.trunks.push_back(plain_trunk(carrier.port()));
  Rig full(std::move(config));
  EXPECT_FALSE(
      full.signalling().post(Invite{base::AttemptId{1}, base::TrunkId{1}, "+905321234567", "", offer()}));
  EXPECT_FALSE(full.signalling().post(CallPhone{base::AgentId{1}, 1, offer()}));
  EXPECT_TRUE(full.signalling().post(Ack{base::AttemptId{1}}));
  EXPECT_TRUE(full.signalling().post(Bye{base::AttemptId{1}}));
  EXPECT_TRUE(full.signalling().post(Cancel{base::AttemptId{1}}));
  EXPECT_TRUE(full.signalling().post(HangUpPhone{base::AgentId{1}}));
  EXPECT_EQ(full.signalling().counters().mailbox_full, 2u);
}

TEST_F(CallTest, CancelWhileRinging) {
  start();
  rig->call(1);
  const auto invite = carrier.receive("INVITE");
  ASSERT_TRUE(invite);
  carrier.send(carrier.response(*invite, 180, "Ringing"));
  ASSERT_TRUE(rig->wait<Progressed>());
  rig->post(Cancel{base::AttemptId{1}});
  const auto cancel = carrier.receive("CANCEL");
  ASSERT_TRUE(cancel);
  EXPECT_EQ(cancel->get("Via"), invite->get("Via"));
  EXPECT_EQ(cancel->get("CSeq"), "1 CANCEL");
  carrier.send(carrier.response(*cancel, 200, "OK"));
  carrier.send(carrier.response(*invite, 487, "Request Terminated"));
  EXPECT_TRUE(carrier.receive("ACK"));
  const auto rejected = rig->wait<Rejected>();
  ASSERT_TRUE(rejected);
  EXPECT_EQ(rejected->facts.code, 487);
  EXPECT_TRUE(rejected->facts.by_us);
}

TEST_F(CallTest, TheAnswerCrossesTheCancel) {
  start();
  rig->call(1);
  const auto invite = carrier.receive("INVITE");
  ASSERT_TRUE(invite);
  carrier.send(carrier.response(*invite, 180, "Ringing"));
  ASSERT_TRUE(rig->wait<Progressed>());
  rig->post(Cancel{base::AttemptId{1}});
  const auto cancel = carrier.receive("CANCEL");
  ASSERT_TRUE(cancel);
  const std::string ok = carrier.response(*invite, 200, "OK", {}, carrier.answer_sdp());
  carrier.send(carrier.response(*cancel, 481, "Too late"));
  carrier.send(ok);
  const auto answered = rig->wait<Answered>();
  ASSERT_TRUE(answered);
  EXPECT_TRUE(answered->after_cancel);
  // A repetition must not be taken for a fork: the person would be hung up on.
  carrier.send(ok);
  EXPECT_FALSE(carrier.receive("", base::milliseconds{100}));
  rig->post(Ack{base::AttemptId{1}});
  EXPECT_TRUE(carrier.receive("ACK"));
  rig->post(Bye{base::AttemptId{1}});
  EXPECT_TRUE(carrier.receive("BYE"));
  EXPECT_EQ(rig->signalling().counters().late_answers, 1u);
  EXPECT_EQ(rig->signalling().counters().forked_answers, 0u);
}

// A machine that is paused comes back with the response limit over and the answer unread in the socket.
TEST_F(CallTest, AnAnswerThatCameWhileTheProcessStoodStillCounts) {
  start([](Config& config) { config.trunks[0].response_limit = base::milliseconds{100}; });
  rig->on_sip_thread = [this](const Report& report) {
    if (!std::holds_alternative<Sent>(report.event)) return;
    const auto invite = carrier.receive("INVITE");
    if (!invite) return;
    carrier.send(carrier.response(*invite, 200, "OK", {}, carrier.answer_sdp()));
    EXPECT_FALSE(carrier.receive("", base::milliseconds{200})) << "nobody reads the answer meanwhile";
  };
  rig->call(1);
  EXPECT_TRUE(rig->wait<Answered>());
  EXPECT_FALSE(rig->has<Rejected>());
  EXPECT_FALSE(carrier.receive("CANCEL", base::milliseconds{100}));
}

TEST_F(CallTest, NothingMayBeDialedByDefault) {
  start([](Config& config) { config.may_dial = nullptr; });
  rig->call(1);
  const auto rejected = rig->wait<Rejected>();
  ASSERT_TRUE(rejected);
  EXPECT_EQ(rejected->facts.fault, LocalFault::refused);
  EXPECT_FALSE(carrier.receive("", base::milliseconds{50}));
}

}  // namespace
}  // namespace ziptone::signalling::test
