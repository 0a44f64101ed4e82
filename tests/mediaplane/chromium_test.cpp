// A real browser on a real plane: Chromium speaks a tone of 400 Hz, the contact one of 600 Hz, and both ends
// measure what they hear.
#include "chromium.hpp"

#include "browser_end.hpp"

namespace ziptone::mediaplane {
namespace {

// The page's part. The microphone is an oscillator, so that the far end knows what it must hear.
constexpr const char* kPage = R"js(
  window.context = new AudioContext();
  window.begin = async () => {
    await context.resume();
    const tone = new OscillatorNode(context, {frequency: 400});
    const microphone = new MediaStreamAudioDestinationNode(context);
    tone.connect(new GainNode(context, {gain: 0.5})).connect(microphone);
    window.tone = tone;
    tone.start();
    const pc = window.pc = new RTCPeerConnection({bundlePolicy: 'max-bundle'});
    pc.addTrack(microphone.stream.getAudioTracks()[0], microphone.stream);
    pc.ontrack = (e) => {
      // Chromium plays a far track for Web Audio only while an element does too.
      window.element = new Audio();
      element.muted = true;
      element.srcObject = e.streams[0];
      element.play();
      window.ear = new AnalyserNode(context, {fftSize: 8192, smoothingTimeConstant: 0});
      new MediaStreamAudioSourceNode(context, {mediaStream: e.streams[0]}).connect(ear);
    };
    return offer();
  };
  window.offer = async (options) => {
    await pc.setLocalDescription(await pc.createOffer(options));
    return pc.localDescription.sdp;
  };
  window.take = (sdp) => pc.setRemoteDescription({type: 'answer', sdp});
  // How far the loudest part near that frequency stands over the middle of the spectrum, in dB.
  window.hears = (hz) => {
    if (!window.ear) return 0;
    const bins = new Float32Array(ear.frequencyBinCount);
    ear.getFloatFrequencyData(bins);
    const at = Math.round(hz * ear.fftSize / context.sampleRate);
    const finite = [...bins].filter(Number.isFinite).sort((a, b) => a - b);
    if (finite.length < bins.length / 2) return 0;
    return Math.max(...bins.slice(at - 3, at + 4)) - finite[finite.length >> 1];
  };
  window.loudest = () => {
    const bins = new Float32Array(ear.frequencyBinCount);
    ear.getFloatFrequencyData(bins);
    return bins.indexOf(Math.max(...bins)) * context.sampleRate / ear.fftSize;
  };
  window.stats = async () => {
    const found = {};
    (await pc.getStats()).forEach((s) => {
      if (s.type === 'transport') { found.cipher = s.srtpCipher; found.dtls = s.dtlsState; }
      if (s.type === 'inbound-rtp') { found.received = s.packetsReceived; found.lost = s.packetsLost; found.ssrc = s.ssrc; }
      if (s.type === 'codec') found.codec = s.mimeType;
    });
    return found;
  };
)js";

class ChromiumLegs : public PlaneTest {
 protected:
  void SetUp() override {
    if (::access(Chromium::kPath, X_OK) != 0) GTEST_SKIP() << "skipped: no " << Chromium::kPath << " here";
    start();
    if (IsSkipped()) return;
    browser = std::make_unique<Chromium>();
    ASSERT_TRUE(browser->is_up());
    browser->evaluate(kPage);
    ASSERT_TRUE(plane->open(kAgent, LegKind::webrtc));
    trunk = open(kTrunk, LegKind::trunk, contact);
  }
  std::string text(const std::string& expression) {
    const auto value = browser->evaluate(expression);
    return value.is_string() ? std::string{value.as_string()} : std::string{};
  }
  double number(const std::string& expression) {
    const auto value = browser->evaluate(expression);
    return value.is_number() ? value.to_number<double>() : 0;
  }
  bool negotiate(const std::string& offer) {
    const auto answer = plane->answer_webrtc(kAgent, offer);
    EXPECT_TRUE(answer) << (answer ? offer : to_string(answer.error()));
    if (!answer) return false;
    browser->evaluate("take(" + boost::json::serialize(boost::json::value(*answer)) + ")");
    return true;
  }
  void join() {
    ASSERT_TRUE(negotiate(text("begin()")));
    ASSERT_TRUE(wait_for<WebrtcConnected>());
  }
  // The contact speaks until the condition holds; asked a few times a second.
  bool speak_until(const std::function<bool()>& condition) {
    for (int turn = 0; turn < 150; ++turn) {
      speak(10);
      if (condition()) return true;
    }
    return false;
  }
  void speak(int frames) {
    run_frames(frames, {&contact}, [&](int) { contact.send_tone(trunk, 600); });
  }
  bool contact_hears(double hz) {
    const auto from = contact.packets.size() > 10 ? contact.packets.size() - 10 : 0;
    return level(contact.samples(from), hz) > 0.1;
  }
  bool browser_hears(double hz) { return number(fmt::format("hears({})", hz)) > 40; }

