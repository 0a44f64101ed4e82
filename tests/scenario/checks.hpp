// The lines of a story that say what must be true: the effects of the step above, and the state of the world.
#pragma once

#include <deque>

#include "world.hpp"

namespace ziptone::scenario {

// expect WORDS | expect nothing | ignore WORDS | ignore everything: on the effects that no line has named
// yet, in their order. An effect is named by its first words, as many as the line gives. state ..., path ...,
// explain ...: on the world as it is now. Throws Fault with what came instead.
void check(const World& world, std::deque<std::string>& unnamed, Words& line);

bool is_check_word(std::string_view word);

}  // namespace ziptone::scenario
