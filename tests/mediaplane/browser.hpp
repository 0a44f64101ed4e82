// A browser's end of a WebRTC leg without a browser: it checks (STUN), shakes hands (DTLS) and speaks (SRTP)
// with our own writer and libraries, so that a test can also do what a browser never would.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "media/webrtc_sdp.hpp"
#include "server/mediaplane/webrtc/peer.hpp"

namespace ziptone::mediaplane::webrtc {

using Bytes = std::vector<std::uint8_t>;

// The value of the first line "a=NAME:" of an SDP.
inline std::string attribute(const std::string& sdp, const std::string& name) {
  const auto at = sdp.find("a=" + name + ":");
  if (at == std::string::npos) return {};
  const auto begin = at + name.size() + 3;
  return sdp.substr(begin, sdp.find("\r\n", begin) - begin);
}

class Browser {
 public:
  Browser() {
    key_ = ::EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
    certificate_ = ::X509_new();
    ::X509_set_version(certificate_, 2);
    ::ASN1_INTEGER_set(::X509_get_serialNumber(certificate_), 7);
    ::X509_gmtime_adj(::X509_getm_notBefore(certificate_), -60);
    ::X509_gmtime_adj(::X509_getm_notAfter(certificate_), 3600);
    ::X509_set_pubkey(certificate_, key_);
    ::X509_sign(certificate_, key_, EVP_sha256());
    unsigned size = 0;
    ::X509_digest(certificate_, EVP_sha256(), fingerprint.data(), &size);
    context_ = ::SSL_CTX_new(::DTLS_client_method());
    ::SSL_CTX_use_certificate(context_, certificate_);
    ::SSL_CTX_use_PrivateKey(context_, key_);
    begin_session();
  }
  Browser(const Browser&) = delete;
  Browser& operator=(const Browser&) = delete;
  ~Browser() {
    ::SSL_free(ssl_);
    ::SSL_CTX_free(context_);
    ::X509_free(certificate_);
    ::EVP_PKEY_free(key_);
  }

  void begin_session(const char* profiles = "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80") {
    ::SSL_free(ssl_);
    srtp.reset();
    ssl_ = ::SSL_new(context_);
    ::SSL_set_tlsext_use_srtp(ssl_, profiles);
    in_ = ::BIO_new(::BIO_s_mem());
    out_ = ::BIO_new(::BIO_s_mem());
    ::BIO_set_mem_eof_return(in_, -1);
    ::BIO_set_mem_eof_return(out_, -1);
    ::SSL_set_bio(ssl_, in_, out_);
    ::SSL_set_options(ssl_, SSL_OP_NO_QUERY_MTU);
    ::SSL_set_mtu(ssl_, 1200);
    ::SSL_set_connect_state(ssl_);
  }

  std::string offer() const {
    return fmt::format(
        "v=0\r\no=- 4611 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\na=extmap-allow-mixed\r\n"
        "m=audio 9 UDP/TLS/RTP/SAVPF 111 0 8 126\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:{}\r\na=ice-pwd:{}\r\n"
        "a=fingerprint:sha-256 {}\r\na=setup:actpass\r\na=mid:0\r\na=sendrecv\r\na=rtcp-mux\r\n"
        "a=rtpmap:111 opus/48000/2\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:126 telephone-event/8000\r\n",
        ufrag, pwd, media::to_string(fingerprint));
  }
  void take_answer(const std::string& sdp) {
    their_ufrag = attribute(sdp, "ice-ufrag");
    their_pwd = attribute(sdp, "ice-pwd");
  }

  Bytes check(bool nominate = true, const std::function<void(StunWriter&)>& more = {}) const {
    std::array<std::uint8_t, kStunBytesMax> out{};
    StunWriter writer{StunType::binding_request, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, out};
    writer.username(their_ufrag + ":" + ufrag);
    writer.number(stun::kPriority, 1'853'824'767);
    writer.wide_number(stun::kIceControlling, 0x1122334455667788);
    if (nominate) writer.flag(stun::kUseCandidate);
    if (more) more(writer);
    const auto size = writer.finish(their_pwd);
    return {out.begin(), out.begin() + static_cast<std::ptrdiff_t>(size)};
  }

  // Takes what came by DTLS, gives what leaves, a record each. Nothing came: begins, or goes on.
  std::vector<Bytes> shake(std::span<const std::uint8_t> came = {}) {
    if (!came.empty()) ::BIO_write(in_, came.data(), static_cast<int>(came.size()));
    if (!is_connected()) {
      if (::SSL_do_handshake(ssl_) == 1) connected();
    } else {
      std::array<char, 64> ignored{};
      alerted = ::SSL_read(ssl_, ignored.data(), ignored.size()) <= 0 &&
                (::SSL_get_shutdown(ssl_) & SSL_RECEIVED_SHUTDOWN) != 0;
    }
    return take_out();
  }
  std::vector<Bytes> say_goodbye() {
    ::SSL_shutdown(ssl_);
    return take_out();
  }
  bool is_connected() const { return srtp != nullptr; }

  std::string ufrag = "Brow";
  std::string pwd = "browserbrowserbrowser123";
  media::Fingerprint fingerprint{};
  std::string their_ufrag;
  std::string their_pwd;
  std::unique_ptr<Srtp> srtp;
  SrtpProfile profile{};
  bool alerted = false;

 private:
  void connected() {
    const auto* chosen = ::SSL_get_selected_srtp_profile(ssl_);
    if (chosen == nullptr) return;
    SrtpKeys keys;
    keys.profile = profile = static_cast<SrtpProfile>(chosen->id);
    const std::size_t salt = profile == SrtpProfile::aead_aes_128_gcm ? 12 : 14;
    std::array<std::uint8_t, 60> m{};
    ::SSL_export_keying_material(ssl_, m.data(), 2 * (16 + salt), "EXTRACTOR-dtls_srtp", 19, nullptr, 0, 0);
    std::copy_n(m.data(), 16, keys.outbound.data());
    std::copy_n(m.data() + 16, 16, keys.inbound.data());
    std::copy_n(m.data() + 32, salt, keys.outbound.data() + 16);
    std::copy_n(m.data() + 32 + salt, salt, keys.inbound.data() + 16);
    srtp = std::move(*Srtp::make(keys));
  }
  // A memory BIO glues datagrams together: cut at the records' lengths.
  std::vector<Bytes> take_out() {
    std::vector<Bytes> records;
    Bytes all(16'384);
    const int n = ::BIO_read(out_, all.data(), static_cast<int>(all.size()));
    for (std::size_t at = 0; n > 0 && at + 13 <= static_cast<std::size_t>(n);) {
      const std::size_t size = 13u + (static_cast<std::size_t>(all[at + 11]) << 8 | all[at + 12]);
      records.emplace_back(all.begin() + static_cast<std::ptrdiff_t>(at),
                           all.begin() + static_cast<std::ptrdiff_t>(at + size));
      at += size;
    }
    return records;
  }

  EVP_PKEY* key_ = nullptr;
  X509* certificate_ = nullptr;
  SSL_CTX* context_ = nullptr;
  SSL* ssl_ = nullptr;
  BIO* in_ = nullptr;
  BIO* out_ = nullptr;
};

}  // namespace ziptone::mediaplane::webrtc
