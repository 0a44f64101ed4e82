// A SIP peer over TLS, scripted with OpenSSL: Debian's SIPp has no TLS.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "rig.hpp"

namespace ziptone::signalling::test {

// Writes a self-signed certificate for `name` and its key, by the openssl command; the path of the PEM file.
std::string certificate_for(const std::string& name);

class TlsPeer {
 public:
  // Listens on a free loopback port with this certificate and takes one connection.
  explicit TlsPeer(const std::string& pem);
  ~TlsPeer();
  std::uint16_t port() const { return port_; }
  // False: no connection, or the other side did not trust us.
  bool accept();
  // One message; nothing when the connection ends or nothing comes.
  std::optional<Message> receive();
  void send(const std::string& text);

 private:
  struct State;
  std::unique_ptr<State> state_;
  std::uint16_t port_ = 0;
};

}  // namespace ziptone::signalling::test
