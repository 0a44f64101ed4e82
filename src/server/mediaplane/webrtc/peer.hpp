// One browser as a leg's far end: ICE, DTLS and SRTP put together. It knows no socket and no clock: datagrams
// and times come in, datagrams go out through the sender that is given.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "base/time.hpp"
#include "server/mediaplane/mediaplane.hpp"
#include "server/mediaplane/webrtc/dtls.hpp"
#include "server/mediaplane/webrtc/ice.hpp"
#include "server/mediaplane/webrtc/srtp.hpp"

namespace ziptone::mediaplane::webrtc {

class Peer {
 public:
  // Sends one datagram now; the bytes are good during the call only.
  using Send = std::function<void(const Endpoint& to, std::span<const std::uint8_t> bytes)>;

  // `offer` is the browser's, `local` what our answer says.
  static base::Result<std::unique_ptr<Peer>> make(std::shared_ptr<const DtlsContext> context,
                                                  const media::WebrtcOffer& offer,
                                                  const IceCredentials& local, base::Instant now);

  // A new offer of the same certificate is an ICE restart: the session of `earlier` goes on under the new
  // credentials (RFC 8445 9). A new certificate is a new page: nothing is taken over.
  void take_over(Peer& earlier);

  IceLite::Checked on_stun(std::span<const std::uint8_t> datagram, const Endpoint& from, base::Instant now,
                           const Send& send);
  // From an address that a check has proven; from elsewhere it is ignored (ASVS 17.2.6).
  void on_dtls(std::span<const std::uint8_t> datagram, const Endpoint& from, const Send& send);
  void on_tick(base::Instant now, const Send& send);
  // The browser is told that nothing more comes, where it can be told; the peer is closed then.
  void say_goodbye(const Send& send);

  // Where media goes; nullopt before DTLS is done and after the peer was lost.
  std::optional<Endpoint> destination() const;
  // Null before DTLS is done and after the peer was lost.
  Srtp* srtp() const { return loss_ ? nullptr : srtp_.get(); }
  const std::optional<WebrtcLoss>& loss() const { return loss_; }
  const std::string& ufrag() const { return ice_.local().ufrag; }
  std::span<const Endpoint> proven() const { return ice_.proven(); }

 private:
  Peer(IceLite ice, std::unique_ptr<DtlsServer> dtls, const media::Fingerprint& fingerprint)
      : ice_{std::move(ice)}, dtls_{std::move(dtls)}, fingerprint_{fingerprint} {}
  void judge();

  IceLite ice_;
  std::unique_ptr<DtlsServer> dtls_;
  std::unique_ptr<DtlsServer> fresh_;  // for a page that kept its certificate and begins anew
  std::unique_ptr<Srtp> srtp_;
  media::Fingerprint fingerprint_;
  std::optional<Endpoint> earlier_;  // where the session that was taken over stood, until a new check
  std::optional<WebrtcLoss> loss_;
};

}  // namespace ziptone::mediaplane::webrtc
