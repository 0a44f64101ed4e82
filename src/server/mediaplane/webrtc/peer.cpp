#include "server/mediaplane/webrtc/peer.hpp"

namespace ziptone::mediaplane::webrtc {

base::Result<std::unique_ptr<Peer>> Peer::make(std::shared_ptr<const DtlsContext> context,
                                               const media::WebrtcOffer& offer, const IceCredentials& local,
                                               base::Instant now) {
  auto dtls = DtlsServer::make(std::move(context), offer.fingerprint);
  if (!dtls) return tl::unexpected{dtls.error()};
  return std::unique_ptr<Peer>{
      new Peer{IceLite{local, offer.ufrag, now}, std::move(*dtls), offer.fingerprint}};
}

void Peer::take_over(Peer& earlier) {
  const bool lives =
      earlier.srtp_ != nullptr && (!earlier.loss_ || *earlier.loss_ == WebrtcLoss::consent_expired);
  if (!lives || earlier.fingerprint_ != fingerprint_) return;
  earlier_ = earlier.destination();
  fresh_ = std::move(dtls_);
  dtls_ = std::move(earlier.dtls_);
  srtp_ = std::move(earlier.srtp_);
}

IceLite::Checked Peer::on_stun(std::span<const std::uint8_t> datagram, const Endpoint& from,
                               base::Instant now, const Send& send) {
  std::array<std::uint8_t, kStunBytesMax> out{};
  auto checked = ice_.on_stun(datagram, from, now, out);
  if (checked.response > 0) send(from, std::span{out}.first(checked.response));
  return checked;
}

void Peer::on_dtls(std::span<const std::uint8_t> datagram, const Endpoint& from, const Send& send) {
  if (loss_ || !ice_.is_proven(from)) return;
  if (fresh_ != nullptr && is_client_hello(datagram)) {
    dtls_ = std::move(fresh_);
    srtp_.reset();
  }
  dtls_->on_datagram(datagram, [&](std::span<const std::uint8_t> bytes) { send(from, bytes); });
  judge();
}

void Peer::on_tick(base::Instant now, const Send& send) {
  if (loss_) return;
  if (!ice_.has_consent(now)) {
    loss_ = WebrtcLoss::consent_expired;
    return;
  }
  if (srtp_ != nullptr || !ice_.selected()) return;
  dtls_->on_tick([&](std::span<const std::uint8_t> bytes) { send(*ice_.selected(), bytes); });
  judge();
}

void Peer::say_goodbye(const Send& send) {
  const auto to = destination();
  if (!to) return;
  dtls_->say_goodbye([&](std::span<const std::uint8_t> bytes) { send(*to, bytes); });
  judge();
}

void Peer::judge() {
  switch (dtls_->state()) {
    case DtlsServer::State::handshaking:
      return;
    case DtlsServer::State::connected:
      if (srtp_ != nullptr) return;
      if (auto srtp = Srtp::make(*dtls_->keys()))
        srtp_ = std::move(*srtp);
      else
        loss_ = WebrtcLoss::handshake_failed;
      return;
    case DtlsServer::State::closed:
      loss_ = WebrtcLoss::closed;
      return;
    case DtlsServer::State::failed:
      loss_ = WebrtcLoss::handshake_failed;
      return;
    case DtlsServer::State::fingerprint_mismatch:
      loss_ = WebrtcLoss::fingerprint_mismatch;
      return;
  }
}

std::optional<Endpoint> Peer::destination() const {
  if (loss_ || srtp_ == nullptr) return std::nullopt;
  return ice_.selected() ? ice_.selected() : earlier_;
}

}  // namespace ziptone::mediaplane::webrtc
