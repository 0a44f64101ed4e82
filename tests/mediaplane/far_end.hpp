// What stands at the other end of a leg: a UDP socket that sends and receives RTP, and a plane whose reports
// a test can wait for. Nothing here sleeps a fixed time: far ends send on their own 20 ms clock, waits have a
// deadline.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <numbers>
#include <vector>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "media/bytes.hpp"
#include "media/g711.hpp"
#include "media/rtp.hpp"
#include "server/mediaplane/endpoint.hpp"
#include "server/mediaplane/mediaplane.hpp"

namespace ziptone::mediaplane {

using Clock = std::chrono::steady_clock;

inline media::IpAddress loopback(std::uint8_t last = 1) { return {false, {127, 0, 0, last}}; }

// A frame of a sine at half of full scale, beginning at a sample position.
inline std::array<std::uint8_t, 160> sine(media::Codec codec, double hz, std::uint32_t position) {
  std::array<std::uint8_t, 160> out{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double t = static_cast<double>(position + i) / media::kSampleRate;
    out[i] =
        media::encode(codec, static_cast<std::int16_t>(12'000 * std::sin(2 * std::numbers::pi * hz * t)));
  }
  return out;
}

// Amplitude of one frequency, 0..1 of full scale (Goertzel).
inline double level(const std::vector<std::int16_t>& samples, double hz) {
  if (samples.empty()) return 0;
  const double c = 2 * std::cos(2 * std::numbers::pi * hz / media::kSampleRate);
  double a = 0;
  double b = 0;
  for (const auto sample : samples) {
    const double next = sample / 32768.0 + c * a - b;
    b = a;
    a = next;
  }
  return 2 * std::sqrt(std::max(0.0, a * a + b * b - c * a * b)) / static_cast<double>(samples.size());
}

struct HeardPacket {
  media::RtpHeader header;
  std::vector<std::uint8_t> payload;
  Clock::time_point at;
};

// How many packets from there on hold this tone, each by itself: on a loaded machine one comes late, and
// what is heard together is out of phase then.
inline std::size_t sounding(const std::vector<HeardPacket>& packets, std::size_t from, double hz) {
  std::size_t count = 0;
  for (std::size_t i = from; i < packets.size(); ++i) {
    std::vector<std::int16_t> one;
    const auto codec = packets[i].header.payload_type == 8 ? media::Codec::pcma : media::Codec::pcmu;
    for (const auto code : packets[i].payload) one.push_back(media::decode(codec, code));
    count += packets[i].header.payload_type <= 8 && level(one, hz) > 0.2;
  }
  return count;
}

class FarEnd {
 public:
  using Packet = HeardPacket;

  explicit FarEnd(std::uint8_t last = 1) : FarEnd{loopback(last)} {}
  explicit FarEnd(const media::IpAddress& ip) {
    fd_ = ::socket(ip.v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    const auto address = to_socket_address({ip, 0});
    EXPECT_EQ(::bind(fd_, address.get(), address.size), 0);
    const int room = 4 << 20;  // a test that gets no processor for seconds loses nothing
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    sockaddr_storage got{};
    socklen_t size = sizeof got;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&got), &size);
    at_ = to_endpoint(&got);
  }
  FarEnd(const FarEnd&) = delete;
  FarEnd& operator=(const FarEnd&) = delete;
  ~FarEnd() { ::close(fd_); }

  const Endpoint& at() const { return at_; }
  int fd() const { return fd_; }
  media::NegotiatedMedia media(media::Codec codec = media::Codec::pcma) const {
    const std::uint8_t type = codec == media::Codec::pcma ? 8 : 0;
    return {.ip = at_.ip,
            .port = at_.port,
            .rtcp_port = static_cast<std::uint16_t>(at_.port + 1),
            .send = {codec, type},
            .receive = {{media::Codec::pcma, 8}, {media::Codec::pcmu, 0}},
            .send_event = 101,
            .receive_event = 101};
  }

  void send(const Endpoint& to, const media::RtpHeader& header, std::span<const std::uint8_t> payload) {
    std::vector<std::uint8_t> bytes(12 + payload.size());
    media::write_rtp_header(header, std::span<std::uint8_t, 12>{bytes.data(), 12});
    std::copy(payload.begin(), payload.end(), bytes.begin() + 12);
    const auto address = to_socket_address(to);
    ::sendto(fd_, bytes.data(), bytes.size(), 0, address.get(), address.size);
  }
  // The next 20 ms of a tone, on this end's own sequence and timestamps.
  void send_tone(const Endpoint& to, double hz, media::Codec codec = media::Codec::pcma) {
    const std::uint8_t type = codec == media::Codec::pcma ? 8 : 0;
    send(to, {false, type, sequence_++, timestamp_, ssrc}, sine(codec, hz, position_));
    timestamp_ += 160;
    position_ += 160;
  }

  std::uint32_t sent() const { return position_ / 160; }  // tones' packets

  // Takes what has come.
  void receive() {
    std::array<std::uint8_t, 2048> buffer{};
    for (ssize_t n = 0; (n = ::recv(fd_, buffer.data(), buffer.size(), 0)) >= 0;)
      if (const auto packet = media::parse_rtp({buffer.data(), static_cast<std::size_t>(n)}))
        packets.push_back({packet->header, {packet->payload.begin(), packet->payload.end()}, Clock::now()});
  }

  // Everything received since the first packet of `from`, decoded.
  std::vector<std::int16_t> samples(std::size_t from = 0) const {
    std::vector<std::int16_t> out;
    for (std::size_t i = from; i < packets.size(); ++i) {
      const auto codec = packets[i].header.payload_type == 8 ? media::Codec::pcma : media::Codec::pcmu;
      if (packets[i].header.payload_type > 8) continue;
      for (const auto code : packets[i].payload) out.push_back(media::decode(codec, code));
    }
    return out;
  }

  std::size_t sounding(std::size_t from, double hz) const { return mediaplane::sounding(packets, from, hz); }

  std::uint32_t ssrc = 0x1000;
  std::vector<Packet> packets;

 private:
  int fd_ = -1;
  Endpoint at_;
  std::uint16_t sequence_ = 65'500;
  std::uint32_t timestamp_ = 0xFFFFF000;  // wraps after half a second
  std::uint32_t position_ = 0;
};

// Runs `each` every 20 ms, `frames` times, receiving at the given ends in between.
inline void run_frames(int frames, const std::vector<FarEnd*>& ends,
                       const std::function<void(int)>& each = {}) {
  auto next = Clock::now();
  for (int i = 0; i < frames; ++i) {
    if (each) each(i);
    next += std::chrono::milliseconds{20};
    while (Clock::now() < next) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(next - Clock::now()).count();
      ::poll(nullptr, 0, static_cast<int>(std::clamp<std::int64_t>(left, 0, 2)));
      for (auto* end : ends) end->receive();
    }
  }
}

// What a wait may last: far longer than on any machine that works at all.
inline constexpr std::chrono::seconds kLongest{60};

// The same until it is done, however slow this machine is; false when it never was.
inline bool run_until(const std::function<bool()>& done, const std::vector<FarEnd*>& ends,
                      const std::function<void(int)>& each = {}) {
  const auto deadline = Clock::now() + kLongest;
  for (; !done(); run_frames(1, ends, each))
    if (Clock::now() > deadline) return false;
  return true;
}

class PlaneTest : public ::testing::TestWithParam<bool> {
 protected:
  void start(unsigned workers = 1, base::Duration silent_after = base::seconds{5}) {
    Config config;
    config.workers = workers;
    config.bind = address;
    config.io_uring = GetParam();
    config.port_rest = base::milliseconds{0};
    config.silent_after = silent_after;
    config.webrtc_bridged_silent_after = browser_silent_after;
    // Tests run side by side: each process begins elsewhere; ports in use are passed over.
    const auto slice = static_cast<std::uint16_t>(::getpid() % 90);
    config.port_min = static_cast<std::uint16_t>(12'000 + slice * 200);
    config.port_max = static_cast<std::uint16_t>(config.port_min + 199);
    auto started = MediaPlane::start(config, [this](const Report& report) {
      const std::lock_guard lock{mutex_};
      reports_.push_back(report);
      changed_.notify_all();
    });
    ASSERT_TRUE(started) << to_string(started.error());
    plane = std::move(*started);
    if (GetParam() && plane->io_model() != "io_uring")
      GTEST_SKIP() << "skipped: io_uring is not permitted here";
  }

  Endpoint open(LegId leg, LegKind kind, const FarEnd& far, media::Codec codec = media::Codec::pcma) {
    const auto local = plane->open(leg, kind);
    EXPECT_TRUE(local) << (local ? "" : to_string(local.error()));
    EXPECT_TRUE(plane->set_remote(leg, far.media(codec), {}));
    return local ? Endpoint{local->ip, local->port} : Endpoint{};
  }

  template <class What>
  std::size_t count() {
    const std::lock_guard lock{mutex_};
    return count_locked<What>();
  }
  // Waits until `times` reports of this kind have come.
  template <class What>
  bool wait_for(std::size_t times = 1, std::chrono::milliseconds longest = kLongest) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, longest, [&] { return count_locked<What>() >= times; });
  }
  template <class What>
  std::vector<What> all() {
    const std::lock_guard lock{mutex_};
    std::vector<What> out;
    for (const auto& report : reports_)
      if (const auto* what = std::get_if<What>(&report.what)) out.push_back(*what);
    return out;
  }

 private:
  template <class What>
  std::size_t count_locked() const {
    std::size_t n = 0;
    for (const auto& report : reports_) n += std::holds_alternative<What>(report.what) ? 1 : 0;
    return n;
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Report> reports_;

 protected:
  media::IpAddress address = loopback();  // of the plane
  base::Duration browser_silent_after = Config{}.webrtc_bridged_silent_after;
  std::unique_ptr<MediaPlane> plane;  // last: it reports until it is gone
};

inline std::string wire_name(const ::testing::TestParamInfo<bool>& info) {
  return info.param ? "uring" : "epoll";
}

}  // namespace ziptone::mediaplane
