// RTP bleed: packets from anyone but the far end change nothing (issue 2 section 5).
#include "far_end.hpp"

namespace ziptone::mediaplane {
namespace {

using Bleed = PlaneTest;
INSTANTIATE_TEST_SUITE_P(Wires, Bleed, ::testing::Bool(), wire_name);

TEST_P(Bleed, SprayOfAThirdPartyIsNeitherHeardNorAnswered) {
  start();
  FarEnd contact{2}, agent{3}, thief{9};
  const auto trunk = open(1, LegKind::trunk, contact);
  const auto phone = open(2, LegKind::phone, agent);
  ASSERT_TRUE(plane->bridge(1, 2, {}));
  // The thief is first, and louder than both.
  run_frames(30, {&contact, &agent, &thief}, [&](int i) {
    for (int k = 0; k < 4; ++k) {
      thief.send_tone(trunk, 1800);
      thief.send_tone(phone, 1800);
    }
    if (i < 3) return;
    contact.send_tone(trunk, 600);
    agent.send_tone(phone, 900);
  });
  EXPECT_EQ(thief.packets.size(), 0u);
  EXPECT_GT(agent.packets.size(), 20u);
  EXPECT_GT(level(agent.samples(8), 600), 0.2);
  EXPECT_LT(level(agent.samples(), 1800), 0.01);
  EXPECT_GT(level(contact.samples(8), 900), 0.2);
  EXPECT_LT(level(contact.samples(), 1800), 0.01);
  EXPECT_EQ(count<FirstPacket>(), 2u);
  plane->close(1);
  plane->close(2);
  ASSERT_TRUE(wait_for<LegClosed>(2));
  for (const auto& closed : all<LegClosed>()) {
    EXPECT_EQ(closed.statistics.received, 27u);
    EXPECT_EQ(closed.statistics.lost, 0);
  }
}

TEST_P(Bleed, ATrunksPortIsLearnedOnceFromItsIp) {
  start();
  FarEnd signalled{2}, real{2}, second{2};
  const auto trunk = open(1, LegKind::trunk, signalled);
  run_frames(5, {&signalled});
  EXPECT_GT(signalled.packets.size(), 2u) << "until it speaks, its SDP is believed";
  run_frames(10, {&signalled, &real, &second}, [&](int) {
    real.send_tone(trunk, 500);
    second.send_tone(trunk, 700);
  });
  EXPECT_GT(real.packets.size(), 5u);
  EXPECT_EQ(second.packets.size(), 0u) << "the first port of that IP has the leg";
  EXPECT_EQ(real.packets.front().header.ssrc, signalled.packets.front().header.ssrc);

  // A re-INVITE with another port lets it move, one without a change doesn't.
  ASSERT_TRUE(plane->set_remote(1, signalled.media(), {}));
  run_frames(5, {&real, &second}, [&](int) { second.send_tone(trunk, 700); });
  EXPECT_EQ(second.packets.size(), 0u);
  ASSERT_TRUE(plane->set_remote(1, second.media(), {}));
  run_frames(10, {&real, &second}, [&](int) { second.send_tone(trunk, 700); });
  EXPECT_GT(second.packets.size(), 5u);
}

TEST_P(Bleed, ALatePacketFromTheOldPortDoesNotCaptureTheLeg) {
  start();
  FarEnd before{2}, after{2};
  const auto trunk = open(1, LegKind::trunk, before);
  run_frames(5, {&before}, [&](int) { before.send_tone(trunk, 700); });
  ASSERT_TRUE(plane->set_remote(1, after.media(), {}));
  before.send_tone(trunk, 700);
  run_frames(10, {&before, &after}, [&](int i) {
    if (i < 6) before.send_tone(trunk, 700);
    after.send_tone(trunk, 500);
  });
  after.packets.clear();
  before.packets.clear();
  run_frames(10, {&before, &after}, [&](int) { after.send_tone(trunk, 500); });
  EXPECT_EQ(before.packets.size(), 0u);
  EXPECT_GT(after.packets.size(), 5u);
}

TEST_P(Bleed, TheSdpsOwnPortTakesALegBackFromOneThatWasLearned) {
  start();
  FarEnd signalled{2}, other{2};
  const auto trunk = open(1, LegKind::trunk, signalled);
  run_frames(10, {&signalled, &other}, [&](int) { other.send_tone(trunk, 700); });
  EXPECT_GT(other.packets.size(), 3u) << "nothing came from the SDP's port: this one is learned";
  run_frames(10, {&signalled, &other}, [&](int) {
    other.send_tone(trunk, 700);
    signalled.send_tone(trunk, 500);
  });
  other.packets.clear();
  run_frames(10, {&signalled, &other}, [&](int) {
    other.send_tone(trunk, 700);
    signalled.send_tone(trunk, 500);
  });
  EXPECT_EQ(other.packets.size(), 0u);
  EXPECT_EQ(count<FirstPacket>(), 1u);
}

TEST_P(Bleed, APhoneBehindANatIsLearnedFromTheIpItRegisteredFrom) {
  start();
  FarEnd inside{4}, outside{5}, other{6};
  const auto local = plane->open(1, LegKind::phone);
  ASSERT_TRUE(local);
  ASSERT_TRUE(plane->set_remote(1, inside.media(), {.registered_ip = loopback(5)}));
  const Endpoint phone{local->ip, local->port};
  run_frames(10, {&outside, &other}, [&](int) {
    other.send_tone(phone, 700);
    outside.send_tone(phone, 500);
  });
  EXPECT_GT(outside.packets.size(), 5u);
  EXPECT_EQ(other.packets.size(), 0u);
}

}  // namespace
}  // namespace ziptone::mediaplane
