#include "carrier/ear.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

namespace ziptone::carrier {
namespace {

constexpr double kSilenceDbfs = -48;
constexpr int kSpeakingAfterMs = 160, kSpeakingUntilMs = 400;
constexpr int kToneMinMs = 60;  // shorter ones are clicks and vowels
constexpr double kToneSameHz = 25;
constexpr WallMicros kToneGapUs = 45'000;
constexpr int kSilenceMs = 2000;
constexpr std::size_t kEnvelopeMax = 3000;  // a minute

std::uint8_t loudness(double dbfs) { return static_cast<std::uint8_t>(std::clamp(dbfs + 96, 0.0, 96.0)); }

// Pearson's correlation of two equally long pieces.
double correlation(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  double sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sa += a[i], sb += b[i];
    saa += a[i] * a[i], sbb += b[i] * b[i], sab += a[i] * b[i];
  }
  const auto n = static_cast<double>(a.size());
  const double spread = std::sqrt((saa - sa * sa / n) * (sbb - sb * sb / n));
  return spread > 0 ? (sab - sa * sb / n) / spread : 0;
}

}  // namespace

FrameSound judge(std::span<const std::int16_t> frame) {
  double power = 0, cross = 0, square = 0, sum_square = 0;
  for (std::size_t i = 1; i + 1 < frame.size(); ++i) {
    const double x = frame[i], neighbours = frame[i - 1] + frame[i + 1];
    power += x * x;
    cross += x * neighbours;
    sum_square += neighbours * neighbours;
  }
  square = power;
  FrameSound out;
  if (frame.size() < 3) return out;
  power /= static_cast<double>(frame.size() - 2);
  out.dbfs = power > 0 ? 10 * std::log10(power / (32768.0 * 32768.0)) : -96;
  if (out.dbfs < kSilenceDbfs) return out;
  out.kind = FrameSound::Kind::voice;
  const double c = cross / square;  // the least-squares 2 cos(w)
  const double rest = sum_square - c * cross;
  if (std::abs(c) < 1.99 && rest < 0.02 * square) {
    out.hz = std::acos(c / 2) * media::kSampleRate / (2 * std::numbers::pi);
    if (out.hz >= 300) out.kind = FrameSound::Kind::tone;  // below lie hum and the pitch of voices
  }
  return out;
}

void Ear::listen_from(WallMicros now) {
  listening_since_ = quiet_since_ = now;
  summary_.sound_after_at.reset();
}

void Ear::line(const media::RtpHeader& h, WallMicros at) {
  if (!sequence_) {
    summary_.first_packet_at = at;
    tell({EarEvent::Kind::first_packet, at});
  } else if (h.ssrc != ssrc_) {
    ++summary_.ssrc_changes;
    tell({EarEvent::Kind::ssrc_changed, at});
  } else {
    const auto step = static_cast<std::int16_t>(h.sequence - *sequence_);
    const auto moved = static_cast<std::int32_t>(h.timestamp - timestamp_);
    if (step > 1) summary_.lost += static_cast<std::uint64_t>(step - 1);
    if (step > 0 && std::abs(moved - step * 160) > 800 && !event_timestamp_) {
      ++summary_.timestamp_jumps;
      tell({EarEvent::Kind::timestamp_jumped, at, 0, moved / 8});
    }
    if (step <= 0) return;
  }
  sequence_ = h.sequence;
  ssrc_ = h.ssrc;
  timestamp_ = h.timestamp;
}

void Ear::packet(const media::RtpPacket& packet, std::optional<media::Codec> codec, bool is_event,
                 WallMicros at) {
  ++summary_.packets;
  line(packet.header, at);
  if (is_event) {
    const auto event = media::parse_telephone_event(packet.payload);
    // All packets of one event carry the timestamp of its beginning (RFC 4733 2.2.1).
    if (event && event_timestamp_ != packet.header.timestamp) {
      event_timestamp_ = packet.header.timestamp;
      const char digit = media::digit_of_event(event->event).value_or('?');
      if (summary_.digits.size() < 64) summary_.digits.push_back(digit);
      tell({EarEvent::Kind::digit, at, 0, 0, 0, digit});
    }
    return;
  }
  event_timestamp_.reset();
  if (!codec) return;
  std::array<std::int16_t, media::kFrameSamples> samples;
  for (std::size_t from = 0; from + 80 <= packet.payload.size(); from += samples.size()) {
    const auto part = packet.payload.subspan(from, std::min(samples.size(), packet.payload.size() - from));
    media::decode(*codec, part, samples);
    frame(judge(std::span(samples).first(part.size())), static_cast<int>(part.size() / 8), at);
  }
}

