// Person or machine, by what trained trees make of the conversation so far; asked every 60 ms, decided as
// soon as the odds are enough for the campaign's operating point.
#pragma once

#include <cstdint>
#include <optional>

#include "analysis/features.hpp"
#include "analysis/judgement.hpp"
#include "analysis/operating_point.hpp"
#include "analysis/timeline.hpp"

namespace ziptone::analysis {

class Classifier {
 public:
  // One frame since the answer; null for lost and comfort noise frames, `lost` says which.
  void push(const Sound* sound, bool lost, bool tonal);

  // Instants below count from the answer.
  bool spoke() const { return spoke_; }
  std::int32_t onset_ms() const;
  std::int32_t first_turn_end_ms() const;  // -1: it may go on

  // The row of features that this frame brings; null when it brings none.
  const FeatureRow* features();

  // The decision; empty: listen on. Asked for after each frame. `silent_ms`: how long the words of the
  // streaming timeline are over, -1 while they are not; a rustle that it takes for words must not hold
  // anybody up.
  std::optional<Judgement> judge(const OperatingPoint& point, std::int32_t silent_ms);
  // A machine that was taken for a person, or for nobody: it went on and on.
  std::optional<Judgement> unmask();

 private:
  // Lays out, measures and weighs, once, where a look is due: nobody pays for looks that nobody asks for.
  void look();
  std::int32_t now_ms() const { return heard_ * kNoteMs; }
  std::int32_t silence_ms() const;
  Judgement called(Verdict verdict, Cause cause) const;

  static constexpr int kNoteMs = 20;

  Notes notes_;
  Conversation conversation_;
  int heard_ = 0;
  int looked_ = 0;
  bool news_ = false;  // row and odds are of this very frame
  bool spoke_ = false;
  FeatureRow row_{};
  float odds_ = 0;
  float person_ = 0;  // shares
  float music_ = 0;
};

}  // namespace ziptone::analysis
