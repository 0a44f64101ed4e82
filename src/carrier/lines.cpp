#include "carrier/lines.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <random>

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "carrier/log.hpp"

namespace ziptone::carrier {
namespace {

constexpr std::int64_t kSubTickNs = 5'000'000;

sockaddr_storage to_sockaddr(const media::IpAddress& ip, std::uint16_t port, socklen_t& length) {
  sockaddr_storage out{};
  if (ip.v6) {
    auto* a = reinterpret_cast<sockaddr_in6*>(&out);
    a->sin6_family = AF_INET6;
    a->sin6_port = htons(port);
    std::memcpy(&a->sin6_addr, ip.bytes.data(), 16);
    length = sizeof *a;
  } else {
    auto* a = reinterpret_cast<sockaddr_in*>(&out);
    a->sin_family = AF_INET;
    a->sin_port = htons(port);
    std::memcpy(&a->sin_addr, ip.bytes.data(), 4);
    length = sizeof *a;
  }
  return out;
}

// When the kernel got the packet; the tick would round it to 20 ms.
WallMicros arrival(const msghdr& header, WallMicros otherwise) {
  for (cmsghdr* c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(const_cast<msghdr*>(&header), c)) {
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
      timespec t{};
      std::memcpy(&t, CMSG_DATA(c), sizeof t);
      return WallMicros{t.tv_sec} * 1'000'000 + t.tv_nsec / 1000;
    }
  }
  return otherwise;
}

int bound_socket(const media::IpAddress& ip, std::uint16_t port) {
  const int fd = ::socket(ip.v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  socklen_t length = 0;
  const auto address = to_sockaddr(ip, port, length);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), length) == 0) return fd;
  const int fault = errno;
  ::close(fd);
  errno = fault;
  return -1;
}

// A line is a socket, and the usual limit of 1024 is not many calls.
void raise_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
}

}  // namespace

struct Lines::Line {
  LineId id = 0;
  int fd = -1;
  std::optional<media::NegotiatedMedia> media;
  sockaddr_storage remote{};
  socklen_t remote_length = 0;
  std::unique_ptr<Actor> actor;
  Ear ear;
  media::RtpHeader header;
  bool was_silent = true;
  struct Packet {
    WallMicros due_at;
    std::array<std::uint8_t, media::kRtpHeaderBytes + media::kFrameSamples> bytes;
  };
  std::vector<Packet> under_way;

  explicit Line(LineId line_id, int socket) : id(line_id), fd(socket) {
    std::random_device device;
    header.ssrc = device();
    header.sequence = static_cast<std::uint16_t>(device());
    header.timestamp = device();
  }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  ~Line() { ::close(fd); }
};

struct Lines::Command {
  enum class Kind : std::uint8_t { open, connect, act, close } kind;
  LineId id = 0;
  std::unique_ptr<Line> line{};
  media::NegotiatedMedia media{};
  std::unique_ptr<Actor> actor{};
  bool answered = false;
};

Lines::Lines(LinesOptions options, LinesListener listener)
    : options_(std::move(options)),
      listener_(std::move(listener)),
      network_(options_.seed),
      thread_([this] { run(); }) {
  raise_file_limit();
}

Lines::~Lines() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

base::Result<Lines::Opened> Lines::open() {
  const int first = options_.first_port ? options_.first_port : 20000;
  const int last = options_.first_port ? options_.last_port : 59998;
  const std::lock_guard lock(mutex_);
  if (next_port_ == 0) {
    // Two carriers on one machine should not try the same ports in the same order.
    next_port_ = static_cast<std::uint16_t>(
        options_.first_port ? first : first + 2 * (std::random_device{}() % 15000));
  }
  for (int tries = 0; tries <= (last - first) / 2; ++tries) {
    const auto port = next_port_;
    next_port_ = static_cast<std::uint16_t>(port + 2 > last ? first : port + 2);
    const int fd = bound_socket(options_.ip, port);
    if (fd >= 0) {
      const LineId id = next_id_++;
      auto& command = commands_.emplace_back(Command{Command::Kind::open, id});
      command.line = std::make_unique<Line>(id, fd);
      wake_.notify_one();
      return Opened{id, port};
    }
    if (errno != EADDRINUSE) break;
  }
  return base::error(fmt::format("no port for sound: {}", std::strerror(errno)),
                     media::to_string(options_.ip), "widen the port range, or raise the limit of open files");
}

void Lines::connect(LineId id, const media::NegotiatedMedia& media) {
  const std::lock_guard lock(mutex_);
  commands_.emplace_back(Command{Command::Kind::connect, id}).media = media;
}

void Lines::act(LineId id, std::unique_ptr<Actor> actor, bool answered) {
  const std::lock_guard lock(mutex_);
  auto& command = commands_.emplace_back(Command{Command::Kind::act, id});
  command.actor = std::move(actor);
  command.answered = answered;
}

void Lines::close(LineId id) {
  const std::lock_guard lock(mutex_);
  commands_.emplace_back(Command{Command::Kind::close, id});
}

void Lines::take_commands() {
  std::vector<Command> taken;
  {
    const std::lock_guard lock(mutex_);
    taken.swap(commands_);
  }
  for (auto& command : taken) apply(command);
}

void Lines::apply(Command& command) {
  auto& group = groups_[command.id % kGroups];
  if (command.kind == Command::Kind::open) {
    if (!options_.message.empty()) command.line->ear.keep_envelope();
    group.push_back(std::move(command.line));
    return;
  }
  const auto found = std::ranges::find(group, command.id, [](const auto& line) { return line->id; });
  if (found == group.end()) return;
  Line& line = **found;
  const WallMicros now = wall_now();
  switch (command.kind) {
    case Command::Kind::connect:
      line.media = command.media;
      line.remote = to_sockaddr(command.media.ip, command.media.port, line.remote_length);
      break;
    case Command::Kind::act:
      line.actor = std::move(command.actor);
      if (command.answered) line.ear.listen_from(now);
      break;
    default:
      receive(line, now);
      listener_.closed(line.id, line.ear.summary(now, options_.message), now);
      std::swap(*found, group.back());
      group.pop_back();
  }
}

