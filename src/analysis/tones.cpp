#include "analysis/tones.hpp"

#include <algorithm>
#include <cmath>

namespace ziptone::analysis {
namespace {

bool around(float hz, float centre, float tolerance) { return std::abs(hz - centre) <= tolerance; }

// ITU-T T.30: CED 2100 +-15 Hz for 2.6..4 s, CNG 1100 +-38 Hz for 0.5 s +-15 % every 3.5 s.
constexpr float kAnswerHz = 2100;
constexpr float kAnswerTolerance = 24;
constexpr std::int32_t kAnswerMs = 400;
constexpr float kCallingHz = 1100;
constexpr float kCallingTolerance = 38;
constexpr std::int32_t kFrame = 20;
constexpr std::int32_t kV21Ms = 400;

// The steps of Telcordia GR-674 and ITU-T E.180, split half-way between neighbours at 1 % tolerance.
Sit which_sit(float first, float second) {
  if (first > 932 && first < 967) return Sit::itu;
  const bool low = first <= 932;
  const bool short_second = second < 1400;
  if (low) return short_second ? Sit::intercept : Sit::reorder;
  return short_second ? Sit::vacant : Sit::no_circuit;
}

constexpr std::int32_t kBeepLeastMs = 120;
constexpr std::int32_t kBeepMostMs = 1700;
constexpr int kQuietAfterBeep = 6;  // frames

}  // namespace

void ToneBank::report(const ToneHeard& tone) {
  for (auto& slot : heard_) {
    if (slot.which != Tone::none) continue;
    slot = tone;
    return;
  }
}

bool ToneBank::pending(std::int64_t now_ms) const {
  return cadence_.sounding(now_ms) || runs_.current().length_ms() >= 160 || steps_[0].start_ms >= 0 ||
         (v21_since_ms_ >= 0 && now_ms - v21_since_ms_ >= 160) || beep_.exists();
}

void ToneBank::fax(std::int64_t at_ms, const Sound* sound, bool speech_heard) {
  const auto& run = runs_.current();
  if (around(run.hz, kAnswerHz, kAnswerTolerance) && !run.dual) {
    const bool modulated = run.peak_dbfs - run.least_dbfs > 1.2F || (run.holes > 0 && run.length_ms() > 440);
    if (run.length_ms() >= kAnswerMs && !answer_tone_reported_) {
      answer_tone_reported_ = true;
      ansam_reported_ = modulated;
      report({modulated ? Tone::ansam : Tone::ced, Sit::none, run.start_ms, run.length_ms(), run.hz});
    } else if (answer_tone_reported_ && !ansam_reported_ && modulated && run.length_ms() >= kAnswerMs) {
      ansam_reported_ = true;
      report({Tone::ansam, Sit::none, run.start_ms, run.length_ms(), run.hz});
    }
  }
  const auto& over = runs_.ended();
  if (over.exists() && !cng_reported_ && !over.dual && around(over.hz, kCallingHz, kCallingTolerance) &&
      over.length_ms() >= 400 && over.length_ms() <= 620) {
    const auto since = over.start_ms - calling_at_ms_;
    const bool repeated = calling_at_ms_ >= 0 && since >= 3000 && since <= 4000;
    calling_at_ms_ = over.start_ms;
    if (!speech_heard || repeated) {
      cng_reported_ = true;
      report({Tone::cng, Sit::none, over.start_ms, over.length_ms(), over.hz});
    }
  }
  if (sound == nullptr || v21_reported_) return;
  if (sound->level_dbfs > -50 && sound->v21_share > 0.9F) {
    if (v21_since_ms_ < 0) {
      v21_since_ms_ = at_ms;
      v21_frames_ = v21_split_ = 0;
    }
    v21_misses_ = 0;
    ++v21_frames_;
    v21_split_ += sound->first.share < 0.9F;
    const auto length = static_cast<std::int32_t>(at_ms + kFrame - v21_since_ms_);
    // Flags alternate between both frequencies, a beep in this band stays on one.
    if (length >= kV21Ms && 3 * v21_split_ >= v21_frames_) {
      v21_reported_ = true;
      report({Tone::v21, Sit::none, v21_since_ms_, length, sound->first.hz});
    }
  } else if (++v21_misses_ > 1) {
    v21_since_ms_ = -1;
  }
}

// Three steps in order, each 180..480 ms, at most 80 ms apart; the third is believed while it sounds.
void ToneBank::sit() {
  if (sit_reported_) return;
  const auto step_length = [](const ToneRun& run) {
    return run.length_ms() >= 160 && run.length_ms() <= 480;
  };
  const auto follows = [](const ToneRun& run, const Step& step) {
    return step.start_ms >= 0 && run.start_ms - step.end_ms >= -40 && run.start_ms - step.end_ms <= 100;
  };
  const auto& over = runs_.ended();
  if (over.exists() && step_length(over) && !over.dual) {
    if (over.hz > 895 && over.hz < 1005) {
      steps_ = {Step{over.hz, over.start_ms, over.end_ms}, Step{}};
    } else if (over.hz > 1340 && over.hz < 1460 && follows(over, steps_[0])) {
      steps_[1] = {over.hz, over.start_ms, over.end_ms};
    }
  }
  const auto& run = runs_.current();
  if (run.length_ms() >= 160 && run.hz > 1740 && run.hz < 1836 && follows(run, steps_[1])) {
    sit_reported_ = true;
    report({Tone::sit, which_sit(steps_[0].hz, steps_[1].hz), steps_[0].start_ms,
            static_cast<std::int32_t>(run.end_ms - steps_[0].start_ms), steps_[0].hz});
    steps_ = {};
  }
  // A first step that nothing follows is no announcement's tone.
  const auto last = std::max(steps_[0].end_ms, steps_[1].end_ms);
  if (last >= 0 && run.start_ms < 0 && over.start_ms >= 0 && over.start_ms - last > 100) steps_ = {};
}

// A steady tone of 0.12..1.7 s in 350..2150 Hz, followed by quiet, and not part of anything else.
void ToneBank::beep(std::int64_t at_ms, const Sound* sound, bool speech_heard) {
  const auto& over = runs_.ended();
  // Before any word a tone among the network's frequencies is the network's.
  const bool network =
      !speech_heard && over.hz > 340 && over.hz < 640 && (!over.dual || over.second_hz < 640);
  const bool fax = answer_tone_reported_ || cng_reported_ || v21_reported_;
  // A sung vowel is steady from frame to frame and drifts over its length.
  const bool drifting = over.highest_hz - over.lowest_hz > 5.0F + 0.006F * over.hz;
  const bool taken = network || fax || drifting || sit_reported_;
  if (over.exists() && !taken && over.length_ms() >= kBeepLeastMs && over.length_ms() <= kBeepMostMs &&
      over.hz > 350 && over.hz < 2150) {
    // A stepped beep is two runs without a pause.
    const bool stepped = beep_.exists() && over.start_ms - beep_.end_ms <= 60;
    const auto start = stepped ? beep_.start_ms : over.start_ms;
    beep_ = over;
    beep_.start_ms = start;
    quiet_frames_ = 0;
  }
  if (!beep_.exists()) return;
  // A calling fax or the rhythm of a network tone explains it better.
  if (heard_[0].which != Tone::none) {
    beep_ = {};
    return;
  }
  const auto& running = runs_.current();
  if (running.exists() && running.start_ms >= beep_.end_ms && running.start_ms - beep_.end_ms <= 60) return;
  const bool quiet = sound == nullptr || sound->level_dbfs < beep_.peak_dbfs - 14.0F;
  // The frames between the tone's last steady one and now were its edge.
  if (quiet) {
    const auto since = at_ms + kFrame - beep_.end_ms;
    // A tone among the network's frequencies may be the first of a rhythm: wait for what follows.
    const bool alone = !cadence_.sounding(at_ms + kFrame);
    if (++quiet_frames_ >= 2 && since >= kQuietAfterBeep * kFrame && alone) {
      report({Tone::beep, Sit::none, beep_.start_ms, beep_.length_ms(), beep_.hz});
      beep_ = {};
    }
  } else if (at_ms - beep_.end_ms >= 60 && !running.exists()) {
    beep_ = {};
  }
}

void ToneBank::push(std::int64_t at_ms, const Sound* sound, bool speech_heard) {
  heard_ = {};
  runs_.push(at_ms, sound);
  const auto progress = cadence_.push(at_ms, sound);
  // A long low tone after words is a recorder's, not the network ringing.
  if (progress != Tone::none && !(progress == Tone::ringback && speech_heard))
    report({progress, Sit::none, cadence_.start_ms(),
            static_cast<std::int32_t>(at_ms + kFrame - cadence_.start_ms()), cadence_.hz()});
  fax(at_ms, sound, speech_heard);
  sit();
  beep(at_ms, sound, speech_heard);
  tonal_ = (runs_.steady() && runs_.current().frames >= 2) || cadence_.tone();
}

}  // namespace ziptone::analysis
