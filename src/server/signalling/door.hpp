// What is refused before anybody looks at it closer, the same on both listeners.
#pragma once

#include <string>

#include "server/signalling/endpoint.hpp"

namespace ziptone::signalling {

// "192.0.2.7" in "192.0.2.0/24"; a network without a prefix length is one address. Also IPv6.
bool is_in_network(const std::string& ip, const std::string& network);

// Answers and returns true when the request is of a scheme, extension or body that we don't serve.
bool refuse_at_door(Incoming& request, Counters& counters);

// A request that belongs to no call of ours: OPTIONS is answered, all else refused.
void answer_outside_dialog(Incoming& request, Counters& counters);

}  // namespace ziptone::signalling
