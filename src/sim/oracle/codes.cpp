// A wrap-up code that was acknowledged survives every crash.
#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "sim/oracle/list.hpp"
#include "sim/world.hpp"

namespace ziptone::sim {
namespace {

class Codes : public Oracle {
 public:
  std::string_view name() const override { return "acknowledged codes survive"; }

  void see(const Sight& sight, World& world) override {
    if (const auto* code = std::get_if<sight::CodeAcknowledged>(&sight)) acknowledged_.push_back(*code);
    if (std::holds_alternative<sight::Born>(sight)) close(world);
  }

  void close(World& world) override {
    if (!world.store.idle()) return;
    for (const auto& one : acknowledged_) {
      const auto attempt = world.store.attempts().find(one.attempt.value);
      const bool kept = attempt != world.store.attempts().end() &&
                        std::any_of(attempt->second.codes.begin(), attempt->second.codes.end(),
                                    [&](const auto& code) { return code.code == one.code; });
      if (!kept) return world.fail(name(), fmt::format("code {} of call {} is lost", one.code, one.attempt));
    }
  }

 private:
  std::vector<sight::CodeAcknowledged> acknowledged_;
};

}  // namespace

std::unique_ptr<Oracle> make_codes() { return std::make_unique<Codes>(); }

}  // namespace ziptone::sim
