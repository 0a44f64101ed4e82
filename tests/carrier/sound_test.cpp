// Sounds, ears and actors without a network: frames in, frames out.
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "carrier/actor.hpp"
#include "carrier/digest.hpp"
#include "carrier/ear.hpp"
#include "carrier/log.hpp"
#include "carrier/sounds.hpp"

namespace ziptone::carrier {
namespace {

constexpr WallMicros kStart = 1'000'000'000;

// One library for all tests: made once in a folder of this process.
const SoundLibrary& library() {
  static const SoundLibrary made = [] {
    const auto folder =
        std::filesystem::temp_directory_path() / ("ziptone-sounds-test-" + std::to_string(::getpid()));
    auto first = SoundLibrary::load(folder);
    auto second = SoundLibrary::load(folder);  // from the cache
    EXPECT_EQ(first.get(Use::hello, Language::tr).frames(), second.get(Use::hello, Language::tr).frames());
    std::filesystem::remove_all(folder);
    return second;
  }();
  return made;
}

// Feeds an ear with frames, as a line would.
class Listening {
 public:
  Ear ear;
  WallMicros now = kStart;

  void hear(std::span<const std::int16_t> samples) {
    for (std::size_t i = 0; i + 160 <= samples.size(); i += 160) frame(samples.subspan(i, 160));
  }
  void hear(const Sound& sound) {
    for (std::size_t i = 0; i < sound.frames(); ++i) bytes(sound.frame(media::Codec::pcma, i));
  }
  void silence(int ms) {
    const Samples quiet(160, 0);
    for (; ms > 0; ms -= 20) frame(quiet);
  }
  std::vector<EarEvent> of(EarEvent::Kind kind) {
    for (auto& e : ear.take_events()) events.push_back(e);
    std::vector<EarEvent> out;
    for (const auto& e : events) {
      if (e.kind == kind) out.push_back(e);
    }
    return out;
  }

