// How many bridged G.711 calls one core carries. The plane runs one worker pinned to one core; a generator,
// another process on the other core, sends every leg 50 packets a second and checks what comes back: each
// payload must be, byte for byte, what the other leg of that call was sent. Printed: loss, the delay that the
// bridge adds, and how busy both cores were; a row counts as carried with under 0.1 % lost and p99 under 5
// ms. What the plane sounds by itself, while a far end is late, counts as nothing. With agents who are
// browsers the same packets come sealed and leave sealed (RTP-SRTP).
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "browser_agents.hpp"
#include "media/bytes.hpp"
#include "media/rtp.hpp"
#include "server/mediaplane/endpoint.hpp"
#include "server/mediaplane/mediaplane.hpp"

namespace {

using namespace ziptone;

constexpr std::size_t kLegsMax = 16'384;
constexpr std::size_t kSockets = 8;
constexpr unsigned kBatch = 64;
constexpr std::size_t kPacket = 172;
constexpr std::size_t kRoom = mediaplane::webrtc::kSrtpRoom;
constexpr std::size_t kStamp = 12;  // bytes of the payload that carry leg and time
constexpr std::size_t kSound = 12 + kStamp;
constexpr std::size_t kDelays = 20'000;  // histogram, 10 us each
constexpr int kWarmUpMs = 2000;

std::int64_t nanos(clockid_t clock) {
  timespec t{};
  ::clock_gettime(clock, &t);
  return t.tv_sec * 1'000'000'000LL + t.tv_nsec;
}

void pin(std::size_t core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  ::sched_setaffinity(0, sizeof set, &set);
}

void nap(std::int64_t ns) {
  const timespec pause{0, static_cast<long>(ns)};
  if (ns > 0) ::nanosleep(&pause, nullptr);
}

// When the kernel put a datagram into the socket, on CLOCK_REALTIME: how late this process itself is to read
// it must not count.
struct Arrival {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(timespec))> bytes{};
  std::int64_t nanos() const {
    timespec t{};
    std::memcpy(&t, &bytes[CMSG_LEN(0)], sizeof t);
    return t.tv_sec * 1'000'000'000LL + t.tv_nsec;
  }
};

// What both processes see.
struct Shared {
  // 1: generator's ports are known, 2: the legs are bridged, 3: its browsers have keys, 4: over
  std::atomic<int> stage{0};
  std::atomic<int> generator_cpu_permille{0};
  std::array<std::uint16_t, kSockets> generator_ports{};
  std::array<std::uint16_t, kLegsMax> leg_ports{};
  std::uint32_t legs = 0;
  int seconds = 0;
  // Results.
  std::uint64_t sent = 0;
  std::uint64_t returned = 0;
  std::uint64_t wrong = 0;
  std::int64_t latest_slice_us = 0;  // how late the generator itself was, at worst
  std::array<std::uint32_t, kDelays> delays{};
  std::array<std::uint16_t, 65'536> leg_of_port{};  // leg + 1
  std::array<bench::WebrtcAnswer, kLegsMax / 2> answers{};
};

mediaplane::Endpoint loopback(std::uint16_t port) { return {{false, {127, 0, 0, 1}}, port}; }

void ask_for_arrivals(int fd) {
  const int on = 1;
  if (::setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0) std::exit(1);
}

int bound_socket(std::uint16_t& port) {
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  const auto at = to_socket_address(loopback(0));
  if (fd < 0 || ::bind(fd, at.get(), at.size) != 0) std::exit(1);
  sockaddr_storage got{};
  socklen_t size = sizeof got;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&got), &size);
  port = mediaplane::to_endpoint(&got).port;
  const int buffer = 4 << 20;
  ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  ask_for_arrivals(fd);
  return fd;
}

// The sound of a leg: any bytes that no other leg has in this order.
std::uint8_t sound(std::uint32_t leg, std::size_t i) {
  return static_cast<std::uint8_t>(leg * 131 + i * 7 + (leg >> 8));
}

