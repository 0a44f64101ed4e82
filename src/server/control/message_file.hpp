// A campaign's own safe-harbour message, from the WAV file that its settings name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace ziptone::control {

using Samples = std::vector<std::int16_t>;                             // 8 kHz
inline constexpr std::size_t kMessageBytesMax = std::size_t{8} << 20;  // over eight minutes of 16-bit sound

// Reads the disk, which may take long: on a thread that may wait. No samples when `path` is empty. Errors
// name message_file: a relative path, no regular file (a pipe would wait for its writer), too large, no WAV
// of ours.
base::Result<Samples> read_message(const std::string& path);

}  // namespace ziptone::control
