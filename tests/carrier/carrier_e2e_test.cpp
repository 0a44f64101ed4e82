// The carrier against SIPp: what a dialer would see on the wire, hear, and find in the witness's log.
#include <array>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "carrier/carrier.hpp"
#include "carrier/ear.hpp"
#include "carrier/log.hpp"
#include "carrier/robot/phones.hpp"
#include "carrier/sound.hpp"
#include "sipp.hpp"

namespace ziptone::carrier::test {
namespace {

using testing::HasSubstr;
using testing::Not;

bool eventually(const std::function<bool()>& holds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::yield();
  }
  return true;
}

// The caller's end of the sound: hears with an Ear of its own and, told to, plays into the line it hears.
class CallerSound {
 public:
  explicit CallerSound(Samples plays = {}) : plays_(std::move(plays)), fd_(::socket(AF_INET, SOCK_DGRAM, 0)) {
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof any;
    EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&any), length), 0);
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&any), &length);
    port_ = ntohs(any.sin_port);
    const timeval wait{0, 50'000};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    ear_.listen_from(wall_now());
    thread_ = std::thread([this] { run(); });
  }
  ~CallerSound() {
    if (thread_.joinable()) stop();
    ::close(fd_);
  }
  int port() const { return port_; }
  EarSummary stop() {
    stop_ = true;
    thread_.join();
    for (const auto& e : ear_.take_events()) events_.push_back(e);
    return ear_.summary(wall_now());
  }
  std::vector<EarEvent> tones() const {
    std::vector<EarEvent> out;
    for (const auto& e : events_) {
      if (e.kind == EarEvent::Kind::tone) out.push_back(e);
    }
    return out;
  }

 private:
  // One packet out for each that came in: the carrier's tick is the clock.
  void run() {
    std::array<std::uint8_t, 2000> bytes;
    media::RtpHeader header{true, 8, 7, 7, 7};
    std::size_t at = 0;
    while (!stop_) {
      sockaddr_in from{};
      socklen_t length = sizeof from;
      const ssize_t got =
          ::recvfrom(fd_, bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&from), &length);
      ear_.pass(wall_now());
      if (got <= 0) continue;
      if (const auto packet = media::parse_rtp({bytes.data(), static_cast<std::size_t>(got)})) {
        ear_.packet(*packet, media::Codec::pcma, false, wall_now());
      }
      for (const auto& e : ear_.take_events()) events_.push_back(e);
      if (at + 160 > plays_.size()) continue;
      std::array<std::uint8_t, 172> out;
      media::write_rtp_header(header, std::span<std::uint8_t, 12>(out.data(), 12));
      media::encode(media::Codec::pcma, std::span(plays_).subspan(at, 160), std::span(out).subspan(12));
      ::sendto(fd_, out.data(), out.size(), 0, reinterpret_cast<sockaddr*>(&from), length);
      at += 160;
      ++header.sequence;
      header.timestamp += 160;
    }
  }

  Samples plays_;
  int fd_, port_ = 0;
  std::atomic<bool> stop_{false};
  Ear ear_;
  std::vector<EarEvent> events_;
  std::thread thread_;
};

class CarrierE2e : public testing::Test {
 protected:
  void SetUp() override {
    if (!have_sipp()) GTEST_SKIP() << "skipped: sipp is not installed (script/setup installs it)";
    log_ = std::filesystem::temp_directory_path() / fmt::format("ziptone-carrier-{}.log", ::getpid());
    std::filesystem::remove(log_);
  }
  void TearDown() override { std::filesystem::remove(log_); }

