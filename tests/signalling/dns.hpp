// A DNS server of a few lines for the tests, and the resolver file that points at it.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace ziptone::signalling::test {

// Path of a file in resolv.conf's format for a server at 127.0.0.1:port.
std::string resolv_conf_for(std::uint16_t port);

class Dns {
 public:
  Dns();
  ~Dns();
  std::string resolv_conf() const { return resolv_conf_for(port_); }
  void a(const std::string& name, const std::string& ip);
  void srv(const std::string& name, std::uint16_t priority, std::uint16_t weight, std::uint16_t port,
           const std::string& target);
  void naptr(const std::string& name, std::uint16_t order, std::uint16_t preference, const std::string& flags,
             const std::string& service, const std::string& replacement);

 private:
  void serve();
  void add(const std::string& name, std::uint16_t type, std::string rdata);
  std::vector<std::string> records(const std::string& name, std::uint16_t type);
  int fd_ = -1;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::map<std::pair<std::string, std::uint16_t>, std::vector<std::string>> records_;  // rdata
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace ziptone::signalling::test
