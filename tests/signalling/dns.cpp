#include "dns.hpp"

#include <filesystem>
#include <fstream>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ziptone::signalling::test {

namespace {

std::string two(std::uint16_t v) { return {static_cast<char>(v >> 8), static_cast<char>(v & 0xFF)}; }

// RFC 1035 3.1, without compression.
std::string encoded(const std::string& name) {
  std::string out;
  std::size_t at = 0;
  while (at < name.size()) {
    const auto dot = std::min(name.find('.', at), name.size());
    out += static_cast<char>(dot - at);
    out += name.substr(at, dot - at);
    at = dot + 1;
  }
  return out + '\0';
}

std::string counted(const std::string& text) { return static_cast<char>(text.size()) + text; }

}  // namespace

std::string resolv_conf_for(std::uint16_t port) {
  const auto path =
      std::filesystem::temp_directory_path() / fmt::format("ziptone-test-resolv-{}-{}", getpid(), port);
  std::ofstream(path) << "nameserver 127.0.0.1\nport " << port << "\n";
  return path.string();
}

Dns::Dns() {
  fd_ = socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof name;
  if (bind(fd_, reinterpret_cast<sockaddr*>(&name), size) != 0) std::abort();
  getsockname(fd_, reinterpret_cast<sockaddr*>(&name), &size);
  port_ = ntohs(name.sin_port);
  thread_ = std::thread([this] { serve(); });
}

Dns::~Dns() {
  stop_ = true;
  thread_.join();
  close(fd_);
  std::filesystem::remove(resolv_conf());
}

void Dns::add(const std::string& name, std::uint16_t type, std::string rdata) {
  const std::lock_guard lock{mutex_};
  records_[{name, type}].push_back(std::move(rdata));
}

std::vector<std::string> Dns::records(const std::string& name, std::uint16_t type) {
  const std::lock_guard lock{mutex_};
  const auto found = records_.find({name, type});
  return found == records_.end() ? std::vector<std::string>{} : found->second;
}

void Dns::a(const std::string& name, const std::string& ip) {
  in_addr address{};
  inet_pton(AF_INET, ip.c_str(), &address);
  add(name, 1, std::string{reinterpret_cast<const char*>(&address), 4});
}

void Dns::srv(const std::string& name, std::uint16_t priority, std::uint16_t weight, std::uint16_t port,
              const std::string& target) {
  add(name, 33, two(priority) + two(weight) + two(port) + encoded(target));
}

void Dns::naptr(const std::string& name, std::uint16_t order, std::uint16_t preference,
                const std::string& flags, const std::string& service, const std::string& replacement) {
  add(name, 35,
      two(order) + two(preference) + counted(flags) + counted(service) + counted("") + encoded(replacement));
}

void Dns::serve() {
  while (!stop_) {
    pollfd ready{fd_, POLLIN, 0};
    if (poll(&ready, 1, 20) <= 0) continue;
    char buffer[1500];
    sockaddr_in from{};
    socklen_t size = sizeof from;
    const auto got = recvfrom(fd_, buffer, sizeof buffer, 0, reinterpret_cast<sockaddr*>(&from), &size);
    if (got < 17) continue;
    const std::string question(buffer, static_cast<std::size_t>(got));
    std::string name;
    std::size_t at = 12;
    while (at < question.size() && question[at] != 0) {
      const auto length = std::size_t{static_cast<unsigned char>(question[at])};
      name += (name.empty() ? "" : ".") + question.substr(at + 1, length);
      at += length + 1;
    }
    const auto type = static_cast<std::uint16_t>(static_cast<unsigned char>(question[at + 1]) << 8 |
                                                 static_cast<unsigned char>(question[at + 2]));
    const auto found = records(name, type);
    const std::size_t count = found.size();
    // Header: the same id, response, recursion available; NXDOMAIN when there is nothing.
    std::string reply = question.substr(0, 2) + std::string("\x85", 1) + (count != 0 ? '\x80' : '\x83');
    reply += two(1) + two(static_cast<std::uint16_t>(count)) + two(0) + two(0);
    reply += question.substr(12, at + 5 - 12);
    for (const std::string& data : found)
      reply += two(0xC00C) + two(type) + two(1) + two(0) + two(60) +
               two(static_cast<std::uint16_t>(data.size())) + data;
    sendto(fd_, reply.data(), reply.size(), 0, reinterpret_cast<sockaddr*>(&from), size);
  }
}

}  // namespace ziptone::signalling::test
