#include "media/wav.hpp"

#include <algorithm>
#include <string>

namespace ziptone::media {
namespace {

constexpr std::uint16_t kFormatPcm = 1;
constexpr std::uint16_t kFormatPcma = 6;
constexpr std::uint16_t kFormatPcmu = 7;
constexpr std::uint16_t kFormatExtensible = 0xFFFE;

std::uint16_t little16(std::span<const std::uint8_t> b, std::size_t at) {
  return static_cast<std::uint16_t>(b[at] | b[at + 1] << 8);
}
std::uint32_t little32(std::span<const std::uint8_t> b, std::size_t at) {
  return static_cast<std::uint32_t>(little16(b, at)) | static_cast<std::uint32_t>(little16(b, at + 2)) << 16;
}
bool tagged(std::span<const std::uint8_t> b, std::size_t at, std::string_view tag) {
  return std::equal(tag.begin(), tag.end(), b.begin() + static_cast<std::ptrdiff_t>(at),
                    [](char c, std::uint8_t byte) { return static_cast<std::uint8_t>(c) == byte; });
}

struct Format {
  std::uint16_t tag = 0;
  std::uint16_t channels = 0;
  std::uint32_t rate = 0;
  std::uint16_t bits = 0;
};

base::Result<Format> check(Format f, std::string_view name) {
  constexpr auto kMend = "convert it: sox in.wav -r 8000 -c 1 -b 16 out.wav";
  if (f.rate != kSampleRate)
    return base::error("the rate is " + std::to_string(f.rate) + " Hz, not 8000", std::string{name}, kMend);
  if (f.channels != 1)
    return base::error("there are " + std::to_string(f.channels) + " channels, not one", std::string{name},
                       kMend);
  const bool known = (f.tag == kFormatPcm && f.bits == 16) ||
                     ((f.tag == kFormatPcma || f.tag == kFormatPcmu) && f.bits == 8);
  if (!known)
    return base::error("format " + std::to_string(f.tag) + " with " + std::to_string(f.bits) +
                           " bits is neither 16-bit PCM nor G.711",
                       std::string{name}, kMend);
  return f;
}

std::vector<std::int16_t> samples_of(const Format& format, std::span<const std::uint8_t> data) {
  std::vector<std::int16_t> samples;
  if (format.tag == kFormatPcm) {
    samples.resize(data.size() / 2);
    for (std::size_t i = 0; i < samples.size(); ++i)
      samples[i] = static_cast<std::int16_t>(little16(data, 2 * i));
  } else {
    samples.resize(data.size());
    decode(format.tag == kFormatPcma ? Codec::pcma : Codec::pcmu, data, samples);
  }
  return samples;
}

void put16(std::vector<std::uint8_t>& out, std::size_t v) {
  out.push_back(static_cast<std::uint8_t>(v));
  out.push_back(static_cast<std::uint8_t>(v >> 8));
}
void put32(std::vector<std::uint8_t>& out, std::size_t v) {
  put16(out, v & 0xFFFF);
  put16(out, v >> 16);
}
void put(std::vector<std::uint8_t>& out, std::string_view text) {
  out.insert(out.end(), text.begin(), text.end());
}

std::vector<std::uint8_t> header(std::uint16_t tag, std::size_t bytes_a_sample, std::size_t data_bytes) {
  std::vector<std::uint8_t> out;
  out.reserve(44 + data_bytes + 1);
  put(out, "RIFF");
  put32(out, 36 + data_bytes + data_bytes % 2);
  put(out, "WAVEfmt ");
  put32(out, 16);
  put16(out, tag);
  put16(out, 1);
  put32(out, kSampleRate);
  put32(out, kSampleRate * bytes_a_sample);
  put16(out, bytes_a_sample);
  put16(out, bytes_a_sample * 8);
  put(out, "data");
  put32(out, data_bytes);
  return out;
}

}  // namespace

base::Result<std::vector<std::int16_t>> parse_wav(std::span<const std::uint8_t> file, std::string_view name) {
  if (file.size() < 12 || !tagged(file, 0, "RIFF") || !tagged(file, 8, "WAVE"))
    return base::error("this is not a WAV file", std::string{name});
  Format format;
  bool has_format = false;
  for (std::size_t at = 12; at + 8 <= file.size();) {
    const std::size_t size = little32(file, at + 4);
    const auto body = file.subspan(at + 8, std::min(size, file.size() - at - 8));
    if (tagged(file, at, "fmt ")) {
      if (body.size() < 16) return base::error("the format chunk is cut short", std::string{name});
      format = {little16(body, 0), little16(body, 2), little32(body, 4), little16(body, 14)};
      // An extensible header names the real format in the first bytes of its GUID.
      if (format.tag == kFormatExtensible && body.size() >= 26) format.tag = little16(body, 24);
      auto checked = check(format, name);
      if (!checked) return tl::unexpected{checked.error()};
      has_format = true;
    } else if (tagged(file, at, "data")) {
      if (!has_format) return base::error("sound comes before its format", std::string{name});
      return samples_of(format, body);
    }
    at += 8 + body.size() + size % 2;
  }
  return base::error(has_format ? "there is no data chunk" : "there is no format chunk", std::string{name});
}

std::vector<std::uint8_t> write_wav(std::span<const std::int16_t> samples) {
  auto out = header(kFormatPcm, 2, samples.size() * 2);
  for (const auto sample : samples) put16(out, static_cast<std::uint16_t>(sample));
  return out;
}

std::vector<std::uint8_t> write_wav(Codec codec, std::span<const std::uint8_t> codes) {
  auto out = header(codec == Codec::pcma ? kFormatPcma : kFormatPcmu, 1, codes.size());
  out.insert(out.end(), codes.begin(), codes.end());
  if (codes.size() % 2 != 0) out.push_back(0);  // chunks are padded to an even length
  return out;
}

}  // namespace ziptone::media
