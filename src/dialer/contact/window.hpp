// Is the campaign's window open in every zone of a number, and when does that change?
#pragma once

#include <vector>

#include "dialer/config.hpp"

namespace ziptone::dialer {

struct Opening {
  bool open = false;
  // If open: when it closes. If not: when it opens; kNeverWall = not within the next 15 days, or a zone is
  // unknown.
  WallTime until = base::kNeverWall;
};

// Half-open windows of the local day; all zones must be open at once. No zones, or one without rules: never
// open.
Opening opening(const std::vector<Window>& windows, const std::vector<base::ZoneRules>& zones, WallTime now);

}  // namespace ziptone::dialer
