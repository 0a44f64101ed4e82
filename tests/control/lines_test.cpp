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

TEST_F(VoicePath, AnAnswerWithNothingToTalkOverIsToldAsSuch) {
  constexpr base::AttemptId kAttempt{5};
  lines->committed(effect::CommitAttempt{.attempt = kAttempt, .agent = kAgent, .number = 905'321'234'567});
  lines->carry_out(effect::PlaceCall{.attempt = kAttempt, .number = 905'321'234'567}, {});
  hear(signalling::Answered{kAttempt, "v=0\r\n"});
  ASSERT_EQ(count<event::Rejected>(), 1u);
  EXPECT_EQ(count<event::Answered>(), 0u);
  const auto& rejected = std::get<event::Rejected>(events.back());
  EXPECT_EQ(rejected.facts.local, dialer::SipFacts::Local::media);
  signalling::SipFacts found_there;
  found_there.fault = signalling::LocalFault::media;
  hear(signalling::Rejected{kAttempt, found_there});
  EXPECT_EQ(std::get<event::Rejected>(events.back()).facts.local, dialer::SipFacts::Local::media);
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

TEST_F(VoicePath, TheEndOfAGreetingIsToldAndTheBeepThatComesLaterToo) {
  constexpr base::AttemptId kAttempt{5};
  lines->committed(effect::CommitAttempt{.attempt = kAttempt, .agent = kAgent, .number = 905'321'234'567});
  lines->carry_out(effect::PlaceCall{.attempt = kAttempt, .number = 905'321'234'567}, {});
  const auto say = [&](const analysis::Event& event) {
    lines->hear(mediaplane::Report{{}, mediaplane::AnalysisEvent{1, event, false}});
    for (auto& one : lines->take_events()) events.push_back(std::move(one));
    return count<event::GreetingEnded>();
  };
  const analysis::ToneHeard beep{.which = analysis::Tone::beep};
  EXPECT_EQ(say(beep), 0u) << "its own end follows";
  EXPECT_EQ(say(analysis::GreetingEnded{.by = analysis::GreetingEnded::By::quiet}), 1u);
  EXPECT_EQ(say(analysis::ToneHeard{.which = analysis::Tone::ced}), 1u);
  EXPECT_EQ(say(beep), 2u) << "the quiet was not the end of it";
}

TEST_F(VoicePath, AGreetingThatReachedItsLimitHasNotEnded) {
  constexpr base::AttemptId kAttempt{5};
  lines->committed(effect::CommitAttempt{.attempt = kAttempt, .agent = kAgent, .number = 905'321'234'567});
  lines->carry_out(effect::PlaceCall{.attempt = kAttempt, .number = 905'321'234'567}, {});
  lines->hear(
      mediaplane::Report{{},
                         mediaplane::AnalysisEvent{
                             1, analysis::GreetingEnded{.by = analysis::GreetingEnded::By::limit}, false}});
  EXPECT_TRUE(lines->take_events().empty());
}

TEST_F(VoicePath, AnAssistantHearsTheCampaignsAnswerAndAStoppedOneIsNotPlayed) {
  const mediaplane::FarEnd contact{2};
  constexpr base::AttemptId kAttempt{5};
  constexpr base::CampaignId kCampaign{3};
  lines->committed(effect::CommitAttempt{
      .attempt = kAttempt, .campaign = kCampaign, .agent = kAgent, .number = 905'321'234'567});
  lines->carry_out(effect::PlaceCall{.attempt = kAttempt, .number = 905'321'234'567}, {});
  hear(signalling::Answered{kAttempt, sdp(contact.at())});
  lines->load_prompt("answer", Samples(1600));
  lines->set_prompt(kCampaign, "screening_answer/en", "answer");
  const effect::PlayMessage answer{kAttempt, kCampaign, effect::Message::screening};
  lines->carry_out(answer, {});
  ASSERT_TRUE(wait_for<event::MessagePlayed>()) << "of another language, where there is none of Turkey's";
  lines->carry_out(effect::PlayMessage{kAttempt, kCampaign, effect::Message::machine}, {});
  lines->carry_out(answer, {});
  lines->carry_out(effect::StopMessage{kAttempt}, {});
  lines->carry_out(answer, {});
  ASSERT_TRUE(wait_for<event::MessagePlayed>(2));
  EXPECT_EQ(count<event::MessagePlayed>(), 2u)
      << "the stopped one, and that which does not exist, say nothing";
}

TEST_F(VoicePath, TheSoundsOfACampaignSayWhatMachinesCanBeTold) {
  dialer::Campaign rules;
  rules.id = base::CampaignId{3};
  CampaignSounds sounds;
  sounds.analysis.terminating_tone_ms = 12'000;
  lines->set_campaign(rules.id, sounds, {});
  EXPECT_FALSE(lines->with_sounds(rules).machine_message);
  EXPECT_EQ(lines->with_sounds(rules).greeting_max, base::seconds{12});
  lines->set_prompt(rules.id, "machine_message/tr", "3-machine_message-tr-1");
  lines->set_prompt(rules.id, "screening_answer/any", "3-screening_answer-any-2");
  EXPECT_TRUE(lines->with_sounds(rules).machine_message);
  EXPECT_TRUE(lines->with_sounds(rules).screening_answer);
  lines->set_prompt(rules.id, "machine_message/tr", "");
  EXPECT_FALSE(lines->with_sounds(rules).machine_message);
}

}  // namespace
}  // namespace ziptone::control
