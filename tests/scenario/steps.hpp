// The lines of a story that move its world: time, disk, agents, phones, calls, trunks, campaigns.
#pragma once

#include "world.hpp"

namespace ziptone::scenario {

// Plays one line; throws Fault when it can't be understood or can't be played now.
void play(World& world, Words& line);

// Whether a line that begins with this word is one of them.
bool is_step_word(std::string_view word);

}  // namespace ziptone::scenario
