#include "analysis/cadence.hpp"

#include <algorithm>
#include <cstdlib>

namespace ziptone::analysis {
namespace {

constexpr int kSettle = 3;   // frames that must agree before tone or pause changes
constexpr int kForeign = 4;  // frames of anything else end the rhythm
constexpr float kQuietestTone = -48.0F;
constexpr std::int32_t kSlackMs = 45;  // two frame edges and the window
constexpr std::int32_t kLongToneMs = 880;

bool between(std::int32_t value, std::int32_t low, std::int32_t high) {
  return value >= low && value <= high;
}

// Countries whose busy is not slower than 0.6 s a cycle, or slower than 1.2 s (ITU-T E.180 supplement 2).
struct OwnBusy {
  std::array<char, 2> country;
  std::int32_t low_ms;
  std::int32_t high_ms;
};
constexpr OwnBusy kOwnBusy[] = {
    {{'B', 'R'}, 200, 300},
    {{'E', 'S'}, 150, 250},
    {{'M', 'X'}, 200, 300},
    {{'I', 'N'}, 700, 800},
};

}  // namespace

// Forgets the rhythm, not what was reported nor the last frame.
void Cadence::reset() {
  Cadence fresh{country_};
  fresh.reported_ = reported_;
  fresh.first_frame_ms_ = first_frame_ms_;
  fresh.tone_frames_ = tone_frames_;
  fresh.before_ = before_;
  *this = fresh;
}

// A rhythm is reported once; only ringing can still turn into something else.
Tone Cadence::news(Tone heard) {
  const bool is_news = reported_ == Tone::none || (reported_ == Tone::ringback && heard != Tone::ringback);
  if (heard == Tone::none || !is_news) return Tone::none;
  reported_ = heard;
  return heard;
}

Cadence::Kind Cadence::classify(const Sound& sound) {
  const Sound before = before_;
  before_ = sound;
  const float level = std::max(sound.level_dbfs, before.level_dbfs);
  const bool known = start_ms_ >= 0;
  if (level < (known ? tone_dbfs_ - 14.0F : kQuietestTone)) return Kind::quiet;
  const float power = sound.power + before.power;
  const auto share = [&](float Sound::*part) {
    return (sound.*part * sound.power + before.*part * before.power) / power;
  };
  const float low = share(&Sound::us_low_share);
  const float high = share(&Sound::us_high_share);
  const bool pair = low > 0.2F && high > 0.2F && low + high > 0.94F;
  if (share(&Sound::progress_share) < 0.94F && !pair) return Kind::other;
  return known && level < tone_dbfs_ - 8.0F ? Kind::other : Kind::tone;
}

Tone Cadence::equal_halves(std::int32_t half_ms) const {
  for (const auto& own : kOwnBusy)
    if (own.country == country_ && between(half_ms, own.low_ms, own.high_ms)) return Tone::busy;
  return between(half_ms, 310, 610) ? Tone::busy : Tone::reorder;
}

// Called when a tone or a pause has just ended; lengths_[0] is its length.
Tone Cadence::on_change(bool now_on, std::int64_t at_ms) {
  const auto length = static_cast<std::int32_t>(at_ms - since_ms_);
  const bool cut = !on_ ? false : !first_tone_whole_ && since_ms_ == start_ms_;
  lengths_[1] = lengths_[0];
  lengths_[0] = cut ? -1 : length;
  since_ms_ = at_ms;
  on_ = now_on;
  const auto newest = lengths_[0];
  const auto before = lengths_[1];
  if (!between(newest, 150, 820) || !between(before, 150, 820)) return Tone::none;
  const bool tone_ended = !now_on;
  // The British congestion tone: 0.4 on, 0.35 off, 0.225 on, 0.525 off.
  const bool british = tone_ended ? (between(newest, 180, 270) && between(before, 305, 395)) ||
                                        (between(newest, 355, 445) && between(before, 480, 570))
                                  : between(newest, 480, 570) && between(before, 180, 270);
  if (british) return Tone::reorder;
  if (std::abs(newest - before) > kSlackMs) return Tone::none;
  // Its longer tone and shorter pause look like a busy's halves: the next tone tells them apart.
  if (!tone_ended && between(before, 300, 450)) return Tone::none;
  return equal_halves((newest + before) / 2);
}

// What the running tone or pause says by its length alone.
Tone Cadence::on_time(std::int64_t now_ms) const {
  const auto running = static_cast<std::int32_t>(now_ms - since_ms_);
  if (on_) return running >= kLongToneMs ? Tone::ringback : Tone::none;
  if (running >= 1000 && between(lengths_[0], 740, 2600)) return Tone::ringback;
  const bool double_ring = between(lengths_[0], 340, 460) && between(lengths_[1], 150, 260);
  return double_ring && running >= 660 ? Tone::ringback : Tone::none;
}

Tone Cadence::push(std::int64_t at_ms, const Sound* sound) {
  if (first_frame_ms_ < 0) first_frame_ms_ = at_ms;
  if (sound != nullptr) {
    const auto kind = classify(*sound);
    tone_frames_ = kind == Kind::tone ? tone_frames_ + 1 : 0;
    foreign_ = kind == Kind::other ? foreign_ + 1 : 0;
    if (foreign_ >= kForeign) {
      reset();
      return Tone::none;
    }
    const bool tone = kind == Kind::tone || (kind == Kind::other && on_);
    if (tone && kind == Kind::tone) tone_dbfs_ = std::max(tone_dbfs_, sound->level_dbfs);
    if (tone == on_) {
      pending_ = 0;
    } else if (++pending_ == 1) {
      // Two frames together see a tone's end one frame late.
      pending_since_ = on_ ? at_ms - 20 : at_ms;
    }
    if (on_ && kind == Kind::tone) {
      tone_end_ms_ = at_ms + 20;
      hz_ += 0.1F * (sound->first.hz - hz_);
    }
    if (pending_ >= kSettle) {
      pending_ = 0;
      if (start_ms_ < 0) {
        start_ms_ = since_ms_ = pending_since_;
        // A tone that was there from the first frame began before it.
        first_tone_whole_ = pending_since_ - first_frame_ms_ > 40;
        on_ = true;
        hz_ = sound->first.hz;
      } else if (const auto heard = news(on_change(!on_, pending_since_)); heard != Tone::none) {
        return heard;
      }
    }
  }
  if (start_ms_ < 0) return Tone::none;
  // A rhythm has no pause longer than 5 s.
  if (!on_ && at_ms - since_ms_ > 5000) {
    reset();
    return Tone::none;
  }
  return news(on_time(at_ms + 20));
}

}  // namespace ziptone::analysis
