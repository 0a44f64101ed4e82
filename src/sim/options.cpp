#include "sim/options.hpp"

#include "base/random.hpp"

namespace ziptone::sim {
namespace {

// Each world has some of the faults only, so that one does not hide the others.
Faults draw_faults(base::Random& random) {
  Faults f;
  const auto some = [&](double most) { return random.chance(0.5) ? random.unit() * most : 0.0; };
  f.loss = some(0.2);
  f.duplicate = some(0.2);
  f.cross = some(0.6);
  f.fork = some(0.3);
  f.early_media = some(0.5);
  f.mute_carrier = some(0.05);
  f.no_bridge = some(0.1);
  f.early_hang_up = some(0.3);
  f.slow_store = some(0.2);
  f.store_failures = some(2.0);
  f.crashes = some(20.0);
  f.freezes = some(20.0);
  f.wall_steps = some(6.0);
  f.dnc_entries = some(200.0);
  f.stops = some(20.0);
  f.dead_trunks = some(6.0);
  f.agent_trouble = some(0.5);
  f.list_changes = some(200.0);
  return f;
}

Options draw(std::uint64_t seed, Mode mode) {
  base::Random random{seed * 2 + (mode == Mode::safety ? 0 : 1)};
  Options o;
  o.seed = seed;
  o.mode = mode;
  o.agents = static_cast<int>(random.between(1, 6));
  o.contacts = static_cast<int>(random.between(5, 60));
  o.length = base::minutes{random.between(10, 30)};
  o.faults_until = o.length;
  o.callees.answered = 0.2 + random.unit() * 0.6;
  o.callees.machine = random.unit() * 0.5;
  o.callees.busy = random.unit() * 0.3;
  o.callees.unreachable = random.unit() * 0.2;
  o.callees.invalid = random.unit() * 0.2;
  o.callees.congested = random.unit() * 0.1;
  o.callees.ring_mean = base::seconds{random.between(2, 20)};
  o.callees.talk_mean = base::seconds{random.between(5, 40)};
  o.faults = draw_faults(random);
  return o;
}

}  // namespace

Options safety(std::uint64_t seed) { return draw(seed, Mode::safety); }

Options liveness(std::uint64_t seed) {
  Options o = draw(seed, Mode::liveness);
  o.contacts += 60;
  o.faults_until = o.length / 2;
  // A breaker that opened in the last moment stays open for five minutes and ramps for forty seconds.
  o.length += base::minutes{7};
  return o;
}

}  // namespace ziptone::sim
