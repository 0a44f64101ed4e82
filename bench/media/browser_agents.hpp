// Browsers as the agents of the bridged-calls bench: the protocols of the media plane's tests, a socket each.
// The process that owns the plane makes them before the generator is forked off, so that both know their
// keys.
#pragma once

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "browser.hpp"
#include "media/rtp.hpp"
#include "server/mediaplane/endpoint.hpp"
#include "server/mediaplane/webrtc/dtls.hpp"
#include "server/mediaplane/webrtc/stun.hpp"

namespace ziptone::bench {

// What the plane's answer says, as it passes from one process to the other.
struct WebrtcAnswer {
  std::array<char, 1024> sdp{};
  std::uint16_t port = 0;
};

class BrowserAgents {
 public:
  static constexpr std::size_t kDatagram = 2048;
  using Datagram = std::array<std::uint8_t, kDatagram>;

  explicit BrowserAgents(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) agents_.push_back(std::make_unique<Agent>());
  }
  BrowserAgents(const BrowserAgents&) = delete;
  BrowserAgents& operator=(const BrowserAgents&) = delete;
  ~BrowserAgents() {
    for (const auto& agent : agents_)
      if (agent->fd >= 0) ::close(agent->fd);
    if (epoll_ >= 0) ::close(epoll_);
  }

  std::size_t size() const { return agents_.size(); }
  std::string offer(std::size_t i) const { return agents_[i]->browser.offer(); }

  // Shakes hands, one after the other; `prepare` is given each socket. False: one of them got no keys.
  template <class Prepare>
  bool connect(const WebrtcAnswer* answers, Prepare&& prepare) {
    epoll_ = ::epoll_create1(0);
    for (std::size_t i = 0; i < agents_.size(); ++i) {
      auto& agent = *agents_[i];
      agent.fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
      const auto to = mediaplane::to_socket_address({{false, {127, 0, 0, 1}}, answers[i].port});
      if (::connect(agent.fd, to.get(), to.size) != 0) return false;
      prepare(agent.fd);
      epoll_event event{EPOLLIN, {.u64 = i}};
      ::epoll_ctl(epoll_, EPOLL_CTL_ADD, agent.fd, &event);
      agent.browser.take_answer(answers[i].sdp.data());
      if (!shake_hands(agent)) return false;
    }
    return true;
  }

  // Seals a packet in place, which has room behind it, and sends it; with consent (RFC 7675) every five
  // seconds.
  template <class Packet>
  bool send(std::size_t i, Packet& packet, std::size_t size) {
    constexpr unsigned kConsent = 250;
    auto& agent = *agents_[i];
    if (agent.sent++ % kConsent == 0) put(agent, agent.browser.check());
    return agent.browser.srtp->protect(packet.data(), size) &&
           ::send(agent.fd, packet.data(), size, MSG_DONTWAIT) == static_cast<ssize_t>(size);
  }

  // Every sound that has come, unsealed: hear(agent, packet, size, arrival).
  template <class Arrival, class Hear>
  void receive(Hear&& hear) {
    std::array<epoll_event, 64> ready;
    for (int n = 64; n == 64;) {
      n = ::epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), 0);
      for (std::size_t e = 0; n > 0 && e < static_cast<std::size_t>(n); ++e) {
        auto& agent = *agents_[ready[e].data.u64];
        Arrival arrival;
        iovec part{datagram_.data(), datagram_.size()};
        msghdr message{nullptr, 0, &part, 1, &arrival, sizeof arrival, 0};
        const auto got = ::recvmsg(agent.fd, &message, MSG_DONTWAIT);
        if (got <= 0) continue;
        const auto came = std::span{datagram_}.first(static_cast<std::size_t>(got));
        std::size_t size = 0;
        if (mediaplane::webrtc::is_stun(came) || mediaplane::webrtc::is_dtls(came) || media::is_rtcp(came))
          continue;
        if (agent.browser.srtp->unprotect(came, size)) hear(ready[e].data.u64, datagram_, size, arrival);
      }
    }
  }

 private:
  struct Agent {
    mediaplane::webrtc::Browser browser;
    int fd = -1;
    unsigned sent = 0;
  };
  static void put(const Agent& agent, const mediaplane::webrtc::Bytes& bytes) {
    (void)!::send(agent.fd, bytes.data(), bytes.size(), MSG_DONTWAIT);
  }
  bool shake_hands(Agent& agent) {
    put(agent, agent.browser.check());
    while (!agent.browser.is_connected()) {
      pollfd ready{agent.fd, POLLIN, 0};
      if (::poll(&ready, 1, 10'000) != 1) return false;
      const auto got = ::recv(agent.fd, datagram_.data(), datagram_.size(), 0);
      if (got <= 0) return false;
      const auto came = std::span{datagram_}.first(static_cast<std::size_t>(got));
      const bool dtls = mediaplane::webrtc::is_dtls(came);
      for (const auto& record : agent.browser.shake(dtls ? came : std::span<std::uint8_t>{}))
        put(agent, record);
    }
    return true;
  }

  std::vector<std::unique_ptr<Agent>> agents_;
  int epoll_ = -1;
  Datagram datagram_{};
};

}  // namespace ziptone::bench
