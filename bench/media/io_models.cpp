// Which way of moving 172-byte datagrams between thousands of sockets costs least: the measurement behind
// docs/adr/0014-media-io.md. A generator process on the other core sends each leg 50 packets a second from a
// few sockets and swallows what comes back; the worker forwards every packet to the other leg of its pair.
// Printed: CPU time of the worker a forwarded packet, and for how long a packet was held: a model that lets
// the packets of a leg pile up visits each leg less often and looks cheaper than it is. Not part of the
// product.
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <liburing.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

constexpr std::size_t kPacket = 172;
constexpr unsigned kBatch = 256;
const char* only = "";  // measure the models whose name has this

std::int64_t nanos(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return t.tv_sec * 1'000'000'000LL + t.tv_nsec;
}

void pin(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  sched_setaffinity(0, sizeof set, &set);
}

void check(bool ok, const char* what) {
  if (ok) return;
  fmt::print(stderr, "io_models: {}: {}\n", what, std::strerror(errno));
  std::exit(1);
}

struct Socket {
  int fd = -1;
  sockaddr_in at{};
};

Socket open_socket(int buffer) {
  Socket s;
  s.fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  check(s.fd >= 0, "socket");
  s.at.sin_family = AF_INET;
  s.at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  check(bind(s.fd, reinterpret_cast<sockaddr*>(&s.at), sizeof s.at) == 0, "bind");
  socklen_t size = sizeof s.at;
  getsockname(s.fd, reinterpret_cast<sockaddr*>(&s.at), &size);
  setsockopt(s.fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  return s;
}

// Sends every leg one packet in 20 ms, spread over the twenty milliseconds, until the time is over. Legs that
// come one after the other are not neighbours in memory, as they are not in a dialer.
void generate(const std::vector<Socket>& own, const std::vector<Socket>& legs, int seconds) {
  pin(1);
  std::vector<std::array<char, kPacket>> in(kBatch);
  std::array<char, kPacket> out{};
  std::vector<mmsghdr> messages(kBatch);
  std::vector<iovec> parts(kBatch);
  const auto begin = nanos(CLOCK_MONOTONIC);
  for (std::int64_t ms = 0; ms < seconds * 1000; ++ms) {
    const auto first = static_cast<std::size_t>(ms % 20);
    for (std::size_t at = first; at < legs.size();) {
      const auto now = nanos(CLOCK_MONOTONIC);
      std::memcpy(out.data(), &now, sizeof now);
      unsigned n = 0;
      for (; n < kBatch && at < legs.size(); ++n, at += 20) {
        parts[n] = {out.data(), out.size()};
        messages[n].msg_hdr = {};
        messages[n].msg_hdr.msg_name = const_cast<sockaddr_in*>(&legs[at].at);
        messages[n].msg_hdr.msg_namelen = sizeof(sockaddr_in);
        messages[n].msg_hdr.msg_iov = &parts[n];
        messages[n].msg_hdr.msg_iovlen = 1;
      }
      sendmmsg(own[first % own.size()].fd, messages.data(), n, 0);
    }
    for (const auto& s : own) {
      for (int got = kBatch; got == static_cast<int>(kBatch);) {
        for (unsigned i = 0; i < kBatch; ++i) {
          parts[i] = {in[i].data(), kPacket};
          messages[i].msg_hdr = {};
          messages[i].msg_hdr.msg_iov = &parts[i];
          messages[i].msg_hdr.msg_iovlen = 1;
        }
        got = recvmmsg(s.fd, messages.data(), kBatch, MSG_DONTWAIT, nullptr);
      }
    }
    const auto due = begin + (ms + 1) * 1'000'000;
    const auto left = due - nanos(CLOCK_MONOTONIC);
    const timespec pause{0, static_cast<long>(left)};
    if (left > 0) nanosleep(&pause, nullptr);
  }
}

struct World {
  std::vector<Socket> legs;
  sockaddr_in peer{};  // every leg's far end
  int seconds = 3;
  std::int64_t held = 0;  // ns, of all packets

  void saw(const char* packet, std::int64_t now) {
    std::int64_t sent = 0;
    std::memcpy(&sent, packet, sizeof sent);
    held += now - sent;
  }
  std::int64_t deadline() const { return nanos(CLOCK_MONOTONIC) + seconds * 1'000'000'000LL; }
};

void direct(int fd, const sockaddr_in& peer) {
  check(connect(fd, reinterpret_cast<const sockaddr*>(&peer), sizeof peer) == 0, "connect");
}

// Blocks until something is ready, but no sooner than `rest_us` after the last time.
std::uint64_t forward_epoll(World& w, bool connected, int rest_us, io_uring* ring) {
  const int ep = epoll_create1(0);
  for (std::size_t i = 0; i < w.legs.size(); ++i) {
    epoll_event e{.events = EPOLLIN | EPOLLET, .data = {.u64 = i}};
    epoll_ctl(ep, EPOLL_CTL_ADD, w.legs[i].fd, &e);
    if (connected) direct(w.legs[i].fd, w.peer);
  }
  std::vector<epoll_event> events(1024);
  std::vector<std::array<char, 1500>> buffers(1024);
  std::uint64_t moved = 0;
  const auto end = w.deadline();
  while (nanos(CLOCK_MONOTONIC) < end) {
    if (rest_us > 0) {
      const timespec pause{0, rest_us * 1000};
      nanosleep(&pause, nullptr);
    }
    const int n = epoll_wait(ep, events.data(), static_cast<int>(events.size()), 100);
    unsigned queued = 0;
    const auto now = nanos(CLOCK_MONOTONIC);
    for (int i = 0; i < n; ++i) {
      const auto leg = events[static_cast<std::size_t>(i)].data.u64;
      auto& buffer = buffers[static_cast<std::size_t>(i)];
      sockaddr_in from{};
      socklen_t size = sizeof from;
      const auto got = recvfrom(w.legs[leg].fd, buffer.data(), buffer.size(), 0,
                                reinterpret_cast<sockaddr*>(&from), &size);
      if (got <= 0) continue;
      w.saw(buffer.data(), now);
      const int to = w.legs[leg ^ 1].fd;
      if (ring != nullptr) {
        auto* sqe = io_uring_get_sqe(ring);
        io_uring_prep_send(sqe, to, buffer.data(), static_cast<std::size_t>(got), MSG_DONTWAIT);
        sqe->flags |= IOSQE_CQE_SKIP_SUCCESS;
        ++queued;
      } else if (connected) {
        send(to, buffer.data(), static_cast<std::size_t>(got), MSG_DONTWAIT);
      } else {
        sendto(to, buffer.data(), static_cast<std::size_t>(got), MSG_DONTWAIT,
               reinterpret_cast<sockaddr*>(&w.peer), sizeof w.peer);
      }
      ++moved;
    }
    if (queued > 0) io_uring_submit(ring);
  }
  close(ep);
  return moved;
}

constexpr unsigned kBuffers = 8192;

// A ring of buffers for multishot receives, group 1.
io_uring_buf_ring* provide_buffers(io_uring& ring, std::vector<std::array<char, 2048>>& memory) {
  io_uring_buf_reg reg{};
  const std::size_t bytes = kBuffers * sizeof(io_uring_buf);
  auto* buf_ring = static_cast<io_uring_buf_ring*>(std::aligned_alloc(4096, bytes));
  std::memset(buf_ring, 0, bytes);
  reg.ring_addr = reinterpret_cast<std::uint64_t>(buf_ring);
  reg.ring_entries = kBuffers;
  reg.bgid = 1;
  check(io_uring_register_buf_ring(&ring, &reg, 0) == 0, "buffer ring");
  const int mask = io_uring_buf_ring_mask(kBuffers);
  for (unsigned i = 0; i < kBuffers; ++i)
    io_uring_buf_ring_add(buf_ring, memory[i].data(), 2048, static_cast<unsigned short>(i), mask,
                          static_cast<int>(i));
  io_uring_buf_ring_advance(buf_ring, kBuffers);
  return buf_ring;
}

// Sleeps `rest_us` before each wait; a wait gathers `wanted` completions or lasts a millisecond.
std::uint64_t forward_uring(World& w, int rest_us, unsigned wanted) {
  io_uring ring;
  io_uring_params params{};
  params.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_CQSIZE;
  params.cq_entries = 32768;
  check(io_uring_queue_init_params(4096, &ring, &params) == 0, "io_uring");
  std::vector<std::array<char, 2048>> memory(kBuffers);
  auto* buf_ring = provide_buffers(ring, memory);
  const int mask = io_uring_buf_ring_mask(kBuffers);
  std::vector<int> fds;
  for (auto& leg : w.legs) {
    direct(leg.fd, w.peer);
    fds.push_back(leg.fd);
  }
  check(io_uring_register_files(&ring, fds.data(), static_cast<unsigned>(fds.size())) == 0, "register files");
  const auto receive = [&](std::size_t leg) {
    auto* sqe = io_uring_get_sqe(&ring);
    if (sqe == nullptr) io_uring_submit(&ring), sqe = io_uring_get_sqe(&ring);
    io_uring_prep_recv_multishot(sqe, static_cast<int>(leg), nullptr, 0, 0);
    sqe->flags |= IOSQE_BUFFER_SELECT | IOSQE_FIXED_FILE;
    sqe->buf_group = 1;
    sqe->user_data = leg;
  };
  for (std::size_t i = 0; i < w.legs.size(); ++i) receive(i);
  constexpr std::uint64_t kSent = 1ULL << 63;
  std::uint64_t moved = 0;
  const auto end = w.deadline();
  while (nanos(CLOCK_MONOTONIC) < end) {
    if (rest_us > 0) {
      const timespec pause{0, rest_us * 1000};
      nanosleep(&pause, nullptr);
    }
    __kernel_timespec wait{0, 1'000'000};
    io_uring_cqe* cqe = nullptr;
    io_uring_submit_and_wait_timeout(&ring, &cqe, wanted, &wait, nullptr);
    const auto now = nanos(CLOCK_MONOTONIC);
    unsigned head = 0;
    unsigned seen = 0;
    int returned = 0;
    io_uring_for_each_cqe(&ring, head, cqe) {
      ++seen;
      const bool has_buffer = (cqe->flags & IORING_CQE_F_BUFFER) != 0;
      if ((cqe->user_data & kSent) != 0) {  // a send is over: its buffer goes back to the ring
        const auto id = static_cast<unsigned short>(cqe->user_data & 0xFFFF);
        io_uring_buf_ring_add(buf_ring, memory[id].data(), 2048, id, mask, returned++);
        continue;
      }
      const auto leg = cqe->user_data;
      if ((cqe->flags & IORING_CQE_F_MORE) == 0) receive(leg);
      if (!has_buffer) continue;
      const auto id = static_cast<unsigned short>(cqe->flags >> IORING_CQE_BUFFER_SHIFT);
      w.saw(memory[id].data(), now);
      auto* sqe = io_uring_get_sqe(&ring);
      if (sqe == nullptr) io_uring_submit(&ring), sqe = io_uring_get_sqe(&ring);
      io_uring_prep_send(sqe, static_cast<int>(leg ^ 1), memory[id].data(),
                         static_cast<std::size_t>(cqe->res), MSG_DONTWAIT);
      sqe->flags |= IOSQE_FIXED_FILE;
      sqe->user_data = kSent | id;
      ++moved;
    }
    io_uring_buf_ring_advance(buf_ring, returned);
    io_uring_cq_advance(&ring, seen);
  }
  io_uring_queue_exit(&ring);
  std::free(buf_ring);
  return moved;
}

// What batching could give at best: one socket for all legs (not usable, a leg needs a port of its own).
std::uint64_t forward_one_socket(World& w) {
  std::vector<std::array<char, 1500>> buffers(kBatch);
  std::vector<mmsghdr> messages(kBatch);
  std::vector<iovec> parts(kBatch);
  std::uint64_t moved = 0;
  const auto end = w.deadline();
  const int fd = w.legs[0].fd;
  while (nanos(CLOCK_MONOTONIC) < end) {
    for (unsigned i = 0; i < kBatch; ++i) {
      parts[i] = {buffers[i].data(), buffers[i].size()};
      messages[i].msg_hdr = {};
      messages[i].msg_hdr.msg_iov = &parts[i];
      messages[i].msg_hdr.msg_iovlen = 1;
    }
    const int n = recvmmsg(fd, messages.data(), kBatch, MSG_DONTWAIT, nullptr);
    if (n <= 0) {
      const timespec pause{0, 200'000};
      nanosleep(&pause, nullptr);
      continue;
    }
    const auto now = nanos(CLOCK_MONOTONIC);
    for (int i = 0; i < n; ++i) {
      w.saw(buffers[static_cast<std::size_t>(i)].data(), now);
      auto& m = messages[static_cast<std::size_t>(i)];
      parts[static_cast<std::size_t>(i)].iov_len = m.msg_len;
      m.msg_hdr.msg_name = &w.peer;
      m.msg_hdr.msg_namelen = sizeof w.peer;
    }
    moved += static_cast<std::uint64_t>(
        std::max(0, sendmmsg(fd, messages.data(), static_cast<unsigned>(n), MSG_DONTWAIT)));
  }
  return moved;
}

void measure(const char* name, std::size_t calls, int seconds,
             const std::function<std::uint64_t(World&)>& run, bool one_socket) {
  if (std::string_view{name}.find(only) == std::string_view::npos) return;
  World w;
  w.seconds = seconds;
  for (std::size_t i = 0; i < 2 * calls; ++i) {
    if (one_socket && i > 0)
      w.legs.push_back(w.legs[0]);
    else
      w.legs.push_back(open_socket(one_socket ? 4 << 20 : 1 << 16));
  }
  const std::vector<Socket> own{open_socket(4 << 20)};
  w.peer = own[0].at;
  const auto child = fork();
  if (child == 0) {
    generate(own, w.legs, seconds + 1);
    _exit(0);
  }
  pin(0);
  const auto cpu = nanos(CLOCK_PROCESS_CPUTIME_ID);
  const auto moved = run(w);
  const double used = static_cast<double>(nanos(CLOCK_PROCESS_CPUTIME_ID) - cpu) / 1000.0;
  rusage before{}, after{};
  getrusage(RUSAGE_CHILDREN, &before);
  waitpid(child, nullptr, 0);
  getrusage(RUSAGE_CHILDREN, &after);
  const auto seconds_of = [](timeval t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  const double generator = seconds_of(after.ru_utime) + seconds_of(after.ru_stime) -
                           seconds_of(before.ru_utime) - seconds_of(before.ru_stime);
  fmt::print("{:<44} {:>9} {:>8.2f} {:>6.0f} % {:>6.0f} % {:>8.2f}\n", name,
             moved / static_cast<unsigned>(seconds), used / static_cast<double>(moved), used / 1e4 / seconds,
             generator * 100 / (seconds + 1), static_cast<double>(w.held) / 1e6 / static_cast<double>(moved));
  for (std::size_t i = 0; i < (one_socket ? 1 : w.legs.size()); ++i) close(w.legs[i].fd);
  close(own[0].fd);
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t calls = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1000;
  const int seconds = argc > 2 ? std::atoi(argv[2]) : 3;
  if (argc > 3) only = argv[3];
  fmt::print("{} calls, {} s\n{:<44} {:>9} {:>8} {:>8} {:>8} {:>8}\n", calls, seconds, "model", "packets/s",
             "us each", "worker", "gen.", "held ms");
  measure(
      "epoll, recvfrom, sendto", calls, seconds, [](World& w) { return forward_epoll(w, false, 0, nullptr); },
      false);
  measure(
      "epoll, recvfrom, send (connected)", calls, seconds,
      [](World& w) { return forward_epoll(w, true, 0, nullptr); }, false);
  measure(
      "epoll every 1 ms, sendto", calls, seconds,
      [](World& w) { return forward_epoll(w, false, 1000, nullptr); }, false);
  measure(
      "epoll every 1 ms, send (connected)", calls, seconds,
      [](World& w) { return forward_epoll(w, true, 1000, nullptr); }, false);
  io_uring ring;
  if (io_uring_queue_init(4096, &ring, 0) == 0) {
    measure(
        "epoll every 1 ms, io_uring sends", calls, seconds,
        [&](World& w) { return forward_epoll(w, true, 1000, &ring); }, false);
    io_uring_queue_exit(&ring);
    measure(
        "io_uring multishot recv and send", calls, seconds, [](World& w) { return forward_uring(w, 0, 1); },
        false);
    measure(
        "io_uring multishot, 32 a wait", calls, seconds, [](World& w) { return forward_uring(w, 0, 32); },
        false);
    measure(
        "io_uring multishot, a whole 1 ms a wait", calls, seconds,
        [](World& w) { return forward_uring(w, 0, 16'384); }, false);
    measure(
        "io_uring multishot, a nap of 1 ms first", calls, seconds,
        [](World& w) { return forward_uring(w, 1000, 1); }, false);
  }
  measure(
      "one shared socket, recvmmsg and sendmmsg", calls, seconds,
      [](World& w) { return forward_one_socket(w); }, true);
}
