#include "server/command/analyse_plot.hpp"

#include <algorithm>
#include <cstdlib>
#include <variant>

#include <fmt/format.h>

namespace ziptone::command {
namespace {

constexpr double kPixelsPerMs = 0.1;
constexpr int kMiddle = 90;  // of the waveform
constexpr int kHalf = 50;    // its height at full scale
constexpr int kWords = 150;  // the row of words and tones
constexpr int kHeight = 260;

double x_of(std::int64_t ms) { return 10 + kPixelsPerMs * static_cast<double>(ms); }

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else
      out += c;
  }
  return out;
}

// The loudest sample of each 10 ms, above and below the middle.
std::string waveform(std::span<const std::int16_t> samples) {
  constexpr std::size_t kStep = 80;
  std::string path;
  for (std::size_t from = 0; from < samples.size(); from += kStep) {
    int loudest = 0;
    for (std::size_t i = from; i < std::min(from + kStep, samples.size()); ++i)
      loudest = std::max(loudest, std::abs(static_cast<int>(samples[i])));
    const double height = kHalf * loudest / 32768.0;
    path += fmt::format("M{:.1f} {:.1f}V{:.1f}", x_of(static_cast<std::int64_t>(from / 8)), kMiddle - height,
                        kMiddle + height);
  }
  return fmt::format("<path d=\"{}\" stroke=\"#1864ab\" stroke-width=\"1\"/>\n", path);
}

std::string seconds(std::int64_t length_ms) {
  std::string out;
  for (std::int64_t ms = 0; ms <= length_ms; ms += 1000)
    out += fmt::format(
        "<path d=\"M{0:.1f} 36V{1}\" stroke=\"#dde\"/><text x=\"{0:.1f}\" y=\"{2}\">{3} s</text>\n", x_of(ms),
        kHeight - 20, kHeight - 6, ms / 1000);
  return out;
}

std::string bar(std::int64_t from_ms, std::int64_t to_ms, const char* colour, const std::string& name) {
  return fmt::format(
      "<rect x=\"{:.1f}\" y=\"{}\" width=\"{:.1f}\" height=\"14\" fill=\"{}\"><title>{}</title></rect>\n",
      x_of(from_ms), kWords, std::max(1.0, kPixelsPerMs * static_cast<double>(to_ms - from_ms)), colour,
      name);
}

std::string mark(std::int64_t at_ms, int row, const std::string& words) {
  const int y = kWords + 32 + 16 * (row % 4);
  return fmt::format(
      "<path d=\"M{0:.1f} 36V{1}\" stroke=\"#a11a10\"/><text x=\"{2:.1f}\" y=\"{1}\">{3}</text>\n",
      x_of(at_ms), y, x_of(at_ms) + 3, words);
}

}  // namespace

std::string plot(const std::string& title, std::span<const std::int16_t> samples,
                 const std::vector<analysis::Event>& events) {
  std::int64_t end_ms = static_cast<std::int64_t>(samples.size() / 8);
  std::string marks;
  int row = 0;
  std::int64_t speech_from = -1;
  for (const analysis::Event& event : events) {
    if (const auto* started = std::get_if<analysis::SpeechStarted>(&event)) {
      speech_from = started->at_ms;
    } else if (const auto* ended = std::get_if<analysis::SpeechEnded>(&event)) {
      if (speech_from >= 0) marks += bar(speech_from, ended->at_ms, "#14663a", "speech");
      speech_from = -1;
    } else if (const auto* tone = std::get_if<analysis::ToneHeard>(&event)) {
      marks += bar(tone->at_ms, tone->at_ms + tone->length_ms, "#7a4a00", analysis::describe(event));
    } else if (const auto* reached = std::get_if<analysis::VerdictReached>(&event)) {
      end_ms = std::max(end_ms, reached->at_ms);
      marks += mark(reached->at_ms, row++,
                    fmt::format("{} {:.2f}", analysis::name(reached->verdict), reached->confidence));
    } else if (const auto* greeting = std::get_if<analysis::GreetingEnded>(&event)) {
      marks +=
          mark(greeting->at_ms, row++, fmt::format("greeting ended by {}", analysis::name(greeting->by)));
    }
  }
  if (speech_from >= 0) marks += bar(speech_from, end_ms, "#14663a", "speech");
  const auto width = static_cast<int>(x_of(end_ms)) + 160;
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
      "font-family=\"sans-serif\" font-size=\"12\" fill=\"#16202a\">\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n<text x=\"10\" "
      "y=\"20\">{2}</text>\n{3}{4}{5}</svg>\n",
      width, kHeight, escaped(title), seconds(end_ms), waveform(samples), marks);
}

}  // namespace ziptone::command
