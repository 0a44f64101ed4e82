// A browser's offer and our answer (RFC 8829, 9143 BUNDLE, 8839 ICE, 8842 DTLS): one audio stream, PCMU and
// telephone-event, over DTLS-SRTP with RTP and RTCP on one port. Everything else in the offer is read over or
// refused in its place.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "media/ip.hpp"
#include "media/sdp.hpp"

namespace ziptone::media {

// SHA-256 of a certificate, which the other end of DTLS must show (RFC 8122).
using Fingerprint = std::array<std::uint8_t, 32>;

// "AB:CD:..." with upper-case digits.
std::string to_string(const Fingerprint& fingerprint);

struct WebrtcOffer {
  std::string ufrag;  // 4-256 ICE characters (RFC 8839 5.4)
  std::string pwd;    // 22-256
  Fingerprint fingerprint{};
  std::optional<std::uint8_t> telephone_event;  // payload type, 8 kHz
  bool bundles = false;                         // the audio stream is in a BUNDLE group

  struct Stream {
    std::string media;
    std::string proto;
    std::string format;
    std::string mid;  // may be empty
  };
  std::vector<Stream> streams;  // all m-lines in order, at most 16
  std::size_t audio_index = 0;
};

// Refuses, with the reason: over 16 KiB, no audio stream over SAVPF, no PCMU, no ICE credentials, no SHA-256
// fingerprint, no rtcp-mux, a=setup:passive (both ends would wait), a direction other than sendrecv.
base::Result<WebrtcOffer> parse_webrtc_offer(std::string_view text);

struct WebrtcLocal {
  IpAddress ip;  // of the one candidate: the address that browsers reach
  std::uint16_t port = 0;
  std::string ufrag;
  std::string pwd;
  Fingerprint fingerprint{};
  std::uint32_t ssrc = 0;
  std::uint64_t session_id = 1;
  std::uint64_t version = 1;
};

std::string make_webrtc_answer(const WebrtcOffer& offer, const WebrtcLocal& local);

// What the leg sends and may expect. Where to is ICE's to say: the address stays unspecified.
NegotiatedMedia webrtc_media(const WebrtcOffer& offer);

}  // namespace ziptone::media
