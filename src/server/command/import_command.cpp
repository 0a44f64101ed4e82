#include "server/command/import_command.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "server/assembly.hpp"
#include "server/command/client.hpp"
#include "server/command/problem.hpp"
#include "server/control/clock.hpp"
#include "server/control/import_job.hpp"

namespace ziptone::command {
namespace {

namespace js = boost::json;

struct Options {
  std::string config, list, country, file, report, encoding, delimiter;
  std::vector<std::string> columns;  // COLUMN=phone
};

// What both ways give: the counts and the rows that were not taken.
struct Outcome {
  store::ImportCounts counts;
  std::vector<store::ImportProblem> problems;  // the first ones
  std::optional<std::uint64_t> more_after;
};
struct Problems {
  std::vector<store::ImportProblem> page;
  std::uint64_t last = 0;  // id
};
using MoreProblems = std::function<base::Result<Problems>(std::uint64_t after)>;
constexpr std::size_t kPage = 1000;

constexpr std::array<std::string_view, 3> kKinds = {"bad", "duplicate", "warning"};  // by Kind

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

// Opened before the import begins, so that a report which can't be written is known in time. Where no
// --report names it, a file without rows is not left behind.
class Report {
 public:
  explicit Report(const Options& o)
      : path_(o.report.empty() ? o.file + ".problems.csv" : o.report),
        named_(!o.report.empty()),
        out_(path_, std::ios::trunc) {
    out_ << "line,column,kind,what,mend,row\n" << std::flush;
  }
  bool good() const { return out_.good(); }
  base::Error error() const {
    return {"the report can't be written", path_, "give another path with --report"};
  }
  void add(const store::ImportProblem& p) {
    out_ << p.line << ',' << quoted(p.column) << ',' << kKinds[static_cast<std::size_t>(p.kind)] << ','
         << quoted(p.what) << ',' << quoted(p.mend) << ',' << quoted(p.row) << '\n';
    ++rows_;
  }
  // False: not all of it is there.
  bool finish() {
    out_.close();
    if (rows_ == 0 && !named_) std::remove(path_.c_str());
    if (!out_.fail() && rows_ > 0) fmt::print("{} rows with a reason each: {}\n", rows_, path_);
    return !out_.fail();
  }

