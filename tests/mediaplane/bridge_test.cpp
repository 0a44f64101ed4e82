// Merging, zip tone, hold and the one line of a leg (issue 2 section 5).
#include <limits>

#include "far_end.hpp"

namespace ziptone::mediaplane {
namespace {

using BridgeLegs = PlaneTest;
INSTANTIATE_TEST_SUITE_P(Wires, BridgeLegs, ::testing::Bool(), wire_name);

constexpr double kZip = 1000;  // of default_zip_tone()

// By how much the line's own clock lags behind the wall's from there to there, at least: a packet may be
// late, on a loaded machine most are, but none is early.
double lag_ms(const std::vector<FarEnd::Packet>& packets, std::size_t from, std::size_t to) {
  double least = std::numeric_limits<double>::max();
  for (std::size_t i = from; i < to; ++i) {
    const auto wall = std::chrono::duration<double, std::milli>(packets[i].at - packets[0].at).count();
    const auto line =
        static_cast<std::int32_t>(packets[i].header.timestamp - packets[0].header.timestamp) / 8.0;
    least = std::min(least, wall - line);
  }
  return least;
}

// One SSRC, no hole in the sequence, and timestamps that move with time: never back, never by over 60 ms at
// once unless the packet says so (the marker: nothing was sent meanwhile), and with no drift against the
// clock on the wall over the whole run, but what its sources have: a forwarded line is as late as who speaks.
void expect_one_line(const std::vector<FarEnd::Packet>& packets, double drift_ms_max = 500) {
  ASSERT_GT(packets.size(), 8u);
  for (std::size_t i = 1; i < packets.size(); ++i) {
    const auto& a = packets[i - 1].header;
    const auto& b = packets[i].header;
    ASSERT_EQ(b.ssrc, a.ssrc) << i;
    ASSERT_EQ(static_cast<std::uint16_t>(b.sequence - a.sequence), 1) << i;
    const auto step = static_cast<std::int32_t>(b.timestamp - a.timestamp);
    ASSERT_GE(step, 160) << i;
    ASSERT_TRUE(step <= 480 || b.marker) << i << ": " << step;
  }
  const auto quarter = packets.size() / 4;
  const auto drift = lag_ms(packets, packets.size() - quarter, packets.size()) - lag_ms(packets, 0, quarter);
  EXPECT_LE(std::abs(drift), drift_ms_max);
}

TEST_P(BridgeLegs, FiftyMergesLeaveOneLine) {
  start();
  FarEnd agent{3};
  const auto phone = open(1, LegKind::phone, agent);
  double latest_ms = 0;  // what a contact of this test is behind its own 20 ms clock at worst
  for (std::size_t call = 0; call < 50; ++call) {
    FarEnd contact{2};
    contact.ssrc = static_cast<std::uint32_t>(0x5000 + call);
    const LegId leg = 100 + call;
    const auto codec = call % 2 == 0 ? media::Codec::pcma : media::Codec::pcmu;
    const auto trunk = open(leg, LegKind::trunk, contact, codec);
    const auto heard = agent.packets.size();
    ASSERT_TRUE(plane->bridge(leg, 1, {.zip_tone = true}));
    // The contact is in mid-frame against our clock, differently each time.
    ::poll(nullptr, 0, static_cast<int>(call % 20));
    const auto begin = Clock::now();
    const auto talk = [&](int) {
      const auto due = begin + std::chrono::milliseconds{20} * contact.sent();
      latest_ms = std::max(latest_ms, std::chrono::duration<double, std::milli>(Clock::now() - due).count());
      agent.send_tone(phone, 700);
      contact.send_tone(trunk, 500, codec);
    };
    run_frames(4, {&agent, &contact}, talk);
    ASSERT_TRUE(run_until([&] { return count<Bridged>() == call + 1 && agent.sounding(heard, 500) > 0; },
                          {&agent, &contact}, talk))
        << call;
    ASSERT_TRUE(plane->close(leg));
    run_frames(1, {&agent}, [&](int) { agent.send_tone(phone, 700); });
  }
  EXPECT_EQ(count<Bridged>(), 50u);
  expect_one_line(agent.packets, 150 + latest_ms);
  EXPECT_GT(agent.packets.size(), 50u * 4u);
}

TEST_P(BridgeLegs, ZipToneIsHeardByTheAgentAloneAlsoWhenTheCalleeSendsNothing) {
  start();
  FarEnd contact{2}, agent{3};
  open(1, LegKind::trunk, contact);
  const auto phone = open(2, LegKind::phone, agent);
  run_frames(10, {&contact, &agent}, [&](int) { agent.send_tone(phone, 400); });
  EXPECT_LT(level(agent.samples(), kZip), 0.001) << "silence before the merge";
  const auto before_agent = agent.packets.size();
  const auto before_contact = contact.packets.size();
  ASSERT_TRUE(plane->bridge(1, 2, {.zip_tone = true}));
  run_frames(20, {&contact, &agent}, [&](int) { agent.send_tone(phone, 400); });
  EXPECT_GT(level(agent.samples(before_agent), kZip), 0.05);
  EXPECT_LT(level(contact.samples(before_contact), kZip), 0.002);
  EXPECT_GT(level(contact.samples(before_contact + 3), 400), 0.2) << "and the contact hears the agent";
  expect_one_line(agent.packets);
}

TEST_P(BridgeLegs, TheAgentHearsTheLastWordsFirstAndIsLiveSoonAfterOnTheSameLine) {
  start();
  FarEnd contact{2}, agent{3};
  const auto trunk = open(1, LegKind::trunk, contact);
  const auto phone = open(2, LegKind::phone, agent);
  for (const bool catch_up : {false, true}) {
    ASSERT_TRUE(plane->analyse(1, {}, {.catch_up = true}));
    const auto speaks = [&](double hz) {
      return [&, hz](int) {
        agent.send_tone(phone, 400);
        contact.send_tone(trunk, hz);
      };
    };
    run_frames(40, {&contact, &agent}, speaks(600));
    run_frames(30, {&contact, &agent}, speaks(0));
    const auto before = agent.packets.size();
    ASSERT_TRUE(plane->bridge(1, 2, {.catch_up = catch_up}));
    ASSERT_TRUE(plane->stop_analysis(1));
    run_frames(75, {&contact, &agent}, speaks(0));
    const auto words = agent.sounding(before, 600);
    if (catch_up)
      EXPECT_GT(words, 15u) << "of 40 packets, in three quarters of the time";
    else
      EXPECT_EQ(words, 0u);
    const auto caught_up = agent.packets.size();
    ASSERT_TRUE(
        run_until([&] { return agent.sounding(caught_up, 900) > 20; }, {&contact, &agent}, speaks(900)));
    EXPECT_EQ(agent.sounding(caught_up, 600), 0u);
    EXPECT_GE(count<AgentHears>(), catch_up ? 2u : 1u);
    ASSERT_TRUE(plane->unbridge(1));
    run_frames(5, {&contact, &agent}, speaks(0));
  }
  expect_one_line(agent.packets);
}

TEST_P(BridgeLegs, ABridgeIsReportedOnlyWhenTheAgentIsHeard) {
  start();
  FarEnd contact{2}, agent{3};
  const auto trunk = open(1, LegKind::trunk, contact);
  const auto phone = open(2, LegKind::phone, agent);
  ASSERT_TRUE(plane->bridge(1, 2, {}));
  run_frames(10, {&contact, &agent}, [&](int) { contact.send_tone(trunk, 450); });
  EXPECT_EQ(count<Bridged>(), 0u) << "the contact alone is no conversation";
  agent.send_tone(phone, 400);
  ASSERT_TRUE(wait_for<Bridged>());
  ASSERT_TRUE(plane->unbridge(1));
  ASSERT_TRUE(plane->bridge(1, 2, {}));
  ASSERT_TRUE(wait_for<Bridged>(2)) << "heard a moment ago";
}

TEST_P(BridgeLegs, ZipToneIsMixedIntoTheCalleesVoice) {
  start();
  FarEnd contact{2}, agent{3};
  const auto trunk = open(1, LegKind::trunk, contact, media::Codec::pcmu);
  open(2, LegKind::phone, agent, media::Codec::pcma);
  run_frames(5, {&contact, &agent}, [&](int) { contact.send_tone(trunk, 450, media::Codec::pcmu); });
  EXPECT_LT(level(agent.samples(), 450), 0.001) << "not bridged yet";
  const auto before = agent.packets.size();
  ASSERT_TRUE(plane->bridge(1, 2, {.zip_tone = true}));
  run_frames(25, {&contact, &agent}, [&](int) { contact.send_tone(trunk, 450, media::Codec::pcmu); });
  EXPECT_GT(level(agent.samples(before), kZip), 0.04);
  EXPECT_GT(level(agent.samples(before + 2), 450), 0.25);
  EXPECT_EQ(agent.packets.back().header.payload_type, 8) << "transcoded for the agent's phone";
  EXPECT_LT(level(agent.samples(agent.packets.size() - 5), kZip), 0.01) << "it ends";
}

TEST_P(BridgeLegs, OnHoldNeitherHearsTheOther) {
  start();
  FarEnd contact{2}, agent{3};
  const auto trunk = open(1, LegKind::trunk, contact);
  const auto phone = open(2, LegKind::phone, agent);
  ASSERT_TRUE(plane->bridge(1, 2, {}));
  const auto talk = [&](int) {
    contact.send_tone(trunk, 600);
    agent.send_tone(phone, 900);
  };
  run_frames(10, {&contact, &agent}, talk);
  ASSERT_TRUE(plane->hold(2));
  run_frames(3, {&contact, &agent}, talk);  // what was on its way
  auto from_agent = agent.packets.size();
  auto from_contact = contact.packets.size();
  run_frames(40, {&contact, &agent}, talk);
  EXPECT_LT(level(agent.samples(from_agent), 600), 0.001);
  EXPECT_LT(level(contact.samples(from_contact), 900), 0.002);
  EXPECT_GT(level(contact.samples(from_contact), 262), 0.005) << "hold music, our plain chord";
  for (const auto sample : agent.samples(from_agent))
    ASSERT_LE(std::abs(sample), 8) << "the agent hears silence";

  from_agent = agent.packets.size();
  from_contact = contact.packets.size();
  ASSERT_TRUE(plane->play(2, Tones{media::default_zip_tone()}, Repeat::once));
  run_frames(20, {&contact, &agent}, talk);
  EXPECT_GT(level(agent.samples(from_agent), kZip), 0.04) << "the reminder";
  EXPECT_LT(level(contact.samples(from_contact), kZip), 0.004) << "is not the contact's";

  ASSERT_TRUE(plane->resume(1));
  run_frames(3, {&contact, &agent}, talk);
  from_agent = agent.packets.size();
  from_contact = contact.packets.size();
  const auto heard = [&] {
    return agent.sounding(from_agent, 600) > 10 && contact.sounding(from_contact, 900) > 10;
  };
  EXPECT_TRUE(run_until(heard, {&contact, &agent}, talk));
  EXPECT_LT(level(contact.samples(from_contact), 262), 0.01);
  expect_one_line(agent.packets);
  expect_one_line(contact.packets);
}

TEST_P(BridgeLegs, ALegWhoseFarEndHoldsIsSentNothing) {
  start();
  FarEnd contact{2};
  const auto trunk = open(1, LegKind::trunk, contact);
  run_frames(5, {&contact}, [&](int) { contact.send_tone(trunk, 600); });
  auto held = contact.media();
  held.ip = {};
  held.direction = media::Direction::recvonly;
  ASSERT_TRUE(plane->set_remote(1, held, {}));
  run_frames(3, {&contact});
  const auto before = contact.packets.size();
  run_frames(10, {&contact});
  EXPECT_EQ(contact.packets.size(), before);
  ASSERT_TRUE(plane->set_remote(1, contact.media(), {}));
  run_frames(10, {&contact});
  EXPECT_GT(contact.packets.size(), before + 5);
  EXPECT_EQ(contact.packets.back().header.ssrc, contact.packets.front().header.ssrc);
}

}  // namespace
}  // namespace ziptone::mediaplane
