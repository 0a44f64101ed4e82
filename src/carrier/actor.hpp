// Who speaks on a line: given what is heard and the time, an actor says one frame after the other.
#pragma once

#include <deque>
#include <optional>
#include <string_view>

#include "carrier/ear.hpp"
#include "carrier/persona.hpp"
#include "carrier/sounds.hpp"

namespace ziptone::carrier {

// What an actor did that the log and the signalling should know.
enum class Deed : std::uint8_t {
  began_hello,   // the first word or greeting
  ended_hello,   // from here the callee waits for the caller
  spoke,         // a further turn began
  beeped,        // a machine's beep ended: it records
  passed,        // the screening assistant put the call through
  conversation,  // a robot agent hears someone
  finished,      // a robot agent has talked as long as it should
  hangs_up,      // BYE, please; `why` says why
};
std::string_view to_string(Deed deed);

// One frame of a tick: silence where sound is null.
struct Said {
  const Sound* sound = nullptr;
  std::size_t frame = 0;
  std::optional<Deed> deed;
  std::string_view why;  // of hangs_up; a literal
};

// A queue of sounds and pauses, and where it stands.
class Mouth {
 public:
  void say(const Sound& sound) { queue_.push_back({&sound, 0, {}}); }
  void say_then(const Sound& sound, Deed deed) { queue_.push_back({&sound, 0, deed}); }
  void pause(int ms) { queue_.push_back({nullptr, ms, {}}); }
  void tell(Deed deed) { queue_.push_back({nullptr, 0, deed}); }
  bool busy() const { return !queue_.empty(); }
  // The next 20 ms. A deed is told with the frame after what it follows.
  Said next();

 private:
  struct Item {
    const Sound* sound;
    int pause_ms;
    std::optional<Deed> deed;  // told once this item has ended
  };
  std::deque<Item> queue_;
  std::size_t frame_ = 0;
};

class Actor {
 public:
  virtual ~Actor() = default;
  // Called every 20 ms from the moment the actor has the line.
  virtual Said tick(const Ear& ear, WallMicros now) = 0;
};

// A persona on an answered line.
class Callee final : public Actor {
 public:
  // `sounds` must outlive the actor. `pick` chooses voice and words.
  Callee(const Persona& persona, const SoundLibrary& sounds, std::uint64_t pick);
  Said tick(const Ear& ear, WallMicros now) override;

 private:
  enum class Part : std::uint8_t { opening, listening, leaving, screening, recording, nothing };
  void begin();
  void begin_machine();
  void listen(const Ear& ear, WallMicros now);
  void screen(const Ear& ear, WallMicros now);
  bool caller_ended_turn(const Ear& ear) const;
  const Sound& sound(Use use) { return sounds_.get(use, persona_.language, pick_++); }
  Said hang_up(std::string_view why);

  Persona persona_;
  const SoundLibrary& sounds_;
  std::uint64_t pick_;
  Mouth mouth_;
  Part part_ = Part::opening;
  WallMicros began_at_ = 0;
  WallMicros quiet_since_ = 0;  // the later of our own last word and the caller's
  std::uint64_t spurts_seen_ = 0;
  bool asked_again_ = false;
  std::string_view leaving_why_;
};

// A sound over and over, as the network plays before and instead of an answer.
class Announcer final : public Actor {
 public:
  Announcer(const Sound& sound, int gap_ms) : sound_(sound), gap_ms_(gap_ms) {}
  Said tick(const Ear& ear, WallMicros now) override;

 private:
  const Sound& sound_;
  int gap_ms_;
  Mouth mouth_;
};

// A robot at an agent's phone: silent until the zip tone or a voice, then takes turns, and reports when it
// has talked for `talk_ms`. Whoever drives it ends the call. A ringback tone, a new zip tone or 5 s of
// silence end the conversation too.
class RobotAgent final : public Actor {
 public:
  RobotAgent(const SoundLibrary& sounds, Language language, int talk_ms, std::uint64_t pick)
      : sounds_(sounds), language_(language), talk_ms_(talk_ms), pick_(pick) {}
  Said tick(const Ear& ear, WallMicros now) override;

 private:
  std::optional<Deed> follow(const Ear& ear, WallMicros now);
  void say_something();

  const SoundLibrary& sounds_;
  Language language_;
  int talk_ms_;
  std::uint64_t pick_;
  Mouth mouth_;
  WallMicros in_talk_since_ = 0;
  std::uint64_t spurts_seen_ = 0, zips_seen_ = 0, rings_seen_ = 0;
  bool finished_ = false;
};

}  // namespace ziptone::carrier
