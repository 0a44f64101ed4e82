#include "server/mediaplane/sounds.hpp"

namespace ziptone::mediaplane {
namespace {

// Hold music for an installation that loaded none: a soft chord that comes and goes.
std::vector<media::ToneStep> plain_hold_music() {
  return {{.hz = {262, 330}, .ms = 1600, .gap_ms = 100, .level_db = -26},
          {.hz = {294, 349}, .ms = 1600, .gap_ms = 100, .level_db = -26},
          {.hz = {247, 392}, .ms = 1600, .gap_ms = 600, .level_db = -26}};
}

}  // namespace

SoundRef sound_of(const std::vector<media::ToneStep>& steps) {
  return media::make_sound(media::render(steps));
}

SoundRef sound_of_keys(const std::string& digits) {
  std::vector<media::ToneStep> steps;
  for (const char digit : digits)
    if (const auto hz = media::key_frequencies(digit); hz[0] > 0)
      steps.push_back({.hz = hz, .ms = 100, .gap_ms = 60, .level_db = -12});
  return sound_of(steps);
}

Sounds::Sounds() { prompts_["hold_music"] = sound_of(plain_hold_music()); }

SoundRef Sounds::of(const Source& source) {
  if (const auto* ringback = std::get_if<Ringback>(&source)) {
    auto& sound = ringbacks_[ringback->country];
    if (sound == nullptr) sound = sound_of(media::ringback_tone(ringback->country));
    return sound;
  }
  if (const auto* music = std::get_if<HoldMusic>(&source)) return of(*music);
  if (const auto* prompt = std::get_if<Prompt>(&source)) {
    const auto found = prompts_.find(prompt->id);
    return found == prompts_.end() ? nullptr : found->second;
  }
  if (const auto* tones = std::get_if<Tones>(&source)) return sound_of(tones->steps);
  return nullptr;
}

SoundRef Sounds::of(const HoldMusic& music) {
  const auto own = prompts_.find(music.id);
  return own == prompts_.end() ? prompts_["hold_music"] : own->second;
}

}  // namespace ziptone::mediaplane
