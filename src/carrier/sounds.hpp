// The library of what personas say: made by espeak-ng at the first start, kept in a cache folder.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "carrier/persona.hpp"
#include "carrier/sound.hpp"

namespace ziptone::carrier {

enum class Use : std::uint8_t {
  hello,           // "Alo?"
  hello_business,  // a company's name and a person's
  hello_again,     // nobody spoke: "Alo? Sesim geliyor mu?"
  reply,           // a turn in a conversation
  goodbye,
  greeting,  // a machine's, of full length
  greeting_short,
  greeting_operator,  // the network's own mailbox
  greeting_name,      // the first part of a greeting that pauses after the name; `greeting` follows
  screening_ask,      // "please say your name and why you are calling"
  screening_no,
  unreachable,  // the network: the number can't be reached
  agent,        // what a robot agent says
  beep,
  ced,
  sit,
  ringback,
  kCount,
};

// Every use has at least one sound in both languages after load(); tones are the same in both.
class SoundLibrary {
 public:
  // Makes what is missing in the `wanted` folder (created if need be; empty: default_folder()) with espeak-ng
  // and reads the rest. Several processes may do so at once. Without espeak-ng the speech is babble() and
  // `synthesized()` says so; nothing fails, since timing and spectrum are what most uses need.
  static SoundLibrary load(const std::filesystem::path& wanted);
  // $XDG_CACHE_HOME/ziptone/sounds, $HOME/.cache/ziptone/sounds, or a folder under /tmp.
  static std::filesystem::path default_folder();

  // `pick` chooses among several; the same pick gives the same voice where a use has as many texts.
  const Sound& get(Use use, Language language, std::uint64_t pick = 0) const;
  // A WAV file (8 kHz, mono, 16-bit or G.711) that a persona plays under the file's name.
  base::Result<> add_recording(const std::string& file);
  // The sound that a persona's `sound` names: sit, ringback, unreachable, a recording; nullptr for another
  // name.
  const Sound* named(std::string_view name, Language language) const;
  bool synthesized() const { return synthesized_; }

 private:
  std::vector<Sound>& list(Use use, Language language) {
    return sounds_[static_cast<std::size_t>(use)][static_cast<std::size_t>(language)];
  }
  void add_tones();

  std::array<std::array<std::vector<Sound>, 2>, static_cast<std::size_t>(Use::kCount)> sounds_;
  std::map<std::string, Sound, std::less<>> recordings_;
  bool synthesized_ = false;
};

}  // namespace ziptone::carrier