// Either end made a sound: whatever silence there was has ended.
void Ear::end_quiet(WallMicros at) {
  if (listening_since_ == 0) return;
  const int quiet_ms = static_cast<int>((at - quiet_since_) / 1000);
  if (quiet_ms > kSilenceMs) {
    ++summary_.silences;
    tell({EarEvent::Kind::silence, at, 0, quiet_ms});
  }
  summary_.longest_silence_ms = std::max(summary_.longest_silence_ms, quiet_ms);
  quiet_since_ = std::max(quiet_since_, at);
}

void Ear::sound_at(WallMicros at) {
  last_sound_at_ = at;
  end_quiet(at);
  if (listening_since_ == 0) return;
  if (!summary_.sound_after_at) summary_.sound_after_at = at;
  if (!summary_.first_sound_at) {
    summary_.first_sound_at = at;
    tell({EarEvent::Kind::first_sound, at});
  }
}

void Ear::end_tone() {
  if (tone_.ms >= kToneMinMs) {
    ++summary_.tones;
    if (tone_.ms < kShortToneMs) ++short_tones_;
    summary_.tone_ms += tone_.ms;
    tell(tone_);
  }
  tone_.ms = 0;
}

void Ear::tone_frame(const FrameSound& sound, int ms, WallMicros at) {
  if (tone_.ms > 0 && std::abs(tone_.hz - sound.hz) > kToneSameHz) end_tone();
  if (tone_.ms == 0) tone_ = {EarEvent::Kind::tone, at, sound.hz, 0, sound.dbfs};
  // The first frame of a tone holds a part of the silence before it: later ones measure better.
  if (tone_.ms > 0 && sound.dbfs > tone_.dbfs) tone_.hz = sound.hz, tone_.dbfs = sound.dbfs;
  tone_.ms += ms;
  tone_last_at_ = at;
}

void Ear::frame(const FrameSound& sound, int ms, WallMicros at) {
  if (keep_envelope_ && listening_since_ && envelope_.size() < kEnvelopeMax)
    envelope_.push_back(loudness(sound.dbfs));
  if (sound.kind != FrameSound::Kind::silence) sound_at(at);
  if (sound.kind == FrameSound::Kind::tone) {
    tone_frame(sound, ms, at);
  } else if (tone_.ms > 0) {
    end_tone();
  }
  if (sound.kind != FrameSound::Kind::voice) {
    if (!speaking_) run_ms_ = std::max(0, run_ms_ - ms);
    return;
  }
  summary_.voice_ms += ms;
  last_voice_at_ = at;
  run_ms_ += ms;
  if (!speaking_ && run_ms_ >= kSpeakingAfterMs) {
    speaking_ = true;
    spurt_ms_ = run_ms_ - ms;
    ++spurts_;
    tell({EarEvent::Kind::voice_began, at});
  }
  if (speaking_) spurt_ms_ += ms;
}

void Ear::pass(WallMicros now) {
  if (tone_.ms > 0 && now - tone_last_at_ > kToneGapUs) end_tone();
  if (speaking_ && now - last_voice_at_ > kSpeakingUntilMs * 1000) {
    speaking_ = false;
    run_ms_ = 0;
    tell({EarEvent::Kind::voice_ended, last_voice_at_, 0, spurt_ms_});
  }
}

EarSummary Ear::summary(WallMicros now, std::span<const std::uint8_t> message) const {
  EarSummary out = summary_;
  if (listening_since_) {
    const int quiet_ms = static_cast<int>((now - quiet_since_) / 1000);
    if (quiet_ms > kSilenceMs) ++out.silences;
    out.longest_silence_ms = std::max(out.longest_silence_ms, quiet_ms);
  }
  for (std::size_t i = 0; !message.empty() && i + message.size() <= envelope_.size(); ++i) {
    out.message_match =
        std::max(out.message_match, correlation(std::span(envelope_).subspan(i, message.size()), message));
  }
  return out;
}

std::vector<EarEvent> Ear::take_events() { return std::exchange(events_, {}); }

std::vector<std::uint8_t> envelope_of(std::span<const std::int16_t> samples) {
  std::vector<std::uint8_t> out;
  for (std::size_t i = 0; i + media::kFrameSamples <= samples.size() && out.size() < kEnvelopeMax;
       i += media::kFrameSamples) {
    out.push_back(loudness(judge(samples.subspan(i, media::kFrameSamples)).dbfs));
  }
  return out;
}

}  // namespace ziptone::carrier
