// The oracles, one file each.
#pragma once

#include <memory>

#include "sim/oracle/oracle.hpp"

namespace ziptone::sim {

std::unique_ptr<Oracle> make_once();
std::unique_ptr<Oracle> make_agent_alone();
std::unique_ptr<Oracle> make_eligible();
std::unique_ptr<Oracle> make_leak();
std::unique_ptr<Oracle> make_stuck();
std::unique_ptr<Oracle> make_patience();
std::unique_ptr<Oracle> make_whole_list();
std::unique_ptr<Oracle> make_min_ring();
std::unique_ptr<Oracle> make_pace();
std::unique_ptr<Oracle> make_progress();
std::unique_ptr<Oracle> make_outcomes();
std::unique_ptr<Oracle> make_codes();
std::unique_ptr<Oracle> make_hold();
std::unique_ptr<Oracle> make_left_alone();
std::unique_ptr<Oracle> make_machine_message();

}  // namespace ziptone::sim
