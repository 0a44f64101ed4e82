// The front end: what one 20 ms frame sounds like. A 32 ms Hann window over the frame and the tail of the one
// before, its power spectrum in 31.25 Hz bins, and the one or two peaks that a tone would be.
//
// An FFT rather than a Goertzel bank: at two dozen frequencies it costs no more, finds tones at any frequency
// (recorders' beeps), and gives the energy that is *not* in the tone, without which vowels pass for tones.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace ziptone::analysis {

inline constexpr int kBins = 129;
inline constexpr float kBinHz = 31.25F;
// Bands of about a third of an octave, 220..3560 Hz.
inline constexpr int kBands = 12;

struct Peak {
  float hz = 0;     // interpolated; within 3 Hz for a steady tone 20 dB over the noise
  float share = 0;  // of the band's power, 0..1
};

// Powers are mean squares re full scale (a full-scale sine is 0.5); levels are 10 log10 of them.
struct Sound {
  float power = 0;  // 220..3560 Hz, so that hum and DC do not count
  float level_dbfs = kQuietest;
  Peak first;                // the strongest
  Peak second;               // the strongest at least 90 Hz away from it
  float both_share = 0;      // of the two together
  float progress_share = 0;  // 344..531 Hz: every country's single or beating call progress tones
  float us_low_share = 0;    // around 480 Hz, of the pair 480 + 620 Hz
  float us_high_share = 0;   // around 620 Hz
  float v21_share = 0;       // 1480..2020 Hz: both frequencies of V.21 channel 2
  float flux_db = 0;         // mean change of the bands' levels against the frame before
  float flatness_db = 0;     // geometric over arithmetic mean of the bands' powers, <= 0
  float voicing = 0;  // highest normalised autocorrelation at 60..400 Hz, 0..1: a voice has 0.5 and more
  bool digital_silence = true;

  static constexpr float kQuietest = -90.0F;
};

class Spectrum {
 public:
  Spectrum();
  // The features of this frame. Deterministic; keeps the last 96 samples.
  Sound push(std::span<const std::int16_t, 160> samples);

 private:
  void shape(Sound& sound);
  float voicing(float level_dbfs) const;

  std::array<float, 256> window_;
  std::array<float, 256> samples_{};
  std::array<float, kBins> bins_{};
  std::array<float, kBands> bands_dbfs_{};  // of the frame before
};

}  // namespace ziptone::analysis
