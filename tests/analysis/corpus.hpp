// The development recordings of ../shared/data/cpa: labels.csv and 8 kHz 16-bit mono WAV files "from the
// instant of answer". For the shared test and for bench/analysis.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "analysis/analyser.hpp"

namespace ziptone::analysis::corpus {

struct Recording {
  std::string file, label, subtype, notes;
  std::int64_t onset_ms = -1;
  std::int64_t first_turn_end_ms = -1;
  std::int64_t beep_ms = -1;  // its start
  std::int64_t beep_length_ms = 0;
  std::vector<std::int16_t> samples;
};

inline std::vector<std::int16_t> read_wav(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  std::string bytes{std::istreambuf_iterator<char>{in}, {}};
  const auto data = bytes.find("data");
  if (data == std::string::npos) return {};
  std::vector<std::int16_t> samples((bytes.size() - data - 8) / 2);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const auto low = static_cast<unsigned char>(bytes[data + 8 + 2 * i]);
    const auto high = static_cast<unsigned char>(bytes[data + 9 + 2 * i]);
    samples[i] = static_cast<std::int16_t>(low | (high << 8));
  }
  return samples;
}

// Empty when the folder is not there.
inline std::vector<Recording> load(const std::filesystem::path& folder) {
  std::vector<Recording> all;
  std::ifstream in{folder / "labels.csv"};
  std::string line;
  std::map<std::string, std::size_t> column;
  const auto cells = [](const std::string& text) {
    std::vector<std::string> out;
    std::stringstream stream{text};
    for (std::string cell; std::getline(stream, cell, ',');) out.push_back(cell);
    return out;
  };
  while (std::getline(in, line)) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const auto row = cells(line);
    if (column.empty()) {
      for (std::size_t i = 0; i < row.size(); ++i) column[row[i]] = i;
      continue;
    }
    const auto cell = [&](const char* key) {
      return column.at(key) < row.size() ? row[column.at(key)] : std::string{};
    };
    const auto number = [&](const char* key) -> std::int64_t {
      const auto text = cell(key);
      return text.empty() ? -1 : static_cast<std::int64_t>(std::stod(text));
    };
    all.push_back({.file = cell("file"),
                   .label = cell("label"),
                   .subtype = cell("subtype"),
                   .notes = cell("notes"),
                   .onset_ms = number("onset_ms"),
                   .first_turn_end_ms = number("first_turn_end_ms"),
                   .beep_ms = number("beep_ms"),
                   .beep_length_ms = number("beep_dur_ms"),
                   .samples = read_wav(folder / cell("file"))});
  }
  return all;
}

struct Heard {
  VerdictReached first;  // the decision
  VerdictReached last;   // after all revisions
  bool decided = false;
  std::vector<ToneHeard> tones;
  std::vector<Event> events;
};

inline Heard listen(const std::vector<std::int16_t>& samples, const Parameters& parameters) {
  Analyser analyser{parameters};
  Heard heard;
  for (std::size_t i = 0; i + kFrameSamples <= samples.size(); i += kFrameSamples) {
    const std::span<const std::int16_t, kFrameSamples> frame{samples.data() + i, kFrameSamples};
    analyser.push(frame, {.at_ms = static_cast<std::int64_t>(i / 8), .kind = Frame::sound});
    while (const auto event = analyser.poll()) {
      heard.events.push_back(*event);
      if (const auto* tone = std::get_if<ToneHeard>(&*event)) heard.tones.push_back(*tone);
      if (const auto* verdict = std::get_if<VerdictReached>(&*event)) {
        // That nobody had spoken by 1.8 s is the clock's word; the next verdict is the decision.
        if (!heard.decided || heard.first.evidence.cause == Cause::never_spoke) heard.first = *verdict;
        heard.decided = true;
        heard.last = *verdict;
      }
    }
  }
  return heard;
}

}  // namespace ziptone::analysis::corpus
