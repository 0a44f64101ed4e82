// io_uring: one system call moves everything that waits. Sockets are registered files, datagrams come by
// multishot recvmsg into a ring of provided buffers (Linux 6.0), sends are queued and leave with the next
// wait.
#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include <liburing.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/mediaplane/wire.hpp"

namespace ziptone::mediaplane {
namespace {

constexpr unsigned kQueue = 2048;
constexpr unsigned kCompletions = 16'384;
constexpr unsigned kBuffers = 4096;      // a power of two; at 200,000 packets a second 20 ms of them
constexpr unsigned kBufferBytes = 2048;  // recvmsg header, address, 1,500 bytes, and kRoomBehind
constexpr int kBufferGroup = 1;
constexpr std::size_t kFrames = 4096;
constexpr std::size_t kCompletionsABatch = 512;

// What a completion is of: the operation, the slot, and how often the slot was given out.
enum class Op : std::uint64_t { receive = 1, send = 2, wake = 3, cancel = 4 };
std::uint64_t tag(Op op, std::uint32_t slot, std::uint32_t generation) {
  return static_cast<std::uint64_t>(op) << 60 | static_cast<std::uint64_t>(generation & 0x0FFFFFFF) << 32 |
         slot;
}

class UringWire final : public Wire {
 public:
  explicit UringWire(std::uint32_t slots) : generations_(slots, 0), frames_(kFrames) {
    used_.reserve(kBuffers);
  }
  UringWire(const UringWire&) = delete;
  UringWire& operator=(const UringWire&) = delete;
  ~UringWire() override {
    if (has_ring_) ::io_uring_queue_exit(&ring_);
    if (buffers_ != nullptr) ::munmap(buffers_, buffer_ring_bytes());
    if (event_ >= 0) ::close(event_);
  }

  base::Result<> start();

  bool add(std::uint32_t slot, int fd, bool) override {
    if (slot >= generations_.size() || ::io_uring_register_files_update(&ring_, slot, &fd, 1) != 1)
      return false;
    receive(slot);
    return true;
  }

  void remove(std::uint32_t slot) override {
    auto* sqe = next_sqe();
    ::io_uring_prep_cancel64(sqe, tag(Op::receive, slot, generations_[slot]), 0);
    sqe->flags |= IOSQE_CQE_SKIP_SUCCESS;
    sqe->user_data = tag(Op::cancel, slot, 0);
    ++generations_[slot];
    ::io_uring_submit(&ring_);  // so that the socket has no reader here when another worker takes it
    const int none = -1;
    ::io_uring_register_files_update(&ring_, slot, &none, 1);
  }

  void wait(base::Duration longest, unsigned wanted) override;
  std::optional<Received> next() override;
  void send(std::uint32_t slot, std::span<const std::uint8_t> bytes, const SocketAddress* to) override;

  std::span<std::uint8_t, kFrameBytesMax> frame() override {
    if (frames_used_ == frames_.size()) submit();
    return frames_[frames_used_++];
  }

  void wake() override {
    const std::uint64_t one = 1;
    (void)!::write(event_, &one, sizeof one);
  }

  std::string name() const override { return "io_uring"; }

 private:
  static constexpr std::size_t buffer_ring_bytes() { return kBuffers * sizeof(io_uring_buf); }
  std::uint8_t* memory(unsigned id) { return memory_.data() + std::size_t{id} * kBufferBytes; }

  io_uring_sqe* next_sqe() {
    auto* sqe = ::io_uring_get_sqe(&ring_);
    if (sqe == nullptr) {
      submit();
      sqe = ::io_uring_get_sqe(&ring_);
    }
    return sqe;
  }

  // Sends don't wait (MSG_DONTWAIT), so when this returns the kernel has read all queued bytes.
  void submit() {
    ::io_uring_submit(&ring_);
    frames_used_ = 0;
  }

  void receive(std::uint32_t slot) {
    auto* sqe = next_sqe();
    ::io_uring_prep_recvmsg_multishot(sqe, static_cast<int>(slot), &shape_, 0);
    sqe->flags |= IOSQE_BUFFER_SELECT | IOSQE_FIXED_FILE;
    sqe->buf_group = kBufferGroup;
    sqe->user_data = tag(Op::receive, slot, generations_[slot]);
  }

  void watch_event() {
    auto* sqe = next_sqe();
    ::io_uring_prep_poll_multishot(sqe, event_, POLLIN);
    sqe->user_data = tag(Op::wake, 0, 0);
  }

  void recycle() {
    int offset = 0;
    const int mask = ::io_uring_buf_ring_mask(kBuffers);
    for (const auto id : used_)
      ::io_uring_buf_ring_add(buffers_, memory(id), kBufferBytes - kRoomBehind, id, mask, offset++);
    ::io_uring_buf_ring_advance(buffers_, offset);
    used_.clear();
  }

