// What a classifier says: a verdict, how sure it is, why, and every class's share where it knows them.
#pragma once

#include <array>

#include "analysis/verdict.hpp"

namespace ziptone::analysis {

struct Judgement {
  Verdict verdict = Verdict::unsure;
  float confidence = 0;
  Cause cause = Cause::none;
  std::array<float, kVerdicts> scores{};  // all zero: only the verdict's share is known

  void score(Verdict which, float share) { scores[static_cast<std::size_t>(which)] = share; }
};

}  // namespace ziptone::analysis
