// Sounds, keys, silence reports and listeners.
#include <atomic>

#include "far_end.hpp"

namespace ziptone::mediaplane {
namespace {

using Play = PlaneTest;
INSTANTIATE_TEST_SUITE_P(Wires, Play, ::testing::Bool(), wire_name);

TEST_P(Play, AMessageIsPlayedOnceAndReported) {
  start();
  FarEnd contact{2};
  open(1, LegKind::trunk, contact);
  plane->load_prompt("message", media::render({{.hz = {770}, .ms = 230}}));
  ASSERT_TRUE(plane->play(1, Prompt{"message"}, Repeat::once));
  run_frames(20, {&contact});
  EXPECT_TRUE(wait_for<Played>());
  EXPECT_GT(level(contact.samples(), 770), 0.05);
  for (std::size_t i = contact.packets.size() - 3; i < contact.packets.size(); ++i)
    EXPECT_EQ(contact.packets[i].payload, std::vector<std::uint8_t>(160, 0xD5)) << "then silence";
  ASSERT_TRUE(plane->play(1, Prompt{"unknown"}, Repeat::once));
  EXPECT_TRUE(wait_for<Played>(2)) << "nothing to play is over at once";
}

TEST_P(Play, RingbackHasTheCountrysCadenceAndStops) {
  start();
  FarEnd agent{3};
  open(1, LegKind::phone, agent);
  ASSERT_TRUE(plane->play(1, Ringback{"TR"}, Repeat::loop));
  run_frames(20, {&agent});
  EXPECT_GT(level(agent.samples(2), 450), 0.1);
  ASSERT_TRUE(plane->stop_play(1));
  run_frames(2, {&agent});
  const auto before = agent.packets.size();
  run_frames(5, {&agent});
  EXPECT_LT(level(agent.samples(before), 450), 0.001);
  EXPECT_EQ(count<Played>(), 0u) << "stopped is not played";
}

TEST_P(Play, KeysGoOutAsEventsWithThreefoldEnd) {
  start();
  FarEnd contact{2};
  open(1, LegKind::trunk, contact);
  run_frames(3, {&contact});
  ASSERT_TRUE(plane->send_dtmf(1, "5#"));
  run_frames(35, {&contact});
  std::vector<FarEnd::Packet> events;
  for (const auto& p : contact.packets)
    if (p.header.payload_type == 101) events.push_back(p);
  ASSERT_EQ(events.size(), 16u) << "two keys of five packets and three ends";
  for (std::size_t i = 0; i < 8; ++i) {
    const auto event = media::parse_telephone_event(events[i].payload);
    EXPECT_EQ(event->event, 5);
    EXPECT_EQ(event->end, i >= 5);
    EXPECT_EQ(event->duration, std::min<std::size_t>(i + 1, 5) * 160);
    EXPECT_EQ(events[i].header.marker, i == 0);
    EXPECT_EQ(events[i].header.timestamp, events[0].header.timestamp);
  }
  EXPECT_EQ(media::parse_telephone_event(events[15].payload)->event, 11);
  EXPECT_GT(static_cast<std::int32_t>(events[8].header.timestamp - events[0].header.timestamp), 800);
  for (std::size_t i = 1; i < contact.packets.size(); ++i)
    EXPECT_EQ(static_cast<std::uint16_t>(contact.packets[i].header.sequence -
                                         contact.packets[i - 1].header.sequence),
              1);
}

TEST_P(Play, KeysAreSoundsForAFarEndWithoutEvents) {
  start();
  FarEnd contact{2};
  ASSERT_TRUE(plane->open(1, LegKind::trunk));
  auto media = contact.media();
  media.send_event.reset();
  ASSERT_TRUE(plane->set_remote(1, media, {}));
  ASSERT_TRUE(plane->send_dtmf(1, "5"));
  run_frames(10, {&contact});
  EXPECT_GT(level(contact.samples(), 770), 0.05);
  EXPECT_GT(level(contact.samples(), 1336), 0.05);
}

TEST_P(Play, KeysInTheSoundAreHeardOfAFarEndWithoutEvents) {
  start();
  FarEnd contact{2};
  const auto local = plane->open(1, LegKind::trunk);
  auto media = contact.media();
  media.receive_event.reset();
  ASSERT_TRUE(plane->set_remote(1, media, {}));
  const auto tone =
      media::render({{.hz = media::key_frequencies('7'), .ms = 100, .gap_ms = 100, .level_db = -10}});
  run_frames(10, {&contact}, [&](int i) {
    std::vector<std::uint8_t> frame(160);
    media::encode(media::Codec::pcma, std::span{tone}.subspan(static_cast<std::size_t>(i) * 160, 160), frame);
    const auto n = static_cast<std::uint16_t>(i);
    contact.send({local->ip, local->port}, {false, 8, n, n * 160u, 9}, frame);
  });
  ASSERT_TRUE(wait_for<DtmfReceived>());
  EXPECT_EQ(count<DtmfReceived>(), 1u);
  EXPECT_EQ(all<DtmfReceived>()[0].digit, '7');
}

TEST_P(Play, KeysThatComeInAreReportedOnceAndPassedOn) {
  start();
  FarEnd contact{2}, agent{3};
  const auto trunk = open(1, LegKind::trunk, contact);
  auto media = agent.media();
  media.send_event = 96;
  ASSERT_TRUE(plane->open(2, LegKind::phone));
  ASSERT_TRUE(plane->set_remote(2, media, {}));
  ASSERT_TRUE(plane->bridge(1, 2, {}));
  std::uint16_t sequence = 1;
  run_frames(8, {&contact, &agent}, [&](int i) {
    std::array<std::uint8_t, 4> payload{};
    const media::TelephoneEvent event{
        .event = 3, .end = i >= 5, .duration = static_cast<std::uint16_t>(160 * (i + 1))};
    media::write_telephone_event(event, payload);
    contact.send(trunk, {i == 0, 101, sequence++, 5000, 77}, payload);
  });
  ASSERT_TRUE(wait_for<DtmfReceived>());
  EXPECT_EQ(count<DtmfReceived>(), 1u);
  EXPECT_EQ(all<DtmfReceived>()[0].leg, 1u);
  EXPECT_EQ(all<DtmfReceived>()[0].digit, '3');
  std::size_t passed = 0;
  for (const auto& p : agent.packets) passed += p.header.payload_type == 96 ? 1 : 0;
  EXPECT_EQ(passed, 8u) << "with the agent's own payload type";
}

TEST_P(Play, AFarEndThatFallsSilentIsReportedOnceAndAgainWhenItSpeaks) {
  start(1, base::milliseconds{200});
  FarEnd contact{2};
  const auto trunk = open(1, LegKind::trunk, contact);
  run_frames(5, {&contact}, [&](int) { contact.send_tone(trunk, 600); });
  EXPECT_EQ(count<Silent>(), 0u);
  ASSERT_TRUE(wait_for<Silent>());
  EXPECT_EQ(count<Heard>(), 0u);
  contact.send_tone(trunk, 600);
  ASSERT_TRUE(wait_for<Heard>());
  EXPECT_EQ(count<Silent>(), 1u);
}

class Counting final : public FrameSink {
 public:
  Counting(std::atomic<int>& heard, std::atomic<int>& lost) : heard_{heard}, lost_{lost} {}
  void push(std::span<const std::int16_t, media::kFrameSamples>, const FrameInfo& info) override {
    EXPECT_GT(info.at_ms, last_);
    last_ = info.at_ms;
    ++(info.lost ? lost_ : heard_);
  }
  void answered(std::int64_t) override {}
  std::optional<analysis::Event> poll() override { return std::nullopt; }

