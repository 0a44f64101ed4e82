// Any file: never more samples than bytes, and what was read is written back as it was.
#include <cstdint>
#include <span>

#include "base/check.hpp"
#include "media/wav.hpp"

using namespace ziptone::media;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto samples = parse_wav({data, size});
  if (!samples) return 0;
  VERIFY(samples->size() <= size);
  VERIFY(*parse_wav(write_wav(*samples)) == *samples);
  return 0;
}
