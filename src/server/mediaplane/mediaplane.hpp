// The media plane: worker threads that own every RTP socket. Commands go in from any thread, reports come out
// on the workers' threads. A leg is one RTP stream pair with one far end: a trunk's (the contact) or a
// phone's or browser's (the agent). A bridge joins one of each; what comes in on one leaves on the other in
// the same wake-up.
//
//   auto plane = MediaPlane::start(config, [&](const Report& r) { control.post(r); });   // must only post
//   auto local = (*plane)->open(leg, LegKind::trunk);         // port for the SDP, at once
//   (*plane)->set_remote(leg, negotiated, {});                // after offer/answer; again after a re-INVITE
//   (*plane)->bridge(trunk_leg, agent_leg, {.zip_tone = true});
//   (*plane)->close(leg);                                     // LegClosed follows with the statistics
//
// From set_remote on, a leg that nothing else sounds on carries silence, so that the far end's jitter buffer,
// NAT and inactivity timers always see one steady stream with one SSRC.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "analysis/parameters.hpp"
#include "analysis/verdict.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "media/sdp.hpp"
#include "media/sound.hpp"
#include "media/tone.hpp"
#include "server/mediaplane/frame_sink.hpp"

namespace ziptone::mediaplane {

// Chosen by the caller, never reused while the leg is open; 0 is none.
using LegId = std::uint64_t;

// webrtc: an agent's browser. It has no port of its own but shares its worker's, and gets its far end by
// answer_webrtc() in place of set_remote().
enum class LegKind : std::uint8_t { trunk, phone, webrtc };

inline constexpr unsigned kWorkersMax = 64;

struct Config {
  unsigned workers = 1;            // 1..kWorkersMax threads
  media::IpAddress bind;           // local address of the sockets; its family is the only one used
  media::IpAddress advertised;     // what SDP says; unspecified: the same as `bind`
  std::uint16_t port_min = 20000;  // even ports are RTP, the next odd one its RTCP
  std::uint16_t port_max = 29999;  // included
  // A closed port is not given out again before this: the far end may send until its BYE has timed out
  // (RFC 3261 17.1.2.2, timer F: 32 s).
  base::Duration port_rest = base::seconds{32};
  base::Duration silent_after = base::seconds{5};  // a trunk's leg without RTP for so long: Silent
  // A phone sends always, or nobody is there (see Silent). In a bridge it gets more time, for ending a
  // conversation over a short gap of the network is worse than the gap; and so does its first packet.
  base::Duration phone_silent_after = base::seconds{2};
  base::Duration bridged_silent_after = base::seconds{4};
  // A browser sends always too, muted or not. In a bridge it is given up sooner than a phone: the contact
  // hears hold music until it is back, and nothing is lost by that. Out of a call a short gap concerns
  // nobody.
  base::Duration webrtc_silent_after = base::seconds{4};
  base::Duration webrtc_bridged_silent_after = base::seconds{2};
  // UDP; worker i has the i-th from here on, for all its WebRTC legs. 0: any free one.
  std::uint16_t webrtc_port = 0;
  bool pin_cores = false;  // worker i on the i-th core that the process may use
  bool io_uring = true;    // false, or not permitted here: epoll
  std::vector<media::ToneStep> zip_tone = media::default_zip_tone();
};

struct LocalAddress {
  media::IpAddress ip;  // advertised
  std::uint16_t port = 0;
};

// Which sources of packets are believed. The SDP's address, always. Else another port of the SDP's IP, and
// for a phone a port of the IP that its REGISTER came from (it may be behind a NAT): learned when it has sent
// four packets while nothing came from the SDP's own, and given up as soon as that one speaks. A port that a
// set_remote has just left is not learned again for a second: its last packets are late, not new. A leg that
// has learned its source is locked until the next set_remote with a new address.
struct Pinning {
  std::optional<media::IpAddress> registered_ip;  // phones only
};

struct BridgeOptions {
  bool zip_tone = false;        // mixed into the agent's direction alone, from now on, once
  std::string zip_prompt = {};  // which one; empty or not loaded: the configuration's
  // The agent hears the last second of the contact's voice first, a little faster, and is live within two
  // seconds (media/catch_up.hpp). Nothing is different where analyse() kept none, or nobody spoke.
  bool catch_up = false;
};

struct AnalysisOptions {
  bool clip = false;      // reports ClipTaken; costs 80 kB while the leg is analysed
  bool catch_up = false;  // keeps the last seconds for BridgeOptions::catch_up; costs 64 kB
};

// What to sound on a leg.
struct Silence {};
struct Ringback {
  std::string country;  // ISO 3166 alpha-2; an unknown one sounds as the EU's
};
struct HoldMusic {
  std::string id = {};  // a prompt; else the one named "hold_music", or a soft chord of our own
};
struct Prompt {
  std::string id;  // loaded before; an unknown one reports Played at once
};
struct Tones {
  std::vector<media::ToneStep> steps;
};
using Source = std::variant<Silence, Ringback, HoldMusic, Prompt, Tones>;
enum class Repeat : std::uint8_t { once, loop };

// Of one leg's whole life. Loss and jitter as RFC 3550 6.4.1 and A.8 count them.
struct LegStatistics {
  std::uint64_t received = 0;  // believed RTP packets
  std::uint64_t sent = 0;
  std::uint64_t refused = 0;  // datagrams from elsewhere, or not RTP
  std::int64_t lost = 0;      // expected minus received; negative when duplicated
  std::uint32_t jitter_us = 0;
  std::optional<std::uint16_t> far_loss_permille;  // what the far end last reported of our stream
  std::optional<std::uint32_t> round_trip_us;      // from its RTCP
};

struct FirstPacket {
  LegId leg;
};  // believed, after set_remote with a new address
// The agent's end was heard within the last second; a bridge to a dead phone is never reported. The trunk's
// end may be silent: many people are.
struct Bridged {
  LegId trunk;
  LegId agent;
};
struct Played {
  LegId leg;
};  // a sound played once is over, not when stopped
struct DtmfReceived {
  LegId leg;
  char digit;
};  // once a key press, at its beginning
// No RTP for longer than the configuration's limit, in this process's own running time: what it slept
// through does not count. A phone is expected to send whenever its SDP says sendrecv (silence suppression is
// off, a muted microphone sends silence); while it holds, nothing is expected.
struct Silent {
  LegId leg;
};
struct Heard {
  LegId leg;
};  // RTP again after Silent
// DTLS is done and the browser is who its offer says; FirstPacket follows with its sound. Again after every
// answer_webrtc, but for an ICE restart, where the session goes on.
struct WebrtcConnected {
  LegId leg;
};
// No sound passes until the next answer_webrtc. The leg stays open, and so does its line to the browser.
enum class WebrtcLoss : std::uint8_t {
  consent_expired,       // no authenticated check for 30 s (RFC 7675), or none since the answer
  fingerprint_mismatch,  // the certificate is not the offer's: somebody stands between, or an old offer
  handshake_failed,
  closed  // the browser said goodbye: the page was left
};
struct WebrtcLost {
  LegId leg;
  WebrtcLoss why;
};
struct AnalysisEvent {
  LegId leg;
  analysis::Event event;
  bool early = false;  // heard before answered() reached the leg
  // Where the analysis has come to at this moment, on the scale of the event's instants.
  std::int64_t position_ms = 0;
};
// The first packet of the contact's sound left for the agent.
struct AgentHears {
  LegId trunk;
  LegId agent;
};
// The first seconds of an analysed leg: up to 10 s from the answer, 2 s from the verdict, the end of the
// analysis or of the leg. At the latest just before LegClosed.
struct ClipTaken {
  LegId leg;
  std::shared_ptr<const Clip> clip;
};
// Of an agent's leg, since the one before: with each RTCP report, about every 5 s (RFC 3550 6.2).
struct LegQuality {
  LegId leg;
  std::uint16_t loss_permille = 0;  // of what the agent sends
  std::uint32_t jitter_us = 0;
  std::optional<std::uint16_t> far_loss_permille;  // of what is sent to the agent, as the far end last said
  std::optional<std::uint32_t> round_trip_us;
};
struct LegClosed {
  LegId leg;
  LegStatistics statistics;
};

struct Report {
  base::Instant at;
  std::variant<FirstPacket, Bridged, Played, DtmfReceived, Silent, Heard, AnalysisEvent, AgentHears,
               ClipTaken, LegQuality, LegClosed, WebrtcConnected, WebrtcLost>
      what;
};

// Thread-safe. Every command but open() returns whether it was taken: false means that the worker's mailbox
// is full (8,192 commands wait), nothing was done, and the caller sheds load (refuses the call, pauses
// dialing). Commands to one leg keep their order. A command that names a leg not open is counted and ignored:
// the far end may have hung up meanwhile.
class MediaPlane {
 public:
  // Errors: no such address here, a port range without room, no file descriptors, threads not available.
  static base::Result<std::unique_ptr<MediaPlane>> start(const Config& config,
                                                         const std::function<void(const Report&)>& report);
  virtual ~MediaPlane() = default;  // ends the workers; LegClosed is reported for open legs

