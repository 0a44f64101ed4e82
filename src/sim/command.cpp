#include "sim/command.hpp"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "sim/report.hpp"
#include "sim/world.hpp"

namespace ziptone::sim {
namespace {

std::size_t last_lines = 40;

// The run under way, so that a VERIFY of the core, which ends the process, still tells its seed and its last
// steps.
World* under_way = nullptr;

void print_tail(const World& world) {
  const auto& lines = world.trace.lines();
  const std::size_t from = lines.size() > last_lines ? lines.size() - last_lines : 0;
  for (std::size_t i = from; i < lines.size(); ++i) fmt::print("{}\n", lines[i]);
}

void print_failure(const World& world, std::string_view oracle, std::string_view what) {
  print_tail(world);
  fmt::print("seed {} {} mode: {}: {}\n", world.options.seed, name(world.options.mode), oracle, what);
  fmt::print("again: ziptone simulate --seed {}\n", world.options.seed);
  std::fflush(stdout);
}

void on_abort(int) {
  if (under_way != nullptr) print_failure(*under_way, "the core's own check", "see the line above");
  std::_Exit(1);
}

// True: every oracle held.
bool run_one(const Options& options, Coverage& coverage, bool show) {
  World world{options};
  under_way = &world;
  world.run();
  under_way = nullptr;
  coverage.add(world.coverage);
  if (world.broken) {
    print_failure(world, world.broken->oracle, world.broken->what);
    return false;
  }
  if (show) {
    print_tail(world);
    fmt::print("seed {} {} mode: {} steps of the core, {} attempts, every oracle held; hash {:016x}\n",
               options.seed, name(options.mode), world.steps, world.statistics.attempts, world.trace.hash());
  }
  return true;
}

struct Asked {
  std::uint64_t seed = 0;
  std::uint64_t first = 1;
  std::uint64_t seeds = 0;
  std::uint64_t seconds = 0;
  bool coverage = false;
  bool json = false;
  int agents = 20;
  int contacts = 5000;
  double hours = 8;
  double answer_rate = 0.3;
  double machine_share = 0.2;
  double ring_s = 12;
  double talk_s = 90;
};

// Fewer worlds than this may miss what is rare; it is then not demanded.
constexpr std::uint64_t kEnoughToReachAll = 1000;

bool has_reached_all(const Coverage& coverage) {
  bool all = true;
  for (std::size_t i = 0; i < kReached; ++i) {
    if (coverage.counts[i] > 0) continue;
    fmt::print("no world has reached: {}\n", name(static_cast<Reached>(i)));
    all = false;
  }
  return all;
}

// Fresh worlds until the time is over.
int run_seconds(const Asked& asked) {
  using Clock = std::chrono::steady_clock;
  Coverage coverage;
  const auto end = Clock::now() + std::chrono::seconds{asked.seconds};
  std::uint64_t seed = asked.first;
  for (; Clock::now() < end; ++seed) {
    if (!run_one(safety(seed), coverage, false) || !run_one(liveness(seed), coverage, false)) return 1;
  }
  const std::uint64_t count = seed - asked.first;
  fmt::print("{} seeds from {} in safety and liveness mode: every oracle held\n", count, asked.first);
  if (count >= kEnoughToReachAll) return has_reached_all(coverage) ? 0 : 1;
  fmt::print("too few of them to demand that everything is reached\n");
  return 0;
}

int run_seeds(const Asked& asked) {
  Coverage coverage;
  const bool one = asked.seeds == 0;
  const std::uint64_t first = one ? asked.seed : asked.first;
  const std::uint64_t count = one ? 1 : asked.seeds;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    if (!run_one(safety(seed), coverage, one) || !run_one(liveness(seed), coverage, one)) return 1;
  }
  if (!one) fmt::print("{} seeds from {} in safety and liveness mode: every oracle held\n", count, first);
  if (asked.coverage) {
    for (std::size_t i = 0; i < kReached; ++i)
      fmt::print("{:>9}  {}\n", coverage.counts[i], name(static_cast<Reached>(i)));
  }
  return 0;
}

int run_plan(const Asked& asked) {
  Options options;
  options.seed = asked.seed == 0 ? 1 : asked.seed;
  options.mode = Mode::planning;
  options.agents = asked.agents;
  options.contacts = asked.contacts;
  options.length = Duration{static_cast<std::int64_t>(asked.hours * 3600e6)};
  options.callees.answered = asked.answer_rate;
  options.callees.machine = asked.machine_share;
  options.callees.ring_mean = Duration{static_cast<std::int64_t>(asked.ring_s * 1e6)};
  options.callees.talk_mean = Duration{static_cast<std::int64_t>(asked.talk_s * 1e6)};
  World world{options};
  world.run();
  fmt::print("{}", asked.json ? plan_as_json(world) : plan_as_table(world));
  return 0;
}

}  // namespace

void add_command(CLI::App& app) {
  const auto asked = std::make_shared<Asked>();
  auto* command = app.add_subcommand(
      "simulate",
      "Runs the dialer in a simulated world: to find its faults by seeds, or to plan agents and lists");
  auto* seed = command->add_option("--seed", asked->seed,
                                   "One world in safety and liveness mode; with --seeds the first");
  command->add_option("--seeds", asked->seeds, "How many worlds, one after the other")
      ->check(CLI::PositiveNumber);
  command->add_option("--seconds", asked->seconds, "Worlds from --seed on until the time is over")
      ->check(CLI::PositiveNumber)
      ->excludes("--seeds");
  command->add_option("--lines", last_lines, "How many of the last steps to print");
  command->add_flag("--coverage", asked->coverage, "Prints how often the worlds reached what");
  auto* agents = command->add_option("--agents", asked->agents, "Plan: agents")->check(CLI::Range(1, 5000));
  command->add_option("--contacts", asked->contacts, "Plan: contacts in the list")
      ->check(CLI::Range(1, 2'000'000));
  command->add_option("--hours", asked->hours, "Plan: length of the day")->check(CLI::Range(0.01, 24.0));
  command->add_option("--answer-rate", asked->answer_rate, "Plan: share of calls picked up, 0-1")
      ->check(CLI::Range(0.0, 1.0));
  command->add_option("--machine-share", asked->machine_share, "Plan: machines among those, 0-1")
      ->check(CLI::Range(0.0, 1.0));
  command->add_option("--ring", asked->ring_s, "Plan: mean ringing before an answer, seconds")
      ->check(CLI::Range(0.0, 120.0));
  command->add_option("--talk", asked->talk_s, "Plan: mean conversation, seconds")
      ->check(CLI::Range(1.0, 7200.0));
  command->add_flag("--json", asked->json, "Plan: prints JSON");
  command->callback([asked, seed, agents] {
    std::signal(SIGABRT, on_abort);
    asked->first = seed->count() > 0 ? asked->seed : 1;
    if (asked->seed == 0) asked->seed = 1;
    const int code = agents->count() > 0   ? run_plan(*asked)
                     : asked->seconds != 0 ? run_seconds(*asked)
                                           : run_seeds(*asked);
    if (code != 0) throw CLI::RuntimeError(code);
  });
}

}  // namespace ziptone::sim
