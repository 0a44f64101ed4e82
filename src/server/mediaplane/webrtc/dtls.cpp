#include "server/mediaplane/webrtc/dtls.hpp"

#include <algorithm>
#include <cstring>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "server/certificate/self_signed.hpp"

namespace ziptone::mediaplane::webrtc {
namespace {

constexpr long kMtu = 1200;  // fits every path that browsers are used on (RFC 8261 names the same)
constexpr long kCertificateLasts = 10L * 365 * 24 * 3600;

using ContextPtr = std::unique_ptr<SSL_CTX, certificate::Freed<SSL_CTX_free>>;

bool digest(const X509* certificate, media::Fingerprint& out) {
  unsigned size = 0;
  return ::X509_digest(certificate, EVP_sha256(), out.data(), &size) == 1 && size == out.size();
}

// A BIO of whole datagrams: a memory BIO would glue records of two together, or split one.
struct Datagrams {
  std::span<const std::uint8_t> in;  // the one to be read; empty: none
  const DtlsServer::Send* send = nullptr;
};

Datagrams* datagrams_of(BIO* bio) { return static_cast<Datagrams*>(::BIO_get_data(bio)); }

int bio_read(BIO* bio, char* out, int size) {
  ::BIO_clear_retry_flags(bio);
  auto* wire = datagrams_of(bio);
  if (wire->in.empty()) {
    ::BIO_set_retry_read(bio);
    return -1;
  }
  const auto n = std::min(static_cast<std::size_t>(size), wire->in.size());
  std::memcpy(out, wire->in.data(), n);
  wire->in = {};
  return static_cast<int>(n);
}

int bio_write(BIO* bio, const char* bytes, int size) {
  ::BIO_clear_retry_flags(bio);
  auto* wire = datagrams_of(bio);
  // Lost, as on any network, when nobody is there to send it.
  if (wire->send != nullptr)
    (*wire->send)({reinterpret_cast<const std::uint8_t*>(bytes), static_cast<std::size_t>(size)});
  return size;
}

long bio_control(BIO*, int command, long, void*) {
  switch (command) {
    case BIO_CTRL_FLUSH:
      return 1;
    case BIO_CTRL_DGRAM_QUERY_MTU:
    case BIO_CTRL_DGRAM_GET_FALLBACK_MTU:
      return kMtu;
    default:
      return 0;
  }
}

const BIO_METHOD* datagram_method() {
  static const BIO_METHOD* const method = [] {
    BIO_METHOD* made = ::BIO_meth_new(::BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagrams");
    ::BIO_meth_set_read(made, bio_read);
    ::BIO_meth_set_write(made, bio_write);
    ::BIO_meth_set_ctrl(made, bio_control);
    return made;
  }();
  return method;
}

tl::unexpected<base::Error> failed(const char* what) {
  std::array<char, 256> text{};
  ::ERR_error_string_n(::ERR_get_error(), text.data(), text.size());
  return base::error(std::string{what} + ": " + text.data(), "webrtc certificate");
}

}  // namespace

struct DtlsServer::Wire : Datagrams {};

DtlsContext::~DtlsContext() { ::SSL_CTX_free(context_); }

base::Result<std::shared_ptr<const DtlsContext>> DtlsContext::make() {
  const auto [key, certificate] = certificate::make_self_signed("ziptone", kCertificateLasts);
  if (!certificate) return failed("can't be made");
  ContextPtr context{::SSL_CTX_new(::DTLS_server_method())};
  auto* c = context.get();
  if (c == nullptr || ::SSL_CTX_use_certificate(c, certificate.get()) != 1 ||
      ::SSL_CTX_use_PrivateKey(c, key.get()) != 1)
    return failed("is not taken");
  // RFC 8827 6.5: DTLS 1.2, forward secret AEAD suites with ECDSA.
  if (::SSL_CTX_set_min_proto_version(c, DTLS1_2_VERSION) != 1 ||
      ::SSL_CTX_set_cipher_list(c,
                                "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
                                "ECDHE-ECDSA-CHACHA20-POLY1305") != 1 ||
      // The one function of OpenSSL that says 0 when all is well.
      ::SSL_CTX_set_tlsext_use_srtp(c, "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80") != 0)
    return failed("its rules are not taken");
  ::SSL_CTX_set_options(c, SSL_OP_NO_QUERY_MTU | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
  ::SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
  ::SSL_CTX_set_verify(c, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  ::SSL_CTX_set_cert_verify_callback(
      c,
      [](X509_STORE_CTX* store, void*) {
        auto* ssl =
            static_cast<SSL*>(::X509_STORE_CTX_get_ex_data(store, ::SSL_get_ex_data_X509_STORE_CTX_idx()));
        return DtlsServer::verify(store, SSL_get_app_data(ssl));
      },
      nullptr);
  std::shared_ptr<DtlsContext> made{new DtlsContext{context.release()}};
  if (!digest(certificate.get(), made->fingerprint_)) return failed("has no fingerprint");
  return made;
}

bool is_dtls(std::span<const std::uint8_t> datagram) {
  return datagram.size() >= 13 && datagram[0] >= 20 && datagram[0] <= 63;
}

bool is_client_hello(std::span<const std::uint8_t> datagram) {
  constexpr std::uint8_t kHandshake = 22;
  constexpr std::uint8_t kClientHello = 1;
  return datagram.size() > 13 && datagram[0] == kHandshake && datagram[3] == 0 && datagram[4] == 0 &&
         datagram[13] == kClientHello;
}

DtlsServer::DtlsServer(std::shared_ptr<const DtlsContext> context, SSL* ssl,
                       const media::Fingerprint& expected)
    : context_{std::move(context)}, ssl_{ssl}, wire_{std::make_unique<Wire>()}, expected_{expected} {}

DtlsServer::~DtlsServer() { ::SSL_free(ssl_); }

base::Result<std::unique_ptr<DtlsServer>> DtlsServer::make(std::shared_ptr<const DtlsContext> context,
                                                           const media::Fingerprint& expected) {
  SSL* ssl = ::SSL_new(context->get());
  BIO* bio = ::BIO_new(datagram_method());
  if (ssl == nullptr || bio == nullptr) {
    ::SSL_free(ssl);
    ::BIO_free(bio);
    return base::error("no memory for a DTLS session", "webrtc");
  }
  std::unique_ptr<DtlsServer> server{new DtlsServer{std::move(context), ssl, expected}};
  ::BIO_set_data(bio, static_cast<Datagrams*>(server->wire_.get()));
  ::BIO_set_init(bio, 1);
  ::SSL_set_bio(ssl, bio, bio);
  SSL_set_app_data(ssl, server.get());
  ::SSL_set_mtu(ssl, kMtu);
  ::SSL_set_accept_state(ssl);
  return server;
}

// The offer's fingerprint stands for who the browser is: signalling carried it, authenticated.
int DtlsServer::verify(void* store, void* self) {
  auto& server = *static_cast<DtlsServer*>(self);
  const auto* certificate = ::X509_STORE_CTX_get0_cert(static_cast<X509_STORE_CTX*>(store));
  media::Fingerprint shown{};
  if (certificate != nullptr && digest(certificate, shown) && shown == server.expected_) return 1;
  server.mismatched_ = true;
  ::X509_STORE_CTX_set_error(static_cast<X509_STORE_CTX*>(store), X509_V_ERR_CERT_UNTRUSTED);
  return 0;
}

bool DtlsServer::export_keys() {
  const auto* profile = ::SSL_get_selected_srtp_profile(ssl_);
  if (profile == nullptr) return false;
  SrtpKeys keys;
  keys.profile = static_cast<SrtpProfile>(profile->id);
  const std::size_t salt = keys.profile == SrtpProfile::aead_aes_128_gcm ? 12 : 14;
  constexpr std::size_t kKey = 16;
  std::array<std::uint8_t, 2 * (kKey + 14)> material{};
  constexpr char kLabel[] = "EXTRACTOR-dtls_srtp";
  if (::SSL_export_keying_material(ssl_, material.data(), 2 * (kKey + salt), kLabel, sizeof kLabel - 1,
                                   nullptr, 0, 0) != 1)
    return false;
  // RFC 5764 4.2: client's key, server's key, client's salt, server's salt.
  const auto* at = material.data();
  std::copy_n(at, kKey, keys.inbound.begin());
  std::copy_n(at + kKey, kKey, keys.outbound.begin());
  std::copy_n(at + 2 * kKey, salt, keys.inbound.begin() + kKey);
  std::copy_n(at + 2 * kKey + salt, salt, keys.outbound.begin() + kKey);
  ::OPENSSL_cleanse(material.data(), material.size());
  keys_ = keys;
  return true;
}

void DtlsServer::advance() {
  ::ERR_clear_error();
  if (state_ == State::handshaking) {
    const int result = ::SSL_do_handshake(ssl_);
    if (result == 1) {
      state_ = export_keys() ? State::connected : State::failed;
    } else if (mismatched_) {
      state_ = State::fingerprint_mismatch;
    } else if (const int why = ::SSL_get_error(ssl_, result);
               why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) {
      state_ = State::failed;
    }
  }
  if (state_ != State::connected) return;
  // Nothing but alerts and retransmitted flights comes on an SRTP association.
  std::array<char, 64> ignored{};
  const int result = ::SSL_read(ssl_, ignored.data(), ignored.size());
  if (result <= 0 && ::SSL_get_error(ssl_, result) == SSL_ERROR_ZERO_RETURN) state_ = State::closed;
  if (result <= 0 && ::SSL_get_error(ssl_, result) == SSL_ERROR_SSL) state_ = State::closed;
  ::ERR_clear_error();
}

void DtlsServer::on_datagram(std::span<const std::uint8_t> datagram, const Send& send) {
  if (state_ != State::handshaking && state_ != State::connected) return;
  wire_->in = datagram;
  wire_->send = &send;
  advance();
  wire_->in = {};
  wire_->send = nullptr;
}

void DtlsServer::on_tick(const Send& send) {
  if (state_ != State::handshaking) return;
  wire_->send = &send;
  ::ERR_clear_error();
  if (::DTLSv1_handle_timeout(ssl_) < 0) state_ = State::failed;
  wire_->send = nullptr;
}

void DtlsServer::say_goodbye(const Send& send) {
  if (state_ != State::connected) return;
  wire_->send = &send;
  ::ERR_clear_error();
  ::SSL_shutdown(ssl_);
  wire_->send = nullptr;
  state_ = State::closed;
}

}  // namespace ziptone::mediaplane::webrtc