 private:
  std::string path_;
  bool named_;
  std::ofstream out_;
  std::uint64_t rows_ = 0;
};

int print(Report& report, const Outcome& outcome, const MoreProblems& more) {
  const auto& c = outcome.counts;
  fmt::print("{} rows read: {} new, {} changed, {} as before, {} duplicates, {} bad\n", c.read, c.inserted,
             c.updated, c.unchanged, c.duplicate, c.bad);
  for (const store::ImportProblem& p : outcome.problems) report.add(p);
  for (auto after = outcome.more_after; after;) {
    const auto next = more(*after);
    if (!next) return refuse(next.error());
    for (const store::ImportProblem& p : next->page) report.add(p);
    after = next->page.size() < kPage ? std::nullopt : std::optional{next->last};
  }
  return report.finish() ? 0 : refuse(report.error());
}

store::ImportProblem problem_of(const js::object& p) {
  const auto said = [&](std::string_view key) { return std::string{p.at(key).as_string()}; };
  const auto kind = std::find(kKinds.begin(), kKinds.end(), said("kind")) - kKinds.begin();
  return {static_cast<store::ImportProblem::Kind>(kind),
          static_cast<std::uint64_t>(p.at("line").to_number<std::int64_t>()),
          said("column"),
          said("what"),
          said("mend"),
          said("row")};
}

base::Result<Problems> problems_after(const Endpoint& endpoint, std::uint64_t import, std::uint64_t after) {
  const auto answer = call(
      endpoint, "GET", fmt::format("/api/v1/imports/{}/problems?after={}&limit={}", import, after, kPage));
  if (!answer) return tl::unexpected{answer.error()};
  if (answer->status != 200) return base::error("the rest of the problems can't be read", "server");
  Problems problems;
  const js::value body = js::parse(answer->body);
  for (const js::value& one : body.as_array()) {
    problems.page.push_back(problem_of(one.as_object()));
    problems.last = static_cast<std::uint64_t>(one.at("id").to_number<std::int64_t>());
  }
  return problems;
}

// What the options say of the file, in the words of the API's query.
base::Result<std::map<std::string, std::string>> format_words(const Options& o) {
  std::map<std::string, std::string> words;
  if (!o.encoding.empty()) words["encoding"] = o.encoding;
  if (!o.delimiter.empty()) words["delimiter"] = o.delimiter;
  for (const std::string& one : o.columns) {
    const std::size_t equals = one.rfind('=');
    if (equals == std::string::npos || equals == 0)
      return base::error("\"" + one + "\" maps no column", "--map", "write --map COLUMN=phone");
    words["map." + one.substr(0, equals)] = one.substr(equals + 1);
  }
  return words;
}

Outcome outcome_of(const js::object& body) {
  Outcome outcome;
  const auto count = [&](std::string_view key) {
    return static_cast<std::uint64_t>(body.at(key).to_number<std::int64_t>());
  };
  outcome.counts = {count("read"),      count("inserted"),  count("updated"),
                    count("unchanged"), count("duplicate"), count("bad")};
  for (const js::value& one : body.at("problems").as_array())
    outcome.problems.push_back(problem_of(one.as_object()));
  if (!body.at("more_after").is_null()) outcome.more_after = count("more_after");
  return outcome;
}

int through_server(const Options& o, const Endpoint& endpoint, Report& report) {
  const auto words = format_words(o);
  if (!words) return refuse(words.error());
  std::string target =
      fmt::format("/api/v1/lists/{}/import?country={}&file={}", encode(o.list), encode(o.country),
                  encode(std::filesystem::path{o.file}.filename().string()));
  for (const auto& [key, word] : *words) target += "&" + encode(key) + "=" + encode(word);
  const auto answer = upload(endpoint, target, o.file);
  if (!answer) return refuse(answer.error());
  if (answer->status != 200) return print_problem(*answer);
  const js::value body = js::parse(answer->body);
  const auto import = static_cast<std::uint64_t>(body.at("import").to_number<std::int64_t>());
  return print(report, outcome_of(body.as_object()),
               [&](std::uint64_t after) { return problems_after(endpoint, import, after); });
}

// The store's own lock keeps a server out meanwhile.
int into_data_dir(const Options& o, Report& report) {
  const auto settings = config::read_file(o.config);
  if (!settings) return refuse(settings.error().front());
  if (auto made = server::ensure_data_dir(settings->data_dir); !made) return refuse(made.error());
  const auto destinations = server::destination_list(settings->destinations);
  if (!destinations) return refuse(destinations.error());
  auto store = store::Store::open({.directory = settings->data_dir});
  if (!store) return refuse(store.error());
  auto reader = store::Reader::open((*store)->database());
  if (!reader) return refuse(reader.error());
  control::ImportJob job;
  job.path = o.file;
  job.file_name = std::filesystem::path{o.file}.filename().string();
  job.list = o.list;
  job.country = o.country;
  job.destinations = &*destinations;
  const auto words = format_words(o);
  if (!words) return refuse(words.error());
  if (auto format = control::read_format(*words, job); !format) return refuse(format.error());
  const auto done = control::run(**store, *reader, job, control::wall_now());
  if (!done) return refuse(done.error());
  return print(report, {done->counts, done->problems, done->more_after},
               [&](std::uint64_t after) -> base::Result<Problems> {
                 const auto views = reader->import_problems(done->import, after, kPage);
                 if (!views) return tl::unexpected{views.error()};
                 Problems problems;
                 for (const store::ImportProblemView& view : *views) problems.page.push_back(view.problem);
                 if (!views->empty()) problems.last = views->back().id;
                 return problems;
               });
}

int run(const Options& o) {
  server::keep_files_private();
  Report report{o};
  if (!report.good()) return refuse(report.error());
  const auto endpoint = endpoint_of(o.config);
  if (endpoint) {
    const auto health = call(*endpoint, "GET", "/health");
    if (health) return through_server(o, *endpoint, report);
  }
  return into_data_dir(o, report);
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
  command->add_option("--encoding", o->encoding, "detect, utf-8, utf-16le, utf-16be or windows-1254");
  command->add_option("--delimiter", o->delimiter, ", or ; or | or tab; else what the first line has most");
  command->add_option("--map", o->columns,
                      "COLUMN=phone (field, key, name, zone, language, ignored); may be repeated");
  command->add_option("file", o->file, "The CSV file")->required()->check(CLI::ExistingFile);
  command->callback([o, &exit_code] { exit_code = run(*o); });
}

}  // namespace ziptone::command
