#include "analysis/classifier.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/model.hpp"

namespace ziptone::analysis {
namespace {

constexpr int kLookEvery = 3;  // frames
// The share from which on a sound is music: speech hardly ever reaches it (0.2 % of the people, 0.2 % of the
// machines).
constexpr float kMusic = 0.5F;
constexpr float kNobody = -3;
constexpr int kTurnPauseFrames = 30;

float share(float log_odds) { return 1.0F / (1.0F + std::exp(-log_odds)); }

float between(const std::array<float, 6>& at, const std::array<float, 6>& values, float x) {
  if (x <= at.front()) return values.front();
  for (std::size_t i = 1; i < at.size(); ++i)
    if (x <= at[i]) return std::lerp(values[i - 1], values[i], (x - at[i - 1]) / (at[i] - at[i - 1]));
  return values.back();
}

}  // namespace

void Classifier::push(const Sound* sound, bool lost, bool tonal) {
  notes_.push(sound, lost, tonal);
  ++heard_;
  news_ = false;
}

const FeatureRow* Classifier::features() {
  look();
  return news_ ? &row_ : nullptr;
}

void Classifier::look() {
  if (looked_ == heard_ || heard_ % kLookEvery != 0 || notes_.full()) return;
  looked_ = heard_;
  const auto notes = notes_.all();
  conversation_ = lay_out(notes);
  spoke_ = !conversation_.front.empty();
  if (!spoke_) return;
  row_ = measure(notes, conversation_);
  odds_ = log_odds(kPersonTrees, row_);
  person_ = share(odds_);
  music_ = share(log_odds(kMusicTrees, row_));
  // Nobody is to be connected to music, however its words are spaced.
  if (music_ >= kMusic) {
    odds_ = std::min(odds_, kNobody);
    person_ = std::min(person_, 1 - music_);
  }
  news_ = true;
}

std::int32_t Classifier::onset_ms() const { return spoke_ ? conversation_.front.onset() * kNoteMs : -1; }

std::int32_t Classifier::silence_ms() const { return now_ms() - conversation_.front.end() * kNoteMs; }

std::int32_t Classifier::first_turn_end_ms() const {
  if (!spoke_) return -1;
  const auto words = conversation_.front.words();
  for (std::size_t k = 0; k + 1 < words.size(); ++k)
    if (words[k + 1].from - words[k].to >= kTurnPauseFrames) return words[k].to * kNoteMs;
  return silence_ms() >= kTurnPauseFrames * kNoteMs ? conversation_.front.end() * kNoteMs : -1;
}

Judgement Classifier::called(Verdict verdict, Cause cause) const {
  Judgement judgement{.verdict = verdict, .confidence = 0, .cause = cause, .scores = {}};
  judgement.score(Verdict::person, person_);
  judgement.score(Verdict::music, (1 - person_) * music_);
  judgement.score(Verdict::machine, (1 - person_) * (1 - music_));
  if (verdict == Verdict::machine && music_ >= kMusic) judgement.verdict = Verdict::music;
  if (verdict == Verdict::unsure) {
    judgement.confidence = person_;
  } else {
    judgement.confidence = judgement.scores[static_cast<std::size_t>(judgement.verdict)];
  }
  return judgement;
}

std::optional<Judgement> Classifier::judge(const OperatingPoint& point, std::int32_t silent_ms) {
  look();
  const bool late = now_ms() + kNoteMs > point.maximum_analysis_ms;
  const bool held_up = silent_ms >= point.last_silence_ms + 200;
  if (!news_ && !late && !held_up) return std::nullopt;
  if (!spoke_) {
    // What the streaming timeline took for words was none: nobody has spoken.
    if (late || held_up) return Judgement{Verdict::unsure, 0.5F, Cause::never_spoke, {}};
    return std::nullopt;
  }
  const auto silence = static_cast<float>(silence_ms());
  const auto since_onset = static_cast<float>(now_ms() - onset_ms());
  const auto passes = [&](float least) {
    return odds_ >= least ? called(odds_ >= 0 ? Verdict::person : Verdict::unsure, Cause::classifier)
                          : called(Verdict::machine, Cause::classifier);
  };
  if (late || since_onset >= static_cast<float>(point.longest_greeting_ms)) return passes(point.at_limit);
  if (held_up || silence >= static_cast<float>(point.last_silence_ms)) return passes(point.after_silence);
  if (silence >= static_cast<float>(point.first_silence_ms) &&
      odds_ >= between(kSilences, point.person, silence))
    return called(Verdict::person, Cause::classifier);
  if (since_onset >= kSinceOnset.front() && odds_ <= between(kSinceOnset, point.machine, since_onset))
    return called(Verdict::machine, Cause::classifier);
  return std::nullopt;
}

std::optional<Judgement> Classifier::unmask() {
  look();
  constexpr float kSure = -2;
  if (!news_ || odds_ > kSure) return std::nullopt;
  return called(Verdict::machine, Cause::classifier);
}

}  // namespace ziptone::analysis
