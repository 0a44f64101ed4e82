#include "carrier/ear_log.hpp"

namespace ziptone::carrier {
namespace {

std::string_view name_of(EarEvent::Kind kind) {
  switch (kind) {
    case EarEvent::Kind::first_packet:
      return "rtp";
    case EarEvent::Kind::first_sound:
      return "sound";
    case EarEvent::Kind::tone:
      return "tone";
    case EarEvent::Kind::voice_began:
      return "voice";
    case EarEvent::Kind::voice_ended:
      return "voice_end";
    case EarEvent::Kind::silence:
      return "silence";
    case EarEvent::Kind::digit:
      return "digit";
    case EarEvent::Kind::ssrc_changed:
      return "ssrc_changed";
    case EarEvent::Kind::timestamp_jumped:
      return "timestamp_jumped";
  }
  return "?";
}

}  // namespace

LogLine line_of(const EarEvent& event, std::string_view call) {
  LogLine line(name_of(event.kind), call, event.at);
  if (event.ms != 0) line.number("ms", event.ms);
  if (event.kind == EarEvent::Kind::tone) line.decimal("hz", event.hz).decimal("dbfs", event.dbfs);
  if (event.digit) line.text("digit", std::string_view(&event.digit, 1));
  return line;
}

void add(LogLine& line, const EarSummary& s) {
  const auto count = [&line](std::string_view key, std::uint64_t n) {
    line.number(key, static_cast<std::int64_t>(n));
  };
  count("packets", s.packets);
  count("lost", s.lost);
  count("strangers", s.strangers);
  count("tones", s.tones);
  line.number("tone_ms", s.tone_ms).number("voice_ms", s.voice_ms);
  count("silences", s.silences);
  line.number("longest_silence_ms", s.longest_silence_ms);
  count("ssrc_changes", s.ssrc_changes);
  count("timestamp_jumps", s.timestamp_jumps);
  line.maybe("digits", s.digits);
}

}  // namespace ziptone::carrier
