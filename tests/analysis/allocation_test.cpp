// A program of its own because counting_new.cpp replaces the global operator new.
#include <gtest/gtest.h>

#include "analysis/signals.hpp"

namespace ziptone::analysis {

std::size_t allocations();  // of counting_new.cpp

namespace {

TEST(Allocation, NoneAfterConstruction) {
  signals::Line line;
  line.noise(300).speech(700).noise(900).rhythm(4, {425}, {500, 500}).tone(600, {2100}).noise(300);
  line.speech(4000).noise(300).tone(300, {1000}).noise(3000);
  Analyser analyser{{}};
  std::size_t events = 0;
  const auto before = allocations();
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i + 160 <= line.samples().size(); i += 160) {
      const auto kind = i % 1120 == 0 ? Frame::lost : i % 1760 == 0 ? Frame::dtx : Frame::sound;
      analyser.push(std::span<const std::int16_t, 160>{line.samples().data() + i, 160},
                    {.at_ms = static_cast<std::int64_t>(i / 8), .kind = kind});
      while (analyser.poll()) ++events;
    }
    analyser.restart({.phase = Phase::early_media});
    analyser.answered(500);
  }
  EXPECT_EQ(allocations(), before);
  EXPECT_GT(events, 6U);
}

}  // namespace
}  // namespace ziptone::analysis
