// Only configured addresses may speak to the trunk listener, and the kernel sees to it: what others send is
// dropped before the SIP library parses it, or answers it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ziptone::signalling {

// The sockets of this process that are bound to `ip`:`port`, UDP and listening TCP.
std::vector<int> sockets_on(const std::string& ip, std::uint16_t port);

// Lets only datagrams and connections from these networks ("192.0.2.0/24", "2001:db8::1") pass; an empty list
// lets nothing pass. False when the kernel refuses.
bool allow_only(int fd, const std::vector<std::string>& networks);

// Datagrams that the kernel dropped on this socket, by the filter or for want of room.
std::uint64_t dropped_on(int fd);

}  // namespace ziptone::signalling
