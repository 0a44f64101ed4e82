#include "tls_peer.hpp"

#include <cstdlib>
#include <filesystem>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.hpp"

namespace ziptone::signalling::test {

std::string certificate_for(const std::string& name) {
  const auto path =
      std::filesystem::temp_directory_path() / fmt::format("ziptone-test-{}-{}.pem", name, getpid());
  const std::string command = fmt::format(
      "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={0} -addext subjectAltName=DNS:{0} "
      "-keyout {1} -out {1}.crt 2>/dev/null && cat {1}.crt >> {1} && rm {1}.crt",
      name, path.string());
  VERIFY(std::system(command.c_str()) == 0);
  return path.string();
}

struct TlsPeer::State {
  SSL_CTX* context = nullptr;
  SSL* ssl = nullptr;
  int listener = -1, connection = -1;
  std::string buffer;
  ~State() {
    if (ssl) SSL_free(ssl);
    SSL_CTX_free(context);
    if (connection >= 0) close(connection);
    close(listener);
  }
};

TlsPeer::TlsPeer(const std::string& pem) : state_(std::make_unique<State>()) {
  state_->context = SSL_CTX_new(TLS_server_method());
  VERIFY(SSL_CTX_use_certificate_file(state_->context, pem.c_str(), SSL_FILETYPE_PEM) == 1);
  VERIFY(SSL_CTX_use_PrivateKey_file(state_->context, pem.c_str(), SSL_FILETYPE_PEM) == 1);
  state_->listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof name;
  VERIFY(bind(state_->listener, reinterpret_cast<sockaddr*>(&name), size) == 0 &&
         listen(state_->listener, 4) == 0);
  getsockname(state_->listener, reinterpret_cast<sockaddr*>(&name), &size);
  port_ = ntohs(name.sin_port);
}

TlsPeer::~TlsPeer() = default;

bool TlsPeer::accept() {
  pollfd ready{state_->listener, POLLIN, 0};
  if (poll(&ready, 1, 5000) <= 0) return false;
  state_->connection = ::accept(state_->listener, nullptr, nullptr);
  timeval limit{5, 0};
  setsockopt(state_->connection, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  state_->ssl = SSL_new(state_->context);
  SSL_set_fd(state_->ssl, state_->connection);
  return SSL_accept(state_->ssl) == 1;
}

std::optional<Message> TlsPeer::receive() {
  for (;;) {
    const auto end = state_->buffer.find("\r\n\r\n");
    if (end != std::string::npos) {
      auto message = parse(state_->buffer);
      const auto length = static_cast<std::size_t>(std::atoi(message->get("Content-Length").c_str()));
      if (state_->buffer.size() >= end + 4 + length) {
        message->body.resize(length);
        state_->buffer.erase(0, end + 4 + length);
        return message;
      }
    }
    char bytes[8192];
    const int got = SSL_read(state_->ssl, bytes, sizeof bytes);
    if (got <= 0) return std::nullopt;
    state_->buffer.append(bytes, static_cast<std::size_t>(got));
  }
}

void TlsPeer::send(const std::string& text) {
  VERIFY(SSL_write(state_->ssl, text.data(), static_cast<int>(text.size())) == static_cast<int>(text.size()));
}

}  // namespace ziptone::signalling::test
