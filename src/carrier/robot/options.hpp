// What the robot phones can be told, and what their log tells whoever drives the agents.
#pragma once

#include <cstdint>
#include <string>

namespace ziptone::carrier {

struct PhonesOptions {
  std::string registrar;  // address:port of Ziptone's phone listener
  int count = 1;
  std::string first_user = "1001";  // ends in digits; phone n has the user + n
  std::string password = "1234";
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // one SIP port for all phones
  int expires_s = 60;
  int talk_ms = 10000;  // of a conversation, until `done`
  std::string language = "tr";
  std::string sounds_folder;  // empty: SoundLibrary::default_folder()
  std::string log_file;       // JSON lines; "-": standard output, for whoever drives the agents
  bool tcp = false;
};

// The log is the second witness. Its lines carry "phone" (the user) and, during a call, "call" (the Call-ID
// of the leg). Events: registered, register_failed, leg_up, leg_down (by, talk_ms), zip (hz, ms: a short
// tone), ringback (a long one), voice, voice_end, talk (a conversation began), done (it has lasted talk_ms:
// press End now), heard (the summary of the leg at its end).
//
// Runs until SIGINT, SIGTERM; ends its calls and unregisters; returns the process's exit code.
int run_phones(const PhonesOptions& options);

}  // namespace ziptone::carrier
