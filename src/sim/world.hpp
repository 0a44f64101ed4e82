// One simulated world: a clock, the models, the process with the core in it, the witnesses and the oracles.
// One thread, one order of events: the same options give the same run.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/agents.hpp"
#include "sim/carrier.hpp"
#include "sim/coverage.hpp"
#include "sim/heap.hpp"
#include "sim/ledger.hpp"
#include "sim/media.hpp"
#include "sim/options.hpp"
#include "sim/oracle/oracle.hpp"
#include "sim/process.hpp"
#include "sim/setup.hpp"
#include "sim/statistics.hpp"
#include "sim/store.hpp"
#include "sim/trace.hpp"
#include "sim/trouble.hpp"

namespace ziptone::sim {

struct Broken {
  std::string oracle;
  std::string what;
};

class World {
 public:
  explicit World(const Options& options);
  World(const Options& options, Setup setup);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // To the end, or to the first oracle that breaks.
  void run();

  // ---- time
  dialer::Now now() const { return {mono_, wall_base_ + mono_.time_since_epoch()}; }
  void at(dialer::Instant when, Heap::Action action) { heap_.push(std::max(when, mono_), std::move(action)); }
  void in(Duration after, Heap::Action action) { at(mono_ + after, std::move(action)); }
  void step_wall(Duration by);
  dialer::Instant faults_end() const { return begin_ + options.faults_until; }
  bool faulty() const { return options.mode != Mode::planning && mono_ < faults_end(); }
  dialer::Instant begin() const { return begin_; }

  // ---- witnesses
  void see(const Sight& sight);
  void after_step();
  void hit(Reached one) { coverage.hit(one); }
  void fail(std::string_view oracle, std::string what);
  dialer::ContactId contact_of(dialer::AttemptId id) const;

  const Options options;
  const Setup setup;
  Trace trace;
  Coverage coverage;
  Ledger ledger;
  Statistics statistics;
  Store store;
  Carrier carrier;
  Media media;
  Agents agents;
  Process process;
  Trouble trouble;
  std::optional<Broken> broken;
  std::uint64_t steps = 0;

 private:
  void observe_coverage(const Sight& sight);
  void observe_row(const dialer::effect::AppendRow& row);
  void look_for_breakers();
  void tick();

  dialer::Instant begin_{base::seconds{1000}};
  dialer::Instant mono_ = begin_;
  dialer::WallTime wall_base_;
  Heap heap_;
  std::vector<std::unique_ptr<Oracle>> oracles_;
  bool judged_;
};

}  // namespace ziptone::sim
