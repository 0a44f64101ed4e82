// What the core wants done, in the words of the scenarios.
#pragma once

#include "world.hpp"

namespace ziptone::scenario {

// The lines of one effect; none for what nobody outside sees (rows, the acceptance of a command).
std::vector<std::string> wording(const World& world, const dialer::Effect& effect);
// Whether any effect's line begins with this word.
bool is_effect_word(std::string_view word);
std::string_view effect_words();  // for refusals: all of them

// "WrappingUp" -> "wrapping-up"
std::string kebab(std::string_view name);
std::string e164(dialer::NumberKey number);

}  // namespace ziptone::scenario
