// What one end of a call hears, and when: the witness that the dialer does not write itself. Pure: packets
// in, observations out; all times are wall-clock microseconds that the caller gives.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "media/g711.hpp"
#include "media/rtp.hpp"

namespace ziptone::carrier {

using WallMicros = std::int64_t;

// One frame of 20 ms, judged by itself.
struct FrameSound {
  enum class Kind : std::uint8_t { silence, tone, voice } kind = Kind::silence;
  double hz = 0;      // of a tone; two near tones (440 + 480) come out as their middle
  double dbfs = -96;  // mean power against a full-scale square wave
};
// Silence is below -48 dBFS. A tone is what x[n+1] + x[n-1] = 2 cos(w) x[n] predicts but for 2 % of its
// power, which finds every frequency in one pass (a Goertzel filter would have to be told which); the rest is
// voice.
FrameSound judge(std::span<const std::int16_t> frame);

// Shorter tones are zip tones (Ziptone's own: twice 120 ms); the shortest ringback, the British, has 400 ms.
inline constexpr int kShortToneMs = 300;

struct EarEvent {
  enum class Kind : std::uint8_t {
    first_packet,
    first_sound,  // the first frame that is not silence since listening began
    tone,         // a tone ended: hz, ms, dbfs; at is its beginning
    voice_began,
    voice_ended,  // ms of the spurt; at is its end
    silence,      // over 2 s of silence ended: ms; at is its end
    digit,        // RFC 4733: `digit`
    ssrc_changed,
    timestamp_jumped,  // more than 100 ms away from where sequence and clock say it should be
  } kind;
  WallMicros at;
  double hz = 0;
  int ms = 0;
  double dbfs = 0;
  char digit = 0;
};

// What was heard over the whole time, for the log's line at the end.
struct EarSummary {
  std::uint64_t packets = 0, lost = 0, strangers = 0, tones = 0, silences = 0, ssrc_changes = 0,
                timestamp_jumps = 0;
  // first_sound_at: since the first listen_from (the answer); sound_after_at: since the last (the end of the
  // hello).
  std::optional<WallMicros> first_packet_at, first_sound_at, sound_after_at;
  int voice_ms = 0, tone_ms = 0, longest_silence_ms = 0;
  std::string digits;
  double message_match = 0;  // 0-1: how well the safe-harbour message was recognized in what was heard
};

class Ear {
 public:
  // Silence is measured from here: the answer, the end of the callee's hello.
  void listen_from(WallMicros now);
  // This end itself made a sound: what follows is not yet silence from the other.
  void spoke(WallMicros now) { end_quiet(now); }
  // A packet of `codec` arrived. Unknown payload types are counted and not judged.
  void packet(const media::RtpPacket& packet, std::optional<media::Codec> codec, bool is_event,
              WallMicros at);
  void stranger() { ++summary_.strangers; }
  // Time passes: ends spurts and tones that got no more frames. Called every 20 ms.
  void pass(WallMicros now);

  // Since 160 ms of voice in a row, until 400 ms without.
  bool speaking() const { return speaking_; }
  // Heard in the current or last spurt.
  int spurt_ms() const { return spurt_ms_; }
  std::uint64_t spurts() const { return spurts_; }
  // Tones under kShortToneMs, and the longer ones: ringback, busy.
  std::uint64_t short_tones() const { return short_tones_; }
  std::uint64_t long_tones() const { return summary_.tones - short_tones_; }
  // Tone or voice; 0 when there was none.
  WallMicros last_sound_at() const { return last_sound_at_; }
  WallMicros last_voice_at() const { return last_voice_at_; }

  // Keeps 20 ms loudness steps, at most a minute, so that a spoken message can be recognized at the end.
  void keep_envelope() { keep_envelope_ = true; }
  // The summary as of `now`; `message` is a reference envelope, empty: none.
  EarSummary summary(WallMicros now, std::span<const std::uint8_t> message = {}) const;
  // What happened since the last call.
  std::vector<EarEvent> take_events();
  bool has_events() const { return !events_.empty(); }

 private:
  void frame(const FrameSound& sound, int ms, WallMicros at);
  void tone_frame(const FrameSound& sound, int ms, WallMicros at);
  void end_tone();
  void sound_at(WallMicros at);
  void end_quiet(WallMicros at);
  void line(const media::RtpHeader& header, WallMicros at);
  void tell(EarEvent event) {
    if (events_.size() < kMaxEvents) events_.push_back(event);
  }

  static constexpr std::size_t kMaxEvents = 64;
  EarSummary summary_;
  std::vector<EarEvent> events_;
  std::vector<std::uint8_t> envelope_;
  WallMicros listening_since_ = 0, quiet_since_ = 0, last_sound_at_ = 0, last_voice_at_ = 0;
  bool speaking_ = false, keep_envelope_ = false;
  int run_ms_ = 0, spurt_ms_ = 0;
  std::uint64_t spurts_ = 0, short_tones_ = 0;
  EarEvent tone_{EarEvent::Kind::tone, 0};
  WallMicros tone_last_at_ = 0;
  std::optional<std::uint16_t> sequence_;
  std::uint32_t ssrc_ = 0, timestamp_ = 0;
  std::optional<std::uint32_t> event_timestamp_;
};

// The loudness steps of a reference recording, for summary().
std::vector<std::uint8_t> envelope_of(std::span<const std::int16_t> samples);

}  // namespace ziptone::carrier
