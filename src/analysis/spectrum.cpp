#include "analysis/spectrum.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ziptone::analysis {
namespace {

constexpr int kWindow = 256;
constexpr int kHalf = kWindow / 2;
constexpr int kLowBin = 7;
constexpr int kHighBin = 114;

// Twiddle factors and the order of the inputs for a 128-point complex transform that carries 256 real
// samples.
struct Tables {
  std::array<float, kHalf> cosine;
  std::array<float, kHalf> sine;
  std::array<std::uint8_t, kHalf> reversed;

  Tables() {
    for (int i = 0; i < kHalf; ++i) {
      const double angle = 2.0 * std::numbers::pi * i / kWindow;
      cosine[i] = static_cast<float>(std::cos(angle));
      sine[i] = static_cast<float>(std::sin(angle));
      int bits = 0;
      for (int bit = 0; bit < 7; ++bit) bits |= ((i >> bit) & 1) << (6 - bit);
      reversed[i] = static_cast<std::uint8_t>(bits);
    }
  }
};

const Tables& tables() {
  static const Tables instance;
  return instance;
}

// In place, radix 2, decimation in time; inputs already in bit-reversed order.
void transform(std::array<float, kHalf>& re, std::array<float, kHalf>& im) {
  const auto& t = tables();
  for (int length = 2; length <= kHalf; length *= 2) {
    const int half = length / 2;
    const int stride = kWindow / length;
    for (int start = 0; start < kHalf; start += length) {
      for (int k = 0; k < half; ++k) {
        const float c = t.cosine[k * stride];
        const float s = t.sine[k * stride];
        const int a = start + k;
        const int b = a + half;
        const float r = re[b] * c + im[b] * s;
        const float i = im[b] * c - re[b] * s;
        re[b] = re[a] - r;
        im[b] = im[a] - i;
        re[a] += r;
        im[a] += i;
      }
    }
  }
}

float sum(const std::array<float, kBins>& bins, int low, int high) {
  float total = 0;
  for (int k = low; k <= high; ++k) total += bins[k];
  return total;
}

// Eight sums side by side: one alone waits for each addition before the next.
float product(const float* a, const float* b, int count) {
  std::array<float, 8> lanes{};
  int i = 0;
  for (; i + 8 <= count; i += 8)
    for (int lane = 0; lane < 8; ++lane) lanes[lane] += a[i + lane] * b[i + lane];
  float total = 0;
  for (; i < count; ++i) total += a[i] * b[i];
  for (const float lane : lanes) total += lane;
  return total;
}

int strongest(const std::array<float, kBins>& bins, int avoid) {
  int best = -1;
  for (int k = kLowBin; k <= kHighBin; ++k)
    if ((avoid < 0 || std::abs(k - avoid) > 2) && (best < 0 || bins[k] > bins[best])) best = k;
  return best;
}

// Exact for a lone sinusoid under a Hann window: the ratio of the two highest amplitudes gives the offset.
float interpolated_hz(const std::array<float, kBins>& bins, int k) {
  const bool up = bins[k + 1] > bins[k - 1];
  const float ratio = std::sqrt((up ? bins[k + 1] : bins[k - 1]) / std::max(bins[k], 1e-20F));
  const float offset = std::clamp((2 * ratio - 1) / (ratio + 1), -0.5F, 0.5F);
  return (static_cast<float>(k) + (up ? offset : -offset)) * kBinHz;
}

// The first bin of each band, and the end of the last.
constexpr std::array<int, kBands + 1> kBandEdges{7, 10, 13, 17, 21, 26, 32, 39, 47, 57, 69, 87, 114};

}  // namespace

Spectrum::Spectrum() {
  for (int i = 0; i < kWindow; ++i)
    window_[i] = static_cast<float>(0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * (i + 0.5) / kWindow));
  tables();
}

