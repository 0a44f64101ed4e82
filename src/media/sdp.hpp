// The SDP (RFC 8866) that one G.711 call needs, and its offer/answer (RFC 3264): one audio stream, PCMU, PCMA
// and telephone-event. What we don't need is read over; what we can't do is refused with the reason.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "media/g711.hpp"
#include "media/ip.hpp"

namespace ziptone::media {

// As the writer of the SDP means it: sendonly = "I send, you only listen".
enum class Direction : std::uint8_t { sendrecv, sendonly, recvonly, inactive };

constexpr bool sends(Direction d) { return d == Direction::sendrecv || d == Direction::sendonly; }
constexpr bool receives(Direction d) { return d == Direction::sendrecv || d == Direction::recvonly; }
constexpr Direction direction_of(bool sends, bool receives) {
  return sends ? (receives ? Direction::sendrecv : Direction::sendonly)
               : (receives ? Direction::recvonly : Direction::inactive);
}
// The same stream seen from the other end.
constexpr Direction mirrored(Direction d) { return direction_of(receives(d), sends(d)); }
std::string_view to_string(Direction d);

struct CodecFormat {
  Codec codec = Codec::pcmu;
  std::uint8_t payload_type = 0;
  friend bool operator==(const CodecFormat&, const CodecFormat&) = default;
};

// A parsed session. There is exactly one usable audio stream; the others are kept only so that an answer can
// refuse each of them in its place (RFC 3264 6).
struct Sdp {
  std::uint64_t session_id = 0;  // 0 when the writer's is not a number
  std::uint64_t version = 0;
  IpAddress ip;                                 // of the audio stream; 0.0.0.0 and :: mean hold
  std::uint16_t port = 0;                       // 0: the stream is refused or ended
  std::optional<std::uint16_t> rtcp_port;       // a=rtcp (RFC 3605); else port + 1
  std::vector<CodecFormat> codecs;              // in the writer's order of preference; may be empty
  std::optional<std::uint8_t> telephone_event;  // payload type, 8 kHz
  int ptime_ms = 20;                            // 10..200
  Direction direction = Direction::sendrecv;    // after 0.0.0.0 and the session's default are considered

  struct Stream {
    std::string media;   // "audio", "video", "image"
    std::string proto;   // "RTP/AVP"
    std::string format;  // the first one, as text
  };
  std::vector<Stream> streams;  // all m-lines in order, at most 16
  std::size_t audio_index = 0;  // ours among them

  // The writer wants no sound from us now: 0.0.0.0 (RFC 2543's way), sendonly or inactive (RFC 3264 8.4).
  bool is_hold() const { return !receives(direction); }
};

// Refuses what is over 16 KiB, without v=0, without a plain RTP/AVP audio stream, without a usable connection
// address (a name, multicast or broadcast), or with numbers out of range.
base::Result<Sdp> parse_sdp(std::string_view text);

// Our end of a stream.
struct LocalMedia {
  IpAddress ip;            // the advertised address
  std::uint16_t port = 0;  // RTP; RTCP is the next one
  std::uint64_t session_id = 1;
  std::uint64_t version = 1;  // one more for each changed SDP of the same session
  std::vector<Codec> codecs = {Codec::pcma, Codec::pcmu};  // in our order of preference, not empty
  std::optional<std::uint8_t> telephone_event = 101;       // our payload type in offers; nullopt: none
  Direction direction = Direction::sendrecv;
};

std::string make_offer(const LocalMedia& local);

// What both ends agreed on, from our side: the answer to "what do I send where, and what may I expect?"
struct NegotiatedMedia {
  IpAddress ip;
  std::uint16_t port = 0;
  std::uint16_t rtcp_port = 0;
  CodecFormat send;                           // codec and the payload type that the other end wants for it
  std::vector<CodecFormat> receive;           // what may arrive, with the payload types we named
  std::optional<std::uint8_t> send_event;     // telephone-event payload type to send with
  std::optional<std::uint8_t> receive_event;  // and to expect
  int ptime_ms = 20;                          // what the other end asked for; we send 20 ms
  Direction direction = Direction::sendrecv;  // ours
  friend bool operator==(const NegotiatedMedia&, const NegotiatedMedia&) = default;
};

struct Answer {
  std::string text;
  NegotiatedMedia media;
};

// Answers with the offerer's payload types and its first codec that we have; extra streams are refused with
// port 0. The direction is the offer's mirrored, narrowed by local.direction. Errors (to be answered with
// 488): no codec in common, another IP family, the audio stream is refused by the offer itself.
base::Result<Answer> make_answer(const Sdp& offer, const LocalMedia& local);

// Reads the answer to our own offer. Errors: stream refused, another IP family, nothing in common.
base::Result<NegotiatedMedia> accept_answer(const LocalMedia& local, const Sdp& answer);

}  // namespace ziptone::media
