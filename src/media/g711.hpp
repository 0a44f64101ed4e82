// G.711 (ITU-T G.711, 11/1988): 8 kHz, one byte a sample, A-law and mu-law. Tables are built by the compiler.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <span>

namespace ziptone::media {

enum class Codec : std::uint8_t { pcmu, pcma };

inline constexpr int kSampleRate = 8000;
inline constexpr int kFrameMs = 20;
inline constexpr std::size_t kFrameSamples = 160;

// 16-bit linear to one byte. mu-law clips at 32635, as its last segment does.
constexpr std::uint8_t encode_pcmu(std::int16_t sample) {
  constexpr int kBias = 0x84;
  int magnitude = sample < 0 ? -static_cast<int>(sample) : sample;
  if (magnitude > 32635) magnitude = 32635;
  magnitude += kBias;
  const int segment = std::bit_width(static_cast<unsigned>(magnitude)) - 8;  // 0..7
  const int code = (segment << 4) | ((magnitude >> (segment + 3)) & 0x0F);
  return static_cast<std::uint8_t>(~(code | (sample < 0 ? 0x80 : 0)));
}

constexpr std::uint8_t encode_pcma(std::int16_t sample) {
  // Thirteen bits; a negative value is folded by its complement, so that -1 codes as the smallest negative
  // step.
  const int folded = sample < 0 ? ~static_cast<int>(sample) : sample;
  const int magnitude = folded >> 3;
  const int width = std::bit_width(static_cast<unsigned>(magnitude));
  const int segment = width <= 5 ? 0 : width - 5;
  const int mantissa = (magnitude >> (segment == 0 ? 1 : segment)) & 0x0F;
  return static_cast<std::uint8_t>(((segment << 4) | mantissa | (sample < 0 ? 0 : 0x80)) ^ 0x55);
}

constexpr std::int16_t decode_pcmu_slow(std::uint8_t code) {
  const int inverted = static_cast<std::uint8_t>(~code);
  const int magnitude = ((((inverted & 0x0F) << 3) + 0x84) << ((inverted >> 4) & 7)) - 0x84;
  return static_cast<std::int16_t>((inverted & 0x80) != 0 ? -magnitude : magnitude);
}

constexpr std::int16_t decode_pcma_slow(std::uint8_t code) {
  const int plain = code ^ 0x55;
  const int segment = (plain >> 4) & 7;
  int magnitude = ((plain & 0x0F) << 4) + 8;
  if (segment > 0) magnitude = (magnitude + 0x100) << (segment - 1);
  return static_cast<std::int16_t>((plain & 0x80) != 0 ? magnitude : -magnitude);
}

namespace detail {
template <class T, class F>
constexpr std::array<T, 256> table_of(F f) {
  std::array<T, 256> table{};
  for (std::size_t i = 0; i < 256; ++i) table[i] = f(static_cast<std::uint8_t>(i));
  return table;
}
}  // namespace detail

inline constexpr auto kPcmuToLinear = detail::table_of<std::int16_t>(decode_pcmu_slow);
inline constexpr auto kPcmaToLinear = detail::table_of<std::int16_t>(decode_pcma_slow);
// Through the linear value; transcoding is done only when two legs could not agree on one law.
inline constexpr auto kPcmuToPcma =
    detail::table_of<std::uint8_t>([](std::uint8_t c) { return encode_pcma(decode_pcmu_slow(c)); });
inline constexpr auto kPcmaToPcmu =
    detail::table_of<std::uint8_t>([](std::uint8_t c) { return encode_pcmu(decode_pcma_slow(c)); });

constexpr std::uint8_t encode(Codec codec, std::int16_t sample) {
  return codec == Codec::pcmu ? encode_pcmu(sample) : encode_pcma(sample);
}
constexpr std::int16_t decode(Codec codec, std::uint8_t code) {
  return codec == Codec::pcmu ? kPcmuToLinear[code] : kPcmaToLinear[code];
}
// The byte that both laws use for "no sound": 0xFF and 0xD5.
constexpr std::uint8_t silence(Codec codec) { return codec == Codec::pcmu ? 0xFF : 0xD5; }

// `out` must be as long as `in`.
constexpr void encode(Codec codec, std::span<const std::int16_t> in, std::span<std::uint8_t> out) {
  for (std::size_t i = 0; i < in.size(); ++i) out[i] = encode(codec, in[i]);
}
constexpr void decode(Codec codec, std::span<const std::uint8_t> in, std::span<std::int16_t> out) {
  const auto& table = codec == Codec::pcmu ? kPcmuToLinear : kPcmaToLinear;
  for (std::size_t i = 0; i < in.size(); ++i) out[i] = table[in[i]];
}
// Changes the law of a frame; `in` and `out` may be the same memory.
constexpr void transcode(Codec from, std::span<const std::uint8_t> in, Codec to,
                         std::span<std::uint8_t> out) {
  if (from == to) {
    for (std::size_t i = 0; i < in.size(); ++i) out[i] = in[i];
    return;
  }
  const auto& table = from == Codec::pcmu ? kPcmuToPcma : kPcmaToPcmu;
  for (std::size_t i = 0; i < in.size(); ++i) out[i] = table[in[i]];
}

}  // namespace ziptone::media
