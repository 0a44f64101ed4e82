#include "sim/oracle/list.hpp"

namespace ziptone::sim {

std::vector<std::unique_ptr<Oracle>> all_oracles() {
  std::vector<std::unique_ptr<Oracle>> all;
  for (const auto make : {make_once, make_agent_alone, make_eligible, make_leak, make_stuck, make_patience,
                          make_whole_list, make_min_ring, make_pace, make_progress, make_outcomes, make_codes,
                          make_hold, make_left_alone, make_machine_message}) {
    all.push_back(make());
  }
  return all;
}

}  // namespace ziptone::sim
