// What the analysis of one attempt said, kept for those who ask why: every verdict with its evidence, what
// was heard, and when the agent was joined. Gathered on the control thread; the document is written by the
// store's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/verdict.hpp"
#include "base/time.hpp"

namespace ziptone::control {

class Evidence {
 public:
  // Heard by a media worker at this moment, when the analysis had come to this position of its stream.
  void add(const analysis::Event& event, base::Instant at, std::int64_t position_ms);
  void merged(base::Instant at);  // the first counts
  // A new analysis begins, whose stream counts from 0: what it says goes on where the first one is.
  void again(base::Instant at);

  // The first verdict after the answer, on which the call was decided; before that, the last of early media.
  const analysis::VerdictReached* decided() const;
  // When the person's first turn ended, as the deciding verdict knew it; nothing: it did not.
  std::optional<base::Instant> first_turn_end() const;

  // JSON: verdict, confidence, at_ms, model_version, operating_point, revisions, evidence, events; all
  // instants are ms of the analysis' stream.
  std::string document(const std::string& operating_point) const;

 private:
  struct Mark {  // the same moment on both clocks
    base::Instant at;
    std::int64_t position_ms;
  };
  std::vector<analysis::VerdictReached> verdicts_;
  std::vector<analysis::Event> events_;  // without the verdicts
  std::optional<Mark> mark_;
  std::int64_t offset_ms_ = 0;  // of the analysis that runs
  std::optional<base::Instant> merged_at_;
};

}  // namespace ziptone::control