  io_uring ring_{};
  bool has_ring_ = false;
  int event_ = -1;
  io_uring_buf_ring* buffers_ = nullptr;
  std::vector<std::uint8_t> memory_;
  msghdr shape_{};  // room for an address, none for control data
  std::vector<std::uint32_t> generations_;
  std::vector<std::array<std::uint8_t, kFrameBytesMax>> frames_;
  std::size_t frames_used_ = 0;
  std::vector<std::uint16_t> used_;  // buffers handed out since the last wait
  std::array<io_uring_cqe*, kCompletionsABatch> batch_{};
  unsigned batch_size_ = 0;
  unsigned batch_at_ = 0;
};

base::Result<> UringWire::start() {
  const auto failed = [](const char* what, int error) {
    return base::error(std::string{"io_uring "} + what + ": " + std::strerror(-error), "media");
  };
  io_uring_params params{};
  // Completions are made when this thread waits, not by interrupting it (Linux 6.1).
  params.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_CQSIZE;
  params.cq_entries = kCompletions;
  if (const int r = ::io_uring_queue_init_params(kQueue, &ring_, &params); r < 0) return failed("set-up", r);
  has_ring_ = true;
  if (const int r = ::io_uring_register_files_sparse(&ring_, static_cast<unsigned>(generations_.size()));
      r < 0)
    return failed("files", r);
  void* area =
      ::mmap(nullptr, buffer_ring_bytes(), PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
  if (area == MAP_FAILED) return failed("memory", -errno);
  buffers_ = static_cast<io_uring_buf_ring*>(area);
  io_uring_buf_reg reg{};
  reg.ring_addr = reinterpret_cast<std::uintptr_t>(area);
  reg.ring_entries = kBuffers;
  reg.bgid = kBufferGroup;
  if (const int r = ::io_uring_register_buf_ring(&ring_, &reg, 0); r < 0) return failed("buffers", r);
  memory_.resize(std::size_t{kBuffers} * kBufferBytes);
  for (unsigned id = 0; id < kBuffers; ++id) used_.push_back(static_cast<std::uint16_t>(id));
  recycle();
  shape_.msg_namelen = sizeof(sockaddr_in6);
  event_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (event_ < 0) return failed("eventfd", -errno);
  watch_event();
  return {};
}

void UringWire::wait(base::Duration longest, unsigned wanted) {
  const auto us = std::max<std::int64_t>(0, longest.count());
  __kernel_timespec timeout{us / 1'000'000, (us % 1'000'000) * 1000};
  io_uring_cqe* first = nullptr;
  (void)::io_uring_submit_and_wait_timeout(&ring_, &first, std::max(1u, wanted), &timeout, nullptr);
  frames_used_ = 0;
  recycle();
  batch_at_ = 0;
  batch_size_ = ::io_uring_peek_batch_cqe(&ring_, batch_.data(), kCompletionsABatch);
}

std::optional<Received> UringWire::next() {
  while (batch_at_ < batch_size_) {
    const io_uring_cqe cqe = *batch_[batch_at_++];
    ::io_uring_cq_advance(&ring_, 1);
    const auto op = static_cast<Op>(cqe.user_data >> 60);
    const bool more = (cqe.flags & IORING_CQE_F_MORE) != 0;
    if (op == Op::wake) {
      std::uint64_t count = 0;
      (void)!::read(event_, &count, sizeof count);
      if (!more) watch_event();
    }
    if (op != Op::receive) continue;  // a send that failed is a lost packet
    const auto slot = static_cast<std::uint32_t>(cqe.user_data);
    const bool current = cqe.user_data == tag(Op::receive, slot, generations_[slot]);
    if (current && !more) receive(slot);  // out of buffers, or the far end's ICMP error
    if ((cqe.flags & IORING_CQE_F_BUFFER) == 0) continue;
    const auto id = static_cast<std::uint16_t>(cqe.flags >> IORING_CQE_BUFFER_SHIFT);
    used_.push_back(id);
    if (!current || cqe.res < 0) continue;
    auto* out = ::io_uring_recvmsg_validate(memory(id), cqe.res, &shape_);
    if (out == nullptr || (out->flags & MSG_TRUNC) != 0) continue;
    auto* payload = static_cast<std::uint8_t*>(::io_uring_recvmsg_payload(out, &shape_));
    const auto size = ::io_uring_recvmsg_payload_length(out, cqe.res, &shape_);
    return Received{slot, to_endpoint(::io_uring_recvmsg_name(out)), {payload, size}};
  }
  return std::nullopt;
}

void UringWire::send(std::uint32_t slot, std::span<const std::uint8_t> bytes, const SocketAddress* to) {
  auto* sqe = next_sqe();
  ::io_uring_prep_send(sqe, static_cast<int>(slot), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (to != nullptr) ::io_uring_prep_send_set_addr(sqe, to->get(), static_cast<__u16>(to->size));
  sqe->flags |= IOSQE_FIXED_FILE | IOSQE_CQE_SKIP_SUCCESS;
  sqe->user_data = tag(Op::send, slot, 0);
}

}  // namespace

base::Result<std::unique_ptr<Wire>> make_uring_wire(std::uint32_t slots) {
  auto wire = std::make_unique<UringWire>(slots);
  if (auto started = wire->start(); !started) return tl::unexpected{started.error()};
  return wire;
}

}  // namespace ziptone::mediaplane
