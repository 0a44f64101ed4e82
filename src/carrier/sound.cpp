#include "carrier/sound.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include "base/random.hpp"

namespace ziptone::carrier {
namespace {

constexpr double kTau = 2 * std::numbers::pi;

std::int16_t to_sample(double x) {
  return static_cast<std::int16_t>(std::lround(std::clamp(x, -32000.0, 32000.0)));
}

// Second-order Butterworth high-pass (Bristow-Johnson's audio EQ formulas) at 8 kHz.
void high_pass(std::vector<double>& x, double hz) {
  const double w = kTau * hz / media::kSampleRate;
  const double alpha = std::sin(w) / std::numbers::sqrt2;
  const double a0 = 1 + alpha;
  const double b0 = (1 + std::cos(w)) / 2 / a0, b1 = -(1 + std::cos(w)) / a0;
  const double a1 = -2 * std::cos(w) / a0, a2 = (1 - alpha) / a0;
  double x1 = 0, x2 = 0, y1 = 0, y2 = 0;
  for (double& v : x) {
    const double y = b0 * v + b1 * x1 + b0 * x2 - a1 * y1 - a2 * y2;
    x2 = std::exchange(x1, v);
    y2 = std::exchange(y1, y);
    v = y;
  }
}

// Resamples to 8 kHz with a low-pass at 3400 Hz: a Hann-windowed sinc, one set of taps for each phase.
std::vector<double> to_telephone_rate(std::span<const std::int16_t> in, int rate) {
  const int common = std::gcd(rate, media::kSampleRate);
  const int phases = media::kSampleRate / common, step = rate / common;
  const double cutoff = 3400.0 / rate;  // of the input's rate
  const int half = static_cast<int>(16 / cutoff / 2);
  std::vector<double> taps(static_cast<std::size_t>(phases) * (2 * half + 1));
  for (int p = 0; p < phases; ++p) {
    for (int k = -half; k <= half; ++k) {
      const double t = k - static_cast<double>(p) / phases;
      const double sinc = t == 0 ? 2 * cutoff : std::sin(kTau * cutoff * t) / (std::numbers::pi * t);
      const double window = std::abs(t) > half ? 0 : 0.5 + 0.5 * std::cos(std::numbers::pi * t / half);
      taps[static_cast<std::size_t>(p * (2 * half + 1) + k + half)] = sinc * window;
    }
  }
  std::vector<double> out(in.size() * static_cast<std::size_t>(phases) / static_cast<std::size_t>(step));
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto place = static_cast<std::int64_t>(i) * step;
    const auto centre = place / phases;
    const double* row = &taps[static_cast<std::size_t>(place % phases * (2 * half + 1))];
    double sum = 0;
    for (int k = -half; k <= half; ++k) {
      const auto at = centre + k;
      if (at >= 0 && at < static_cast<std::int64_t>(in.size()))
        sum += row[k + half] * in[static_cast<std::size_t>(at)];
    }
    out[i] = sum;
  }
  return out;
}

// The level of the loud half: pauses must not count, or slow speakers would come out louder.
double speech_level(const std::vector<double>& x) {
  std::vector<double> frames;
  for (std::size_t i = 0; i + media::kFrameSamples <= x.size(); i += media::kFrameSamples) {
    double sum = 0;
    for (std::size_t k = i; k < i + media::kFrameSamples; ++k) sum += x[k] * x[k];
    frames.push_back(sum / media::kFrameSamples);
  }
  if (frames.empty()) return 0;
  const auto middle = frames.begin() + static_cast<std::ptrdiff_t>(frames.size() / 2);
  std::nth_element(frames.begin(), middle, frames.end());
  return std::sqrt(std::accumulate(middle, frames.end(), 0.0) / static_cast<double>(frames.end() - middle));
}

double amplitude(double dbfs) { return 32768 * std::pow(10, dbfs / 20); }

}  // namespace

Sound::Sound(std::string name, std::span<const std::int16_t> samples) : name_(std::move(name)) {
  const std::size_t whole =
      (samples.size() + media::kFrameSamples - 1) / media::kFrameSamples * media::kFrameSamples;
  pcma_.assign(whole, media::silence(media::Codec::pcma));
  pcmu_.assign(whole, media::silence(media::Codec::pcmu));
  media::encode(media::Codec::pcma, samples, std::span(pcma_).first(samples.size()));
  media::encode(media::Codec::pcmu, samples, std::span(pcmu_).first(samples.size()));
}

Samples tones(std::span<const Tone> list) {
  constexpr int kRamp = 24;  // 3 ms
  Samples out;
  for (const auto& tone : list) {
    const int count = tone.ms * (media::kSampleRate / 1000);
    for (int i = 0; i < count; ++i) {
      const double ramp = std::min({1.0, i / double{kRamp}, (count - 1 - i) / double{kRamp}});
      out.push_back(tone.hz == 0 ? std::int16_t{0}
                                 : to_sample(amplitude(-11) * ramp *
                                             std::sin(kTau * tone.hz * i / media::kSampleRate)));
    }
  }
  return out;
}

Samples telephone_quality(std::span<const std::int16_t> speech, int rate, std::uint64_t seed) {
  base::Random random(seed);
  auto x = to_telephone_rate(speech, rate);
  high_pass(x, 300);
  high_pass(x, 300);
  const double level = speech_level(x);
  const double gain = level > 0 ? amplitude(-26 + 8 * random.unit()) / level : 0;
  const double noise = amplitude(-62 + 12 * random.unit());
  Samples out(x.size());
  double hiss = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    hiss = 0.6 * hiss + (random.unit() + random.unit() - 1) * 1.6;
    out[i] = to_sample(x[i] * gain + hiss * noise);
  }
  return out;
}

Samples babble(int syllables, std::uint64_t seed) {
  base::Random random(seed);
  const double pitch = 105 + 110 * random.unit();
  Samples out;
  double phase = 0;
  for (int s = 0; s < syllables; ++s) {
    const int voiced = static_cast<int>(random.between(900, 1700)),
              gap = static_cast<int>(random.between(160, 480));
    const double first = 350 + 450 * random.unit(), second = 1000 + 1200 * random.unit();
    const double bend = 0.9 + 0.2 * random.unit();
    for (int i = 0; i < voiced + gap; ++i) {
      const double part = static_cast<double>(i) / voiced;
      const double envelope = part < 1 ? std::sin(std::numbers::pi * part) : 0;
      phase += kTau * pitch * (1 + (bend - 1) * part) / media::kSampleRate;
      double sum = 0;
      for (int h = 2; h * pitch < 3400; ++h) {
        const double f = h * pitch;
        const double near_first = (f - first) / 120, near_second = (f - second) / 180;
        sum +=
            std::sin(h * phase) * (1 / (1 + near_first * near_first) + 0.5 / (1 + near_second * near_second));
      }
      out.push_back(to_sample(envelope * sum * 4000));
    }
  }
  return telephone_quality(out, media::kSampleRate, seed);
}

}  // namespace ziptone::carrier