 private:
  void frame(std::span<const std::int16_t> samples) {
    std::array<std::uint8_t, 160> coded;
    media::encode(media::Codec::pcma, samples, coded);
    bytes(coded);
  }
  void bytes(std::span<const std::uint8_t> payload) {
    header.sequence++;
    header.timestamp += 160;
    ear.packet({header, payload}, media::Codec::pcma, false, now);
    now += 20'000;
    ear.pass(now);
  }
  media::RtpHeader header{false, 8, 0, 0, 42};
  std::vector<EarEvent> events;
};

TEST(Ear, FindsTwoShortBeepsAndTheirFrequency) {
  Listening l;
  l.ear.listen_from(l.now);
  l.silence(500);
  const Tone zip[] = {{1000, 120}, {0, 100}, {1000, 120}, {0, 200}};
  l.hear(tones(zip));
  const auto heard = l.of(EarEvent::Kind::tone);
  ASSERT_EQ(heard.size(), 2u);
  EXPECT_NEAR(heard[0].hz, 1000, 5);
  EXPECT_NEAR(heard[0].ms, 120, 20);
  EXPECT_NEAR(static_cast<double>(heard[0].at - kStart), 500'000, 21'000);
  EXPECT_EQ(l.ear.short_tones(), 2u);
  EXPECT_EQ(l.ear.spurts(), 0u) << "a tone is not a voice";
}

// Ringback of two frequencies beats; it must come out as one long tone, or phones would take it for zip
// tones.
TEST(Ear, RingbackOfTwoFrequenciesIsOneLongTone) {
  for (const auto& [low, high, ms] : {std::tuple{440.0, 480.0, 2000}, std::tuple{400.0, 450.0, 400}}) {
    const Tone one[] = {{low, ms}, {0, 500}}, other[] = {{high, ms}, {0, 500}};
    Samples sum = tones(one);
    const Samples second = tones(other);
    for (std::size_t i = 0; i < sum.size(); ++i)
      sum[i] = static_cast<std::int16_t>(sum[i] / 2 + second[i] / 2);
    Listening l;
    l.ear.listen_from(l.now);
    l.hear(sum);
    const auto heard = l.of(EarEvent::Kind::tone);
    ASSERT_EQ(heard.size(), 1u) << low;
    EXPECT_NEAR(heard[0].ms, ms, 40);
    EXPECT_NEAR(heard[0].hz, (low + high) / 2, 20);
    EXPECT_EQ(l.ear.short_tones(), 0u);
  }
}

TEST(Ear, TellsSpeechFromTonesAndMeasuresSilence) {
  Listening l;
  l.ear.listen_from(l.now);
  l.silence(2600);
  l.hear(library().get(Use::hello_business, Language::tr));
  l.silence(1000);
  const auto summary = l.ear.summary(l.now);
  EXPECT_GT(summary.voice_ms, 1200);
  EXPECT_LT(summary.tone_ms, 200);
  EXPECT_NEAR(summary.longest_silence_ms, 2600, 100);
  EXPECT_EQ(summary.silences, 1u);
  ASSERT_TRUE(summary.first_sound_at);
  EXPECT_NEAR(static_cast<double>(*summary.first_sound_at - kStart), 2'600'000, 100'000);
  EXPECT_GE(l.of(EarEvent::Kind::voice_ended).size(), 1u);
  EXPECT_FALSE(l.ear.speaking());
}

TEST(Ear, OwnWordsAreNotSilence) {
  Listening l;
  l.ear.listen_from(l.now);
  for (int i = 0; i < 5; ++i) {
    l.silence(1000);
    l.ear.spoke(l.now);
  }
  EXPECT_EQ(l.ear.summary(l.now).silences, 0u);
}

TEST(Ear, RecognizesTheMessageAndNoOther) {
  const auto& unreachable = library().get(Use::unreachable, Language::tr);
  Samples reference;
  for (std::size_t i = 0; i < unreachable.frames(); ++i) {
    for (const auto code : unreachable.frame(media::Codec::pcmu, i))
      reference.push_back(media::decode(media::Codec::pcmu, code));
  }
  const auto envelope = envelope_of(reference);
  const auto match = [&](const Sound& sound) {
    Listening l;
    l.ear.keep_envelope();
    l.ear.listen_from(l.now);
    l.silence(700);
    l.hear(sound);
    l.silence(500);
    return l.ear.summary(l.now, envelope).message_match;
  };
  EXPECT_GT(match(unreachable), 0.95);
  EXPECT_LT(match(library().get(Use::greeting, Language::tr)), 0.7);
}

TEST(Ear, CountsLossSsrcAndJumps) {
  Ear ear;
  const Samples quiet(160, 0);
  std::array<std::uint8_t, 160> coded;
  media::encode(media::Codec::pcmu, quiet, coded);
  const auto send = [&](std::uint16_t sequence, std::uint32_t timestamp, std::uint32_t ssrc) {
    ear.packet({{false, 0, sequence, timestamp, ssrc}, coded}, media::Codec::pcmu, false, kStart);
  };
  send(65535, 1000, 1);
  send(0, 1160, 1);
  send(3, 1640, 1);   // two lost
  send(4, 90000, 1);  // a jump
  send(5, 0, 2);      // another source
  const auto summary = ear.summary(kStart);
  EXPECT_EQ(summary.lost, 2u);
  EXPECT_EQ(summary.timestamp_jumps, 1u);
  EXPECT_EQ(summary.ssrc_changes, 1u);
}

TEST(Ear, HearsDigitsOnce) {
  Ear ear;
  std::array<std::uint8_t, 4> event;
  for (int i = 0; i < 4; ++i) {
    media::write_telephone_event({5, i == 3, 10, static_cast<std::uint16_t>(160 * i)}, event);
    ear.packet({{false, 101, static_cast<std::uint16_t>(i), 8000, 1}, event}, std::nullopt, true, kStart);
  }
  EXPECT_EQ(ear.summary(kStart).digits, "5");
}

// Lets an actor act into one ear and hears with another; returns what it did and when.
struct Scene {
  std::vector<std::pair<Deed, int>> deeds;
  std::string why;
  int sounded_ms = 0;

  void play(Actor& actor, Listening& hears, int ms, const Sound* reply = nullptr, int reply_at_ms = 0) {
    for (int t = 0; t < ms; t += 20) {
      const Said said = actor.tick(hears.ear, hears.now);
      if (said.sound) {
        sounded_ms += 20;
        hears.ear.spoke(hears.now);
      }
      if (said.deed) {
        deeds.emplace_back(*said.deed, t);
        why = said.why;
        if (*said.deed == Deed::hangs_up) return;
      }
      const auto frame = static_cast<std::size_t>(t - reply_at_ms) / 20;
      if (reply && t >= reply_at_ms && frame < reply->frames()) {
        Samples samples(160);
        media::decode(media::Codec::pcma, reply->frame(media::Codec::pcma, frame), samples);
        hears.hear(samples);
      } else {
        hears.silence(20);
      }
    }
  }
  int when(Deed deed) const {
    for (const auto& [d, t] : deeds) {
      if (d == deed) return t;
    }
    return -1;
  }
};

TEST(Callee, APersonSaysHelloAsksAgainAndLosesPatience) {
  Callee person(*preset("person"), library(), 0);
  Listening hears;
  Scene scene;
  scene.play(person, hears, 40'000);
  EXPECT_NEAR(scene.when(Deed::began_hello), 500, 40);
  EXPECT_GT(scene.when(Deed::spoke), scene.when(Deed::ended_hello) + 2900);
  EXPECT_EQ(scene.why, "silence");
}

TEST(Callee, APersonTakesTurns) {
  Callee person(*preset("person"), library(), 0);
  Listening hears;
  Scene scene;
  const auto& agent = library().get(Use::agent, Language::tr);
  scene.play(person, hears, 9000 + agent.milliseconds(), &agent, 2500);
  const int reply = scene.when(Deed::spoke) - 2500 - agent.milliseconds();
  EXPECT_GT(reply, 300);
  EXPECT_LT(reply, 1300);
}

TEST(Callee, AMachineGreetsBeepsAndHangsUpBehindTheMessage) {
  Callee machine(*preset("machine"), library(), 0);
  Listening hears;
  Scene scene;
  const auto& message = library().get(Use::agent, Language::tr);
  scene.play(machine, hears, 44'000, &message, 15'000);
  EXPECT_GT(scene.when(Deed::beeped), 5000);
  EXPECT_EQ(scene.why, "recorded");
}

TEST(Callee, ScreeningPassesWhoSpeaksAndEndsForTheSilent) {
  const auto& reason = library().get(Use::agent, Language::tr);
  Listening hears, silent;
  Scene passed, refused;
  Callee one(*preset("screening"), library(), 0), two(*preset("screening"), library(), 0);
  passed.play(one, hears, 25'000, &reason, 8000);
  refused.play(two, silent, 30'000);
  EXPECT_GT(passed.when(Deed::passed), 8000 + reason.milliseconds());
  EXPECT_EQ(refused.why, "screened");
}

TEST(Callee, ASilentLineIsSilent) {
  Callee silent(*preset("silent"), library(), 0);
  Listening hears;
  Scene scene;
  scene.play(silent, hears, 10'000);
  EXPECT_EQ(scene.sounded_ms, 0);
}

TEST(RobotAgent, WaitsForTheZipToneThenTalksAndReports) {
  RobotAgent agent(library(), Language::tr, 4000, 0);
  Listening hears;
  Scene before, after;
  before.play(agent, hears, 3000);
  EXPECT_EQ(before.sounded_ms, 0);
  EXPECT_TRUE(before.deeds.empty());
  const Tone zip[] = {{1000, 120}, {0, 100}, {1000, 120}, {0, 40}};
  hears.hear(tones(zip));
  const auto& talk = library().get(Use::greeting, Language::tr);
  after.play(agent, hears, 9000, &talk, 1500);
  EXPECT_LE(after.when(Deed::conversation), 100);
  EXPECT_NEAR(after.when(Deed::finished), 4000, 200);
  EXPECT_GT(after.sounded_ms, 1000);
}

TEST(RobotAgent, RingbackIsNotAConversation) {
  RobotAgent agent(library(), Language::tr, 4000, 0);
  Listening hears;
  Scene scene;
  scene.play(agent, hears, 9000, &library().get(Use::ringback, Language::tr), 500);
  EXPECT_EQ(scene.sounded_ms, 0);
  EXPECT_TRUE(scene.deeds.empty());
}

TEST(Log, LinesAreWholeAndSafe) {
  const auto path =
      std::filesystem::temp_directory_path() / ("ziptone-log-test-" + std::to_string(::getpid()));
  {
    const auto log = Log::open(path.string());
    ASSERT_TRUE(log);
    log->write(LogLine("invite", "a\"b\\c\n", 5)
                   .text("to", "+90")
                   .number("n", -1)
                   .decimal("hz", 440.126)
                   .maybe("no", ""));
  }
  std::ifstream in(path);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  EXPECT_EQ(text,
            "{\"at\":5,\"event\":\"invite\",\"call\":\"a\\\"b\\\\c\\u000a\",\"to\":\"+90\",\"n\":-1,\"hz\":"
            "440.13}\n");
  std::filesystem::remove(path);
  EXPECT_FALSE(Log::open("/nonexistent/folder/file"));
}

// RFC 7616 3.9.1: the example with both algorithms.
TEST(Digest, MatchesTheExamplesOfTheRfc) {
  AuthParams challenge{{"realm", "http-auth@example.org"},
                       {"qop", "auth"},
                       {"nonce", "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"}};
  const Credentials mufasa{"Mufasa", "Circle of Life"};
  const auto with = [&](const char* algorithm) {
    challenge["algorithm"] = algorithm;
    return make_authorization(challenge, mufasa, "GET", "/dir/index.html",
                              "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", 1)
        .value_or("");
  };
  EXPECT_THAT(with("MD5"), testing::HasSubstr("8ca523f5e9506fed4657c9700eebdbec"));
  EXPECT_THAT(with("SHA-256"),
              testing::HasSubstr("753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"));
  EXPECT_EQ(with("SHA-512"), "");
}

}  // namespace
}  // namespace ziptone::carrier
