// A planning run's figures, for people and for programs.
#pragma once

#include <string>

namespace ziptone::sim {

class World;
std::string plan_as_table(const World& world);
std::string plan_as_json(const World& world);

}  // namespace ziptone::sim
