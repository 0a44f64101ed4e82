// How a worker moves datagrams: io_uring where the kernel and the sandbox allow it, epoll elsewhere (measured
// in docs/adr/0014-media-io.md). One thread uses a wire; only wake() may come from others.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "server/mediaplane/endpoint.hpp"

namespace ziptone::mediaplane {

inline constexpr std::size_t kFrameBytesMax = 256;  // an own packet: 12 + 160 and what RTCP needs, or SRTP
inline constexpr std::size_t kRoomBehind = 32;      // behind a received datagram: what SRTP adds
inline constexpr std::size_t kAhead = 32;           // datagrams that may be looked at together

struct Received {
  std::uint32_t slot = 0;
  Endpoint from;
  // May be changed and given to send(), also with kRoomBehind bytes more; good until kAhead more have come,
  // and no longer than to the next wait().
  std::span<std::uint8_t> bytes;
};

class Wire {
 public:
  virtual ~Wire() = default;

  // Receives from the socket (bound, non-blocking) under this number, from 0 to the wire's capacity. Only one
  // may be `shared` by many far ends, so that many datagrams wait there at once.
  virtual bool add(std::uint32_t slot, int fd, bool shared = false) = 0;
  // Nothing comes from the slot any more; the socket stays open.
  virtual void remove(std::uint32_t slot) = 0;

  // Sends what is queued, then waits for datagrams, a wake(), or the time to pass. `wanted` datagrams may be
  // gathered before it returns.
  virtual void wait(base::Duration longest, unsigned wanted) = 0;
  // The next datagram that came during the last wait().
  virtual std::optional<Received> next() = 0;

  // Queues a datagram. The bytes are those of a Received or of frame(). `to`: nullptr for a connected socket,
  // else it must stay as it is until the next wait(). A datagram that the kernel refuses is lost, as on any
  // network.
  virtual void send(std::uint32_t slot, std::span<const std::uint8_t> bytes, const SocketAddress* to) = 0;
  // Room for a packet of our own, good until the next wait().
  virtual std::span<std::uint8_t, kFrameBytesMax> frame() = 0;

  virtual void wake() = 0;
  virtual std::string name() const = 0;
};

// `slots`: how many sockets at most.
base::Result<std::unique_ptr<Wire>> make_uring_wire(std::uint32_t slots);
base::Result<std::unique_ptr<Wire>> make_epoll_wire(std::uint32_t slots);

}  // namespace ziptone::mediaplane
