// What the plane can sound: prompts that were loaded, ringback by country, tones, keys. Rendered here, on the
// caller's thread and under the plane's lock; workers only read what they are given.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "media/sound.hpp"
#include "media/tone.hpp"
#include "server/mediaplane/mediaplane.hpp"

namespace ziptone::mediaplane {

using SoundRef = std::shared_ptr<const media::Sound>;

SoundRef sound_of(const std::vector<media::ToneStep>& steps);
// Digits 0-9*#A-D as they sound in band; others are skipped.
SoundRef sound_of_keys(const std::string& digits);

class Sounds {
 public:
  // With hold music of its own until some is loaded.
  Sounds();
  void load(const std::string& id, SoundRef sound) { prompts_[id] = std::move(sound); }
  // nullptr: silence, or a prompt that nobody loaded.
  SoundRef of(const Source& source);
  // The prompt that it names, else the one of all.
  SoundRef of(const HoldMusic& music);

 private:
  std::unordered_map<std::string, SoundRef> prompts_;
  std::unordered_map<std::string, SoundRef> ringbacks_;
};

}  // namespace ziptone::mediaplane
