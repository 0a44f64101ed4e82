#include "server/command/analyse_command.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "analysis/analyser.hpp"
#include "media/wav.hpp"
#include "server/command/analyse_plot.hpp"
#include "server/command/problem.hpp"

namespace ziptone::command {
namespace {

namespace js = boost::json;

// A recording that ends undecided is followed by a line that brings nothing any more.
constexpr std::int64_t kAfterTheEndMs = 12'000;

struct Options {
  std::vector<std::string> files;
  std::string list;
  std::string profile = "balanced";
  std::string plot;  // a file
  bool csv = false, json = false, features = false;
};

analysis::Preset preset_of(const std::string& profile) {
  const auto found = std::find(analysis::kPresetNames.begin(), analysis::kPresetNames.end(), profile);
  return static_cast<analysis::Preset>(found - analysis::kPresetNames.begin());
}

// Instants in ms since the answer, which is the file's beginning; -1: there was none.
struct Heard {
  std::string file;
  // The first finding; that nobody had spoken by 1.8 s is the clock's word, and only stands when nothing
  // follows. `last` is its newest revision.
  std::optional<analysis::VerdictReached> decision;
  std::optional<analysis::VerdictReached> last;
  std::vector<analysis::Event> events;
  std::int64_t greeting_end_ms = -1;
  std::int64_t beep_ms = -1;  // of its end
};

bool open(const Heard& heard) {
  return !heard.decision || heard.decision->evidence.cause == analysis::Cause::never_spoke;
}

void note(const analysis::Event& event, Heard& heard) {
  heard.events.push_back(event);
  if (const auto* reached = std::get_if<analysis::VerdictReached>(&event)) {
    if (open(heard)) heard.decision = *reached;
    heard.last = *reached;
  } else if (const auto* ended = std::get_if<analysis::GreetingEnded>(&event)) {
    heard.greeting_end_ms = ended->at_ms;
  } else if (const auto* tone = std::get_if<analysis::ToneHeard>(&event)) {
    if (tone->which == analysis::Tone::beep && heard.beep_ms < 0)
      heard.beep_ms = tone->at_ms + tone->length_ms;
  }
}

// RFC 4180.
std::string field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + '"';
}

void print_feature_names() {
  std::string line = "file";
  for (int i = 0; i < analysis::kFeatures; ++i)
    fmt::format_to(std::back_inserter(line), ",{}", analysis::feature_name(i));
  fmt::print("{}\n", line);
}

void print_features(const std::string& file, const analysis::FeatureRow* row) {
  if (row == nullptr) return;
  std::string line = field(file);
  for (const float value : *row) fmt::format_to(std::back_inserter(line), ",{:.5g}", value);
  fmt::print("{}\n", line);
}

Heard listen(const std::string& file, const std::vector<std::int16_t>& samples, const Options& options) {
  Heard heard{file};
  analysis::Analyser analyser{{.preset = preset_of(options.profile)}};
  const auto drain = [&] {
    while (const auto event = analyser.poll()) note(*event, heard);
  };
  std::array<std::int16_t, analysis::kFrameSamples> frame{};
  std::int64_t at_ms = 0;
  for (std::size_t from = 0; from < samples.size(); from += frame.size(), at_ms += analysis::kFrameMs) {
    const std::size_t count = std::min(frame.size(), samples.size() - from);
    frame.fill(0);
    std::copy_n(samples.begin() + static_cast<std::ptrdiff_t>(from), count, frame.begin());
    analyser.push(frame, {.at_ms = at_ms});
    if (options.features) print_features(file, analyser.features());
    drain();
  }
  for (const std::int64_t until = at_ms + kAfterTheEndMs; open(heard) && at_ms < until;
       at_ms += analysis::kFrameMs) {
    analyser.push(frame, {.at_ms = at_ms, .kind = analysis::Frame::lost});
    drain();
  }
  // A person's greeting is over with the first turn: the clock of the law starts there.
  if (heard.last && heard.last->verdict == analysis::Verdict::person && heard.greeting_end_ms < 0)
    heard.greeting_end_ms = heard.last->evidence.first_turn_end_ms;
  return heard;
}

base::Result<Heard> hear(const std::string& file, const Options& options) {
  std::ifstream in{file, std::ios::binary};
  const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>{in}, {}};
  if (bytes.empty()) return base::error("can't be read, or is empty", file, "give a WAV file");
  const auto samples = media::parse_wav(bytes, file);
  if (!samples) return tl::unexpected{samples.error()};
  Heard heard = listen(file, *samples, options);
  if (options.plot.empty()) return heard;
  std::ofstream out{options.plot};
  out << plot(file, *samples, heard.events);
  out.close();
  if (!out)
    return base::error("can't be written", options.plot, "name a file in a folder that you may write to");
  return heard;
}

