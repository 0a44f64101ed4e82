// Who answered, on the development recordings: the confusion matrix, decision times, the Asterisk rule beside
// it, and what a frame costs. analysis_bench [--wrong] [--events FILE] [folder with labels.csv]
#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "analysis/corpus.hpp"
#include "asterisk_rule.hpp"

namespace {

using namespace ziptone::analysis;
using ziptone::bench::asterisk_rule;
using ziptone::bench::AsteriskParameters;
using ziptone::bench::AsteriskVerdict;

struct Result {
  const corpus::Recording* recording;
  corpus::Heard heard;
};

std::vector<Result> listen_to(const std::vector<corpus::Recording>& recordings,
                              const Parameters& parameters) {
  std::vector<Result> results;
  for (const auto& r : recordings) results.push_back({&r, corpus::listen(r.samples, parameters)});
  return results;
}

std::string row_of(const corpus::Recording& r) { return r.label == "busy" ? r.subtype : r.label; }

// A call that goes to an agent.
bool connects(Verdict v) { return v == Verdict::person || v == Verdict::unsure; }

double percent(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

std::int64_t quantile(std::vector<std::int64_t> values, double q) {
  if (values.empty()) return -1;
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))];
}

void matrix(const std::vector<Result>& results, bool last) {
  const std::vector<std::string> rows{"human", "machine",  "fax",     "busy", "reorder",
                                      "sit",   "ringback", "silence", "music"};
  fmt::print("\n{} (rows: what it is; columns: what it was called)\n{:<10}",
             last ? "after revisions" : "decision", "");
  for (std::size_t v = 0; v < kVerdicts; ++v) fmt::print("{:>9.8}", name(static_cast<Verdict>(v)));
  fmt::print("\n");
  for (const auto& row : rows) {
    std::map<Verdict, int> counts;
    for (const auto& r : results)
      if (row_of(*r.recording) == row) ++counts[last ? r.heard.last.verdict : r.heard.first.verdict];
    fmt::print("{:<10}", row);
    for (std::size_t v = 0; v < kVerdicts; ++v) {
      const int n = counts[static_cast<Verdict>(v)];
      fmt::print("{:>9}", n == 0 ? std::string{"."} : std::to_string(n));
    }
    fmt::print("\n");
  }
}

void figures(const std::vector<Result>& results, bool last, const std::string& title) {
  std::size_t people = 0;
  std::size_t lost = 0;
  std::size_t machines = 0;
  std::size_t passed = 0;
  std::vector<std::int64_t> after_answer;
  std::vector<std::int64_t> after_turn;
  std::vector<std::int64_t> machine_time;
  for (const auto& r : results) {
    const auto& v = last ? r.heard.last : r.heard.first;
    if (r.recording->label == "human") {
      ++people;
      lost += !connects(v.verdict);
      after_answer.push_back(v.at_ms);
      if (connects(v.verdict)) after_turn.push_back(v.at_ms - r.recording->first_turn_end_ms);
    } else if (r.recording->label == "machine") {
      ++machines;
      passed += connects(v.verdict);
      after_answer.push_back(v.at_ms);
      if (!connects(v.verdict)) machine_time.push_back(v.at_ms);
    }
  }
  const auto right = people - lost + machines - passed;
  fmt::print("{:<28}{:>7.1f}{:>12.1f}{:>14.1f}{:>9} /{:>5}{:>9} /{:>5}{:>9}\n", title,
             percent(right, people + machines), percent(lost, people), percent(passed, machines),
             quantile(after_answer, 0.5), quantile(after_answer, 0.95), quantile(after_turn, 0.5),
             quantile(after_turn, 0.95), quantile(machine_time, 0.5));
}

void baseline(const std::vector<corpus::Recording>& recordings, const AsteriskParameters& p,
              const char* title) {
  std::size_t people = 0;
  std::size_t lost = 0;
  std::size_t machines = 0;
  std::size_t passed = 0;
  std::vector<std::int64_t> after_answer;
  std::vector<std::int64_t> after_turn;
  std::vector<std::int64_t> machine_time;
  for (const auto& r : recordings) {
    if (r.label != "human" && r.label != "machine") continue;
    const auto v = asterisk_rule(r.samples, p);
    const bool machine = v.is == AsteriskVerdict::machine;
    after_answer.push_back(v.at_ms);
    if (r.label == "human") {
      ++people;
      lost += machine;
      if (!machine) after_turn.push_back(v.at_ms - r.first_turn_end_ms);
    } else {
      ++machines;
      passed += !machine;
      if (machine) machine_time.push_back(v.at_ms);
    }
  }
  fmt::print("{:<28}{:>7.1f}{:>12.1f}{:>14.1f}{:>9} /{:>5}{:>9} /{:>5}{:>9}\n", title,
             percent(people - lost + machines - passed, people + machines), percent(lost, people),
             percent(passed, machines), quantile(after_answer, 0.5), quantile(after_answer, 0.95),
             quantile(after_turn, 0.5), quantile(after_turn, 0.95), quantile(machine_time, 0.5));
}

void subtypes(const std::vector<Result>& results) {
  std::map<std::string, std::map<std::string, int>> table;
  for (const auto& r : results)
    ++table[r.recording->label + " " + r.recording->subtype][fmt::format(
        "{}{}", name(r.heard.first.verdict),
        r.heard.first.verdict == r.heard.last.verdict ? "" : fmt::format(">{}", name(r.heard.last.verdict)))];
  fmt::print("\nby subtype (decision>revised)\n");
  for (const auto& [subtype, counts] : table) {
    fmt::print("{:<24}", subtype);
    for (const auto& [verdict, n] : counts) fmt::print(" {} {},", verdict, n);
    fmt::print("\n");
  }
}

