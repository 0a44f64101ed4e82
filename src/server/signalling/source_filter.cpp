#include "server/signalling/source_filter.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

#include <arpa/inet.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace ziptone::signalling {

namespace {

// Where the source address stands in the network header (RFC 791 3.1, RFC 8200 3).
constexpr std::uint32_t kSourceV4 = static_cast<std::uint32_t>(SKF_NET_OFF) + 12;
constexpr std::uint32_t kSourceV6 = static_cast<std::uint32_t>(SKF_NET_OFF) + 8;

sock_filter statement(std::uint16_t code, std::uint32_t k) { return {code, 0, 0, k}; }
sock_filter jump_if_equal(std::uint32_t k, std::uint8_t on_true, std::uint8_t on_false) {
  return {BPF_JMP | BPF_JEQ | BPF_K, on_true, on_false, k};
}

struct Network {
  int family = 0;
  std::array<std::uint32_t, 4> words{};  // host order, as the filter's loads give them
  unsigned bits = 0;
};

bool read_network(const std::string& text, Network& network) {
  const auto slash = text.find('/');
  const std::string ip = text.substr(0, slash);
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET, ip.c_str(), bytes.data()) == 1)
    network.family = AF_INET;
  else if (inet_pton(AF_INET6, ip.c_str(), bytes.data()) == 1)
    network.family = AF_INET6;
  else
    return false;
  network.bits = network.family == AF_INET ? 32 : 128;
  if (slash != std::string::npos) {
    unsigned bits = 0;
    std::from_chars(text.data() + slash + 1, text.data() + text.size(), bits);
    network.bits = std::min(bits, network.bits);
  }
  for (std::size_t i = 0; i < 16; ++i) network.words[i / 4] = network.words[i / 4] << 8 | bytes[i];
  return true;
}

// Appends "accept if the source is in `network`".
void append(std::vector<sock_filter>& program, const Network& network) {
  const std::uint32_t base = network.family == AF_INET ? kSourceV4 : kSourceV6;
  const unsigned words = (network.bits + 31) / 32;
  for (unsigned i = 0; i < words; ++i) {
    const unsigned bits = std::min(network.bits - i * 32, 32u);
    const std::uint32_t mask = bits == 32 ? 0xFFFFFFFFu : ~(0xFFFFFFFFu >> bits);
    program.push_back(statement(BPF_LD | BPF_W | BPF_ABS, base + i * 4));
    program.push_back(statement(BPF_ALU | BPF_AND | BPF_K, mask));
    // A mismatch jumps behind this network: over the words still to compare and the accept.
    const unsigned behind = (words - 1 - i) * 3 + 1;
    program.push_back(jump_if_equal(network.words[i] & mask, 0, static_cast<std::uint8_t>(behind)));
  }
  program.push_back(statement(BPF_RET | BPF_K, 0xFFFFFFFFu));
}

}  // namespace

std::vector<int> sockets_on(const std::string& ip, std::uint16_t port) {
  std::vector<int> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", error)) {
    const std::string name = entry.path().filename().string();
    int fd = -1;
    std::from_chars(name.data(), name.data() + name.size(), fd);
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (fd < 0 || getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) continue;
    char text[INET6_ADDRSTRLEN] = "";
    std::uint16_t bound = 0;
    if (address.ss_family == AF_INET) {
      const auto* v4 = reinterpret_cast<const sockaddr_in*>(&address);
      inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
      bound = ntohs(v4->sin_port);
    } else if (address.ss_family == AF_INET6) {
      const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&address);
      inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
      bound = ntohs(v6->sin6_port);
    }
    if (bound != port || ip != text) continue;
    int type = 0, listening = 0;
    size = sizeof type;
    getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size);
    size = sizeof listening;
    getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size);
    if (type == SOCK_DGRAM || listening != 0) found.push_back(fd);
  }
  return found;
}

bool allow_only(int fd, const std::vector<std::string>& networks) {
  int family = 0;
  socklen_t size = sizeof family;
  if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &size) != 0) return false;
  std::vector<sock_filter> program;
  for (const std::string& text : networks) {
    Network network;
    if (read_network(text, network) && network.family == family) append(program, network);
  }
  program.push_back(statement(BPF_RET | BPF_K, 0));
  sock_fprog filter{};
  filter.len = static_cast<unsigned short>(program.size());
  filter.filter = program.data();
  return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) == 0;
}

std::uint64_t dropped_on(int fd) {
  constexpr std::size_t kDrops = 8;  // SK_MEMINFO_DROPS of linux/sock_diag.h
  std::array<std::uint32_t, kDrops + 1> info{};
  socklen_t size = sizeof info;
  if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info.data(), &size) != 0) return 0;
  return info[kDrops];
}

}  // namespace ziptone::signalling
