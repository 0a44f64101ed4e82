// The lines with a real media plane, store and SIP thread behind them. What signalling would report is said
// by the test, what the media plane reports is real.
#pragma once

#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include <sys/wait.h>

#include "far_end.hpp"
#include "fixture.hpp"
#include "server/control/lines.hpp"

namespace ziptone::control {

namespace event = dialer::event;
namespace effect = dialer::effect;

constexpr base::AgentId kAgent{7};

// A phone's sound in a process of its own: it sends back what it is sent.
class PhoneProcess {
 public:
  PhoneProcess() : pid_(::fork()) {
    if (pid_ != 0) return;
    std::array<char, 2048> bytes{};
    for (;;) {
      sockaddr_storage from{};
      socklen_t size = sizeof from;
      pollfd readable{socket_.fd(), POLLIN, 0};
      ::poll(&readable, 1, -1);
      const auto n =
          ::recvfrom(socket_.fd(), bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
      if (n > 0)
        ::sendto(socket_.fd(), bytes.data(), static_cast<std::size_t>(n), 0,
                 reinterpret_cast<sockaddr*>(&from), size);
    }
  }
  PhoneProcess(const PhoneProcess&) = delete;
  PhoneProcess& operator=(const PhoneProcess&) = delete;
  ~PhoneProcess() {
    signal(SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  void signal(int what) const { ::kill(pid_, what); }
  const mediaplane::Endpoint& at() const { return socket_.at(); }

 private:
  mediaplane::FarEnd socket_{3};  // bound before the fork
  pid_t pid_;
};

inline std::string sdp(const std::string& ip, unsigned port, const std::string& direction = "sendrecv",
                       int event = 101) {
  return fmt::format(
      "v=0\r\no=- 1 1 IN IP4 {0}\r\ns=-\r\nc=IN IP4 {0}\r\nt=0 0\r\nm=audio {1} RTP/AVP 8 {2}\r\n"
      "a=rtpmap:{2} telephone-event/8000\r\na={3}\r\n",
      ip, port, event, direction);
}
inline std::string sdp(const mediaplane::Endpoint& at, const std::string& direction = "sendrecv") {
  return sdp(media::to_string(at.ip), at.port, direction);
}

// As signalling would have understood it.
inline media::NegotiatedMedia answered(const std::string& text) {
  return store::must(media::make_answer(store::must(media::parse_sdp(text)), {})).media;
}

class LinesTest : public ::testing::Test {
 protected:
  LinesTest() {
    store_ = store::must(store::Store::open({.directory = folder_.path()}));
    signalling::Config sip;
    sip.site_key = "a key of this test alone";
    signalling_ = std::make_unique<signalling::Signalling>(sip, [](const signalling::Report&) {});
    store::must(signalling_->start());
    mediaplane::Config media;
    media.bind = mediaplane::loopback();
    media.port_rest = {};
    media.port_min = static_cast<std::uint16_t>(10'000 + ::getpid() % 90 * 20);
    media.port_max = static_cast<std::uint16_t>(media.port_min + 19);
    media_ports = {media.port_min, media.port_max};
    plane_ = store::must(mediaplane::MediaPlane::start(
        media, [this](const mediaplane::Report& report) { mailbox_.report(report); }));
    lines = std::make_unique<Lines>(Lines::Parts{mailbox_, *store_, *signalling_, *plane_});
  }

  // The core has the phone called; its answer is what the test says.
  std::uint64_t call_agent() {
    const base::Now now{{}, base::wall_from_micros(++wall_)};
    lines->carry_out(effect::CallAgent{kAgent}, now);
    return static_cast<std::uint64_t>(wall_);
  }
  void hear(const signalling::Event& report) {
    lines->hear(report);
    take();
  }
  void phone_up(const std::string& answer) {
    hear(signalling::PhoneUp{kAgent, call_agent(), answer, {}, "127.0.0.1"});
  }

  template <class E>
  std::size_t count() const {
    return static_cast<std::size_t>(std::count_if(
        events.begin(), events.end(), [](const auto& e) { return std::holds_alternative<E>(e); }));
  }
  // Until the core would have been told `times` times; `meanwhile` about every 20 ms.
  template <class E>
  bool wait_for(std::size_t times = 1, const std::function<void()>& meanwhile = {}) {
    return wait_until([&] { return count<E>() >= times; }, meanwhile);
  }
  bool wait_until(const std::function<bool()>& condition, const std::function<void()>& meanwhile = {}) {
    const auto deadline = mediaplane::Clock::now() + std::chrono::seconds{30};
    while (!condition()) {
      if (mediaplane::Clock::now() > deadline) return false;
      if (meanwhile) meanwhile();
      take_reports();
    }
    return true;
  }

  std::unique_ptr<Lines> lines;
  std::vector<dialer::Event> events;
  std::pair<std::uint16_t, std::uint16_t> media_ports;

 private:
  void take_reports() {
    for (auto& message : mailbox_.take(mediaplane::Clock::now() + std::chrono::milliseconds{20}))
      if (const auto* report = std::get_if<mediaplane::Report>(&message)) lines->hear(*report);
    take();
  }
  void take() {
    for (auto& one : lines->take_events()) events.push_back(std::move(one));
  }

  store::TempDir folder_;
  Mailbox mailbox_;
  std::unique_ptr<signalling::Signalling> signalling_;
  std::unique_ptr<store::Store> store_;  // its last answers post to signalling
  std::int64_t wall_ = store::kT0;

 protected:
  std::unique_ptr<mediaplane::MediaPlane> plane_;
};

}  // namespace ziptone::control
