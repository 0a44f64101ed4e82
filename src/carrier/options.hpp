// What the synthetic carrier can be told. Times in milliseconds.
#pragma once

#include <cstdint>
#include <string>

namespace ziptone::carrier {

struct Options {
  std::string address = "127.0.0.1";              // for SIP and sound
  std::uint16_t port = 5080;                      // UDP and TCP; 0: any free one, printed at the start
  std::uint16_t media_first = 0, media_last = 0;  // RTP ports; 0: any free even port
  std::string directory_file;                     // TOML, see directory.hpp
  std::string mix;                                // "person=35,machine=30,..."
  std::uint64_t seed = 1;
  bool vary = false;             // a number's persona and timing change from call to call
  std::string sounds_folder;     // empty: SoundLibrary::default_folder()
  std::string message_file;      // WAV of the safe-harbour message, to be recognized in what callees hear
  double cps = 0;                // over it: 503 with Retry-After; 0: no limit
  std::uint32_t calls = 0;       // at once; over it: 503; 0: no limit
  int retry_after_s = 1;         // of those 503
  int slow_ms = 0;               // added to every response
  bool dead = false;             // answers nothing to new requests; calls that are up go on
  std::string user, password;    // demanded of INVITE and REGISTER when not empty
  bool sha256 = false;           // challenges with SHA-256 instead of MD5
  bool registered_only = false;  // INVITE is refused with 403 from a source that has not registered
  std::string log_file;          // JSON lines; "-": standard output; empty: none
  double loss = 0;               // share of the RTP packets sent that never arrive, 0 to 1
  int jitter_ms = 0;             // each is up to so late, evenly spread; over 20 ms some pass each other
  bool stats = false;            // a line of counters every second
  bool commands = false;         // reads commands from standard input, see run()
};

// Runs until SIGINT or SIGTERM, or "quit" on standard input, and returns the process's exit code. With
// `commands` it reads lines: dead, slow MS, well, cps N, calls N, hangup (ends all calls), quit.
int run(const Options& options);

}  // namespace ziptone::carrier
