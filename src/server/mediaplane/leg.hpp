// One leg as its worker sees it: sockets, the far end, the line out, the statistics in. Only its worker
// touches it; on a handover it moves whole to the other worker's mailbox.
#pragma once

#include <memory>
#include <optional>

#include <unistd.h>

#include "media/event_sender.hpp"
#include "media/framer.hpp"
#include "media/key_detector.hpp"
#include "media/outgoing_line.hpp"
#include "media/rtcp.hpp"
#include "media/sound.hpp"
#include "server/mediaplane/endpoint.hpp"
#include "server/mediaplane/mediaplane.hpp"
#include "server/mediaplane/webrtc/peer.hpp"

namespace ziptone::mediaplane {

class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_{fd} {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileDescriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_ = -1;
};

struct Leg {
  struct Listening {
    std::unique_ptr<FrameSink> sink;
    media::Framer framer;
  };
  struct Playing {
    std::shared_ptr<const media::Sound> sound;
    bool loop = false;
    bool reports = true;  // false: in-band digits, which nobody waits for
    std::size_t position = 0;
  };

  Leg(LegId leg, LegKind leg_kind, FileDescriptor rtp_socket, FileDescriptor rtcp_socket,
      media::OutgoingLine out)
      : id{leg}, kind{leg_kind}, rtp{std::move(rtp_socket)}, rtcp{std::move(rtcp_socket)}, line{out} {}

  LegId id;
  LegKind kind;
  FileDescriptor rtp;  // a browser's leg has none of these two: it shares its worker's
  FileDescriptor rtcp;
  std::uint32_t index = 0;  // in its worker; slots 2 * index (RTP) and 2 * index + 1 (RTCP)

  // The far end. `to` is the SDP's address until the leg is locked, then where packets really come from.
  struct Candidate {
    Endpoint from;
    unsigned packets = 0;
    base::Instant at{};
  };
  std::optional<media::NegotiatedMedia> remote;
  Pinning pinning;
  Endpoint to;
  SocketAddress to_address;
  Endpoint rtcp_to;
  SocketAddress rtcp_address;
  bool locked = false;     // a believed packet came; only its source counts from here on
  bool connected = false;  // the kernel keeps others' packets away
  Candidate candidate;     // a source that may be learned
  Endpoint left;           // where the stream came from before the last change of address
  base::Instant left_at{};

  // The far end of a WebRTC leg, from the first offer on. `to` is where its ICE says, once DTLS is done.
  std::unique_ptr<webrtc::Peer> browser;
  bool secure = false;  // WebrtcConnected was reported of it
  bool lost = false;    // WebrtcLost was

  media::OutgoingLine line;
  media::ReceptionStatistics reception;
  std::uint64_t refused = 0;
  std::optional<std::uint16_t> far_loss_permille;
  std::optional<std::uint32_t> round_trip_us;
  base::Duration unheard{};  // ticks since the last believed packet
  bool is_silent = false;
  base::Instant rtcp_due{};

  // What sounds on the line, the first that is there: digits, a sound, the bridge, silence.
  Leg* peer = nullptr;
  bool held = false;
  bool owes_bridged = false;  // an agent's leg that was bridged, and not heard yet
  base::Instant forwarded_at{};
  std::optional<Playing> playing;
  std::shared_ptr<const media::Sound> zip;  // being mixed in
  std::size_t zip_position = 0;
  media::EventSender digits;
  media::EventReceiver keys;
  media::KeyDetector in_band_keys;  // used when no telephone events were agreed on

  std::optional<Listening> listening;
  bool answered = false;

  bool may_send() const { return remote && media::sends(remote->direction) && to.port != 0; }
  bool may_receive() const { return remote && media::receives(remote->direction); }
  // Whether silence means that nobody is there: a phone on hold may rest.
  bool must_hear() const {
    return kind == LegKind::trunk ? may_receive() : may_receive() && media::sends(remote->direction);
  }
  // Whether packets of the peer leave on this leg now.
  bool takes_peer() const {
    return peer != nullptr && !held && !playing && !digits.is_active() && may_send();
  }
};

}  // namespace ziptone::mediaplane
