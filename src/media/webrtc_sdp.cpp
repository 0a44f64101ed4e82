#include "media/webrtc_sdp.hpp"

#include <fmt/format.h>

#include "media/sdp_text.hpp"

namespace ziptone::media {
namespace {

using sdp_text::kStreamsMax;
using sdp_text::next_line;
using sdp_text::next_word;
using sdp_text::number;
using sdp_text::same_name;

constexpr std::size_t kMidMax = 64;

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  return std::nullopt;
}

std::optional<Fingerprint> parse_fingerprint(std::string_view text) {
  Fingerprint out{};
  if (text.size() != out.size() * 3 - 1) return std::nullopt;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto high = hex_digit(text[i * 3]);
    const auto low = hex_digit(text[i * 3 + 1]);
    if (!high || !low || (i + 1 < out.size() && text[i * 3 + 2] != ':')) return std::nullopt;
    out[i] = static_cast<std::uint8_t>(*high << 4 | *low);
  }
  return out;
}

// RFC 8839 5.4: ALPHA / DIGIT / "+" / "/". Chromium and Firefox keep to it.
bool is_ice_text(std::string_view text, std::size_t least) {
  const auto is_ice = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
  };
  return text.size() >= least && text.size() <= 256 && std::all_of(text.begin(), text.end(), is_ice);
}

// What may stand in the session part for all streams, or in the audio stream's own.
struct Transport {
  std::string ufrag;
  std::string pwd;
  std::optional<Fingerprint> fingerprint;
  std::string setup;
};

class Reader {
 public:
  base::Result<WebrtcOffer> read(std::string_view text);

 private:
  base::Result<> media(std::string_view value);
  void attribute(std::string_view value);
  void audio_attribute(std::string_view name, std::string_view argument);
  base::Result<WebrtcOffer> finish();
  bool in_audio() const { return has_audio_ && offer_.streams.size() == offer_.audio_index + 1; }

  WebrtcOffer offer_;
  Transport session_;
  Transport audio_;
  std::vector<std::string> bundle_;
  std::vector<unsigned> types_;
  std::vector<unsigned> event_types_;
  Direction direction_ = Direction::sendrecv;
  bool has_audio_ = false;
  bool has_rtcp_mux_ = false;
};

base::Result<> Reader::media(std::string_view value) {
  if (offer_.streams.size() == kStreamsMax) return base::error("there are more than 16 streams", "SDP offer");
  const auto kind = next_word(value);
  const auto port = number<unsigned>(next_word(value), 65535);
  const auto proto = next_word(value);
  auto rest = value;
  const auto first = next_word(rest);
  if (!port || proto.empty() || first.empty()) return base::error("an m-line is not complete", "SDP offer");
  offer_.streams.push_back({std::string{kind}, std::string{proto}, std::string{first}, {}});
  const bool usable = kind == "audio" && *port != 0 && (proto == "UDP/TLS/RTP/SAVPF" || proto == "RTP/SAVPF");
  if (!usable || has_audio_) return {};
  has_audio_ = true;
  offer_.audio_index = offer_.streams.size() - 1;
  for (auto word = next_word(value); !word.empty(); word = next_word(value)) {
    const auto type = number<unsigned>(word, 127);
    if (type && types_.size() < 128) types_.push_back(*type);
  }
  return {};
}

void Reader::audio_attribute(std::string_view name, std::string_view argument) {
  for (const auto d : {Direction::sendrecv, Direction::sendonly, Direction::recvonly, Direction::inactive})
    if (name == to_string(d)) direction_ = d;
  if (name == "rtcp-mux") has_rtcp_mux_ = true;
  if (name != "rtpmap") return;
  const auto type = number<unsigned>(next_word(argument), 127);
  if (type && same_name(next_word(argument), "telephone-event/8000") && event_types_.size() < 128)
    event_types_.push_back(*type);
}

void Reader::attribute(std::string_view value) {
  const auto name = value.substr(0, value.find(':'));
  const auto argument = value.substr(std::min(name.size() + 1, value.size()));
  if (offer_.streams.empty() && name == "group") {
    auto words = argument;
    if (next_word(words) == "BUNDLE")
      for (auto mid = next_word(words); !mid.empty() && bundle_.size() < kStreamsMax; mid = next_word(words))
        bundle_.emplace_back(mid);
    return;
  }
  if (!offer_.streams.empty() && name == "mid" && argument.size() <= kMidMax) {
    auto words = argument;
    offer_.streams.back().mid = next_word(words);
  }
  if (!offer_.streams.empty() && !in_audio()) return;
  auto& to = offer_.streams.empty() ? session_ : audio_;
  if (name == "ice-ufrag") to.ufrag = argument;
  if (name == "ice-pwd") to.pwd = argument;
  if (name == "setup") to.setup = argument;
  if (name == "fingerprint") {
    auto words = argument;
    if (same_name(next_word(words), "sha-256")) to.fingerprint = parse_fingerprint(next_word(words));
  }
  if (in_audio()) audio_attribute(name, argument);
}