class Generator {
 public:
  // Leg 2k + 1 is the k-th browser, if there are any.
  Generator(Shared& shared, bench::BrowserAgents& browsers) : shared_{shared}, browsers_{browsers} {
    for (std::size_t i = 0; i < kSockets; ++i) fds_[i] = bound_socket(shared_.generator_ports[i]);
    shared_.stage = 1;
  }

  void run() {
    while (shared_.stage < 2) nap(1'000'000);
    packets_.resize(shared_.legs);
    for (std::uint32_t leg = 0; leg < shared_.legs; ++leg) {
      for (std::size_t i = kStamp; i < 160; ++i) packets_[leg][12 + i] = sound(leg, i);
      media::write32(&packets_[leg][12], leg);
      to_.push_back(to_socket_address(loopback(shared_.leg_ports[leg])));
    }
    const auto stamped = [](int fd) { ask_for_arrivals(fd); };
    if (!browsers_.connect(shared_.answers.data(), stamped)) std::exit(1);
    shared_.stage = 3;
    const auto begin = nanos(CLOCK_MONOTONIC);
    const auto cpu = nanos(CLOCK_PROCESS_CPUTIME_ID);
    const int total_ms = kWarmUpMs + shared_.seconds * 1000;
    for (int ms = 0; ms < total_ms; ++ms) {
      const auto due = begin + ms * 1'000'000LL;
      while (nanos(CLOCK_MONOTONIC) < due) {
        receive();
        nap(due - nanos(CLOCK_MONOTONIC));
      }
      if (ms == kWarmUpMs) counted_from_ = nanos(CLOCK_REALTIME);
      const auto late = (nanos(CLOCK_MONOTONIC) - due) / 1000;
      if (counting()) shared_.latest_slice_us = std::max<std::int64_t>(shared_.latest_slice_us, late);
      send_slice(static_cast<std::uint32_t>(ms));
      receive();
    }
    for (int i = 0; i < 200; ++i) receive(), nap(1'000'000);  // what is still on its way
    const auto used = nanos(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    shared_.generator_cpu_permille = static_cast<int>(used * 1000 / (nanos(CLOCK_MONOTONIC) - begin));
    shared_.stage = 4;
  }

 private:
  bool counting() const { return counted_from_ != 0; }

  void send_slice(std::uint32_t ms) {
    std::array<mmsghdr, kBatch> messages;
    std::array<iovec, kBatch> parts;
    unsigned n = 0;
    const auto flush = [&] {
      const int sent = n == 0 ? 0 : ::sendmmsg(fds_[slice_++ % kSockets], messages.data(), n, 0);
      if (counting()) shared_.sent += static_cast<std::uint64_t>(std::max(0, sent));
      n = 0;
    };
    // The socket of a leg must stay the same, so a batch holds the legs of one socket.
    for (std::size_t socket = 0; socket < kSockets; ++socket) {
      slice_ = socket;
      for (std::uint32_t leg = ms % 20 + static_cast<std::uint32_t>(socket) * 20; leg < shared_.legs;
           leg += 20 * kSockets) {
        auto& packet = packets_[leg];
        media::write_rtp_header({false, 0, static_cast<std::uint16_t>(ms / 20), ms / 20 * 160, leg + 1},
                                std::span<std::uint8_t, 12>{packet.data(), 12});
        const auto now = nanos(CLOCK_REALTIME);
        std::memcpy(&packet[16], &now, 8);
        if (is_browser(leg)) {
          send_sealed(leg);
          continue;
        }
        parts[n] = {packet.data(), kPacket};
        messages[n] = {};
        messages[n].msg_hdr.msg_name = &to_[leg].storage;
        messages[n].msg_hdr.msg_namelen = to_[leg].size;
        messages[n].msg_hdr.msg_iov = &parts[n];
        messages[n].msg_hdr.msg_iovlen = 1;
        if (++n == kBatch) flush(), slice_ = socket;
      }
      flush();
    }
  }

  bool is_browser(std::uint32_t leg) const { return leg % 2 != 0 && browsers_.size() > 0; }
  void send_sealed(std::uint32_t leg) {
    std::array<std::uint8_t, kPacket + kRoom> sealed;
    std::copy(packets_[leg].begin(), packets_[leg].end(), sealed.begin());
    if (browsers_.send(leg / 2, sealed, kPacket) && counting()) ++shared_.sent;
  }

  void receive() {
    browsers_.receive<Arrival>(
        [this](std::uint64_t i, const auto& bytes, std::size_t size, const Arrival& arrival) {
          if (size == kPacket) judge(bytes, static_cast<std::uint32_t>(2 * i + 1), arrival.nanos());
        });
    static std::array<std::array<std::uint8_t, kPacket>, kBatch> buffers;
    std::array<mmsghdr, kBatch> messages;
    std::array<iovec, kBatch> parts;
    std::array<sockaddr_in, kBatch> from;
    std::array<Arrival, kBatch> arrivals;
    for (const int fd : fds_) {
      for (int got = kBatch; got == static_cast<int>(kBatch);) {
        for (unsigned i = 0; i < kBatch; ++i) {
          parts[i] = {buffers[i].data(), kPacket};
          messages[i] = {};
          messages[i].msg_hdr.msg_name = &from[i];
          messages[i].msg_hdr.msg_namelen = sizeof from[i];
          messages[i].msg_hdr.msg_control = &arrivals[i];
          messages[i].msg_hdr.msg_controllen = sizeof arrivals[i];
          messages[i].msg_hdr.msg_iov = &parts[i];
          messages[i].msg_hdr.msg_iovlen = 1;
        }
        got = ::recvmmsg(fd, messages.data(), kBatch, MSG_DONTWAIT, nullptr);
        for (std::size_t i = 0; got > 0 && i < static_cast<std::size_t>(got); ++i)
          judge(buffers[i], shared_.leg_of_port[ntohs(from[i].sin_port)] - 1u, arrivals[i].nanos());
      }
    }
  }

  // What the far end of the leg `via` heard.
  template <class Packet>
  void judge(const Packet& packet, std::uint32_t via, std::int64_t now) {
    const auto leg = media::read32(&packet[12]);
    if (leg == 0xFFFFFFFF)
      return;  // the plane's own silence: before the first packet came, or while none does
    std::int64_t stamp = 0;
    std::memcpy(&stamp, &packet[16], 8);
    if (!counting() || stamp < counted_from_) return;  // sent is counted from the same instant on
    if (leg != (via ^ 1u) || std::memcmp(&packet[kSound], &packets_[leg][kSound], kPacket - kSound) != 0) {
      ++shared_.wrong;
      return;
    }
    ++shared_.returned;
    const auto us10 = std::max<std::int64_t>(0, now - stamp) / 10'000;
    ++shared_.delays[std::min(static_cast<std::size_t>(us10), kDelays - 1)];
  }

  Shared& shared_;
  bench::BrowserAgents& browsers_;
  std::array<int, kSockets> fds_{};
  std::vector<std::array<std::uint8_t, kPacket>> packets_;
  std::vector<mediaplane::SocketAddress> to_;
  std::size_t slice_ = 0;
  std::int64_t counted_from_ = 0;  // on CLOCK_REALTIME, ns; 0 while it warms up
};

double percentile_ms(const Shared& shared, double share) {
  std::uint64_t total = 0;
  for (const auto n : shared.delays) total += n;
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < kDelays; ++i) {
    seen += shared.delays[i];
    if (static_cast<double>(seen) >= share * static_cast<double>(total)) return static_cast<double>(i) / 100;
  }
  return 0;
}

