// The simulator itself: a seed is one run, every oracle can fail, the worlds reach what they must, and the
// seeds that once failed hold.
#include "sim/world.hpp"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace ziptone::sim {
namespace {

Options options_of(std::uint64_t seed, const std::string& mode) {
  return mode == "liveness" ? liveness(seed) : safety(seed);
}

TEST(World, TheSameSeedIsTheSameRun) {
  for (const std::uint64_t seed : {1U, 7U, 19U}) {
    World first{safety(seed)};
    World second{safety(seed)};
    first.run();
    second.run();
    EXPECT_EQ(first.trace.hash(), second.trace.hash()) << "seed " << seed;
    EXPECT_EQ(first.trace.steps(), second.trace.steps());
  }
}

TEST(World, AnotherSeedIsAnotherRun) {
  World first{safety(1)};
  World second{safety(3)};
  first.run();
  second.run();
  EXPECT_NE(first.trace.hash(), second.trace.hash());
}

TEST(World, AnotherContactChangesNoDecisionAboutTheOthers) {
  Options options;
  options.mode = Mode::planning;
  options.agents = 80;
  options.contacts = 40;
  options.length = base::minutes{20};
  options.retry_scale = 100;
  World first{options};
  options.contacts = 41;
  World second{options};
  first.run();
  second.run();
  for (std::uint64_t id = 1; id <= 40; ++id) {
    const auto a = first.process.dialer()->contact(base::ContactId{id});
    const auto b = second.process.dialer()->contact(base::ContactId{id});
    ASSERT_TRUE(a && b);
    EXPECT_EQ(a->phase, b->phase) << "contact " << id;
    EXPECT_EQ(a->attempts, b->attempts) << "contact " << id;
  }
}

// A bug planted in the shell around the core: some seed's oracle of that name must break.
struct Planted {
  Plant plant;
  const char* oracle;
};
void PrintTo(const Planted& planted, std::ostream* out) { *out << planted.oracle; }

class PlantedBug : public testing::TestWithParam<Planted> {};

TEST_P(PlantedBug, IsFound) {
  const auto [plant, oracle] = GetParam();
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    for (const char* mode : {"safety", "liveness"}) {
      Options options = options_of(seed, mode);
      options.plant = plant;
      World world{options};
      world.run();
      if (world.broken && world.broken->oracle == oracle) return;
    }
  }
  FAIL() << "no seed shows that \"" << oracle << "\" can fail";
}

INSTANTIATE_TEST_SUITE_P(EachOracle, PlantedBug,
                         testing::Values(Planted{Plant::place_twice, "one INVITE an attempt"},
                                         Planted{Plant::place_early, "one INVITE an attempt"},
                                         Planted{Plant::swap_agent, "one live attempt an agent"},
                                         Planted{Plant::ignore_dnc, "eligible contacts only"},
                                         Planted{Plant::ignore_window, "eligible contacts only"},
                                         Planted{Plant::forget_end_call, "no leaked call or leg"},
                                         Planted{Plant::forget_end_leg, "no leaked call or leg"},
                                         Planted{Plant::deaf_timer, "no agent stuck"},
                                         Planted{Plant::late_merge, "nobody hears silence"},
                                         Planted{Plant::forget_message, "nobody hears silence"},
                                         Planted{Plant::shrink_list, "every contact in one state"},
                                         Planted{Plant::lose_save_contact, "every contact in one state"},
                                         Planted{Plant::early_cancel, "minimum ring time"},
                                         Planted{Plant::burst, "calls per second and channels"},
                                         Planted{Plant::save_outcome_twice, "one outcome an attempt"},
                                         Planted{Plant::lie_durable, "acknowledged codes survive"},
                                         Planted{Plant::end_held, "a held call can't be ended"},
                                         Planted{Plant::forget_cancel, "no leaked call or leg"},
                                         Planted{Plant::ignore_pause, "agents left alone"},
                                         Planted{Plant::ignore_joining, "agents left alone"},
                                         Planted{Plant::hear_machines, "messages for machines alone"},
                                         Planted{Plant::pause_unseen, "progress"}));

TEST(Seeds, ThatOnceFailedHold) {
  std::ifstream file{std::string(ZIPTONE_SOURCE) + "/tests/sim/seeds.txt"};
  ASSERT_TRUE(file.is_open());
  int count = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#') continue;
    std::istringstream words{line};
    std::uint64_t seed = 0;
    std::string mode;
    ASSERT_TRUE(words >> seed >> mode) << line;
    World world{options_of(seed, mode)};
    world.run();
    EXPECT_FALSE(world.broken) << line << "\n" << world.broken->oracle << ": " << world.broken->what;
    ++count;
  }
  EXPECT_GT(count, 0);
}

TEST(Seeds, ReachEverything) {
  Coverage coverage;
  // Eighty worlds reach everything at least twice; under the sanitizers each takes half a second.
  for (std::uint64_t seed = 1; seed <= 80; ++seed) {
    for (const char* mode : {"safety", "liveness"}) {
      World world{options_of(seed, mode)};
      world.run();
      ASSERT_FALSE(world.broken) << "seed " << seed << " " << mode << ": " << world.broken->oracle << ": "
                                 << world.broken->what;
      coverage.add(world.coverage);
    }
  }
  for (std::size_t i = 0; i < kReached; ++i)
    EXPECT_GT(coverage.counts[i], 0U) << "nothing reaches: " << name(static_cast<Reached>(i));
}

}  // namespace
}  // namespace ziptone::sim