Sound Spectrum::push(std::span<const std::int16_t, 160> samples) {
  Sound sound;
  std::copy(samples_.begin() + 160, samples_.end(), samples_.begin());
  int loudest = 0;
  for (int i = 0; i < 160; ++i) {
    samples_[96 + i] = static_cast<float>(samples[i]) * (1.0F / 32768.0F);
    loudest = std::max(loudest, std::abs(static_cast<int>(samples[i])));
  }
  // G.711 mu-law writes its zero as 0, A-law as +-8: both are a codec's silence, not a room's.
  sound.digital_silence = loudest <= 8;

  const auto& t = tables();
  std::array<float, kHalf> re;
  std::array<float, kHalf> im;
  for (int i = 0; i < kHalf; ++i) {
    const int from = 2 * t.reversed[i];
    re[i] = samples_[from] * window_[from];
    im[i] = samples_[from + 1] * window_[from + 1];
  }
  transform(re, im);
  // Untangles the even and odd samples; the scale makes the sum of all bins the mean square.
  constexpr float kScale = 2.0F / (256.0F * 96.0F);
  for (int k = 1; k < kHalf; ++k) {
    const float er = 0.5F * (re[k] + re[kHalf - k]);
    const float ei = 0.5F * (im[k] - im[kHalf - k]);
    const float odd_r = 0.5F * (im[k] + im[kHalf - k]);
    const float odd_i = -0.5F * (re[k] - re[kHalf - k]);
    const float xr = er + odd_r * t.cosine[k] + odd_i * t.sine[k];
    const float xi = ei + odd_i * t.cosine[k] - odd_r * t.sine[k];
    bins_[k] = (xr * xr + xi * xi) * kScale;
  }

  sound.power = sum(bins_, kLowBin, kHighBin);
  if (sound.power < 1e-9F) return sound;
  sound.level_dbfs = std::max(10.0F * std::log10(sound.power), Sound::kQuietest);
  const int first = strongest(bins_, -1);
  const int second = strongest(bins_, first);
  const float one = 1.0F / sound.power;
  const auto lobe = [&](int k) {
    return std::min(1.0F, sum(bins_, std::max(k - 2, 1), std::min(k + 2, 127)) * one);
  };
  sound.first = {interpolated_hz(bins_, first), lobe(first)};
  sound.second = {interpolated_hz(bins_, second), lobe(second)};
  const int gap = std::abs(first - second);
  float shared = 0;
  for (int k = std::max(first, second) - 2; k <= std::min(first, second) + 2; ++k) shared += bins_[k] * one;
  sound.both_share = std::min(1.0F, sound.first.share + sound.second.share - (gap <= 4 ? shared : 0.0F));
  sound.progress_share = sum(bins_, 11, 17) * one;
  sound.us_low_share = sum(bins_, 13, 17) * one;
  sound.us_high_share = sum(bins_, 18, 22) * one;
  sound.v21_share = sum(bins_, 48, 64) * one;
  shape(sound);
  sound.voicing = voicing(sound.level_dbfs);
  return sound;
}

// The change and the evenness of the bands' levels: speech changes from frame to frame, music less, noise is
// even.
void Spectrum::shape(Sound& sound) {
  float sum_db = 0;
  float flux = 0;
  for (int b = 0; b < kBands; ++b) {
    const float power = sum(bins_, kBandEdges[b], kBandEdges[b + 1] - 1);
    const float level = 10.0F * std::log10(std::max(power, 1e-9F));
    flux += std::abs(level - bands_dbfs_[b]);
    bands_dbfs_[b] = level;
    sum_db += level - sound.level_dbfs;
  }
  sound.flux_db = flux / kBands;
  // The arithmetic mean of the bands' powers is the whole's share of one band.
  sound.flatness_db = sum_db / kBands + 10.0F * std::log10(static_cast<float>(kBands));
}

// Normalised autocorrelation at half the sampling rate: the same samples against each lag.
float Spectrum::voicing(float level_dbfs) const {
  constexpr float kQuietestVoice = -58.0F;
  if (level_dbfs < kQuietestVoice) return 0;
  constexpr int kHalved = kWindow / 2;
  constexpr int kLeastLag = 10;  // 400 Hz
  constexpr int kMostLag = 66;   // 60 Hz
  constexpr int kSpan = kHalved - kMostLag;
  constexpr float kNothing = 1e-9F;
  std::array<float, kHalved> x;
  for (int i = 0; i < kHalved; ++i) x[i] = samples_[2 * i] + samples_[2 * i + 1];
  const auto energy = [&](int from) { return kNothing + product(&x[from], &x[from], kSpan); };
  const float here = energy(0);
  float there = energy(kLeastLag);
  float best = 0;
  for (int lag = kLeastLag; lag <= kMostLag; ++lag) {
    const float alike = product(x.data(), &x[lag], kSpan);
    best = std::max(best, alike / std::sqrt(here * std::max(there, kNothing)));
    if (lag < kMostLag) there += x[lag + kSpan] * x[lag + kSpan] - x[lag] * x[lag];
  }
  return std::min(best, 1.0F);
}

}  // namespace ziptone::analysis
