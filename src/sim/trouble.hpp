// What befalls the world as a whole: crashes, freezes, wall-clock steps, stops, do-not-call entries, dead
// trunks.
#pragma once

#include <functional>

#include "base/random.hpp"
#include "base/time.hpp"

namespace ziptone::sim {

class World;

class Trouble {
 public:
  explicit Trouble(World& world);
  void begin();

 private:
  void repeat(double per_hour, std::function<void()> what);
  void crash();
  void kill_trunk();
  void stop_campaign();
  void add_dnc();
  void heal_campaigns();

  World& world_;
  base::Random random_;
};

}  // namespace ziptone::sim
