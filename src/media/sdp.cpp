#include "media/sdp.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "media/sdp_text.hpp"

namespace ziptone::media {
namespace {

using sdp_text::has_control;
using sdp_text::kBytesMax;
using sdp_text::kStreamsMax;
using sdp_text::next_line;
using sdp_text::next_word;
using sdp_text::number;
using sdp_text::same_name;

constexpr std::size_t kFormatsMax = 64;

tl::unexpected<base::Error> refuse(std::string what, std::size_t line) {
  return base::error(std::move(what), fmt::format("SDP line {}", line));
}

// An rtpmap of the stream, by payload type.
enum class Mapped : std::uint8_t { unknown, pcmu, pcma, event, other };

class Parser {
 public:
  base::Result<Sdp> parse(std::string_view text);

 private:
  base::Result<> line(char type, std::string_view value);
  base::Result<> origin(std::string_view value);
  base::Result<> connection(std::string_view value);
  base::Result<> media(std::string_view value);
  base::Result<> attribute(std::string_view value);
  base::Result<> rtpmap(std::string_view value);
  base::Result<Sdp> finish();

  bool in_audio() const { return has_audio_ && sdp_.streams.size() == sdp_.audio_index + 1; }
  bool in_session() const { return sdp_.streams.empty(); }

  Sdp sdp_;
  std::size_t line_ = 0;
  bool has_audio_ = false;
  bool has_version_ = false;
  std::optional<IpAddress> session_ip_;
  std::optional<IpAddress> audio_ip_;
  Direction session_direction_ = Direction::sendrecv;
  std::optional<Direction> audio_direction_;
  std::vector<std::uint8_t> formats_;
  std::array<Mapped, 128> map_{};
};

base::Result<> Parser::origin(std::string_view value) {
  next_word(value);  // the user name
  sdp_.session_id = number<std::uint64_t>(next_word(value), UINT64_MAX).value_or(0);
  sdp_.version = number<std::uint64_t>(next_word(value), UINT64_MAX).value_or(0);
  return {};
}

base::Result<> Parser::connection(std::string_view value) {
  if (!in_session() && !in_audio()) return {};
  const auto net = next_word(value);
  const auto type = next_word(value);
  const auto text = next_word(value);
  if (net != "IN") return refuse("the network is not IN", line_);
  const auto ip = parse_ip(text);
  if (!ip || ip->v6 != (type == "IP6") || (type != "IP4" && type != "IP6"))
    return refuse("the connection address is not an IP address of its type", line_);
  if (!is_unspecified(*ip) && !is_unicast(*ip)) return refuse("the connection address is not unicast", line_);
  (in_session() ? session_ip_ : audio_ip_) = *ip;
  return {};
}

base::Result<> Parser::media(std::string_view value) {
  if (sdp_.streams.size() == kStreamsMax) return refuse("there are more than 16 streams", line_);
  const auto kind = next_word(value);
  const auto port_text = next_word(value);
  const auto proto = next_word(value);
  const auto port = number<std::uint32_t>(port_text.substr(0, port_text.find('/')), 65535);
  if (!port) return refuse("the port is not a number up to 65535", line_);
  if (proto.empty()) return refuse("the stream has no protocol", line_);
  auto rest = value;
  const auto first = next_word(rest);
  if (first.empty()) return refuse("the stream has no format", line_);
  sdp_.streams.push_back({std::string{kind}, std::string{proto}, std::string{first}});
  // A live stream is preferred to a refused one before it; else the first one counts.
  const bool usable = kind == "audio" && proto == "RTP/AVP";
  if (!usable || (has_audio_ && (sdp_.port != 0 || *port == 0))) return {};
  has_audio_ = true;
  sdp_.audio_index = sdp_.streams.size() - 1;
  sdp_.port = static_cast<std::uint16_t>(*port);
  sdp_.rtcp_port.reset();
  audio_ip_.reset();
  audio_direction_.reset();
  sdp_.ptime_ms = kFrameMs;
  formats_.clear();
  map_.fill(Mapped::unknown);
  for (auto word = next_word(value); !word.empty(); word = next_word(value)) {
    const auto type = number<unsigned>(word, 127);
    if (!type) return refuse("a payload type is not a number up to 127", line_);
    if (formats_.size() == kFormatsMax) return refuse("the stream has more than 64 formats", line_);
    formats_.push_back(static_cast<std::uint8_t>(*type));
  }
  return {};
}

base::Result<> Parser::rtpmap(std::string_view value) {
  const auto type = number<unsigned>(next_word(value), 127);
  if (!type) return refuse("the rtpmap's payload type is not a number up to 127", line_);
  const auto encoding = next_word(value);
  const auto name = encoding.substr(0, encoding.find('/'));
  const auto rate = encoding.substr(std::min(name.size() + 1, encoding.size()));
  auto mapped = Mapped::other;
  if (rate == "8000" || rate == "8000/1") {
    if (same_name(name, "PCMU")) mapped = Mapped::pcmu;
    if (same_name(name, "PCMA")) mapped = Mapped::pcma;
    if (same_name(name, "telephone-event")) mapped = Mapped::event;
  }
  map_[*type] = mapped;
  return {};
}

base::Result<> Parser::attribute(std::string_view value) {
  if (!in_session() && !in_audio()) return {};
  const auto name = value.substr(0, value.find(':'));
  const auto argument = value.substr(std::min(name.size() + 1, value.size()));
  for (const auto d : {Direction::sendrecv, Direction::sendonly, Direction::recvonly, Direction::inactive}) {
    if (name != to_string(d)) continue;
    if (in_session())
      session_direction_ = d;
    else
      audio_direction_ = d;
    return {};
  }
  if (in_session()) return {};
  if (name == "rtpmap") return rtpmap(argument);
  if (name == "ptime") {
    // A packet time that we can't use is a wish, not an error.
    const auto ms = number<unsigned>(argument, 200);
    if (ms && *ms >= 10) sdp_.ptime_ms = static_cast<int>(*ms);
  } else if (name == "rtcp") {
    auto words = argument;
    const auto port = number<unsigned>(next_word(words), 65535);
    if (!port || *port == 0) return refuse("the rtcp port is not a number up to 65535", line_);
    sdp_.rtcp_port = static_cast<std::uint16_t>(*port);
  }
  return {};
}

base::Result<> Parser::line(char type, std::string_view value) {
  if (line_ == 1 && (type != 'v' || value != "0")) return refuse("the first line is not v=0", line_);
  switch (type) {
    case 'v':
      has_version_ = true;
      return {};
    case 'o':
      return origin(value);
    case 'c':
      return connection(value);
    case 'm':
      return media(value);
    case 'a':
      return attribute(value);
    default:
      return {};
  }
}

base::Result<Sdp> Parser::finish() {
  if (!has_version_) return base::error("the SDP is empty", "SDP");
  if (!has_audio_) return base::error("there is no audio stream over RTP/AVP", "SDP");
  const auto ip = audio_ip_ ? audio_ip_ : session_ip_;
  if (!ip) {
    // A refused stream has no use for an address (RFC 8866 5.7 wants one, real answers leave it out).
    if (sdp_.port != 0) return base::error("the audio stream has no connection address", "SDP");
  } else {
    sdp_.ip = *ip;
  }
  sdp_.direction = audio_direction_.value_or(session_direction_);
  if (is_unspecified(sdp_.ip)) sdp_.direction = direction_of(sends(sdp_.direction), false);
  for (const auto type : formats_) {
    auto mapped = map_[type];
    if (mapped == Mapped::unknown && type == 0) mapped = Mapped::pcmu;  // RFC 3551 table 4
    if (mapped == Mapped::unknown && type == 8) mapped = Mapped::pcma;
    if (mapped == Mapped::pcmu) sdp_.codecs.push_back({Codec::pcmu, type});
    if (mapped == Mapped::pcma) sdp_.codecs.push_back({Codec::pcma, type});
    if (mapped == Mapped::event && !sdp_.telephone_event) sdp_.telephone_event = type;
  }
  return std::move(sdp_);
}

base::Result<Sdp> Parser::parse(std::string_view text) {
  if (text.size() > kBytesMax) return base::error("the SDP is longer than 16 KiB", "SDP");
  while (!text.empty()) {
    const auto row = next_line(text);
    if (row.empty() && line_ > 0) continue;
    ++line_;
    // A bare CR or NUL would let a stream's name, echoed in an answer, begin a line of its own.
    if (has_control(row)) return refuse("a line holds a control character", line_);
    if (row.size() < 2 || row[1] != '=') return refuse("a line is not of the form x=value", line_);
    if (auto r = line(row[0], row.substr(2)); !r) return tl::unexpected{r.error()};
  }
  return finish();
}

std::string_view name_of(Codec codec) { return codec == Codec::pcmu ? "PCMU" : "PCMA"; }
std::uint8_t static_type(Codec codec) { return codec == Codec::pcmu ? 0 : 8; }

std::string head(const LocalMedia& local) {
  const auto ip = fmt::format("IN {} {}", local.ip.v6 ? "IP6" : "IP4", to_string(local.ip));
  return fmt::format("v=0\r\no=- {} {} {}\r\ns=-\r\nc={}\r\nt=0 0\r\n", local.session_id, local.version, ip,
                     ip);
}

std::string audio(std::uint16_t port, const std::vector<CodecFormat>& codecs,
                  std::optional<std::uint8_t> event, Direction direction) {
  std::string types;
  std::string maps;
  for (const auto& c : codecs) {
    types += fmt::format(" {}", c.payload_type);
    maps += fmt::format("a=rtpmap:{} {}/8000\r\n", c.payload_type, name_of(c.codec));
  }
  if (event) {
    types += fmt::format(" {}", *event);
    maps += fmt::format("a=rtpmap:{} telephone-event/8000\r\na=fmtp:{} 0-15\r\n", *event, *event);
  }
  return fmt::format("m=audio {} RTP/AVP{}\r\n{}a=ptime:{}\r\na={}\r\n", port, types, maps, kFrameMs,
                     to_string(direction));
}

bool has(const std::vector<Codec>& codecs, Codec codec) {
  return std::find(codecs.begin(), codecs.end(), codec) != codecs.end();
}

// Where to send: the other end's address, and its direction narrowed by ours.
NegotiatedMedia common(const Sdp& remote, Direction ours) {
  NegotiatedMedia media;
  media.ip = remote.ip;
  media.port = remote.port;
  media.rtcp_port =
      remote.rtcp_port.value_or(static_cast<std::uint16_t>(remote.port == 65535 ? 0 : remote.port + 1));
  media.ptime_ms = remote.ptime_ms;
  const auto theirs = mirrored(remote.direction);
  media.direction = direction_of(sends(theirs) && sends(ours), receives(theirs) && receives(ours));
  return media;
}

base::Result<CodecFormat> first_common(const Sdp& remote, const LocalMedia& local) {
  if (remote.port == 0) return base::error("the audio stream is refused", "SDP");
  // Our socket has one family; 0.0.0.0 is the hold of either.
  if (remote.ip.v6 != local.ip.v6 && !is_unspecified(remote.ip))
    return base::error("the audio stream's address is of another IP family than ours", "SDP");
  for (const auto& c : remote.codecs)
    if (has(local.codecs, c.codec)) return c;
  return base::error("there is no codec in common: we speak PCMA and PCMU", "SDP");
}

}  // namespace

std::string_view to_string(Direction d) {
  switch (d) {
    case Direction::sendrecv:
      return "sendrecv";
    case Direction::sendonly:
      return "sendonly";
    case Direction::recvonly:
      return "recvonly";
    case Direction::inactive:
      break;
  }
  return "inactive";
}

base::Result<Sdp> parse_sdp(std::string_view text) { return Parser{}.parse(text); }

std::string make_offer(const LocalMedia& local) {
  std::vector<CodecFormat> codecs;
  for (const auto c : local.codecs) codecs.push_back({c, static_type(c)});
  return head(local) + audio(local.port, codecs, local.telephone_event, local.direction);
}

base::Result<Answer> make_answer(const Sdp& offer, const LocalMedia& local) {
  const auto codec = first_common(offer, local);
  if (!codec) return tl::unexpected{codec.error()};
  Answer answer;
  answer.media = common(offer, local.direction);
  answer.media.send = *codec;
  answer.media.receive = {*codec};
  if (local.telephone_event) answer.media.send_event = answer.media.receive_event = offer.telephone_event;
  answer.text = head(local);
  for (std::size_t i = 0; i < offer.streams.size(); ++i) {
    const auto& s = offer.streams[i];
    answer.text += i == offer.audio_index
                       ? audio(local.port, {*codec}, answer.media.receive_event, answer.media.direction)
                       : fmt::format("m={} 0 {} {}\r\n", s.media, s.proto, s.format);
  }
  return answer;
}

base::Result<NegotiatedMedia> accept_answer(const LocalMedia& local, const Sdp& answer) {
  const auto codec = first_common(answer, local);
  if (!codec) return tl::unexpected{codec.error()};
  auto media = common(answer, local.direction);
  media.send = *codec;
  for (const auto& c : answer.codecs)
    if (has(local.codecs, c.codec)) media.receive.push_back({c.codec, static_type(c.codec)});
  if (local.telephone_event && answer.telephone_event) {
    media.send_event = answer.telephone_event;
    media.receive_event = local.telephone_event;
  }
  return media;
}

}  // namespace ziptone::media
