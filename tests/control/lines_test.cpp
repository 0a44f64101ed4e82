// What the shell makes of a phone's answer, its sound and its silence.
#include "world.hpp"

namespace ziptone::control {
namespace {

using VoicePath = LinesTest;

TEST_F(VoicePath, AStoppedPhoneLosesItsPathAndGetsItBackWhenCalledAgain) {
  const PhoneProcess phone;
  phone_up(sdp(phone.at()));
  EXPECT_EQ(count<event::LegUp>(), 0u) << "an answer alone is no path";
  ASSERT_TRUE(wait_for<event::LegUp>());
  phone.signal(SIGSTOP);
  ASSERT_TRUE(wait_for<event::LegDown>());
  EXPECT_EQ(count<event::LegUp>(), 1u);
  phone.signal(SIGCONT);
  phone_up(sdp(phone.at()));
  ASSERT_TRUE(wait_for<event::LegUp>(2));
  EXPECT_EQ(count<event::LegDown>(), 1u);
}

TEST_F(VoicePath, APhoneThatIsNeverHeardIsNoPath) {
  const mediaplane::FarEnd phone{3};
  phone_up(sdp(phone.at()));
  ASSERT_TRUE(wait_for<event::LegDown>());
  EXPECT_EQ(count<event::LegUp>(), 0u);
}

TEST_F(VoicePath, APhoneOnHoldMayRestUntilItsRegistrationIsOver) {
  const PhoneProcess phone;
  hear(signalling::PhoneRegistered{kAgent, "sip:101@127.0.0.3", "127.0.0.3"});
  phone_up(sdp(phone.at()));
  ASSERT_TRUE(wait_for<event::LegUp>());
  hear(signalling::PhoneMediaChanged{kAgent, answered(sdp(phone.at(), "sendonly"))});
  hear(signalling::PhoneHeld{kAgent});
  phone.signal(SIGSTOP);
  hear(signalling::PhoneUnregistered{kAgent, "registration expired"});
  EXPECT_EQ(count<event::LegHeld>(), 1u);
  EXPECT_EQ(count<event::LegDown>(), 1u);
}

TEST_F(VoicePath, ARegistrationThatEndsDoesNotEndAPathThatIsHeard) {
  const PhoneProcess phone;
  phone_up(sdp(phone.at()));
  ASSERT_TRUE(wait_for<event::LegUp>());
  hear(signalling::PhoneUnregistered{kAgent, "registration expired"});
  EXPECT_EQ(count<event::LegDown>(), 0u);
}

// The SDP of a phone behind a NAT names an address inside; its sound comes from the one that it registered
// from.
TEST_F(VoicePath, APhoneBehindANatIsHeardAndHearsAfterItsSdpChanged) {
  mediaplane::FarEnd outside{5};
  const auto speak = [&] {
    for (std::uint16_t port = media_ports.first; port < media_ports.second; port += 2)
      outside.send_tone({mediaplane::loopback(), port}, 500);
    outside.receive();
  };
  hear(signalling::PhoneRegistered{kAgent, "sip:101@10.1.2.3", "127.0.0.5"});
  phone_up(sdp("10.1.2.3", 4000));
  ASSERT_TRUE(wait_for<event::LegUp>(1, speak));
  hear(signalling::PhoneMediaChanged{kAgent, answered(sdp("10.1.2.3", 4002, "sendonly"))});
  hear(signalling::PhoneMediaChanged{kAgent, answered(sdp("10.1.2.3", 4002))});
  outside.packets.clear();
  EXPECT_TRUE(wait_until([&] { return outside.packets.size() > 10; }, speak)) << "it hears us again";
  EXPECT_EQ(count<event::LegDown>(), 0u);
}

TEST_F(VoicePath, WhatWasHeardBeforeTheAnswerIsNotSaidOfThePersonWhoAnswered) {
  const mediaplane::FarEnd contact{2};
  constexpr base::AttemptId kAttempt{5};
  lines->committed(effect::CommitAttempt{.attempt = kAttempt, .agent = kAgent, .number = 905'321'234'567});
  lines->carry_out(effect::PlaceCall{.attempt = kAttempt, .number = 905'321'234'567}, {});
  constexpr mediaplane::LegId kLeg = 1;  // the first that is opened
  const auto say = [&](analysis::Verdict verdict, bool early) {
    lines->hear(mediaplane::Report{
        {}, mediaplane::AnalysisEvent{kLeg, analysis::VerdictReached{.verdict = verdict}, early}});
    for (auto& one : lines->take_events()) events.push_back(std::move(one));
  };
  say(analysis::Verdict::ringback, true);
  EXPECT_EQ(count<event::VerdictReached>(), 1u);
  hear(signalling::Answered{kAttempt, sdp(contact.at())});
  ASSERT_EQ(count<event::Answered>(), 1u);
  say(analysis::Verdict::announcement, true);
  EXPECT_EQ(count<event::VerdictReached>(), 1u) << "it was on its way when the answer came";
  say(analysis::Verdict::person, false);
  EXPECT_EQ(count<event::VerdictReached>(), 2u);
}

}  // namespace
}  // namespace ziptone::control