  // The leg's sockets are bound when this returns. `beside`: on the same worker as that leg; else on the
  // worker with the fewest. Errors: the id is open already, all ports are taken or resting.
  virtual base::Result<LocalAddress> open(LegId leg, LegKind kind, std::optional<LegId> beside = {}) = 0;
  // Also for every re-INVITE. The same address again keeps what was learned.
  virtual bool set_remote(LegId leg, const media::NegotiatedMedia& remote, const Pinning& pinning) = 0;
  // A browser's offer for a leg of kind webrtc; gives the SDP of the answer. A new offer replaces the earlier
  // one: with the same certificate it is an ICE restart and the sound goes on, with another one a new page;
  // the leg's outgoing line stays the same in both. Errors: the offer can't be used (the text says why), the
  // leg is not open or of another kind, the worker is too busy.
  virtual base::Result<std::string> answer_webrtc(LegId leg, const std::string& offer) = 0;
  // Is taken also when other commands are refused; false only when even the room kept for it is used up.
  virtual bool close(LegId leg) = 0;

  // Joins two legs; each leaves the bridge it was in. A trunk leg on another worker is handed over to the
  // agent's between two ticks. Ends what was playing on both. Reports Bridged, see there.
  virtual bool bridge(LegId trunk, LegId agent, const BridgeOptions& options) = 0;
  virtual bool unbridge(LegId either) = 0;
  // A bridged leg: the trunk hears hold music, the agent silence, neither hears the other.
  virtual bool hold(LegId either, const HoldMusic& music = {}) = 0;
  virtual bool resume(LegId either) = 0;