void Lines::receive(Line& line, WallMicros now) {
  constexpr int kBatch = 4;
  static thread_local std::uint8_t bytes[kBatch][1500];
  static thread_local sockaddr_storage from[kBatch];
  static thread_local char control[kBatch][CMSG_SPACE(sizeof(timespec))];
  mmsghdr messages[kBatch];
  iovec parts[kBatch];
  for (;;) {
    for (int i = 0; i < kBatch; ++i) {
      parts[i] = {bytes[i], sizeof bytes[i]};
      messages[i] = {};
      messages[i].msg_hdr.msg_name = &from[i];
      messages[i].msg_hdr.msg_namelen = sizeof from[i];
      messages[i].msg_hdr.msg_iov = &parts[i];
      messages[i].msg_hdr.msg_iovlen = 1;
      messages[i].msg_hdr.msg_control = control[i];
      messages[i].msg_hdr.msg_controllen = sizeof control[i];
    }
    const int got = ::recvmmsg(line.fd, messages, kBatch, MSG_DONTWAIT, nullptr);
    for (int i = 0; i < got; ++i) {
      const auto packet = media::parse_rtp({bytes[i], messages[i].msg_len});
      if (!packet) continue;
      packets_in_.fetch_add(1, std::memory_order_relaxed);
      if (!line.media) continue;
      if (std::memcmp(&from[i], &line.remote, line.remote_length) != 0) line.ear.stranger();
      std::optional<media::Codec> codec;
      for (const auto& format : line.media->receive) {
        if (format.payload_type == packet->header.payload_type) codec = format.codec;
      }
      line.ear.packet(*packet, codec, line.media->receive_event == packet->header.payload_type,
                      arrival(messages[i].msg_hdr, now));
    }
    if (got < kBatch) return;
  }
}

void Lines::deliver(Line& line, WallMicros now) {
  std::erase_if(line.under_way, [&](const Line::Packet& packet) {
    if (packet.due_at > now) return false;
    ::sendto(line.fd, packet.bytes.data(), packet.bytes.size(), MSG_DONTWAIT,
             reinterpret_cast<const sockaddr*>(&line.remote), line.remote_length);
    packets_out_.fetch_add(1, std::memory_order_relaxed);
    return true;
  });
}

void Lines::send(Line& line, const Said& said, WallMicros now) {
  if (network_.chance(options_.loss)) return;
  const auto late_us = network_.between(0, std::int64_t{options_.jitter_ms} * 1000);
  auto& packet = line.under_way.emplace_back(Line::Packet{now + late_us, {}}).bytes;
  const auto codec = line.media->send.codec;
  line.header.payload_type = line.media->send.payload_type;
  // The marker bit begins a talk spurt (RFC 3551 4.1).
  line.header.marker = said.sound && line.was_silent;
  line.was_silent = said.sound == nullptr;
  media::write_rtp_header(
      line.header, std::span<std::uint8_t, media::kRtpHeaderBytes>(packet.data(), media::kRtpHeaderBytes));
  if (said.sound) {
    std::ranges::copy(said.sound->frame(codec, said.frame), packet.begin() + media::kRtpHeaderBytes);
  } else {
    std::fill(packet.begin() + media::kRtpHeaderBytes, packet.end(), media::silence(codec));
  }
}

void Lines::tick(Line& line, WallMicros now) {
  receive(line, now);
  line.ear.pass(now);
  if (line.ear.has_events()) {
    for (const auto& event : line.ear.take_events()) listener_.heard(line.id, event);
  }
  if (!line.actor || !line.media) return;
  const Said said = line.actor->tick(line.ear, now);
  // The callee's clock: silence counts from the end of the hello, not from the lifting of the receiver.
  if (said.sound) line.ear.spoke(now);
  if (said.deed == Deed::ended_hello) line.ear.listen_from(now);
  if (said.deed) listener_.deed(line.id, said, now);
  if (media::sends(line.media->direction) && line.media->port != 0) send(line, said, now);
  ++line.header.sequence;
  line.header.timestamp += media::kFrameSamples;
}

void Lines::run() {
  timespec next{};
  ::clock_gettime(CLOCK_MONOTONIC, &next);
  for (int turn = 0;; turn = (turn + 1) % kGroups) {
    take_commands();
    const bool idle = std::ranges::all_of(groups_, [](const auto& group) { return group.empty(); });
    {
      std::unique_lock lock(mutex_);
      if (idle) {
        wake_.wait(lock, [this] { return stop_ || !commands_.empty(); });
        ::clock_gettime(CLOCK_MONOTONIC, &next);
      }
      if (stop_) break;
    }
    const WallMicros now = wall_now();
    for (auto& line : groups_[turn]) tick(*line, now);
    for (auto& group : groups_)
      for (auto& line : group) deliver(*line, now);
    next.tv_nsec += kSubTickNs;
    if (next.tv_nsec >= 1'000'000'000) next.tv_nsec -= 1'000'000'000, ++next.tv_sec;
    ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, nullptr);
  }
  take_commands();
  const WallMicros now = wall_now();
  for (auto& group : groups_) {
    for (auto& line : group) listener_.closed(line->id, line->ear.summary(now, options_.message), now);
    group.clear();
  }
}

}  // namespace ziptone::carrier
