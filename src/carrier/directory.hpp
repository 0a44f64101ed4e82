// Which persona answers a number: a directory file, a mix, or the built-in table of the last two digits.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "carrier/persona.hpp"

namespace ziptone::carrier {

// The built-in directory: the last two digits of the number name the persona, so that a test can choose by
// dialing. Digits that are not in the table are a plain `person` whose timing varies with the number.
//
//   00 person             01 person_en         02 talker (hangs up after 12 s)   03 quick (200 at once, no
//   18x) 04 business           05 hangs_up          06 impatient (2 s of silence)     07 early_ringback (183)
//   08 crossing (200 meets CANCEL)             09 late_hello (2.6 s)             10 machine    11 machine_en
//   12 machine_short      13 machine_beep      14 machine_pause                  15 machine_operator
//   20 fax                30 busy              31 busy_everywhere                40 no_answer
//   41 no_answer_network (480, Q.850 19 after 30 s)    42 no_progress (100 only) 43 dead
//   50 invalid (SIT, 404) 51 not_found (404)   52 gone (410)                     53 incomplete (484)
//   60 congestion (503)   61 unreachable       62 unreachable_en                 63 server_error  64
//   forbidden 70 declined (603)     71 blocked (603+)    72 unwanted (607)                 73
//   rejected_analytics (608) 80 screening          81 screening_ends    82 slow (9 s to the 18x)          83
//   silent 84 false_answer       85 false_announcement                                  86 reliable (PRACK)
std::string_view persona_of_last_two_digits(int digits);

// A share of the numbers in a mix; weights are relative.
struct Share {
  Persona persona;
  double weight;
};

// "person=35,machine=30,no_answer=20": names of presets with positive weights. An unknown name or a bad
// weight is refused with the names that exist.
base::Result<std::vector<Share>> parse_mix(std::string_view text);

// The order: an exact number of the file, its longest prefix, its longest suffix, the mix, the built-in
// table. The choice depends on the number and the seed alone, so that a run can be repeated.
class Directory {
 public:
  explicit Directory(std::uint64_t seed = 1) : seed_(seed) {}

  // Reads the file's [[entry]] tables: one of number, prefix, suffix; persona = a preset's name; and any of
  // the preset's fields to override (ring_ms = 2000, language = "en", ...). Unknown keys are refused by name.
  base::Result<void> add_toml(std::string_view text, std::string_view file_name);
  void set_mix(std::vector<Share> mix) { mix_ = std::move(mix); }

  // `nth`: how often this number was called before. With `vary`, moods change from call to call.
  Persona choose(std::string_view number, std::uint32_t nth = 0) const;
  void set_vary(bool vary) { vary_ = vary; }
  // The files that its personas play.
  std::vector<std::string> recordings() const;

 private:
  enum class Match : std::uint8_t { exact, prefix, suffix };
  struct Entry {
    Match match;
    std::string digits;
    Persona persona;
  };
  const Entry* find(std::string_view digits) const;
  Persona from_mix(std::uint64_t hash) const;

  std::uint64_t seed_;
  bool vary_ = false;
  std::vector<Entry> entries_;
  std::vector<Share> mix_;
};

// The digits of a called number: "+90 532 ..." and "0090532" lose what is not a digit.
std::string digits_of(std::string_view number);

}  // namespace ziptone::carrier
