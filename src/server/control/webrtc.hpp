// A browser's voice path as who carries its signalling sees it: an offer goes in, an answer comes back; what
// happens to the path later is told without being asked. Words of `reason` are the desktop's (ISSUE3.md).
#pragma once

#include <functional>
#include <string>

#include "base/id.hpp"

namespace ziptone::control {

// Without a reason `sdp` is the answer. Reasons: not_negotiable (the offer can't be used, or the agent has a
// phone), no_port (no leg could be opened).
struct WebrtcAnswer {
  std::string sdp;
  std::string reason;
  std::string text;  // the reason in words, for a log or a person
};
using WebrtcAnswered =
    std::function<void(const WebrtcAnswer&)>;  // on the control thread: must only pass it on

// Reasons: fingerprint_mismatch, not_negotiable (the handshake failed), consent_expired (nothing was heard of
// the browser for 30 s), closed (it said goodbye). A new offer makes a new path.
struct WebrtcFailure {
  std::string reason;
  std::string text;
};
using WebrtcFailed = std::function<void(base::AgentId, const WebrtcFailure&)>;

}  // namespace ziptone::control