struct Options {
  std::vector<std::uint32_t> calls{500, 1000, 1500, 2000, 2250};
  int seconds = 10;
  bool epoll = false;
  bool plain = false;
  bool srtp = false;
  bool in_band = false;
};

enum class Kind : std::uint8_t { plain, analysed, srtp };
constexpr std::array<const char*, 3> kKinds{"RTP-RTP", "analysed", "RTP-SRTP"};

bool answer_browser(mediaplane::MediaPlane& plane, std::uint32_t leg, const std::string& offer,
                    bench::WebrtcAnswer& out) {
  const auto answer = plane.answer_webrtc(leg + 1, offer);
  if (!answer || answer->size() >= out.sdp.size()) return false;
  std::copy(answer->begin(), answer->end(), out.sdp.begin());
  return true;
}

// Opens and bridges the legs of the shared list; leg 2k is the contact of call k, 2k + 1 its agent.
bool bridge_all(mediaplane::MediaPlane& plane, Shared& shared, const bench::BrowserAgents& browsers,
                bool analyse, bool in_band) {
  for (std::uint32_t leg = 0; leg < shared.legs; ++leg) {
    const bool browser = leg % 2 != 0 && browsers.size() > 0;
    const auto agent = browser ? mediaplane::LegKind::webrtc : mediaplane::LegKind::phone;
    const auto local = plane.open(leg + 1, leg % 2 == 0 ? mediaplane::LegKind::trunk : agent);
    if (!local) {
      fmt::print(stderr, "bench_media: {}\n", to_string(local.error()));
      return false;
    }
    if (browser) {
      auto& answer = shared.answers[leg / 2];
      answer.port = local->port;
      if (!answer_browser(plane, leg, browsers.offer(leg / 2), answer)) return false;
      if (!plane.bridge(leg, leg + 1, {})) return false;
      continue;
    }
    shared.leg_ports[leg] = local->port;
    shared.leg_of_port[local->port] = static_cast<std::uint16_t>(leg + 1);
    const auto port = shared.generator_ports[(leg / 20) % kSockets];
    media::NegotiatedMedia remote{.ip = {false, {127, 0, 0, 1}},
                                  .port = port,
                                  .rtcp_port = 0,
                                  .send = {media::Codec::pcmu, 0},
                                  .receive = {{media::Codec::pcmu, 0}}};
    if (!in_band) remote.send_event = remote.receive_event = 101;
    bool taken = plane.set_remote(leg + 1, remote, {});
    if (leg % 2 != 0) taken = plane.bridge(leg, leg + 1, {}) && taken;
    if (analyse && leg % 2 == 0) taken = plane.analyse(leg + 1, {.maximum_analysis_ms = 10'000}) && taken;
    if (!taken) return false;
    if (leg % 1000 == 999) nap(50'000'000);  // the mailbox holds 8,192
  }
  return true;
}

// What one row found.
struct Row {
  bool ran = false;
  bool carried = false;
  double cpu_us_a_packet = 0;
};

Row measure(const Options& options, std::uint32_t calls, Kind kind) {
  Row row;
  void* area = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (area == MAP_FAILED) return row;
  auto& shared = *new (area) Shared;
  shared.legs = calls * 2;
  shared.seconds = options.seconds;
  bench::BrowserAgents browsers{kind == Kind::srtp ? calls : 0};
  const auto child = ::fork();
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    pin(1);
    Generator{shared, browsers}.run();
    ::_exit(0);
  }
  while (shared.stage < 1) nap(1'000'000);
  pin(0);  // the worker's thread inherits it
  mediaplane::Config config;
  config.bind = {false, {127, 0, 0, 1}};
  // Two ranges in turn: the kernel lets go of the ports of the row before when it comes to it.
  static bool upper = false;
  config.port_min = upper ? 21'000 : 10'000;
  config.port_max = upper ? 31'999 : 20'999;
  upper = !upper;
  config.io_uring = !options.epoll;
  auto plane = mediaplane::MediaPlane::start(config, [](const mediaplane::Report&) {});
  row.ran =
      plane.has_value() && bridge_all(**plane, shared, browsers, kind == Kind::analysed, options.in_band);
  double busy = 0;
  if (row.ran) {
    shared.stage = 2;
    while (shared.stage < 3 && ::waitpid(child, nullptr, WNOHANG) == 0) nap(1'000'000);
    nap(kWarmUpMs * 500'000LL);
    const auto cpu = nanos(CLOCK_PROCESS_CPUTIME_ID);
    const auto before = (*plane)->counters().received;
    const auto begin = nanos(CLOCK_MONOTONIC);
    while (shared.stage < 4 && nanos(CLOCK_MONOTONIC) < begin + (options.seconds + 1) * 1'000'000'000LL)
      nap(50'000'000);
    const auto used = static_cast<double>(nanos(CLOCK_PROCESS_CPUTIME_ID) - cpu);
    busy = used * 100 / static_cast<double>(nanos(CLOCK_MONOTONIC) - begin);
    const auto moved = std::max<std::uint64_t>(1, (*plane)->counters().received - before);
    row.cpu_us_a_packet = used / 1000 / static_cast<double>(moved);
    while (shared.stage < 4 && ::waitpid(child, nullptr, WNOHANG) == 0) nap(10'000'000);
    const auto loss = 100.0 * (1 - static_cast<double>(shared.returned) / static_cast<double>(shared.sent));
    const auto p50 = percentile_ms(shared, 0.50);
    const auto p99 = percentile_ms(shared, 0.99);
    row.carried = loss < 0.1 && p99 < 5 && shared.wrong == 0;
    fmt::print(
        "{:<9} {:<9} {:>6} {:>10.0f} {:>8.3f} {:>8.2f} {:>8.2f} {:>7} {:>7.0f} {:>9.2f} {:>7.1f} {:>9.1f}  "
        "{}\n",
        (*plane)->io_model(), kKinds[static_cast<std::size_t>(kind)], calls,
        static_cast<double>(shared.returned) / options.seconds, loss, p50, p99, shared.wrong, busy,
        row.cpu_us_a_packet, shared.generator_cpu_permille / 10.0,
        static_cast<double>(shared.latest_slice_us) / 1000, row.carried ? "carried" : "not carried");
  } else {
    ::kill(child, SIGKILL);
  }
  ::waitpid(child, nullptr, 0);
  ::munmap(area, sizeof(Shared));
  return row;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"bridged G.711 calls a core"};
  app.add_option("--calls", options.calls, "calls of each row")->delimiter(',');
  app.add_option("--seconds", options.seconds, "measured time of each row; 60 for the claim")
      ->check(CLI::Range(1, 3600));
  app.add_flag("--epoll", options.epoll, "measure the fallback instead of io_uring");
  app.add_flag("--plain", options.plain, "without the rows in which every contact is analysed");
  app.add_flag("--srtp", options.srtp,
               "phones and browsers side by side: the rows RTP-RTP and RTP-SRTP alone");
  app.add_flag("--in-band", options.in_band,
               "far ends without telephone events: keys are heard in the sound");
  CLI11_PARSE(app, argc, argv);
  fmt::print("bridged calls a core, {} s each; the worker on core 0, the generator on core 1\n",
             options.seconds);
  fmt::print("{:<9} {:<9} {:>6} {:>10} {:>8} {:>8} {:>8} {:>7} {:>7} {:>9} {:>7} {:>9}\n", "io", "legs",
             "calls", "packets/s", "loss %", "p50 ms", "p99 ms", "wrong", "cpu %", "us/packet", "gen. %",
             "gen. late");
  bool ok = true;
  std::string summary;
  for (const auto kind : {Kind::plain, Kind::analysed, Kind::srtp}) {
    if ((kind == Kind::analysed && (options.plain || options.srtp)) || (kind == Kind::srtp && options.plain))
      continue;
    std::uint32_t most = 0;
    double cost = 0;
    for (const auto calls : options.calls) {
      const auto row = measure(options, calls, kind);
      ok = ok && row.ran;
      if (row.carried && calls > most) {
        most = calls;
        cost = row.cpu_us_a_packet;
      }
    }
    const auto* legs = kKinds[static_cast<std::size_t>(kind)];
    summary += fmt::format("most calls carried, {}  {} calls\ncost of a packet in and out, {}  {:.2f} us\n",
                           legs, most, legs, cost);
  }
  fmt::print("{}", summary);
  return ok ? 0 : 1;
}