  // Sounds instead of what the bridge brings, until it is over or stopped.
  virtual bool play(LegId leg, const Source& source, Repeat repeat) = 0;
  virtual bool stop_play(LegId leg) = 0;
  // RFC 4733 when the far end takes it, else in band. Digits 0-9*#A-D; others are skipped.
  virtual bool send_dtmf(LegId leg, const std::string& digits) = 0;

  // 20 ms frames of what the far end says, from now on, also while bridged. One sink a leg: the next replaces
  // it.
  virtual bool analyse(LegId leg, const analysis::Parameters& parameters,
                       const AnalysisOptions& options = {}) = 0;
  virtual bool listen(LegId leg, std::unique_ptr<FrameSink> sink) = 0;
  // The 200 came: what was heard so far was early media.
  virtual bool answered(LegId leg) = 0;
  virtual bool stop_analysis(LegId leg) = 0;

  // Samples at 8 kHz; replaces a prompt of that name for plays that begin later.
  virtual void load_prompt(const std::string& id, const std::vector<std::int16_t>& samples) = 0;

  // Sums since start, for the metrics page.
  struct Counters {
    std::uint64_t received = 0;
    std::uint64_t sent = 0;
    std::uint64_t refused = 0;
    std::uint64_t late_ticks = 0;   // ticks begun over 5 ms late: the core is too busy
    std::uint64_t unknown_leg = 0;  // commands to legs not open
    std::uint64_t legs = 0;         // open now
  };
  virtual Counters counters() const = 0;
  virtual std::string io_model() const = 0;  // "io_uring" or "epoll"
};

}  // namespace ziptone::mediaplane
