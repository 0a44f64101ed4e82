// The second opinion: may this contact be called on this number now? Written on its own, with its own records
// of what the wire has seen; nothing of src/dialer/contact is used here.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/sight.hpp"

namespace ziptone::sim {

class World;

class Evaluator {
 public:
  void see(const Sight& sight, const World& world);
  // Empty: yes. Else what forbids it. `follows`: another trunk, right after a failure that nobody heard.
  std::string objection(const World& world, dialer::ContactId contact, dialer::NumberKey number,
                        bool follows = false) const;

 private:
  struct Try {
    dialer::AttemptId attempt;
    dialer::ContactId contact;
    dialer::Now at;
    bool follows = false;
    bool reached = true;  // may have reached the person's phone; false: the trunk failed before
  };
  // How long ago: by the clock that never steps, or, told by a process that has started since, by the wall.
  bool has_reached(const Try& one, const World& world) const;
  bool is_within(const Try& one, base::Duration length, const World& world) const;
  std::map<dialer::NumberKey, std::vector<Try>> tries_;
  std::map<std::uint64_t, dialer::NumberKey> number_of_;  // by attempt
  std::set<dialer::NumberKey> told_;                      // do-not-call, by people
  std::set<dialer::NumberKey> barred_;                    // with those of the core's own effects
  std::map<std::uint64_t, dialer::CodeId> first_code_;    // by attempt
  std::set<std::uint64_t> closed_;                        // contacts whose code closed them for good
  bool begun_ = false;
};

// Whether a week's windows are open at this instant in a zone given as its offsets.
bool is_open(const std::vector<dialer::Window>& windows, const base::ZoneRules& zone, dialer::WallTime at);

}  // namespace ziptone::sim