base::Result<WebrtcOffer> Reader::finish() {
  const auto refuse = [](const char* what, const char* mend = "") {
    return base::error(what, "SDP offer", mend);
  };
  if (!has_audio_) return refuse("there is no audio stream over UDP/TLS/RTP/SAVPF");
  const bool has_pcmu = std::find(types_.begin(), types_.end(), 0u) != types_.end();
  if (!has_pcmu) return refuse("PCMU is not among the codecs", "offer payload type 0");
  for (const auto type : types_)
    if (!offer_.telephone_event &&
        std::find(event_types_.begin(), event_types_.end(), type) != event_types_.end())
      offer_.telephone_event = static_cast<std::uint8_t>(type);
  offer_.ufrag = audio_.ufrag.empty() ? session_.ufrag : audio_.ufrag;
  offer_.pwd = audio_.pwd.empty() ? session_.pwd : audio_.pwd;
  if (!is_ice_text(offer_.ufrag, 4) || !is_ice_text(offer_.pwd, 22))
    return refuse("ice-ufrag or ice-pwd is missing or not of RFC 8839");
  const auto& fingerprint = audio_.fingerprint ? audio_.fingerprint : session_.fingerprint;
  if (!fingerprint) return refuse("there is no sha-256 fingerprint");
  offer_.fingerprint = *fingerprint;
  const auto& setup = audio_.setup.empty() ? session_.setup : audio_.setup;
  if (setup != "actpass" && setup != "active") return refuse("setup is neither actpass nor active");
  if (!has_rtcp_mux_) return refuse("rtcp-mux is missing", "use one port for RTP and RTCP");
  if (direction_ != Direction::sendrecv)
    return refuse("the audio stream does not send and receive", "add the microphone's track to the call");
  const auto& mid = offer_.streams[offer_.audio_index].mid;
  offer_.bundles = !mid.empty() && std::find(bundle_.begin(), bundle_.end(), mid) != bundle_.end();
  return std::move(offer_);
}

base::Result<WebrtcOffer> Reader::read(std::string_view text) {
  if (text.size() > sdp_text::kBytesMax) return base::error("it is longer than 16 KiB", "SDP offer");
  bool first = true;
  while (!text.empty()) {
    const auto row = next_line(text);
    if (row.empty() && !first) continue;
    // A bare CR or NUL would let what the answer echoes begin a line of its own.
    if (sdp_text::has_control(row)) return base::error("a line holds a control character", "SDP offer");
    if (row.size() < 2 || row[1] != '=') return base::error("a line is not of the form x=value", "SDP offer");
    if (first && row != "v=0") return base::error("the first line is not v=0", "SDP offer");
    first = false;
    if (row[0] == 'a') attribute(row.substr(2));
    if (row[0] != 'm') continue;
    if (auto taken = media(row.substr(2)); !taken) return tl::unexpected{taken.error()};
  }
  return finish();
}

std::string audio_section(const WebrtcOffer& offer, const WebrtcLocal& local, const std::string& connection) {
  const auto& stream = offer.streams[offer.audio_index];
  std::string text = fmt::format("m=audio {} {} 0", local.port, stream.proto);
  if (offer.telephone_event) text += fmt::format(" {}", *offer.telephone_event);
  text += fmt::format("\r\nc={}\r\na=rtpmap:0 PCMU/8000\r\n", connection);
  if (offer.telephone_event)
    text += fmt::format("a=rtpmap:{0} telephone-event/8000\r\na=fmtp:{0} 0-15\r\n", *offer.telephone_event);
  if (!stream.mid.empty()) text += fmt::format("a=mid:{}\r\n", stream.mid);
  text += fmt::format(
      "a=ptime:20\r\na=sendrecv\r\na=rtcp-mux\r\na=ice-ufrag:{}\r\na=ice-pwd:{}\r\na=fingerprint:sha-256 "
      "{}\r\na=setup:passive\r\na=msid:ziptone voice\r\na=ssrc:{} cname:media@ziptone\r\n",
      local.ufrag, local.pwd, to_string(local.fingerprint), local.ssrc);
  // RFC 8445 5.1.2.1: type preference 126 of a host, the one address, component 1.
  constexpr std::uint32_t kPriority = 126u << 24 | 65535u << 8 | 255u;
  return text + fmt::format("a=candidate:1 1 udp {} {} {} typ host\r\na=end-of-candidates\r\n", kPriority,
                            to_string(local.ip), local.port);
}

}  // namespace

std::string to_string(const Fingerprint& fingerprint) {
  std::string text;
  for (const auto byte : fingerprint) text += fmt::format("{}{:02X}", text.empty() ? "" : ":", byte);
  return text;
}

base::Result<WebrtcOffer> parse_webrtc_offer(std::string_view text) { return Reader{}.read(text); }

std::string make_webrtc_answer(const WebrtcOffer& offer, const WebrtcLocal& local) {
  const auto connection = fmt::format("IN {} {}", local.ip.v6 ? "IP6" : "IP4", to_string(local.ip));
  auto text = fmt::format("v=0\r\no=- {} {} {}\r\ns=-\r\nt=0 0\r\na=ice-lite\r\n", local.session_id,
                          local.version, connection);
  if (offer.bundles) text += fmt::format("a=group:BUNDLE {}\r\n", offer.streams[offer.audio_index].mid);
  for (std::size_t i = 0; i < offer.streams.size(); ++i) {
    const auto& s = offer.streams[i];
    if (i == offer.audio_index) {
      text += audio_section(offer, local, connection);
      continue;
    }
    text += fmt::format("m={} 0 {} {}\r\nc={}\r\na=inactive\r\n", s.media, s.proto, s.format, connection);
    if (!s.mid.empty()) text += fmt::format("a=mid:{}\r\n", s.mid);
  }
  return text;
}

NegotiatedMedia webrtc_media(const WebrtcOffer& offer) {
  NegotiatedMedia media;
  media.send = {Codec::pcmu, 0};
  media.receive = {{Codec::pcmu, 0}};
  media.send_event = media.receive_event = offer.telephone_event;
  return media;
}

}  // namespace ziptone::media
