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
  std::string objection(const World& world, dialer::CampaignId campaign, dialer::ContactId contact,
                        dialer::NumberKey number, bool follows) const;
  // Whether a dial may be demanded: nothing objects, not even what a process that was started since must
  // believe. It knows the disk alone, by a wall clock that may have stepped, and an attempt of unknown fate
  // counts although its INVITE may never have left.
  bool is_owed(const World& world, dialer::ContactId contact, dialer::NumberKey number) const;

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
  // What the process found on the disk when it started, by number.
  struct Found {
    dialer::ContactId contact;
    dialer::WallTime intended;
    dialer::WallTime placed;
    bool follows = false;
    bool reached = false;
  };
  void find(const World& world);
  std::map<dialer::NumberKey, std::vector<Found>> found_;
  dialer::Now born_{};
  bool begun_ = false;
};

// Whether a week's windows are open at this instant in a zone given as its offsets.
bool is_open(const std::vector<dialer::Window>& windows, const base::ZoneRules& zone, dialer::WallTime at);

}  // namespace ziptone::sim
