// The server's end of DTLS-SRTP (RFC 5763, 5764) on OpenSSL: DTLS 1.2, one self-made certificate a process,
// the browser's certificate checked against the fingerprint of its offer. Datagrams in, datagrams out.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "base/result.hpp"
#include "media/webrtc_sdp.hpp"
#include "server/mediaplane/webrtc/srtp.hpp"

using SSL = struct ssl_st;
using SSL_CTX = struct ssl_ctx_st;

namespace ziptone::mediaplane::webrtc {

// The process's certificate and rules. Any thread may make sessions of it.
class DtlsContext {
 public:
  static base::Result<std::shared_ptr<const DtlsContext>> make();
  DtlsContext(const DtlsContext&) = delete;
  DtlsContext& operator=(const DtlsContext&) = delete;
  ~DtlsContext();

  const media::Fingerprint& fingerprint() const { return fingerprint_; }
  SSL_CTX* get() const { return context_; }

 private:
  explicit DtlsContext(SSL_CTX* context) : context_{context} {}
  SSL_CTX* context_;
  media::Fingerprint fingerprint_{};
};

// Whether the datagram is DTLS at all (RFC 7983 7), and whether it begins a handshake: a ClientHello in the
// clear.
bool is_dtls(std::span<const std::uint8_t> datagram);
bool is_client_hello(std::span<const std::uint8_t> datagram);

class DtlsServer {
 public:
  enum class State : std::uint8_t { handshaking, connected, closed, failed, fingerprint_mismatch };
  // Takes a datagram that must leave now; the bytes are good during the call only.
  using Send = std::function<void(std::span<const std::uint8_t>)>;

  // Errors: no memory.
  static base::Result<std::unique_ptr<DtlsServer>> make(std::shared_ptr<const DtlsContext> context,
                                                        const media::Fingerprint& expected);
  DtlsServer(const DtlsServer&) = delete;
  DtlsServer& operator=(const DtlsServer&) = delete;
  ~DtlsServer();

  void on_datagram(std::span<const std::uint8_t> datagram, const Send& send);
  // Sends a lost flight again when OpenSSL's own timer says so (1 s, doubling; RFC 6347 4.2.4.1).
  void on_tick(const Send& send);
  // close_notify, once, if there is a session to be ended.
  void say_goodbye(const Send& send);

  State state() const { return state_; }
  // Once connected.
  const std::optional<SrtpKeys>& keys() const { return keys_; }

 private:
  struct Wire;
  DtlsServer(std::shared_ptr<const DtlsContext> context, SSL* ssl, const media::Fingerprint& expected);
  static int verify(void* store, void* self);
  friend class DtlsContext;
  void advance();
  bool export_keys();

  std::shared_ptr<const DtlsContext> context_;
  SSL* ssl_;
  std::unique_ptr<Wire> wire_;
  media::Fingerprint expected_;
  State state_ = State::handshaking;
  bool mismatched_ = false;
  std::optional<SrtpKeys> keys_;
};

}  // namespace ziptone::mediaplane::webrtc
