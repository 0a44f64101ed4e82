// What the personas say, and the program that says it.
#pragma once

#include <optional>
#include <span>

#include "carrier/sounds.hpp"

namespace ziptone::carrier {

struct Phrase {
  Use use;
  Language language;
  const char* voice;  // espeak-ng's: language+variant
  int speed;          // words a minute
  const char* text;
};

std::span<const Phrase> phrases();

// Runs espeak-ng (a program of its own: GPL-3, neither linked nor shipped) and reads the WAV it writes.
// nullopt where it is not installed or fails. rate: of the samples returned.
std::optional<Samples> speak(const Phrase& phrase, int& rate);

}  // namespace ziptone::carrier
