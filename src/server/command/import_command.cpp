#include "server/command/import_command.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "server/assembly.hpp"
#include "server/command/client.hpp"
#include "server/control/clock.hpp"
#include "server/control/import_job.hpp"

namespace ziptone::command {
namespace {

namespace js = boost::json;

struct Options {
  std::string config, list, country, file, report;
};

// What both ways give: the counts and the rows that were not taken.
struct Outcome {
  store::ImportCounts counts;
  std::vector<store::ImportProblem> problems;
};

constexpr std::array<std::string_view, 3> kKinds = {"bad", "duplicate", "warning"};  // by Kind

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

int print(const Options& o, const Outcome& outcome) {
  const auto& c = outcome.counts;
  fmt::print("{} rows read: {} new, {} changed, {} as before, {} duplicates, {} bad\n", c.read, c.inserted,
             c.updated, c.unchanged, c.duplicate, c.bad);
  if (outcome.problems.empty()) return 0;
  const std::string path = o.report.empty() ? o.file + ".problems.csv" : o.report;
  std::ofstream out{path, std::ios::trunc};
  out << "line,column,kind,what,mend,row\n";
  for (const store::ImportProblem& p : outcome.problems)
    out << p.line << ',' << quoted(p.column) << ',' << kKinds[static_cast<std::size_t>(p.kind)] << ','
        << quoted(p.what) << ',' << quoted(p.mend) << ',' << quoted(p.row) << '\n';
  fmt::print("{} rows with a reason each: {}\n", outcome.problems.size(), path);
  return 0;
}

int refuse(const base::Error& error) {
  fmt::print(stderr, "ziptone: {}\n", base::to_string(error));
  return 1;
}

Outcome outcome_of(const js::object& body) {
  Outcome outcome;
  const auto count = [&](std::string_view key) {
    return static_cast<std::uint64_t>(body.at(key).to_number<std::int64_t>());
  };
  outcome.counts = {count("read"),      count("inserted"),  count("updated"),
                    count("unchanged"), count("duplicate"), count("bad")};
  for (const js::value& one : body.at("problems").as_array()) {
    const js::object& p = one.as_object();
    const auto text = [&](std::string_view key) { return std::string{p.at(key).as_string()}; };
    const auto kind = std::find(kKinds.begin(), kKinds.end(), text("kind")) - kKinds.begin();
    outcome.problems.push_back({static_cast<store::ImportProblem::Kind>(kind),
                                static_cast<std::uint64_t>(p.at("line").to_number<std::int64_t>()),
                                text("column"), text("what"), text("mend"), text("row")});
  }
  return outcome;
}

int through_server(const Options& o, const Endpoint& endpoint) {
  const std::string target =
      fmt::format("/api/v1/lists/{}/import?country={}&file={}", encode(o.list), encode(o.country),
                  encode(std::filesystem::path{o.file}.filename().string()));
  const auto answer = upload(endpoint, target, o.file);
  if (!answer) return refuse(answer.error());
  if (answer->status != 200) {
    fmt::print(stderr, "ziptone: {}\n", answer->body);
    return 1;
  }
  return print(o, outcome_of(js::parse(answer->body).as_object()));
}

// The store's own lock keeps a server out meanwhile.
int into_data_dir(const Options& o) {
  const auto settings = config::read_file(o.config);
  if (!settings) return refuse(settings.error().front());
  if (auto made = server::ensure_data_dir(settings->data_dir); !made) return refuse(made.error());
  const auto destinations = server::destination_list(settings->destinations);
  if (!destinations) return refuse(destinations.error());
  auto store = store::Store::open({.directory = settings->data_dir});
  if (!store) return refuse(store.error());
  auto reader = store::Reader::open((*store)->database());
  if (!reader) return refuse(reader.error());
  const control::ImportJob job{o.file, std::filesystem::path{o.file}.filename().string(), o.list, o.country,
                               &*destinations};
  const auto report = control::run(**store, *reader, job, control::wall_now());
  if (!report) return refuse(report.error());
  return print(o, {report->counts, report->problems});
}

int run(const Options& o) {
  const auto endpoint = endpoint_of(o.config);
  if (endpoint) {
    const auto health = call(*endpoint, "GET", "/health");
    if (health) return through_server(o, *endpoint);
  }
  return into_data_dir(o);
}

}  // namespace

void add_import(CLI::App& app, int& exit_code) {
  const auto o = std::make_shared<Options>();
  auto* command = app.add_subcommand("import", "Imports contacts of a CSV file into a list");
  command->add_option("--config", o->config, "The server's configuration file")->required();
  command->add_option("--list", o->list, "Contact list; made when it is new")->required();
  command->add_option("--country", o->country, "ISO 3166 letters for numbers written nationally: TR")
      ->required();
  command->add_option("--report", o->report, "Where bad rows and duplicates go; else FILE.problems.csv");
  command->add_option("file", o->file, "The CSV file")->required()->check(CLI::ExistingFile);
  command->callback([o, &exit_code] { exit_code = run(*o); });
}

}  // namespace ziptone::command
