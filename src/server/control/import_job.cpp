#include "server/control/import_job.hpp"

#include <fstream>

#include "server/control/seed.hpp"
#include "server/store/import_file.hpp"

namespace ziptone::control {

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
  const auto read = [&](std::span<char> buffer) -> base::Result<std::size_t> {
    in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    if (in.bad()) return base::error("reading failed", job.file_name);
    return static_cast<std::size_t>(in.gcount());
  };
  const auto done = store::import_file(store, list->id, job.file_name, read, options, now);
  if (!done) return tl::unexpected{done.error()};
  ImportReport report{done->import, list->id, done->counts, {}};
  for (std::uint64_t after = 0; report.problems.size() < kProblemsMax;) {
    const auto page = reader.import_problems(done->import, after, 1000);
    if (!page) return tl::unexpected{page.error()};
    if (page->empty()) break;
    for (const store::ImportProblemView& view : *page) report.problems.push_back(view.problem);
    after = page->back().id;
  }
  return report;
}

}  // namespace ziptone::control
