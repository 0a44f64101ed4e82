// The desktop's live WebSocket as a page holds it (RFC 6455, api/events.yaml), with no library of the
// product.
#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ziptone::bench {

class DeskSocket {
 public:
  // Connects and switches to WebSocket; ends the program when that fails.
  DeskSocket(std::uint16_t port, const std::string& token) : fd_{::socket(AF_INET, SOCK_STREAM, 0)} {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) fail("no connection");
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    put(
        fmt::format("GET /api/v1/desk/live HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                    "Connection: Upgrade\r\nSec-WebSocket-Key: YmVuY2gtYnJvd3NlcnMtMQ==\r\n"
                    "Sec-WebSocket-Version: 13\r\nAuthorization: Bearer {}\r\n\r\n",
                    token));
    while (in_.find("\r\n\r\n") == std::string::npos)
      if (!take()) fail("the server hung up");
    if (!in_.starts_with("HTTP/1.1 101")) fail(in_.c_str());
    in_.erase(0, in_.find("\r\n\r\n") + 4);
    ::fcntl(fd_, F_SETFL, O_NONBLOCK);
  }
  DeskSocket(const DeskSocket&) = delete;
  DeskSocket& operator=(const DeskSocket&) = delete;
  ~DeskSocket() { ::close(fd_); }

  int fd() const { return fd_; }
  void say(std::string_view text) { send(kText, text); }

  // Takes what has come and gives every whole message to `hear`; false: the server has closed.
  template <class Hear>
  bool receive(Hear&& hear) {
    const bool open = take();
    while (const auto frame = next_frame()) {
      if (frame.kind == kPing) send(kPong, frame.body);
      if (frame.kind == kClose) return false;
      if (frame.kind != kText && frame.kind != kMore) continue;
      message_ += frame.body;
      if (frame.last) hear(std::exchange(message_, {}));
    }
    return open;
  }

 private:
  static constexpr std::uint8_t kMore = 0, kText = 1, kClose = 8, kPing = 9, kPong = 10;
  struct Frame {
    bool whole = false;
    bool last = false;
    std::uint8_t kind = 0;
    std::string body;
    explicit operator bool() const { return whole; }
  };

  [[noreturn]] static void fail(const char* what) {
    std::fprintf(stderr, "bench browsers: the desk's socket: %s\n", what);
    std::exit(1);
  }
  bool take() {
    std::array<char, 65'536> bytes;
    const auto got = ::recv(fd_, bytes.data(), bytes.size(), 0);
    if (got > 0) in_.append(bytes.data(), static_cast<std::size_t>(got));
    return got != 0;
  }
  void put(const std::string& bytes) {
    if (::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size()))
      fail("it is not sent");
  }
  // The mask is zero, so that the bytes stay as they are; the server can't tell.
  void send(std::uint8_t kind, std::string_view body) {
    std::string out{static_cast<char>(0x80 | kind)};
    if (body.size() < 126) {
      out += static_cast<char>(0x80 | body.size());
    } else {
      out += static_cast<char>(0x80 | 126);
      out += static_cast<char>(body.size() >> 8);
      out += static_cast<char>(body.size() & 0xFF);
    }
    out.append(4, '\0');
    out += body;
    put(out);
  }
  Frame next_frame() {
    const auto byte = [this](std::size_t i) { return static_cast<std::uint8_t>(in_[i]); };
    if (in_.size() < 2) return {};
    std::size_t head = 2, size = byte(1) & 0x7F;
    const std::size_t wide = size == 126 ? 2 : size == 127 ? 8 : 0;
    if (in_.size() < head + wide) return {};
    if (wide > 0) size = 0;
    for (std::size_t i = 0; i < wide; ++i) size = size << 8 | byte(head + i);
    head += wide;
    if (in_.size() < head + size) return {};
    Frame frame{true, (byte(0) & 0x80) != 0, static_cast<std::uint8_t>(byte(0) & 0x0F),
                in_.substr(head, size)};
    in_.erase(0, head + size);
    return frame;
  }

  int fd_;
  std::string in_;
  std::string message_;
};

}  // namespace ziptone::bench
