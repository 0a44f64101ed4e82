#include "media/catch_up.hpp"

#include <algorithm>
#include <cmath>

namespace ziptone::media {
namespace {

constexpr int kBlock = 80;              // 10 ms, by which voice and pause are told apart
constexpr int kFade = 80;               // over which two stretches become one
constexpr int kSkipMin = 20;            // a period of 400 Hz
constexpr int kSkipMax = 128;           // of 62 Hz
constexpr int kCreditAFrame = 48;       // 0.3 of the frame: 1.3 times
constexpr int kPauseKept = 480;         // 60 ms
constexpr int kPauseMin = 640;          // 80 ms of quiet are a pause
constexpr int kLeadIn = 160;            // before the first voice
constexpr int kSearchMs = 3000;         // how far back the voice may lie
constexpr int kVoiceBlocksMin = 5;      // less is a click
constexpr float kQuietest = 60 * 60;    // a voice is never under -55 dB of full scale
constexpr float kBelowLoudest = 0.01F;  // 20 dB under the loudest is a pause
constexpr int kFramesMax = CatchUp::kLimitMs / kFrameMs - 2;

}  // namespace

CatchUp::CatchUp() : ring_(kRing) {}

void CatchUp::push(std::span<const std::int16_t, kFrameSamples> frame) {
  for (const auto sample : frame) ring_[static_cast<std::size_t>(pushed_++) & (kRing - 1)] = sample;
}

std::int64_t CatchUp::oldest() const {
  return std::max<std::int64_t>(0, pushed_ - static_cast<std::int64_t>(kRing));
}

float CatchUp::energy(std::int64_t from) const {
  float sum = 0;
  for (int i = 0; i < kBlock; ++i) {
    const auto sample = static_cast<float>(at(from + i));
    sum += sample * sample;
  }
  return sum / kBlock;
}

// From the newest sample back to where a second of voice begins.
bool CatchUp::begin() {
  const auto first = std::max(oldest(), pushed_ - kSearchMs * kSampleRate / 1000);
  float loudest = 0;
  for (auto from = pushed_ - kBlock; from >= first; from -= kBlock) loudest = std::max(loudest, energy(from));
  quiet_below_ = std::max(kQuietest, loudest * kBelowLoudest);
  int voiced = 0;
  for (auto from = pushed_ - kBlock; from >= first && voiced < kVoiceMs / 10; from -= kBlock) {
    if (quiet(from)) continue;
    ++voiced;
    read_ = from;
  }
  if (voiced < kVoiceBlocksMin) return false;
  read_ = std::max(first, read_ - kLeadIn);
  frames_ = credit_ = pause_played_ = 0;
  return true;
}

std::int64_t CatchUp::quiet_run() const {
  auto from = read_;
  while (from + kBlock <= pushed_ && quiet(from)) from += kBlock;
  return from - read_;
}

// How much may be left out here so that what follows goes on as what was heard: the lag of the best likeness.
int CatchUp::best_skip() const {
  int best = kSkipMin;
  float likeness = -2;
  for (int skip = kSkipMin; skip <= kSkipMax; ++skip) {
    float product = 0;
    float power = 1;
    for (int i = 0; i < kFade; ++i) {
      const auto later = static_cast<float>(at(read_ + skip + i));
      product += static_cast<float>(at(read_ + i)) * later;
      power += later * later;
    }
    const float here = product / std::sqrt(power);
    if (here <= likeness) continue;
    likeness = here;
    best = skip;
  }
  return best;
}

// A frame from `skip` samples further on, faded in from where the agent was.
void CatchUp::emit(std::int64_t skip, Frame out) {
  for (int i = 0; i < static_cast<int>(kFrameSamples); ++i) {
    const auto later = static_cast<int>(at(read_ + skip + i));
    const int before = frames_ == 0 ? 0 : static_cast<int>(at(read_ + i));
    const bool fades = i < kFade && (skip > 0 || frames_ == 0);
    const int mixed = fades ? (before * (kFade - i) + later * i) / kFade : later;
    out[static_cast<std::size_t>(i)] = static_cast<std::int16_t>(mixed);
  }
  read_ += skip + static_cast<std::int64_t>(kFrameSamples);
  ++frames_;
}

// The newest 20 ms; when they have not come yet, what is there dies away.
bool CatchUp::finish(Frame out) {
  const auto left = pushed_ - read_;
  if (left >= static_cast<std::int64_t>(kFrameSamples)) {
    emit(left - static_cast<std::int64_t>(kFrameSamples), out);
    return true;
  }
  const int there = static_cast<int>(left);
  const int fade = std::min(there, kFade);
  for (int i = 0; i < static_cast<int>(kFrameSamples); ++i) {
    int sample = i < there ? at(read_ + i) : 0;
    if (i < there && i >= there - fade) sample = sample * (there - i) / fade;
    out[static_cast<std::size_t>(i)] = static_cast<std::int16_t>(sample);
  }
  read_ = pushed_;
  return true;
}

bool CatchUp::next(Frame out) {
  const auto left = pushed_ - read_;
  const bool overrun = left > static_cast<std::int64_t>(kRing) - 2 * static_cast<std::int64_t>(kFrameSamples);
  if (frames_ >= kFramesMax || overrun || left <= static_cast<std::int64_t>(kFrameSamples) + kFade)
    return finish(out);
  credit_ += kCreditAFrame;
  const auto run = quiet_run();
  pause_played_ = run >= static_cast<std::int64_t>(kFrameSamples) ? pause_played_ : 0;
  if (run >= kPauseMin && pause_played_ >= kPauseKept) {
    if (run + kBlock > left) return finish(out);  // nothing but quiet up to now
    emit(run - kBlock, out);
    pause_played_ = 0;
    return false;
  }
  if (run >= static_cast<std::int64_t>(kFrameSamples)) pause_played_ += static_cast<int>(kFrameSamples);
  const bool room = left >= static_cast<std::int64_t>(kFrameSamples) + kSkipMax + kFade;
  if (credit_ < kSkipMax || !room) {
    emit(0, out);
    return false;
  }
  const int skip = best_skip();
  credit_ -= skip;
  emit(skip, out);
  return false;
}

}  // namespace ziptone::media
