// An IP address and port, and their socket form.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include <netinet/in.h>
#include <sys/socket.h>

#include "media/ip.hpp"

namespace ziptone::mediaplane {

struct Endpoint {
  media::IpAddress ip;
  std::uint16_t port = 0;
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

struct EndpointHash {
  std::size_t operator()(const Endpoint& endpoint) const {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    std::memcpy(&low, endpoint.ip.bytes.data(), 8);
    std::memcpy(&high, &endpoint.ip.bytes[8], 8);
    return (low * 0x9E3779B97F4A7C15u) ^ (high * 0xC2B2AE3D27D4EB4Fu) ^ (endpoint.port * 0x165667B19E3779F9u);
  }
};

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

inline SocketAddress to_socket_address(const Endpoint& endpoint) {
  SocketAddress out;
  if (endpoint.ip.v6) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(endpoint.port);
    std::memcpy(&address.sin6_addr, endpoint.ip.bytes.data(), 16);
    std::memcpy(&out.storage, &address, sizeof address);
    out.size = sizeof address;
  } else {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(endpoint.port);
    std::memcpy(&address.sin_addr, endpoint.ip.bytes.data(), 4);
    std::memcpy(&out.storage, &address, sizeof address);
    out.size = sizeof address;
  }
  return out;
}

// `address` holds a sockaddr_in or sockaddr_in6; another family gives the unspecified address.
inline Endpoint to_endpoint(const void* address) {
  Endpoint out;
  sa_family_t family = 0;
  std::memcpy(&family, address, sizeof family);
  if (family == AF_INET6) {
    sockaddr_in6 in{};
    std::memcpy(&in, address, sizeof in);
    out.ip.v6 = true;
    std::memcpy(out.ip.bytes.data(), &in.sin6_addr, 16);
    out.port = ntohs(in.sin6_port);
  } else if (family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, address, sizeof in);
    std::memcpy(out.ip.bytes.data(), &in.sin_addr, 4);
    out.port = ntohs(in.sin_port);
  }
  return out;
}

}  // namespace ziptone::mediaplane
