#include "carrier/actor.hpp"

namespace ziptone::carrier {
namespace {

// Short enough that nobody says goodbye first.
constexpr int kAbruptMs = 5000;
constexpr int kAskAgainMs = 3000;  // silence after which a person asks whether somebody is there
constexpr int kTurnPauseMs = 300;  // between the caller's last word (plus the ear's 400 ms) and the reply
constexpr int kScreeningWaitMs = 8000;         // for a caller who does not say why
constexpr int kRecordedSilenceMs = 5000;       // a machine hangs up after so much silence behind a message
constexpr WallMicros kTwoBeepsUs = 1'500'000;  // a zip tone is one or more beeps, all within this
constexpr WallMicros kConversationGapUs = 5'000'000;

WallMicros us(int ms) { return WallMicros{ms} * 1000; }

}  // namespace

std::string_view to_string(Deed deed) {
  switch (deed) {
    case Deed::began_hello:
      return "began_hello";
    case Deed::ended_hello:
      return "ended_hello";
    case Deed::spoke:
      return "spoke";
    case Deed::beeped:
      return "beeped";
    case Deed::passed:
      return "passed";
    case Deed::conversation:
      return "conversation";
    case Deed::finished:
      return "finished";
    case Deed::hangs_up:
      return "hangs_up";
  }
  return "?";
}

Said Mouth::next() {
  while (!queue_.empty()) {
    const Item& item = queue_.front();
    const std::size_t frames =
        item.sound ? item.sound->frames() : static_cast<std::size_t>(item.pause_ms / media::kFrameMs);
    if (frame_ < frames) return {item.sound, frame_++, {}, {}};
    const auto deed = item.deed;
    queue_.pop_front();
    frame_ = 0;
    if (deed) return {nullptr, 0, deed, {}};
  }
  return {};
}

Callee::Callee(const Persona& persona, const SoundLibrary& sounds, std::uint64_t pick)
    : persona_(persona), sounds_(sounds), pick_(pick) {
  begin();
}

void Callee::begin() {
  mouth_.pause(persona_.hello_ms);
  switch (persona_.kind) {
    case Kind::machine:
      begin_machine();
      return;
    case Kind::fax:
      for (int i = 0; i < 3; ++i) {
        mouth_.say(sound(Use::ced));
        mouth_.pause(2000);
      }
      part_ = Part::nothing;
      return;
    case Kind::screening:
      mouth_.tell(Deed::began_hello);
      mouth_.say_then(sound(Use::screening_ask), Deed::ended_hello);
      part_ = Part::screening;
      return;
    case Kind::silent:
      part_ = Part::nothing;
      return;
    case Kind::recording:
      if (const Sound* recording = sounds_.named(persona_.sound, persona_.language))
        mouth_.say_then(*recording, Deed::ended_hello);
      part_ = Part::nothing;
      return;
    default:
      mouth_.tell(Deed::began_hello);
      mouth_.say_then(sound(persona_.opening == Opening::business ? Use::hello_business : Use::hello),
                      Deed::ended_hello);
      part_ = Part::listening;
  }
}

void Callee::begin_machine() {
  mouth_.tell(Deed::began_hello);
  switch (persona_.opening) {
    case Opening::short_greeting:
      mouth_.say(sound(Use::greeting_short));
      break;
    case Opening::operator_greeting:
      mouth_.say(sound(Use::greeting_operator));
      break;
    case Opening::beep_only:
      break;
    case Opening::with_pause:
      mouth_.say(sound(Use::greeting_name));
      mouth_.pause(1200);
      [[fallthrough]];
    default:
      mouth_.say(sound(Use::greeting));
  }
  mouth_.pause(400);
  mouth_.say_then(sound(Use::beep), Deed::beeped);
  part_ = Part::recording;
}

Said Callee::hang_up(std::string_view why) {
  part_ = Part::nothing;
  persona_.talk_ms = 0;
  return {nullptr, 0, Deed::hangs_up, why};
}

// The caller spoke since our last word and has stopped.
bool Callee::caller_ended_turn(const Ear& ear) const {
  return ear.spurts() > spurts_seen_ && !ear.speaking();
}

void Callee::listen(const Ear& ear, WallMicros now) {
  if (caller_ended_turn(ear)) {
    mouth_.pause(kTurnPauseMs);
    mouth_.tell(Deed::spoke);
    mouth_.say(sound(Use::reply));
  } else if (ear.spurts() == 0 && !ear.speaking() && !asked_again_ && now - quiet_since_ > us(kAskAgainMs)) {
    asked_again_ = true;
    mouth_.tell(Deed::spoke);
    mouth_.say(sound(Use::hello_again));
  }
}

void Callee::screen(const Ear& ear, WallMicros now) {
  const bool told = caller_ended_turn(ear) && ear.spurt_ms() >= 400;
  if (!told && now - quiet_since_ < us(kScreeningWaitMs)) return;
  if (told && persona_.pass_ms > 0) {
    mouth_.pause(persona_.pass_ms);  // rings through in silence, as most do
    mouth_.tell(Deed::passed);
    mouth_.say(sound(Use::hello));
    part_ = Part::listening;
  } else {
    mouth_.pause(kTurnPauseMs);
    mouth_.say(sound(Use::screening_no));
    leaving_why_ = "screened";
    part_ = Part::leaving;
  }
}

Said Callee::tick(const Ear& ear, WallMicros now) {
  if (began_at_ == 0) began_at_ = now;
  const bool time_is_up = persona_.talk_ms > 0 && now - began_at_ >= us(persona_.talk_ms);
  if (time_is_up && (persona_.talk_ms < kAbruptMs || persona_.kind != Kind::person)) return hang_up("time");
  if (mouth_.busy()) {
    quiet_since_ = now;
    spurts_seen_ = ear.spurts() - (ear.speaking() ? 1 : 0);
    return mouth_.next();
  }
  if (ear.last_voice_at() > quiet_since_) quiet_since_ = ear.last_voice_at();
  switch (part_) {
    case Part::leaving:
      return hang_up(leaving_why_);
    case Part::listening:
      if (time_is_up && !ear.speaking()) {
        persona_.talk_ms = 0;
        mouth_.say(sound(Use::goodbye));
        leaving_why_ = "done";
        part_ = Part::leaving;
      } else if (persona_.patience_ms > 0 && now - quiet_since_ > us(persona_.patience_ms)) {
        return hang_up("silence");
      } else {
        listen(ear, now);
      }
      break;
    case Part::screening:
      screen(ear, now);
      break;
    case Part::recording:
      if (ear.spurts() > 0 && now - quiet_since_ > us(kRecordedSilenceMs)) return hang_up("recorded");
      break;
    default:
      break;
  }
  return mouth_.next();
}

Said Announcer::tick(const Ear&, WallMicros) {
  if (!mouth_.busy()) {
    mouth_.say(sound_);
    mouth_.pause(gap_ms_);
  }
  return mouth_.next();
}

void RobotAgent::say_something() {
  mouth_.pause(kTurnPauseMs);
  mouth_.say(sounds_.get(Use::agent, language_, pick_++));
}

// Where the conversation begins and ends, as far as it can be heard.
std::optional<Deed> RobotAgent::follow(const Ear& ear, WallMicros now) {
  const bool zip = ear.short_tones() > zips_seen_ && now - in_talk_since_ > kTwoBeepsUs;
  const bool over = ear.long_tones() > rings_seen_ || now - ear.last_sound_at() > kConversationGapUs;
  zips_seen_ = ear.short_tones();
  rings_seen_ = ear.long_tones();
  if (over || zip) {
    in_talk_since_ = 0;
    finished_ = false;
  }
  if (in_talk_since_ == 0 && (zip || (!over && ear.spurts() > spurts_seen_))) {
    in_talk_since_ = now;
    // After the zip tone the callee has already said hello: it is the agent's turn.
    if (zip) say_something();
    return Deed::conversation;
  }
  if (in_talk_since_ != 0 && !finished_ && now - in_talk_since_ >= us(talk_ms_)) {
    finished_ = true;
    return Deed::finished;
  }
  return std::nullopt;
}

Said RobotAgent::tick(const Ear& ear, WallMicros now) {
  if (const auto deed = follow(ear, now)) return {nullptr, 0, deed, {}};
  if (in_talk_since_ == 0) {
    if (!ear.speaking()) spurts_seen_ = ear.spurts();
  } else if (!mouth_.busy() && ear.spurts() > spurts_seen_ && !ear.speaking()) {
    spurts_seen_ = ear.spurts();
    say_something();
  }
  return mouth_.next();
}

}  // namespace ziptone::carrier
