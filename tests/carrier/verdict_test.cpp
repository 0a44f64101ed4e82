// What call progress analysis makes of the personas: the sounds must be what they are meant to be, or a demo
// and a training against this carrier would teach the wrong thing.
#include <gtest/gtest.h>

#include "analysis/analyser.hpp"
#include "carrier/actor.hpp"
#include "carrier/sounds.hpp"

namespace ziptone::carrier {
namespace {

using analysis::Verdict;

const SoundLibrary& library() {
  static const SoundLibrary made = SoundLibrary::load({});
  return made;
}

// The verdict on a persona's first eight seconds, to a caller who says nothing.
std::optional<Verdict> verdict_on(const char* name, std::uint64_t pick) {
  Callee callee(*preset(name), library(), pick);
  Ear ear;
  analysis::Analyser analyser{analysis::Parameters{}};
  for (int t = 0; t < 8000; t += 20) {
    const Said said = callee.tick(ear, 1'000'000 + WallMicros{t} * 1000);
    std::array<std::int16_t, 160> samples{};
    if (said.sound)
      media::decode(media::Codec::pcma, said.sound->frame(media::Codec::pcma, said.frame), samples);
    analyser.push(samples, {.at_ms = t});
  }
  if (!analyser.verdict()) return std::nullopt;
  return analyser.verdict()->verdict;
}

void expect_all(std::initializer_list<const char*> names, Verdict verdict) {
  if (!library().synthesized())
    GTEST_SKIP() << "skipped: espeak-ng is not installed (script/setup installs it)";
  for (const auto* name : names) {
    for (std::uint64_t pick = 0; pick < 5; ++pick)
      EXPECT_EQ(verdict_on(name, pick), verdict) << name << " " << pick;
  }
}

TEST(Verdicts, PeopleSoundLikePeople) {
  expect_all({"person", "person_en", "late_hello", "impatient"}, Verdict::person);
}

TEST(Verdicts, MachinesSoundLikeMachines) {
  expect_all({"machine", "machine_en", "machine_operator", "machine_beep"}, Verdict::machine);
}

TEST(Verdicts, AFaxSoundsLikeAFax) { expect_all({"fax"}, Verdict::fax); }

TEST(Verdicts, ASilentLineIsNobody) {
  const auto verdict = verdict_on("silent", 0);
  EXPECT_NE(verdict, Verdict::person);
  EXPECT_NE(verdict, Verdict::machine);
}

}  // namespace
}  // namespace ziptone::carrier
