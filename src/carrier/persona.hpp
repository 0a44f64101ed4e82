// Who answers a number of the synthetic network, and how: a persona is a kind of behaviour with its timing.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ziptone::carrier {

// The kinds of behaviour. Everything else about a persona is timing, words and codes.
enum class Kind : std::uint8_t {
  person,        // answers, says hello, takes turns, hangs up or waits
  machine,       // greeting, beep, records, hangs up
  fax,           // CED 2100 Hz
  rejects,       // a final code after ringing (ring_ms) or at once: busy, declined, invalid, congestion, ...
  no_answer,     // rings until the caller gives up, or until ring_ms with a code
  announcement,  // 183 with a sound (SIT, a spoken announcement), then a final code
  screening,     // an assistant asks who calls and why; a person follows or the call ends
  silent,        // answers and never makes a sound
  false_answer,  // answers while the network still plays ringback or an announcement
  recording,     // answers and plays a WAV file, then makes no sound until the caller hangs up
  dead,          // no response at all
};

enum class Language : std::uint8_t { tr, en };

// What a person says first; how a machine greets.
enum class Opening : std::uint8_t {
  hello,
  business,
  short_greeting,
  operator_greeting,
  beep_only,
  with_pause
};

// All times in milliseconds; 0 where it says "never" or "none".
struct Persona {
  std::string name;  // the preset's name, as written to the log
  Kind kind = Kind::person;
  Language language = Language::tr;
  Opening opening = Opening::hello;
  int post_dial_ms = 200;       // INVITE -> first 18x (or the final response, where there is no 18x)
  int ring_ms = 3000;           // first 18x -> answer or final code; 0 with no_answer: rings for ever
  bool progress = true;         // false: no 18x at all
  bool early_media = false;     // 183 with ringback in band instead of 180
  bool reliable = false;        // sends 18x with 100rel where the caller supports it (RFC 3262)
  bool answers_cancel = false;  // answers 200 at the instant the CANCEL arrives: the crossing of RFC 3261 9.1
  int code = 0;                 // the final SIP code of rejects, no_answer, announcement
  int q850 = 0;                 // Reason: Q.850;cause=N with it; 0: none
  std::string reason;           // verbatim Reason header instead of q850 (603+, RFC 8688 and ATIS-1000099)
  int retry_after_s = 0;        // with 503
  int hello_ms = 500;           // answer -> first word or greeting
  int patience_ms = 8000;       // a person hangs up after so long a silence; 0: never
  int talk_ms = 0;              // answer -> hangs up by itself; 0: waits for the caller
  int pass_ms = 3000;           // screening: end of the caller's words -> the person; 0: refuses and ends
  // announcement or false_answer: a sound's name (sit, ringback, unreachable); recording: its file
  std::string sound;
};

// The presets by name, in the order of the documented table.
std::span<const Persona> presets();
std::optional<Persona> preset(std::string_view name);

}  // namespace ziptone::carrier