// How often each stated confidence was right, by tenths.
void calibration(const std::vector<Result>& results) {
  std::map<std::string, std::pair<std::size_t, std::size_t>> table;
  for (const auto& r : results) {
    for (const auto& event : r.heard.events) {
      const auto* v = std::get_if<VerdictReached>(&event);
      if (v == nullptr || v->verdict == Verdict::unsure) continue;
      auto& [hit, all] =
          table[fmt::format("{} {:.1f}, {}", name(v->verdict), v->confidence, name(v->evidence.cause))];
      const auto row = row_of(*r.recording);
      hit += row == name(v->verdict) || (row == "human" && v->verdict == Verdict::person);
      ++all;
    }
  }
  fmt::print("\nconfidence stated, and how often it was right\n");
  for (const auto& [key, counts] : table)
    fmt::print("{:<48}{:>6.2f} of {}\n", key, percent(counts.first, counts.second) / 100, counts.second);
}

void beeps(const std::vector<Result>& results) {
  std::size_t with = 0;
  std::size_t found = 0;
  std::size_t false_in = 0;
  for (const auto& r : results) {
    const auto end = r.recording->beep_ms + r.recording->beep_length_ms;
    bool hit = false;
    bool wrong = false;
    for (const auto& tone : r.heard.tones) {
      if (tone.which != Tone::beep) continue;
      const bool match = r.recording->beep_ms >= 0 && std::abs(tone.at_ms + tone.length_ms - end) <= 150;
      (match ? hit : wrong) = true;
    }
    const bool there =
        r.recording->beep_ms >= 0 && end < static_cast<std::int64_t>(r.recording->samples.size() / 8) - 200;
    with += there;
    found += there && hit;
    false_in += wrong;
  }
  fmt::print("\nbeeps: {} of {} found with their end within 150 ms; a false one in {} of {} files\n", found,
             with, false_in, results.size());
}

void cost(const std::vector<corpus::Recording>& recordings) {
  std::size_t frames = 0;
  const auto start = std::chrono::steady_clock::now();
  for (const auto& r : recordings) {
    corpus::listen(r.samples, {});
    frames += r.samples.size() / kFrameSamples;
  }
  const std::chrono::duration<double, std::micro> spent = std::chrono::steady_clock::now() - start;
  const double us = spent.count() / static_cast<double>(frames);
  fmt::print("\ncost: {:.2f} us a 20 ms frame, all detectors on: {:.0f} channels a core ({} frames)\n", us,
             20000.0 / us, frames);
}

void events(const corpus::Recording& r, const corpus::Heard& heard) {
  fmt::print("{} onset {} first turn's end {} beep {}+{} {}\n", r.file, r.onset_ms, r.first_turn_end_ms,
             r.beep_ms, r.beep_length_ms, r.notes);
  for (const auto& event : heard.events) fmt::print("    {}\n", describe(event));
}

bool right(const Result& r) {
  const auto& label = r.recording->label;
  const auto verdict = r.heard.last.verdict;
  if (label == "human") return connects(verdict);
  return label == "busy"               ? verdict == Verdict::busy || verdict == Verdict::reorder
         : verdict == Verdict::silence ? label == "silence"
                                       : name(verdict) == label;
}

}  // namespace

int main(int argc, char** argv) {
  std::string folder = ZIPTONE_SHARED "/data/cpa";
  bool wrong = false;
  std::string only;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--wrong") {
      wrong = true;
    } else if (argument == "--events" && i + 1 < argc) {
      only = argv[++i];
    } else {
      folder = argument;
    }
  }
  const auto recordings = corpus::load(folder);
  if (recordings.empty()) {
    fmt::print(stderr, "{}: no labels.csv here; give the folder of the recordings\n", folder);
    return 1;
  }
  const std::vector<Result> results = listen_to(recordings, {});
  if (!only.empty()) {
    for (const auto& r : results)
      if (r.recording->file.find(only) != std::string::npos) events(*r.recording, r.heard);
    return 0;
  }
  if (wrong) {
    for (const auto& r : results)
      if (!right(r)) events(*r.recording, r.heard);
    return 0;
  }
  matrix(results, false);
  matrix(results, true);
  subtypes(results);
  fmt::print(
      "\nperson or machine, {} files; times in ms, p50 / p95\n{:<28}{:>7}{:>12}{:>14}{:>16}{:>16}{:>9}\n",
      results.size(), "", "right %", "people lost", "machines pass", "after answer", "after 1st turn",
      "machine");
  for (std::size_t i = 0; i < kPresetNames.size(); ++i) {
    const auto heard = listen_to(recordings, {.preset = static_cast<Preset>(i)});
    figures(heard, false, fmt::format("{}, decision", kPresetNames[i]));
    figures(heard, true, "    after revisions");
  }
  baseline(recordings, {}, "Asterisk AMD() defaults");
  baseline(recordings,
           {.initial_silence = 2000,
            .greeting = 2000,
            .after_greeting_silence = 1000,
            .min_word_length = 120,
            .maximum_number_of_words = 4},
           "VICIdial's profile");
  fmt::print("\nthe trade: balanced, tilted (log odds)\n");
  for (const float tilt : {-3.0F, -2.0F, -1.0F, -0.5F, 0.0F, 0.5F, 1.0F, 2.0F})
    figures(listen_to(recordings, {.tilt = tilt}), false, fmt::format("  {:+.1f}", tilt));
  calibration(results);
  beeps(results);
  cost(recordings);
  return 0;
}