  static constexpr LegId kTrunk = 1;
  static constexpr LegId kAgent = 2;
  FarEnd contact{2};
  Endpoint trunk;
  std::unique_ptr<Chromium> browser;
};
INSTANTIATE_TEST_SUITE_P(Wires, ChromiumLegs, ::testing::Bool(), wire_name);

TEST_P(ChromiumLegs, SpeaksWithTheContactAndHoldsAndResumes) {
  const auto begin = Clock::now();
  join();
  fmt::print("connected {} ms after the offer was asked for\n",
             std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin).count());
  ASSERT_TRUE(plane->bridge(kTrunk, kAgent, {.zip_tone = true}));
  ASSERT_TRUE(speak_until([&] { return contact_hears(400) && browser_hears(600); }));
  EXPECT_NEAR(number("loudest()"), 600, 10);
  EXPECT_EQ(count<Bridged>(), 1u);
  const auto stats = browser->evaluate("stats()");
  fmt::print("{}\n", boost::json::serialize(stats));
  EXPECT_EQ(stats.at("cipher").as_string(), "SRTP_AEAD_AES_128_GCM");
  EXPECT_EQ(stats.at("codec").as_string(), "audio/PCMU");
  ASSERT_TRUE(plane->hold(kTrunk));
  ASSERT_TRUE(speak_until([&] { return !contact_hears(400) && !browser_hears(600); }));
  ASSERT_TRUE(plane->resume(kTrunk));
  ASSERT_TRUE(speak_until([&] { return contact_hears(400) && browser_hears(600); }));
  EXPECT_EQ(count<Silent>(), 0u);
}

TEST_P(ChromiumLegs, MutedItIsStillHeardToBeThere) {
  join();
  ASSERT_TRUE(plane->bridge(kTrunk, kAgent, {}));
  ASSERT_TRUE(speak_until([&] { return contact_hears(400); }));
  browser->evaluate("pc.getSenders()[0].track.enabled = false");
  ASSERT_TRUE(speak_until([&] { return !contact_hears(400); }));
  speak(150);
  EXPECT_EQ(count<Silent>(), 0u);
  browser->evaluate("pc.getSenders()[0].track.enabled = true");
  ASSERT_TRUE(speak_until([&] { return contact_hears(400); }));
}

TEST_P(ChromiumLegs, AnIceRestartKeepsTheSound) {
  join();
  ASSERT_TRUE(plane->bridge(kTrunk, kAgent, {}));
  ASSERT_TRUE(speak_until([&] { return contact_hears(400) && browser_hears(600); }));
  ASSERT_TRUE(negotiate(text("offer({iceRestart: true})")));
  speak(100);
  EXPECT_TRUE(contact_hears(400) && browser_hears(600));
  EXPECT_EQ(count<WebrtcConnected>(), 1u);
  EXPECT_EQ(count<Silent>(), 0u);
}

TEST_P(ChromiumLegs, AReloadInACallIsHeardAgainOnTheSameLine) {
  join();
  ASSERT_TRUE(plane->bridge(kTrunk, kAgent, {}));
  ASSERT_TRUE(speak_until([&] { return contact_hears(400) && browser_hears(600); }));
  const auto ssrc = browser->evaluate("stats()").at("ssrc").to_number<double>();
  const auto begin = Clock::now();
  browser->reload();
  browser->evaluate(kPage);
  ASSERT_TRUE(negotiate(text("begin()")));
  ASSERT_TRUE(speak_until([&] { return contact_hears(400) && browser_hears(600); }));
  fmt::print("heard both ways {} ms after the reload began\n",
             std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin).count());
  EXPECT_GE(count<Silent>(), 1u);
  EXPECT_GE(count<Heard>(), 1u);
  EXPECT_EQ(browser->evaluate("stats()").at("ssrc").to_number<double>(), ssrc);
}

TEST_P(ChromiumLegs, ANetworkThatIsGoneIsSeenAndComesBackByItself) {
  join();
  ASSERT_TRUE(plane->bridge(kTrunk, kAgent, {}));
  ASSERT_TRUE(speak_until([&] { return contact_hears(400); }));
  browser->signal(SIGSTOP);
  ASSERT_TRUE(wait_for<Silent>());
  browser->signal(SIGCONT);
  ASSERT_TRUE(wait_for<Heard>());
  ASSERT_TRUE(speak_until([&] { return contact_hears(400) && browser_hears(600); }));
}

TEST_P(ChromiumLegs, AFingerprintThatIsNotItsOwnFailsVisibly) {
  auto offer = text("begin()");
  const auto at = offer.find("a=fingerprint:sha-256 ") + 22;
  ASSERT_LT(at, offer.size());
  offer[at] = offer[at] == '0' ? '1' : '0';
  ASSERT_TRUE(negotiate(offer));
  ASSERT_TRUE(wait_for<WebrtcLost>());
  EXPECT_EQ(all<WebrtcLost>()[0].why, WebrtcLoss::fingerprint_mismatch);
  EXPECT_EQ(count<FirstPacket>(), 0u);
}

}  // namespace
}  // namespace ziptone::mediaplane