std::string number(std::int64_t ms) { return ms < 0 ? std::string{} : std::to_string(ms); }

std::string_view verdict_of(const Heard& h) {
  return analysis::name(h.decision ? h.decision->verdict : analysis::Verdict::unsure);
}

void print_csv(const std::vector<Heard>& all) {
  fmt::print("file,verdict,decided_ms,greeting_end_ms,beep_ms,confidence\n");
  for (const Heard& h : all)
    fmt::print("{},{},{},{},{},{:.3f}\n", field(h.file), verdict_of(h),
               number(h.decision ? h.decision->at_ms : -1), number(h.greeting_end_ms), number(h.beep_ms),
               h.decision ? h.decision->confidence : 0.0F);
}

void print_json(const std::vector<Heard>& all) {
  const auto ms = [](std::int64_t value) { return value < 0 ? js::value(nullptr) : js::value(value); };
  js::array rows;
  for (const Heard& h : all) {
    js::object row{{"file", h.file},
                   {"verdict", verdict_of(h)},
                   {"decided_ms", ms(h.decision ? h.decision->at_ms : -1)},
                   {"greeting_end_ms", ms(h.greeting_end_ms)},
                   {"beep_ms", ms(h.beep_ms)},
                   {"confidence", h.decision ? h.decision->confidence : 0.0F},
                   {"revised_to", nullptr},
                   {"why", h.decision ? analysis::describe(*h.decision) : std::string{}}};
    if (h.last && h.last->revision > 0) row["revised_to"] = analysis::name(h.last->verdict);
    rows.push_back(std::move(row));
  }
  fmt::print("{}\n", js::serialize(rows));
}

void print_table(const std::vector<Heard>& all) {
  fmt::print("{:<12} {:>10} {:>15} {:>8} {:>10}  {}\n", "verdict", "decided_ms", "greeting_end_ms", "beep_ms",
             "confidence", "file");
  for (const Heard& h : all)
    fmt::print("{:<12} {:>10} {:>15} {:>8} {:>10.2f}  {}\n", verdict_of(h),
               number(h.decision ? h.decision->at_ms : -1), number(h.greeting_end_ms), number(h.beep_ms),
               h.decision ? h.decision->confidence : 0.0F, h.file);
}

int analyse(Options options) {
  if (!options.list.empty()) {
    std::ifstream list{options.list};
    if (!list) return refuse({"can't be read", options.list, "give a file with a path a line"});
    for (std::string line; std::getline(list, line);)
      if (!line.empty()) options.files.push_back(line);
  }
  if (!options.plot.empty() && options.files.size() != 1)
    return refuse({"is a picture of one recording", "--plot", "name one file"});
  if (options.files.empty()) return refuse({"no file is named", "analyse", "give WAV files, or --list"});
  std::vector<Heard> all;
  int exit_code = 0;
  if (options.features) print_feature_names();
  for (const std::string& file : options.files) {
    auto heard = hear(file, options);
    if (heard)
      all.push_back(std::move(*heard));
    else
      exit_code = refuse(heard.error());  // the others are still heard
  }
  if (options.features) return exit_code;
  if (options.csv)
    print_csv(all);
  else if (options.json)
    print_json(all);
  else
    print_table(all);
  return exit_code;
}

}  // namespace

void add_analyse(CLI::App& app, int& exit_code) {
  const auto o = std::make_shared<Options>();
  auto* command = app.add_subcommand(
      "analyse",
      "Who answered, said of recordings: WAV files of 8 kHz, mono, 16-bit or G.711, from the answer on");
  command->add_option("files", o->files, "WAV files");
  command->add_option("--list", o->list, "A file with a path a line");
  command->add_option("--profile", o->profile, "The campaign's analysis preset: balanced if none is named")
      ->check(CLI::IsMember(
          std::vector<std::string>(analysis::kPresetNames.begin(), analysis::kPresetNames.end())));
  auto* csv = command->add_flag("--csv", o->csv, "A row a file, with a head");
  command->add_flag("--json", o->json, "One array, with the reasons")->excludes(csv);
  command->add_option("--plot", o->plot,
                      "An SVG of one recording: waveform, words, tones and verdicts on one timeline");
  command->add_flag("--features", o->features,
                    "What the classifier looks at, a row every 60 ms, for tools/analysis/train");
  command->callback([o, &exit_code] { exit_code = analyse(*o); });
}

}  // namespace ziptone::command
