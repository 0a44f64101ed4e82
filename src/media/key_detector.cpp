#include "media/key_detector.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string_view>

namespace ziptone::media {
namespace {

constexpr std::string_view kKeys = "123A456B789C*0#D";
// Each tone at least -36 dBFS, in powers of a block sum.
constexpr float kLevelMin = 0.016F;
constexpr float kTwistMax = 6.3F;   // 8 dB
constexpr float kRivalMax = 0.16F;  // another tone of the same group stays 8 dB below
constexpr float kPurity = 0.72F;    // share of the block's energy that lies in the two tones: speech has less
constexpr int kReleaseBlocks = 2;
constexpr float kUnit = 1.0F / 32768.0F;

// Four lanes: the frequencies of one group, rows or columns.
using Lanes [[gnu::vector_size(4 * sizeof(float))]] = float;

constexpr std::size_t kHalf = KeyDetector::kBlock / 2;

// Goertzel's two values of a group's frequencies after some samples.
struct State {
  Lanes before{};
  Lanes before2{};
  void step(const Lanes& coefficients, float x) {
    const Lanes next = coefficients * before + (x - before2);
    before2 = before;
    before = next;
  }
};

struct Group {
  Lanes coefficients{};
  State after_before;   // what 1 in `before` has become half a block later
  State after_before2;  // and 1 in `before2`
};

Group make_group(const std::array<double, 4>& hz) {
  Group out;
  for (std::size_t i = 0; i < 4; ++i)
    out.coefficients[i] = static_cast<float>(2 * std::cos(2 * std::numbers::pi * hz[i] / 8000));
  out.after_before.before += 1.0F;
  out.after_before2.before2 += 1.0F;
  for (std::size_t i = 0; i < kHalf; ++i) {
    out.after_before.step(out.coefficients, 0);
    out.after_before2.step(out.coefficients, 0);
  }
  return out;
}
const Group kRows = make_group({697, 770, 852, 941});
const Group kColumns = make_group({1209, 1336, 1477, 1633});

float energy_of(const KeyDetector::Block& block) {
  Lanes sum{};
  for (std::size_t i = 0; i < block.size(); i += 4) {
    const Lanes x{block[i], block[i + 1], block[i + 2], block[i + 3]};
    sum += x * x;
  }
  return sum[0] + sum[1] + sum[2] + sum[3];
}

// From the values after each half: the first half's are carried over the second.
Lanes power_of(const Group& group, const State& first, const State& second) {
  const Lanes a =
      second.before + group.after_before.before * first.before + group.after_before2.before * first.before2;
  const Lanes b = second.before2 + group.after_before.before2 * first.before +
                  group.after_before2.before2 * first.before2;
  constexpr float kScale = 2.0F / KeyDetector::kBlock;
  return (a * a + b * b - group.coefficients * a * b) * (kScale * kScale);
}

// The power of each frequency. Every step waits for the one before, so four run side by side: both groups
// over both halves of the block.
std::array<float, 8> powers(const KeyDetector::Block& block) {
  const auto rows = kRows.coefficients;
  const auto columns = kColumns.coefficients;
  State row_first;
  State row_second;
  State column_first;
  State column_second;
  for (std::size_t i = 0; i < kHalf; ++i) {
    row_first.step(rows, block[i]);
    column_first.step(columns, block[i]);
    row_second.step(rows, block[kHalf + i]);
    column_second.step(columns, block[kHalf + i]);
  }
  const auto row = power_of(kRows, row_first, row_second);
  const auto column = power_of(kColumns, column_first, column_second);
  std::array<float, 8> out{};
  for (std::size_t i = 0; i < 4; ++i) {
    out[i] = std::max(0.0F, row[i]);
    out[4 + i] = std::max(0.0F, column[i]);
  }
  return out;
}

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
  const float energy = energy_of(block_);
  // No tone has more than the whole block, so what is quieter than a key need not be looked at.
  constexpr float kScale = 2.0F / kBlock;
  if (energy * kScale * 2 < kLevelMin * kLevelMin) return std::nullopt;
  const auto power = powers(block_);
  const auto row = strongest(power, 0);
  const auto column = strongest(power, 4);
  if (!row || !column) return std::nullopt;
  const float low = power[*row];
  const float high = power[*column];
  if (std::min(low, high) < kLevelMin * kLevelMin || std::max(low, high) > std::min(low, high) * kTwistMax)
    return std::nullopt;
  // A sine of amplitude a has the power a * a / 2.
  if ((low + high) / 2 < kPurity * energy / kBlock) return std::nullopt;
  return kKeys[*row * 4 + *column - 4];
}

std::optional<char> KeyDetector::push(std::span<const std::int16_t> samples) {
  std::optional<char> heard;
  while (!samples.empty()) {
    const auto n = std::min(samples.size(), kBlock - filled_);
    for (std::size_t i = 0; i < n; ++i) block_[filled_ + i] = static_cast<float>(samples[i]) * kUnit;
    samples = samples.subspan(n);
    filled_ += n;
    if (filled_ < kBlock) break;
    filled_ = 0;
    const auto key = judge();
    // Two blocks in a row are a key; it is over when it was not heard for two.
    if (key && key == last_ && pressed_ != key) heard = pressed_ = key;
    quiet_ = key && key == pressed_ ? 0 : quiet_ + 1;
    if (quiet_ >= kReleaseBlocks) pressed_.reset();
    last_ = key;
  }
  return heard;
}

}  // namespace ziptone::media
