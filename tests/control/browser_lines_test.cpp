// What the shell makes of an agent's browser: offers, sound, silence, goodbyes.
#include "browser_end.hpp"
#include "world.hpp"

namespace ziptone::control {
namespace {

class BrowserPath : public LinesTest {
 protected:
  BrowserPath() {
    lines->set_leg_mode(kAgent, dialer::LegMode::webrtc);
    lines->tell_webrtc_failures([this](base::AgentId agent, const WebrtcFailure& failure) {
      EXPECT_EQ(agent, kAgent);
      failures.push_back(failure.reason);
    });
  }
  WebrtcAnswer offer(const mediaplane::BrowserEnd& browser, base::AgentId agent = kAgent) {
    WebrtcAnswer got;
    lines->offer_webrtc(agent, browser.page.offer(), [&](const WebrtcAnswer& answer) { got = answer; });
    return got;
  }
  void join(mediaplane::BrowserEnd& browser) {
    const auto answer = offer(browser);
    ASSERT_EQ(answer.reason, "") << answer.text;
    browser.take_answer(answer.sdp);
    ASSERT_TRUE(browser.connect());
  }
  template <class E>
  bool spoken_until(mediaplane::BrowserEnd& browser, std::size_t times = 1) {
    return wait_for<E>(times, [&] { browser.send_tone(400); });
  }
  // Until the plane has surely heard it.
  void speak(mediaplane::BrowserEnd& browser, int frames = 10) {
    int left = frames;
    wait_until([&] { return left == 0; }, [&] { browser.send_tone(400), --left; });
  }

  std::vector<std::string> failures;
};

TEST_F(BrowserPath, IsUpAtOnceWhenThePageWasThereBeforeTheSignIn) {
  mediaplane::BrowserEnd browser;
  join(browser);
  speak(browser);
  EXPECT_EQ(count<event::LegUp>(), 0u) << "nobody has called it";
  call_agent();
  EXPECT_TRUE(spoken_until<event::LegUp>(browser));
  speak(browser);
  EXPECT_EQ(count<event::LegUp>(), 1u);
  EXPECT_EQ(count<event::LegDown>(), 0u);
}

TEST_F(BrowserPath, IsUpWithItsFirstSoundWhenTheSignInCameFirst) {
  mediaplane::BrowserEnd browser;
  call_agent();
  join(browser);
  EXPECT_EQ(count<event::LegUp>(), 0u) << "an answer alone is no path";
  EXPECT_TRUE(spoken_until<event::LegUp>(browser));
}

TEST_F(BrowserPath, ThatIsLostInACallComesBackByItsSoundAlone) {
  mediaplane::BrowserEnd browser;
  call_agent();
  join(browser);
  ASSERT_TRUE(spoken_until<event::LegUp>(browser));
  ASSERT_TRUE(wait_for<event::LegDown>());
  speak(browser);
  EXPECT_EQ(count<event::LegUp>(), 1u) << "the core has not called it again";
  call_agent();  // as for an engaged agent
  EXPECT_TRUE(spoken_until<event::LegUp>(browser, 2));
  EXPECT_TRUE(failures.empty());
}

TEST_F(BrowserPath, ThatIsReplacedByANewPageIsUpAgain) {
  mediaplane::BrowserEnd page{9};
  mediaplane::BrowserEnd reloaded{10};
  call_agent();
  join(page);
  ASSERT_TRUE(spoken_until<event::LegUp>(page));
  join(reloaded);
  speak(reloaded);
  EXPECT_EQ(count<event::LegDown>(), 0u) << "out of a call a quick reload is nobody's business";
  for (const auto& record : page.page.say_goodbye()) page.send(record);
  speak(reloaded);
  EXPECT_TRUE(failures.empty()) << "the earlier page has no say";
}

TEST_F(BrowserPath, TellsWhyItFailed) {
  mediaplane::BrowserEnd browser;
  browser.page.fingerprint[3] ^= 1;
  call_agent();
  browser.take_answer(offer(browser).sdp);
  browser.send(browser.page.check());
  EXPECT_TRUE(wait_until([&] { return !failures.empty(); }, [&] { browser.receive(); }));
  EXPECT_EQ(failures, std::vector<std::string>{"fingerprint_mismatch"});
  EXPECT_EQ(count<event::LegUp>(), 0u);
}

TEST_F(BrowserPath, ThatSaysGoodbyeIsDownUnlessItIsBackSoon) {
  mediaplane::BrowserEnd browser;
  call_agent();
  join(browser);
  ASSERT_TRUE(spoken_until<event::LegUp>(browser));
  for (const auto& record : browser.page.say_goodbye()) browser.send(record);
  ASSERT_TRUE(wait_until([&] { return !failures.empty(); }));
  EXPECT_EQ(failures[0], "closed");
  EXPECT_EQ(count<event::LegDown>(), 0u);
  EXPECT_TRUE(wait_for<event::LegDown>());
}

TEST_F(BrowserPath, IsForAgentsWithoutAPhoneAndOffersThatCanBeAnswered) {
  const mediaplane::BrowserEnd browser;
  EXPECT_EQ(offer(browser, base::AgentId{8}).reason, "not_negotiable");
  WebrtcAnswer got;
  lines->offer_webrtc(kAgent, "v=0\r\n", [&](const WebrtcAnswer& answer) { got = answer; });
  EXPECT_EQ(got.reason, "not_negotiable");
  EXPECT_NE(got.text.find("audio"), std::string::npos);
}

}  // namespace
}  // namespace ziptone::control
