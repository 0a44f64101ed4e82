// One leg as its worker sees it: sockets, the far end, the line out, the statistics in. Only its worker
// touches it; on a handover it moves whole to the other worker's mailbox.
#pragma once

#include <array>
#include <initializer_list>
#include <memory>
#include <optional>

#include <unistd.h>

#include "media/catch_up.hpp"
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

// What a packet's path asks of the far end's SDP, in eight bytes.
struct Formats {
  static constexpr std::uint8_t kNone = 0xFF;
  bool known = false;
  bool sends = false;  // our direction
  bool receives = false;
  std::uint8_t receive_event = kNone;
  std::array<std::uint8_t, 2> receive{kNone, kNone};  // payload types by codec
  media::CodecFormat send;

  std::optional<media::Codec> codec_of(std::uint8_t payload_type) const {
    if (payload_type == receive[0]) return media::Codec{0};
    if (payload_type == receive[1]) return media::Codec{1};
    return std::nullopt;
  }
};

// Thousands of legs don't fit into the cache, and each is visited once in 20 ms: what a packet needs stands
// in the first six lines, and those are fetched ahead (fetch_to_receive, fetch_to_send).
struct alignas(64) Leg {
  struct Listening {
    std::unique_ptr<FrameSink> sink;
    media::Framer framer;
    std::unique_ptr<media::CatchUp> recent;  // what the agent may hear when joined
    bool stopped = false;                    // nobody wants events
    bool records = false;                    // and the sink listens on for its clip
  };
  struct Playing {
    std::shared_ptr<const media::Sound> sound;
    bool loop = false;
    bool reports = true;  // false: in-band digits, which nobody waits for
    std::size_t position = 0;
  };
  struct Candidate {
    Endpoint from;
    unsigned packets = 0;
    base::Instant at{};
  };

  Leg(LegId leg, LegKind leg_kind, FileDescriptor rtp_socket, FileDescriptor rtcp_socket,
      media::OutgoingLine out)
      : kind{leg_kind}, line{out}, id{leg}, rtp{std::move(rtp_socket)}, rtcp{std::move(rtcp_socket)} {}

  // What sounds on the line, the first that is there: digits, a sound, the bridge, silence.
  Leg* peer = nullptr;
  // The SDP's address until the leg is locked, then where packets really come from.
  Endpoint to;
  std::uint32_t index = 0;  // in its worker; slots 2 * index (RTP) and 2 * index + 1 (RTCP)
  LegKind kind;
  bool locked = false;     // a believed packet came; only its source counts from here on
  bool connected = false;  // the kernel keeps others' packets away
  bool is_silent = false;
  bool held = false;
  bool owes_bridged = false;  // an agent's leg that was bridged, and not heard yet
  bool owes_audio = false;    // and has not been sent a packet of the contact's yet
  bool catches_up = false;    // an agent's leg that hears what was said before the merge, of `recent`
  Formats formats;
  base::Duration unheard{};  // ticks since the last believed packet
  base::Instant forwarded_at{};

  // The far end of a WebRTC leg, from the first offer on. `to` is where its ICE says, once DTLS is done.
  std::unique_ptr<webrtc::Peer> browser;
  std::unique_ptr<Listening> listening;
  std::optional<Playing> playing;
  std::size_t zip_position = 0;
  std::shared_ptr<const media::Sound> zip;  // being mixed in
  media::EventSender digits;
  media::OutgoingLine line;
  base::Instant rtcp_due{};
  media::ReceptionStatistics reception;

  LegId id;
  FileDescriptor rtp;  // a browser's leg has none of these two: it shares its worker's
  FileDescriptor rtcp;
  std::optional<media::NegotiatedMedia> remote;  // what the far end's SDP said; agree() sets it
  Pinning pinning;
  SocketAddress to_address;
  Endpoint rtcp_to;
  SocketAddress rtcp_address;
  Candidate candidate;  // a source that may be learned
  Endpoint left;        // where the stream came from before the last change of address
  base::Instant left_at{};
  bool secure = false;  // WebrtcConnected was reported of it
  bool lost = false;    // WebrtcLost was
  std::uint64_t refused = 0;
  std::optional<std::uint16_t> far_loss_permille;
  std::optional<std::uint32_t> round_trip_us;
  media::EventReceiver keys;
  media::KeyDetector in_band_keys;  // used when no telephone events were agreed on
  bool answered = false;
  std::unique_ptr<media::CatchUp> recent;

  void agree(media::NegotiatedMedia media) {
    formats = {.known = true,
               .sends = media::sends(media.direction),
               .receives = media::receives(media.direction),
               .receive_event = media.receive_event.value_or(Formats::kNone),
               .send = media.send};
    for (const auto& format : media.receive)
      formats.receive[static_cast<std::size_t>(format.codec)] = format.payload_type;
    remote = std::move(media);
  }

  void go_live() {
    catches_up = false;
    recent.reset();
  }
  bool may_send() const { return formats.sends && to.port != 0; }
  bool may_receive() const { return formats.receives; }
  // Whether silence means that nobody is there: a phone on hold may rest.
  bool must_hear() const { return may_receive() && (kind == LegKind::trunk || formats.sends); }
  // Whether packets of the peer leave on this leg now.
  bool takes_peer() const {
    return peer != nullptr && !held && !catches_up && !playing && !digits.is_active() && may_send();
  }

  // Ask for the lines that the next packet from the far end, and the next one to it, will touch.
  void fetch_to_receive() const { fetch({0, 1, 4, 5}); }
  void fetch_to_send() const { fetch({0, 1, 2, 3}); }

 private:
  void fetch(std::initializer_list<std::size_t> lines) const {
    for (const auto i : lines) __builtin_prefetch(reinterpret_cast<const char*>(this) + 64 * i, 1);
  }
};

}  // namespace ziptone::mediaplane
