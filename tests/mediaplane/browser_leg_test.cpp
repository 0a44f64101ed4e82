// Browsers' legs on a real plane: what every leg does, and what only they do.
#include "browser_end.hpp"

namespace ziptone::mediaplane {
namespace {

class BrowserLegs : public PlaneTest {
 protected:
  void open_browser(LegId leg, BrowserEnd& browser) {
    ASSERT_TRUE(plane->open(leg, LegKind::webrtc));
    ASSERT_TRUE(browser.join(*plane, leg));
    ASSERT_TRUE(wait_for<WebrtcConnected>());
  }
  // Both speak for `frames`; what is null is silent.
  static void talk(int frames, BrowserEnd* browser, FarEnd* contact, const Endpoint& trunk,
                   BrowserEnd* listener = nullptr) {
    run_frames(frames, contact != nullptr ? std::vector<FarEnd*>{contact} : std::vector<FarEnd*>{}, [&](int) {
      if (browser != nullptr) browser->send_tone(400);
      if (contact != nullptr) contact->send_tone(trunk, 600);
      for (auto* end : {browser, listener})
        if (end != nullptr) end->receive();
    });
  }
  // The same until it is done.
  [[nodiscard]] static bool talk_until(const std::function<bool()>& done, BrowserEnd& browser,
                                       FarEnd& contact, const Endpoint& trunk,
                                       BrowserEnd* listener = nullptr) {
    const auto deadline = Clock::now() + kLongest;
    for (; !done(); talk(1, &browser, &contact, trunk, listener))
      if (Clock::now() > deadline) return false;
    return true;
  }
  // Until each hears the other in so many packets from now on.
  [[nodiscard]] static bool talk_heard(std::size_t packets, BrowserEnd& browser, FarEnd& contact,
                                       const Endpoint& trunk, BrowserEnd* listener = nullptr) {
    const auto at_browser = browser.packets.size();
    const auto at_contact = contact.packets.size();
    const auto heard = [&] {
      return browser.sounding(at_browser, 600) >= packets && contact.sounding(at_contact, 400) >= packets;
    };
    return talk_until(heard, browser, contact, trunk, listener);
  }
  static void expect_one_ssrc(const std::vector<FarEnd::Packet>& packets) {
    ASSERT_FALSE(packets.empty());
    for (std::size_t i = 1; i < packets.size(); ++i) {
      ASSERT_EQ(packets[i].header.ssrc, packets[0].header.ssrc);
      ASSERT_EQ(static_cast<std::uint16_t>(packets[i].header.sequence - packets[i - 1].header.sequence), 1)
          << i;
    }
  }
};
INSTANTIATE_TEST_SUITE_P(Wires, BrowserLegs, ::testing::Bool(), wire_name);

TEST_P(BrowserLegs, SpeakWithTheContactAndAloneHearTheZipTone) {
  start();
  if (IsSkipped()) return;
  BrowserEnd browser;
  FarEnd contact{2};
  open_browser(2, browser);
  const auto trunk = open(1, LegKind::trunk, contact);
  ASSERT_TRUE(talk_until([&] { return count<FirstPacket>() == 2; }, browser, contact, trunk));
  talk(10, &browser, &contact, trunk);
  EXPECT_EQ(browser.sounding(0, 600), 0u) << "silence before the merge";
  const auto before = browser.packets.size();
  const auto contact_before = contact.packets.size();
  ASSERT_TRUE(plane->bridge(1, 2, {.zip_tone = true}));
  ASSERT_TRUE(talk_heard(20, browser, contact, trunk));
  EXPECT_EQ(count<Bridged>(), 1u);
  EXPECT_GT(level(browser.samples(before), 1000), 0.02) << "the zip tone";
  EXPECT_LT(level(contact.samples(contact_before), 1000), 0.002);
  expect_one_ssrc(browser.packets);
  ASSERT_TRUE(plane->hold(1));
  talk(5, &browser, &contact, trunk);
  // What was on its way has come when music is heard, and then only music is.
  ASSERT_TRUE(talk_until(
      [&] { return contact.packets.size() > 3 && contact.sounding(contact.packets.size() - 3, 400) == 0; },
      browser, contact, trunk));
  const auto held = browser.packets.size();
  const auto held_contact = contact.packets.size();
  ASSERT_TRUE(talk_until(
      [&] { return browser.packets.size() > held + 15 && contact.packets.size() > held_contact + 15; },
      browser, contact, trunk));
  EXPECT_EQ(browser.sounding(held, 600), 0u);
  EXPECT_EQ(contact.sounding(held_contact, 400), 0u);
  ASSERT_TRUE(plane->resume(1));
  ASSERT_TRUE(talk_heard(10, browser, contact, trunk));
  expect_one_ssrc(browser.packets);
  const auto sent = browser.sent();
  ASSERT_TRUE(run_until([&] { return plane->counters().received >= sent + contact.sent(); }, {&contact}));
  ASSERT_TRUE(plane->close(2));
  ASSERT_TRUE(wait_for<LegClosed>());
  const auto statistics = all<LegClosed>()[0].statistics;
  EXPECT_EQ(statistics.received, sent);
  EXPECT_EQ(statistics.lost, 0);
  EXPECT_EQ(statistics.refused, 0u);
}

TEST_P(BrowserLegs, ShareOnePortAndTakeTheContactOfAnotherWorker) {
  start(2);
  if (IsSkipped()) return;
  BrowserEnd one{9}, two{10}, three{11};
  for (auto [leg, browser] : {std::pair{10, &one}, {11, &two}, {12, &three}}) {
    ASSERT_TRUE(plane->open(static_cast<LegId>(leg), LegKind::webrtc));
    ASSERT_TRUE(browser->join(*plane, static_cast<LegId>(leg)));
  }
  FarEnd contact{2};
  const auto trunk = open(1, LegKind::trunk, contact);
  for (auto [leg, browser] : {std::pair{10, &one}, {11, &two}, {12, &three}}) {
    talk(5, browser, &contact, trunk);
    ASSERT_TRUE(plane->bridge(1, static_cast<LegId>(leg), {}));
    ASSERT_TRUE(talk_heard(10, *browser, contact, trunk)) << leg;
  }
  two.receive();
  const auto left = two.packets.size();
  ASSERT_TRUE(talk_until([&] { return two.packets.size() >= left + 10; }, three, contact, trunk, &two));
  EXPECT_EQ(two.sounding(left, 600), 0u) << "the bridge has left it";
}

TEST_P(BrowserLegs, ANewPageContinuesTheLineAndTheContactIsToldOfTheGap) {
  start();
  if (IsSkipped()) return;
  BrowserEnd page{9};
  FarEnd contact{2};
  open_browser(2, page);
  const auto trunk = open(1, LegKind::trunk, contact);
  talk(5, &page, &contact, trunk);
  ASSERT_TRUE(plane->bridge(1, 2, {}));
  ASSERT_TRUE(talk_heard(10, page, contact, trunk));
  BrowserEnd reloaded{10};
  ASSERT_TRUE(reloaded.offer(*plane, 2));
  ASSERT_TRUE(wait_for<Silent>()) << "at once, so that the contact hears music";
  ASSERT_TRUE(reloaded.connect());
  ASSERT_TRUE(talk_heard(10, reloaded, contact, trunk, &page));
  ASSERT_TRUE(wait_for<Heard>());
  ASSERT_FALSE(page.packets.empty());
  EXPECT_EQ(reloaded.packets[0].header.ssrc, page.packets[0].header.ssrc) << "the leg's line goes on";
  EXPECT_EQ(count<WebrtcConnected>(), 2u);
}

TEST_P(BrowserLegs, AnIceRestartLosesNoSound) {
  browser_silent_after = kLongest;  // so that what is silent here was made so by the restart
  start();
  if (IsSkipped()) return;
  BrowserEnd browser;
  FarEnd contact{2}, other{12};
  open_browser(2, browser);
  const auto trunk = open(1, LegKind::trunk, contact);
  talk(5, &browser, &contact, trunk);
  ASSERT_TRUE(plane->bridge(1, 2, {}));
  ASSERT_TRUE(talk_heard(5, browser, contact, trunk));
  browser.page.ufrag = "Rest";
  ASSERT_TRUE(browser.offer(*plane, 2));
  ASSERT_TRUE(talk_heard(10, browser, contact, trunk)) << "on the old way until the new one is proven";
  // The network has changed: a check from elsewhere moves the stream there.
  browser.send_to(other, browser.page.check());
  const auto before = contact.packets.size();
  std::array<std::uint8_t, 2048> bytes{};
  unsigned came = 0;
  const auto moved = [&] {
    while (::recv(other.fd(), bytes.data(), bytes.size(), 0) > 0) ++came;
    return came > 10 && contact.sounding(before, 400) > 10;
  };
  EXPECT_TRUE(run_until(moved, {&contact}, [&](int) {
    browser.send_to(other, browser.tone(400));
    contact.send_tone(trunk, 600);
    browser.receive();
  }));
  EXPECT_EQ(count<WebrtcConnected>(), 1u);
  EXPECT_EQ(count<FirstPacket>(), 2u) << "one of each leg";
  EXPECT_EQ(count<Silent>(), 0u);
}

TEST_P(BrowserLegs, OneThatIsNotHeardIsSilentAndComesBack) {
  start(1, kLongest);
  if (IsSkipped()) return;
  BrowserEnd browser;
  FarEnd contact{2};
  open_browser(2, browser);
  const auto trunk = open(1, LegKind::trunk, contact);
  talk(5, &browser, &contact, trunk);
  ASSERT_TRUE(plane->bridge(1, 2, {}));
  talk(5, &browser, &contact, trunk);
  ASSERT_TRUE(wait_for<Silent>());
  EXPECT_EQ(all<Silent>()[0].leg, 2u);
  EXPECT_TRUE(talk_until([&] { return count<Heard>() > 0; }, browser, contact, trunk));
}

TEST_P(BrowserLegs, WhoHasNotProvenItsAddressIsNobody) {
  start();
  if (IsSkipped()) return;
  BrowserEnd browser;
  ASSERT_TRUE(plane->open(2, LegKind::webrtc));
  ASSERT_TRUE(browser.offer(*plane, 2));
  FarEnd stranger{13};
  for (const auto& hello : browser.page.shake()) browser.send_to(stranger, hello);
  browser.page.begin_session();
  ASSERT_TRUE(browser.connect());
  // A sealed packet, but from elsewhere.
  browser.send_to(stranger, browser.tone(400));
  for (int i = 0; i < 3; ++i) browser.send_tone(400);
  ASSERT_TRUE(run_until([&] { return plane->counters().received == 3; }, {}));
  ASSERT_TRUE(plane->close(2));
  ASSERT_TRUE(wait_for<LegClosed>());
  EXPECT_EQ(all<LegClosed>()[0].statistics.received, 3u);
  EXPECT_GE(plane->counters().refused, 2u);
  std::array<std::uint8_t, 2048> bytes{};
  EXPECT_LT(::recv(stranger.fd(), bytes.data(), bytes.size(), 0), 0) << "it was answered";
}

TEST_P(BrowserLegs, AnotherCertificateThanTheOffersIsReported) {
  start();
  if (IsSkipped()) return;
  BrowserEnd browser;
  browser.page.fingerprint[5] ^= 1;
  ASSERT_TRUE(plane->open(2, LegKind::webrtc));
  ASSERT_TRUE(browser.offer(*plane, 2));
  browser.send(browser.page.check());
  ASSERT_TRUE(run_until([&] { return count<WebrtcLost>() > 0; }, {}, [&](int) { browser.receive(); }));
  EXPECT_EQ(all<WebrtcLost>()[0].why, WebrtcLoss::fingerprint_mismatch);
  EXPECT_EQ(count<WebrtcConnected>(), 0u);
  // A new offer, with the truth in it, mends that.
  BrowserEnd honest{10};
  ASSERT_TRUE(honest.join(*plane, 2));
  ASSERT_TRUE(wait_for<WebrtcConnected>());
}

TEST_P(BrowserLegs, OneThatSaysGoodbyeIsLostAtOnce) {
  start();
  if (IsSkipped()) return;
  BrowserEnd browser;
  open_browser(2, browser);
  for (const auto& record : browser.page.say_goodbye()) browser.send(record);
  ASSERT_TRUE(wait_for<WebrtcLost>());
  EXPECT_EQ(all<WebrtcLost>()[0].why, WebrtcLoss::closed);
}

TEST_P(BrowserLegs, IsToldWhenOurEndCloses) {
  start();
  if (IsSkipped()) return;
  BrowserEnd browser;
  open_browser(2, browser);
  ASSERT_TRUE(plane->close(2));
  ASSERT_TRUE(wait_for<LegClosed>());
  const auto deadline = Clock::now() + kLongest;
  while (!browser.page.alerted && Clock::now() < deadline) ::poll(nullptr, 0, 1), browser.receive();
  EXPECT_TRUE(browser.page.alerted) << "close_notify";
}

TEST_P(BrowserLegs, SpeakOverIpv6) {
  address = *media::parse_ip("::1");
  const int probe = ::socket(AF_INET6, SOCK_DGRAM, 0);
  const auto here = to_socket_address({address, 0});
  const bool has_it = probe >= 0 && ::bind(probe, here.get(), here.size) == 0;
  ::close(probe);
  if (!has_it) GTEST_SKIP() << "skipped: this machine has no IPv6 on its loopback";
  start();
  if (IsSkipped()) return;
  BrowserEnd browser{address};
  FarEnd contact{address};
  open_browser(2, browser);
  const auto trunk = open(1, LegKind::trunk, contact);
  ASSERT_TRUE(plane->bridge(1, 2, {}));
  ASSERT_TRUE(talk_heard(5, browser, contact, trunk));
  EXPECT_EQ(count<Bridged>(), 1u);
  expect_one_ssrc(browser.packets);
}

TEST_P(BrowserLegs, AnOfferThatCannotBeUsedSaysWhy) {
  start();
  if (IsSkipped()) return;
  ASSERT_TRUE(plane->open(2, LegKind::webrtc));
  const auto answer = plane->answer_webrtc(2, "v=0\r\n");
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().what.find("audio"), std::string::npos);
  EXPECT_FALSE(plane->answer_webrtc(3, BrowserEnd{}.page.offer())) << "no such leg";
}

}  // namespace
}  // namespace ziptone::mediaplane