 private:
  std::atomic<int>& heard_;
  std::atomic<int>& lost_;
  std::int64_t last_ = -1;
};

TEST_P(Play, AListenerGetsEveryFrameAndLostOnesForAStreamThatStopped) {
  std::atomic<int> heard{0};
  std::atomic<int> lost{0};
  start();
  FarEnd contact{2};
  const auto trunk = open(1, LegKind::trunk, contact);
  ASSERT_TRUE(plane->listen(1, std::make_unique<Counting>(heard, lost)));
  run_frames(20, {&contact}, [&](int) { contact.send_tone(trunk, 600); });
  EXPECT_EQ(heard, 20);
  EXPECT_EQ(lost, 0);
  run_frames(20, {&contact});
  EXPECT_NEAR(lost, 15, 2) << "all but the last 100 ms";
  plane.reset();
}

TEST_P(Play, AnalysisOfASilentLineSaysUnsure) {
  start();
  FarEnd contact{2};
  const auto trunk = open(1, LegKind::trunk, contact);
  ASSERT_TRUE(plane->analyse(1, {}));
  const std::vector<std::uint8_t> quiet(160, 0xD5);
  std::uint16_t sequence = 0;
  run_frames(100, {&contact}, [&](int i) {
    contact.send(trunk, {false, 8, sequence++, static_cast<std::uint32_t>(i) * 160, 9}, quiet);
  });
  const auto events = all<AnalysisEvent>();
  ASSERT_FALSE(events.empty());
  const auto* verdict = std::get_if<analysis::VerdictReached>(&events.back().event);
  ASSERT_NE(verdict, nullptr);
  EXPECT_LE(verdict->at_ms, 1800);
}

}  // namespace
}  // namespace ziptone::mediaplane
