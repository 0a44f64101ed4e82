// What an agent chose when signing in: one of the teams, the browser or the phone. It holds until the next
// sign-in or start, and over changes of the agent's settings, as far as these still allow it.
#pragma once

#include <map>
#include <optional>

#include "server/api/service.hpp"

namespace ziptone::api {

struct Shift {
  base::TeamId team;                   // 0: all of the agent's
  std::optional<dialer::LegMode> leg;  // none: as it is set up
};

class Shifts {
 public:
  void begin(base::AgentId agent, const Shift& shift) { shifts_[agent] = shift; }
  // The agent as the core is to know it.
  dialer::Agent chosen(const store::AgentRecord& record) const;

 private:
  std::map<base::AgentId, Shift> shifts_;
};

// "webrtc", and "phone" where the agent has one.
bool may_use(const store::AgentRecord& record, dialer::LegMode leg);
// The voice path of an agent who chooses the phone.
dialer::LegMode phone_mode(const store::AgentRecord& record);
// POST /agents/{agent}/sign-in
void sign_in(Service* service, const Request& request, const Reply& reply);

}  // namespace ziptone::api