  void start(Options options = {}) {
    options.port = 0;
    options.log_file = log_.string();
    auto started = Carrier::start(options);
    ASSERT_TRUE(started) << base::to_string(started.error());
    carrier_ = std::move(*started);
  }
  std::string call(const Scenario& scenario, const std::string& user, bool tcp = false) {
    return run_sipp(scenario, {.remote_port = carrier_->port(), .user = user, .tcp = tcp});
  }
  // Everything is written once the carrier has finished.
  std::string log() {
    if (carrier_) carrier_->finish();
    std::ifstream in(log_);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::filesystem::path log_;
  std::unique_ptr<Carrier> carrier_;
};

Scenario whole_call(int sound_port, int talk_ms) {
  return Scenario()
      .invite(sound_port)
      .maybe(100)
      .maybe(180)
      .maybe(183)
      .expect(200)
      .ack()
      .pause(talk_ms)
      .bye(2)
      .expect(200);
}
Scenario refused_call(int code, const std::string& must_match = "") {
  return Scenario().invite(30000).maybe(100).maybe(180).maybe(183).expect(code, must_match).ack_refusal();
}

TEST_F(CarrierE2e, APersonSaysHelloAndHearsTheZipTone) {
  start();
  const Tone beeps[] = {{0, 1000}, {440, 200}, {0, 100}, {440, 200}, {0, 2000}};
  CallerSound sound(tones(beeps));
  EXPECT_EQ(call(whole_call(sound.port(), 4000), "+905321234503"), "");
  const auto heard = sound.stop();
  EXPECT_GT(heard.voice_ms, 300) << "the hello";
  EXPECT_NEAR(static_cast<double>(heard.packets), 200, 12) << "4 s at 50 packets a second";
  EXPECT_EQ(heard.lost + heard.ssrc_changes + heard.timestamp_jumps, 0u);
  const auto text = log();
  EXPECT_THAT(text, HasSubstr("\"persona\":\"quick\""));
  EXPECT_THAT(text, HasSubstr("\"deed\":\"ended_hello\""));
  EXPECT_THAT(text, HasSubstr("\"event\":\"tone\""));
  EXPECT_THAT(text, HasSubstr("\"hz\":44"));
  EXPECT_THAT(text, HasSubstr("\"by\":\"caller\""));
  EXPECT_THAT(text, HasSubstr("\"first_sound_ms\":1"));
}

TEST_F(CarrierE2e, OverTcp) {
  start();
  CallerSound sound;
  EXPECT_EQ(call(whole_call(sound.port(), 1000), "+905321234503", true), "");
  EXPECT_GT(sound.stop().voice_ms, 100);
}

TEST_F(CarrierE2e, ThePersonHangsUp) {
  start();
  const auto scenario =
      Scenario().invite(30000).maybe(100).maybe(180).expect(200).ack().expect_request("BYE").ok();
  EXPECT_EQ(call(scenario, "+905321234505"), "");
  EXPECT_TRUE(eventually([&] { return carrier_->counters().open == 0; }));
  EXPECT_EQ(carrier_->counters().byes_out, 1u);
  EXPECT_THAT(log(), HasSubstr("\"by\":\"callee\""));
}

TEST_F(CarrierE2e, Refusals) {
  start();
  EXPECT_EQ(call(refused_call(486, "Reason: Q.850;cause=17"), "+905321234530"), "");
  EXPECT_EQ(call(refused_call(600), "+905321234531"), "");
  EXPECT_EQ(call(refused_call(404, "Q.850;cause=1"), "+905321234551"), "");
  EXPECT_EQ(call(refused_call(410), "+905321234552"), "");
  EXPECT_EQ(call(refused_call(484), "+905321234553"), "");
  EXPECT_EQ(call(refused_call(503, "Retry-After: 5"), "+905321234560"), "");
  EXPECT_EQ(call(refused_call(603, "Q.850;cause=21"), "+905321234570"), "");
  EXPECT_EQ(call(refused_call(603, "v=analytics1"), "+905321234571"), "");
  EXPECT_EQ(call(refused_call(607, "607 Unwanted"), "+905321234572"), "");
  EXPECT_EQ(call(refused_call(608), "+905321234573"), "");
  EXPECT_EQ(carrier_->counters().refused, 10u);
  EXPECT_EQ(carrier_->counters().open, 0u);
}

TEST_F(CarrierE2e, RingsUntilTheCallerCancels) {
  start();
  const auto scenario = Scenario()
                            .invite(30000)
                            .maybe(100)
                            .expect(180)
                            .pause(500)
                            .cancel()
                            .expect(200)
                            .expect(487)
                            .ack_refusal();
  EXPECT_EQ(call(scenario, "+905321234540"), "");
  EXPECT_EQ(carrier_->counters().cancelled, 1u);
  EXPECT_THAT(log(), HasSubstr("\"by\":\"cancel\""));
}

TEST_F(CarrierE2e, A200CrossesTheCancel) {
  start();
  const auto scenario = Scenario()
                            .invite(30000)
                            .maybe(100)
                            .expect(180)
                            .pause(300)
                            .cancel()
                            .expect(200)
                            .expect(200)
                            .ack()
                            .pause(300)
                            .bye(2)
                            .expect(200);
  EXPECT_EQ(call(scenario, "+905321234508"), "");
  EXPECT_EQ(carrier_->counters().answered, 1u);
  EXPECT_EQ(carrier_->counters().acknowledged, 1u);
}

TEST_F(CarrierE2e, SitInEarlyMediaThen404) {
  start();
  CallerSound sound;
  const auto scenario =
      Scenario().invite(sound.port()).maybe(100).expect(183, "m=audio").expect(404).ack_refusal();
  EXPECT_EQ(call(scenario, "+905321234550"), "");
  sound.stop();
  const auto tones = sound.tones();
  ASSERT_GE(tones.size(), 3u);
  EXPECT_NEAR(tones[0].hz, 950, 10);
  EXPECT_NEAR(tones[1].hz, 1400, 10);
  EXPECT_NEAR(tones[2].hz, 1800, 10);
  EXPECT_NEAR(tones[0].ms, 330, 30);
}

TEST_F(CarrierE2e, ReliableProgress) {
  start();
  const auto scenario = Scenario()
                            .invite(30000, "Supported: 100rel\n")
                            .maybe(100)
                            .expect_rseq(180)
                            .request("PRACK", 2, "RAck: [$2] 1 INVITE\n")
                            .expect(200)
                            .expect(200)
                            .ack()
                            .pause(200)
                            .bye(3)
                            .expect(200);
  EXPECT_EQ(call(scenario, "+905321234586"), "");
  EXPECT_THAT(log(), HasSubstr("\"event\":\"prack\""));
}

TEST_F(CarrierE2e, AnswersInsideTheDialog) {
  start();
  CallerSound sound;
  const auto scenario = Scenario()
                            .invite(sound.port(), "Supported: timer\nSession-Expires: 120\n")
                            .maybe(100)
                            .maybe(180)
                            .expect(200, "Session-Expires: 120;refresher=uac")
                            .ack()
                            .request("OPTIONS", 2)
                            .expect(200)
                            .request("INFO", 3)
                            .expect(200)
                            .request("UPDATE", 4, "Supported: timer\n")
                            .expect(200)
                            .request("INVITE", 5, "", sound.port())
                            .maybe(100)
                            .expect(200, "m=audio")
                            .ack(5)
                            .request("REFER", 6, "Refer-To: sip:x@127.0.0.1\n")
                            .expect(501)
                            .bye(7)
                            .expect(200);
  EXPECT_EQ(call(scenario, "+905321234503"), "");
}

TEST_F(CarrierE2e, AnOfferWithoutG711IsRefused) {
  start();
  const auto scenario = Scenario().offer("18").invite(30000).maybe(100).maybe(180).expect(488).ack_refusal();
  EXPECT_EQ(call(scenario, "+905321234507"), "") << "wanted early media, then an answer";
  EXPECT_EQ(call(scenario, "+905321234503"), "");
  EXPECT_EQ(carrier_->counters().open, 0u);
}

TEST_F(CarrierE2e, OffersInThe200WhereTheInviteHasNone) {
  start();
  CallerSound sound;
  const auto scenario = Scenario()
                            .invite(0)
                            .maybe(100)
                            .expect(200, "m=audio")
                            .ack(1, sound.port())
                            .pause(1500)
                            .bye(2)
                            .expect(200);
  EXPECT_EQ(call(scenario, "+905321234503"), "");
  EXPECT_GT(sound.stop().voice_ms, 100);
}

TEST_F(CarrierE2e, DemandsDigest) {
  for (const bool sha256 : {false, true}) {
    start({.user = "trunk", .password = "secret", .sha256 = sha256});
    const auto scenario = Scenario()
                              .invite(30000)
                              .authenticated(407)
                              .ack_refusal()
                              .invite(30000, "[authentication username=trunk password=secret]\n", 2)
                              .maybe(100)
                              .expect(200)
                              .ack(2)
                              .bye(3)
                              .expect(200);
    const auto fault = call(scenario, "+905321234503");
    if (sha256 && !fault.empty()) {
      GTEST_LOG_(INFO) << "this SIPp has no SHA-256: " << fault.substr(0, 200);
    } else {
      EXPECT_EQ(fault, "");
      EXPECT_EQ(carrier_->counters().answered, 1u);
    }
    EXPECT_EQ(carrier_->counters().challenged, 1u);
    carrier_.reset();
  }
}

TEST_F(CarrierE2e, LimitsOfCalls) {
  start({.calls = 2, .retry_after_s = 7});
  auto holder = std::thread([this] {
    EXPECT_EQ(run_sipp(whole_call(30000, 2500),
                       {.remote_port = carrier_->port(), .user = "+905321234503", .calls = 2, .rate = 50}),
              "");
  });
  ASSERT_TRUE(eventually([&] { return carrier_->counters().acknowledged == 2; }));
  EXPECT_EQ(call(refused_call(503, "Retry-After: 7"), "+905321234503"), "");
  holder.join();
  EXPECT_EQ(carrier_->counters().limited, 1u);
}

TEST_F(CarrierE2e, LimitsOfCallsASecond) {
  start({.cps = 1});
  EXPECT_EQ(call(refused_call(486), "+905321234530"), "");
  EXPECT_EQ(call(refused_call(503, "Retry-After: 1"), "+905321234530"), "");
}

TEST_F(CarrierE2e, ManyCallsAtOnce) {
  start();
  EXPECT_EQ(run_sipp(whole_call(30000, 3000),
                     {.remote_port = carrier_->port(), .user = "+905321234503", .calls = 200, .rate = 100}),
            "");
  EXPECT_TRUE(eventually([&] { return carrier_->counters().open == 0; }));
  EXPECT_EQ(carrier_->counters().answered, 200u);
  EXPECT_EQ(carrier_->counters().byes_in, 200u);
  EXPECT_GT(carrier_->counters().open_peak, 150u);
}

// The phones register at the carrier's registrar and are called by SIPp.
TEST_F(CarrierE2e, PhonesRegisterAnswerAndHearTheZipTone) {
  for (const bool sha256 : {false, true}) {
    start({.user = "1001", .password = "secret", .sha256 = sha256});
    const auto phone_log = log_.string() + ".phones";
    auto phones = Phones::start({.registrar = fmt::format("127.0.0.1:{}", carrier_->port()),
                                 .password = "secret",
                                 .talk_ms = 1500,
                                 .log_file = phone_log});
    ASSERT_TRUE(phones) << base::to_string(phones.error());
    EXPECT_TRUE(eventually([&] { return (*phones)->counters().registered == 1; }));
    const Tone zip[] = {{0, 500}, {440, 120}, {0, 60}, {440, 120}, {0, 3000}};
    CallerSound sound(tones(zip));
    const auto scenario =
        Scenario().invite(sound.port()).maybe(100).expect(200).ack().pause(4500).bye(2).expect(200);
    EXPECT_EQ(run_sipp(scenario, {.remote_port = (*phones)->port(), .user = "1001"}), "");
    EXPECT_GT(sound.stop().voice_ms, 800) << "the robot talks after the zip tone";
    (*phones)->finish();
    const auto& c = (*phones)->counters();
    EXPECT_EQ(c.zips, 2u);
    EXPECT_EQ(c.ringbacks, 0u);
    EXPECT_EQ(c.talks, 1u);
    EXPECT_EQ(c.done, 1u);
    EXPECT_EQ(c.registered, 0u) << "unregistered at the end";
    std::ifstream in(phone_log);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    for (const auto* event :
         {"registered", "leg_up", "zip", "talk", "done", "leg_down", "heard", "unregistered"}) {
      EXPECT_THAT(text, HasSubstr(fmt::format("\"event\":\"{}\"", event)));
    }
    std::filesystem::remove(phone_log);
    carrier_.reset();
  }
}

TEST_F(CarrierE2e, ADeadCarrierSaysNothingAndComesBack) {
  start({.dead = true});
  const auto unanswered = Scenario().invite(30000).expect(100, "", 1500);
  EXPECT_THAT(call(unanswered, "+905321234500"), Not(testing::IsEmpty()));
  EXPECT_EQ(carrier_->counters().invites, 0u);
  carrier_->set_dead(false);
  EXPECT_EQ(call(refused_call(486), "+905321234530"), "");
}

}  // namespace
}  // namespace ziptone::carrier::test
