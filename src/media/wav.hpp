// WAV files as bytes: 8 kHz mono, 16-bit linear or G.711. The shells read and write the files.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "media/g711.hpp"

namespace ziptone::media {

// Any of the three formats to samples. `name` (a file's name, say) goes into the error. Refuses another rate,
// more than one channel, other formats and a missing chunk; a data chunk that claims more than there is (a
// recorder that was killed) gives what is there.
base::Result<std::vector<std::int16_t>> parse_wav(std::span<const std::uint8_t> file,
                                                  std::string_view name = "WAV");

std::vector<std::uint8_t> write_wav(std::span<const std::int16_t> samples);
std::vector<std::uint8_t> write_wav(Codec codec, std::span<const std::uint8_t> codes);

}  // namespace ziptone::media
