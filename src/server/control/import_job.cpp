#include "server/control/import_job.hpp"

#include <algorithm>
#include <fstream>

#include "server/control/seed.hpp"
#include "server/store/import_file.hpp"

namespace ziptone::control {
namespace {

bool same_word(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

// The value of an enumeration with `count` names that begins at 0.
template <class T>
std::optional<T> value_named(std::string_view word, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    if (same_word(store::csv::name_of(static_cast<T>(i)), word)) return static_cast<T>(i);
  return std::nullopt;
}

base::Result<store::csv::ColumnRule> rule_of(const std::string& column, const std::string& word) {
  const std::size_t colon = std::min(word.find(':'), word.size());
  const auto target = value_named<store::csv::Target>(word.substr(0, colon), 7);
  if (!target)
    return base::error("\"" + word + "\" is nothing that a column can be", "map." + column,
                       "write field, key, phone, name, zone, language or ignored");
  return store::csv::ColumnRule{column, *target, word.substr(std::min(colon + 1, word.size()))};
}

}  // namespace

base::Result<> read_format(const std::map<std::string, std::string>& words, ImportJob& job) {
  constexpr std::string_view kMap = "map.";
  for (const auto& [key, word] : words) {
    if (key == "encoding") {
      const auto encoding = value_named<store::csv::Encoding>(word, 5);
      if (!encoding)
        return base::error("\"" + word + "\" is no encoding that is read", key,
                           "write detect, utf-8, utf-16le, utf-16be or windows-1254");
      job.format.encoding = *encoding;
    } else if (key == "delimiter") {
      if (word != "tab" &&
          (word.size() != 1 || std::string_view{",;|\t"}.find(word.front()) == std::string_view::npos))
        return base::error("\"" + word + "\" is no delimiter", key, "write , or ; or | or tab");
      job.format.delimiter = word == "tab" ? '\t' : word.front();
    } else if (key.starts_with(kMap)) {
      auto rule = rule_of(key.substr(kMap.size()), word);
      if (!rule) return tl::unexpected{rule.error()};
      job.rules.push_back(std::move(*rule));
    }
  }
  return {};
}

base::Result<ImportReport> run(store::Store& store, store::Reader& reader, const ImportJob& job,
                               base::WallTime now) {
  std::ifstream in{job.path, std::ios::binary};
  if (!in) return base::error("can't be read", job.file_name, "give the path of a CSV file");
  const auto country = phone::parse_country(job.country);
  if (!country) return base::error(country.error().what, "country", "write two letters: TR");
  const auto list = list_named(store, reader, job.list, job.country);
  if (!list) return tl::unexpected{list.error()};
  store::csv::ImportOptions options;
  options.default_country = *country;
  options.destinations = job.destinations;
  options.format = job.format;
  options.rules = job.rules;
  const auto read = [&](std::span<char> buffer) -> base::Result<std::size_t> {
    if (job.stopping && job.stopping())
      return base::error("the process stops; what was read so far is kept", std::string{kBrokenOff},
                         "import the file again");
    in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    if (in.bad()) return base::error("reading failed", job.file_name);
    return static_cast<std::size_t>(in.gcount());
  };
  const auto done = store::import_file(store, list->id, job.file_name, read, options, now);
  if (!done) return tl::unexpected{done.error()};
  ImportReport report{done->import, list->id, done->counts, {}, 0};
  while (report.more_after && report.problems.size() < job.problems_max) {
    const std::size_t room = job.problems_max - report.problems.size();
    const auto page =
        reader.import_problems(done->import, *report.more_after, std::min<std::size_t>(room, 1000));
    if (!page) return tl::unexpected{page.error()};
    for (const store::ImportProblemView& view : *page) report.problems.push_back(view.problem);
    report.more_after = page->empty() ? std::nullopt : std::optional{page->back().id};
  }
  return report;
}

}  // namespace ziptone::control
