// Sounds of a campaign's own as files: the safe-harbour message that its settings name, and the prompts that
// people uploaded, which lie in DATA/prompts. All of it reads or writes the disk, which may take long: on a
// thread that may wait.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace ziptone::control {

using Samples = std::vector<std::int16_t>;                             // 8 kHz
inline constexpr std::size_t kMessageBytesMax = std::size_t{8} << 20;  // over eight minutes of 16-bit sound

// No samples when `path` is empty. Errors name `field`: a relative path, no regular file (a pipe would wait
// for its writer), too large, no WAV of ours, no sound in it.
base::Result<Samples> read_message(const std::string& path, const std::string& field = "message_file");

inline base::Duration duration_of(const Samples& samples) {
  return base::Duration{static_cast<std::int64_t>(samples.size()) * 125};
}

// The whole of it is on the disk when this returns. `file` is the name without folder and ending.
base::Result<> write_prompt(const std::string& folder, const std::string& file, const Samples& samples);
std::string prompt_path(const std::string& folder, const std::string& file);
// Those whose names are not in `kept`: a crash left them behind.
void remove_other_prompts(const std::string& folder, const std::vector<std::string>& kept);

}  // namespace ziptone::control
