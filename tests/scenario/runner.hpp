// Plays a scenario: the lines above `----` set the world, those below tell the story.
//
// Strict: before the next step, and at the end, every effect that somebody outside would see has been named
// by an `expect`, in order, or waved by an `ignore`. docs/internals/scenarios.md has the language.
#pragma once

#include <string>
#include <string_view>

namespace ziptone::scenario {

// Empty when the story is true; else "file:line: what was expected and what came", with all effects of its
// step.
std::string run(std::string_view file, std::string_view text);

}  // namespace ziptone::scenario
