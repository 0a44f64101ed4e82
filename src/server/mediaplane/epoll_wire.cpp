// epoll with one recvfrom and one send a datagram: works everywhere, a little dearer than io_uring.
#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/mediaplane/wire.hpp"

namespace ziptone::mediaplane {
namespace {

constexpr std::size_t kEventsMax = 512;
constexpr unsigned kSharedBurst = 64;  // datagrams taken from the shared socket in a turn
constexpr std::uint32_t kWakeSlot = UINT32_MAX;

class EpollWire final : public Wire {
 public:
  EpollWire(int epoll, int event, std::uint32_t slots) : epoll_{epoll}, event_{event}, fds_(slots, -1) {
    epoll_event e{.events = EPOLLIN, .data = {.u32 = kWakeSlot}};
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, event_, &e);
  }
  EpollWire(const EpollWire&) = delete;
  EpollWire& operator=(const EpollWire&) = delete;
  ~EpollWire() override {
    ::close(event_);
    ::close(epoll_);
  }

  bool add(std::uint32_t slot, int fd, bool shared) override {
    if (slot >= fds_.size()) return false;
    epoll_event e{.events = EPOLLIN, .data = {.u32 = slot}};
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &e) != 0) return false;
    fds_[slot] = fd;
    if (shared) shared_ = slot;
    return true;
  }

  void remove(std::uint32_t slot) override {
    if (slot >= fds_.size() || fds_[slot] < 0) return;
    ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fds_[slot], nullptr);
    fds_[slot] = -1;
  }

  void wait(base::Duration longest, unsigned) override {
    at_ = 0;
    ready_ = 0;
    burst_ = 0;
    const auto us = std::max<std::int64_t>(0, longest.count());
    const timespec timeout{us / 1'000'000, (us % 1'000'000) * 1000};
    const int n = ::epoll_pwait2(epoll_, events_.data(), static_cast<int>(events_.size()), &timeout, nullptr);
    ready_ = n > 0 ? static_cast<std::size_t>(n) : 0;
  }

  std::optional<Received> next() override {
    while (at_ < ready_) {
      const auto slot = events_[at_].data.u32;
      const bool again = slot == shared_ && ++burst_ < kSharedBurst;
      if (!again) {
        ++at_;
        burst_ = 0;
      }
      if (slot == kWakeSlot) {
        std::uint64_t count = 0;
        (void)!::read(event_, &count, sizeof count);
        continue;
      }
      const int fd = fds_[slot];
      if (fd < 0) continue;  // removed since the wait
      sockaddr_storage from{};
      socklen_t size = sizeof from;
      auto& buffer = buffers_[given_ % buffers_.size()];
      const auto n = ::recvfrom(fd, buffer.data(), buffer.size() - kRoomBehind, MSG_DONTWAIT,
                                reinterpret_cast<sockaddr*>(&from), &size);
      if (n < 0 && again) {
        ++at_;
        burst_ = 0;
      }
      if (n < 0) continue;  // nothing any more, or the far end's ICMP error
      ++given_;
      return Received{slot, to_endpoint(&from), {buffer.data(), static_cast<std::size_t>(n)}};
    }
    return std::nullopt;
  }

  void send(std::uint32_t slot, std::span<const std::uint8_t> bytes, const SocketAddress* to) override {
    const auto* address = to == nullptr ? nullptr : to->get();
    const auto flags = MSG_DONTWAIT | MSG_NOSIGNAL;
    // An earlier datagram's ICMP error is told once, in place of this send.
    if (::sendto(fds_[slot], bytes.data(), bytes.size(), flags, address, to == nullptr ? 0 : to->size) < 0 &&
        errno == ECONNREFUSED)
      (void)::sendto(fds_[slot], bytes.data(), bytes.size(), flags, address, to == nullptr ? 0 : to->size);
  }

  std::span<std::uint8_t, kFrameBytesMax> frame() override { return frame_; }

  void wake() override {
    const std::uint64_t one = 1;
    (void)!::write(event_, &one, sizeof one);
  }

  std::string name() const override { return "epoll"; }

 private:
  int epoll_;
  int event_;
  std::vector<int> fds_;
  std::array<epoll_event, kEventsMax> events_{};
  std::size_t at_ = 0;
  std::uint32_t shared_ = kWakeSlot;
  unsigned burst_ = 0;
  std::size_t ready_ = 0;
  std::array<std::array<std::uint8_t, 2048>, kAhead> buffers_{};
  std::size_t given_ = 0;
  std::array<std::uint8_t, kFrameBytesMax> frame_{};
};

}  // namespace

base::Result<std::unique_ptr<Wire>> make_epoll_wire(std::uint32_t slots) {
  const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
  const int event = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (epoll >= 0 && event >= 0) return std::make_unique<EpollWire>(epoll, event, slots);
  auto failed =
      base::error(std::string{"epoll: "} + std::strerror(errno), "media", "raise the limit of open files");
  if (epoll >= 0) ::close(epoll);
  if (event >= 0) ::close(event);
  return failed;
}

}  // namespace ziptone::mediaplane
