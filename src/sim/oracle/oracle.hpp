// A judge of the world's own witnesses. One file each; all.cpp lists them.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "sim/sight.hpp"

namespace ziptone::sim {

class World;

class Oracle {
 public:
  virtual ~Oracle() = default;
  virtual std::string_view name() const = 0;
  // Each sight, after the ledger has taken it in.
  virtual void see(const Sight& /*sight*/, World& /*world*/) {}
  // After every step of the core.
  virtual void look(World& /*world*/) {}
  // Once a simulated quarter of a second.
  virtual void tick(World& /*world*/) {}
  // The run is over and everybody has gone home.
  virtual void close(World& /*world*/) {}
};

std::vector<std::unique_ptr<Oracle>> all_oracles();

}  // namespace ziptone::sim
