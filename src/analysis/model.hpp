// The trained classifiers: weights made by tools/analysis/train (model.cpp, generated), and nothing else.
#pragma once

#include "analysis/trees.hpp"

namespace ziptone::analysis {

inline constexpr std::uint16_t kModelVersion = 2;  // 1 is the silence rule

// Log odds of a person against everything that is none: machines and music.
extern const Trees kPersonTrees;
// Log odds of music against speech.
extern const Trees kMusicTrees;

}  // namespace ziptone::analysis
