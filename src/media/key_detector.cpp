#include "media/key_detector.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string_view>

namespace ziptone::media {
namespace {

constexpr std::array<float, 8> kHz = {697, 770, 852, 941, 1209, 1336, 1477, 1633};
constexpr std::string_view kKeys = "123A456B789C*0#D";
// Each tone at least -36 dBFS, in powers of a block sum.
constexpr float kLevelMin = 0.016F;
constexpr float kTwistMax = 6.3F;   // 8 dB
constexpr float kRivalMax = 0.16F;  // another tone of the same group stays 8 dB below
constexpr float kPurity = 0.72F;    // share of the block's energy that lies in the two tones: speech has less
constexpr int kReleaseBlocks = 2;

std::array<float, 8> coefficients() {
  std::array<float, 8> out{};
  for (std::size_t i = 0; i < 8; ++i)
    out[i] = static_cast<float>(2 * std::cos(2 * std::numbers::pi * static_cast<double>(kHz[i]) / 8000));
  return out;
}
const std::array<float, 8> kCoefficients = coefficients();

// The strongest of four; nullopt when a rival of its group comes near.
std::optional<std::size_t> strongest(const std::array<float, 8>& power, std::size_t first) {
  const auto begin = power.begin() + static_cast<std::ptrdiff_t>(first);
  const auto best = static_cast<std::size_t>(std::max_element(begin, begin + 4) - power.begin());
  for (std::size_t i = first; i < first + 4; ++i)
    if (i != best && power[i] > power[best] * kRivalMax) return std::nullopt;
  return best;
}

}  // namespace

std::optional<char> KeyDetector::judge() const {
  std::array<float, 8> power{};
  constexpr float kScale = 2.0F / kBlock;
  for (std::size_t i = 0; i < 8; ++i) {
    const float a = before_[i];
    const float b = before2_[i];
    const float amplitude = std::sqrt(std::max(0.0F, a * a + b * b - kCoefficients[i] * a * b)) * kScale;
    power[i] = amplitude * amplitude;
  }
  const auto row = strongest(power, 0);
  const auto column = strongest(power, 4);
  if (!row || !column) return std::nullopt;
  const float low = power[*row];
  const float high = power[*column];
  if (std::min(low, high) < kLevelMin * kLevelMin || std::max(low, high) > std::min(low, high) * kTwistMax)
    return std::nullopt;
  // A sine of amplitude a has the power a * a / 2.
  if ((low + high) / 2 < kPurity * energy_ / kBlock) return std::nullopt;
  return kKeys[*row * 4 + *column - 4];
}

std::optional<char> KeyDetector::push(std::span<const std::int16_t> samples) {
  std::optional<char> heard;
  for (const auto sample : samples) {
    const float x = static_cast<float>(sample) / 32768.0F;
    energy_ += x * x;
    for (std::size_t i = 0; i < 8; ++i) {
      const float next = x + kCoefficients[i] * before_[i] - before2_[i];
      before2_[i] = before_[i];
      before_[i] = next;
    }
    if (++filled_ < kBlock) continue;
    const auto key = judge();
    // Two blocks in a row are a key; it is over when it was not heard for two.
    if (key && key == last_ && pressed_ != key) heard = pressed_ = key;
    quiet_ = key && key == pressed_ ? 0 : quiet_ + 1;
    if (quiet_ >= kReleaseBlocks) pressed_.reset();
    last_ = key;
    before_ = before2_ = {};
    energy_ = 0;
    filled_ = 0;
  }
  return heard;
}

}  // namespace ziptone::media
