// Several workers, many commands, and the plane's refusals.
#include "far_end.hpp"

namespace ziptone::mediaplane {
namespace {

using Handover = PlaneTest;
INSTANTIATE_TEST_SUITE_P(Wires, Handover, ::testing::Bool(), wire_name);

TEST_P(Handover, ACallMovesToTheWorkerOfTheNextAgentWithoutLosingItsLine) {
  start(2);
  FarEnd first{3}, second{4}, contact{2};
  const auto phone_1 = open(1, LegKind::phone, first);
  const auto phone_2 = open(2, LegKind::phone, second);
  const auto trunk = open(3, LegKind::trunk, contact);
  const auto talk = [&](int) {
    contact.send_tone(trunk, 600);
    first.send_tone(phone_1, 900);
    second.send_tone(phone_2, 1300);
  };
  const std::vector<FarEnd*> ends{&contact, &first, &second};
  ASSERT_TRUE(plane->bridge(3, 1, {}));
  run_frames(10, ends, talk);
  EXPECT_GT(level(contact.samples(4), 900), 0.2);
  // Agent 1 is lost; agent 2, on the other worker, takes over. Commands right behind the move find the leg
  // there.
  ASSERT_TRUE(plane->bridge(3, 2, {}));
  ASSERT_TRUE(plane->hold(3));
  ASSERT_TRUE(plane->resume(3));
  run_frames(3, ends, talk);
  const auto from = contact.packets.size();
  const auto from_second = second.packets.size();
  run_frames(15, ends, talk);
  EXPECT_TRUE(
      run_until([&] { return contact.sounding(from, 1300) >= 10 && second.sounding(from_second, 600) >= 10; },
                ends, talk));
  EXPECT_LT(level(contact.samples(from), 900), 0.002);
  EXPECT_EQ(count<Bridged>(), 2u);
  for (std::size_t i = 1; i < contact.packets.size(); ++i) {
    EXPECT_EQ(contact.packets[i].header.ssrc, contact.packets[0].header.ssrc);
    EXPECT_EQ(static_cast<std::uint16_t>(contact.packets[i].header.sequence -
                                         contact.packets[i - 1].header.sequence),
              1);
  }
  const auto sent = contact.sent() + first.sent() + second.sent();
  ASSERT_TRUE(run_until([&] { return plane->counters().received >= sent; }, ends));
  plane->close(3);
  ASSERT_TRUE(wait_for<LegClosed>());
  EXPECT_EQ(all<LegClosed>()[0].statistics.received, contact.sent()) << "not one packet was lost in the move";
}

TEST_P(Handover, BackAndForthUnderCommandsNothingIsLost) {
  start(2);
  FarEnd contact{2};
  std::vector<std::unique_ptr<FarEnd>> agents;
  for (LegId leg = 1; leg <= 4; ++leg) {
    agents.push_back(std::make_unique<FarEnd>(static_cast<std::uint8_t>(10 + leg)));
    open(leg, LegKind::phone, *agents.back());
  }
  for (LegId trunk = 10; trunk < 14; ++trunk) open(trunk, LegKind::trunk, contact);
  for (int i = 0; i < 500; ++i) {
    const LegId trunk = 10 + static_cast<LegId>(i % 4);
    ASSERT_TRUE(plane->bridge(trunk, 1 + static_cast<LegId>(i * 7 / 3 % 4), {}));
    if (i % 5 == 0) {
      ASSERT_TRUE(plane->unbridge(trunk));
    }
  }
  for (LegId leg = 1; leg <= 4; ++leg) ASSERT_TRUE(plane->close(leg));
  for (LegId leg = 10; leg < 14; ++leg) ASSERT_TRUE(plane->close(leg));
  ASSERT_TRUE(wait_for<LegClosed>(8));
  EXPECT_EQ(plane->counters().legs, 0u);
}

TEST_P(Handover, PortsComeBackAndAnEmptyRangeIsSaid) {
  start();
  std::vector<LegId> open_legs;
  for (LegId leg = 1; leg <= 200; ++leg) {
    if (!plane->open(leg, LegKind::trunk)) break;
    open_legs.push_back(leg);
  }
  EXPECT_GT(open_legs.size(), 80u) << "of a hundred pairs";
  const auto refused = plane->open(1000, LegKind::trunk);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().where, "media.ports");
  EXPECT_FALSE(plane->open(open_legs[0], LegKind::trunk)) << "an id is taken once";
  for (const auto leg : open_legs) plane->close(leg);
  ASSERT_TRUE(wait_for<LegClosed>(open_legs.size()));
  EXPECT_TRUE(plane->open(1000, LegKind::trunk));
  plane->close(77'777);
  EXPECT_EQ(plane->counters().unknown_leg, 1u);
}

TEST(PlaneStart, SaysWhatIsWrong) {
  const auto why = [](const Config& config) {
    const auto plane = MediaPlane::start(config, [](const Report&) {});
    return plane ? base::Error{"accepted", {}, {}} : plane.error();
  };
  EXPECT_EQ(why({.bind = {false, {203, 0, 113, 9}}}).where, "media.bind 203.0.113.9");
  EXPECT_EQ(why({.bind = {}}).where, "media.address 0.0.0.0");
  EXPECT_EQ(why({.bind = loopback(), .advertised = *media::parse_ip("2001:db8::1")}).where,
            "media.public_address 2001:db8::1");
  EXPECT_EQ(why({.workers = 0, .bind = loopback()}).where, "media.workers");
  EXPECT_EQ(why({.bind = loopback(), .port_min = 4001, .port_max = 4002}).where, "media.ports");
}

}  // namespace
}  // namespace ziptone::mediaplane
