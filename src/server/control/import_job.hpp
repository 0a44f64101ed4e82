// A CSV file on disk into a contact list, and the report that people read; for the API and the command line.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "phone/destination.hpp"
#include "server/store/reader.hpp"
#include "server/store/store.hpp"

namespace ziptone::control {

struct ImportJob {
  std::string path;       // of the file
  std::string file_name;  // for the report
  std::string list;       // name or id; made when it is new
  std::string country;    // ISO 3166 letters, of numbers written nationally
  const phone::DestinationList* destinations = nullptr;
};
struct ImportReport {
  std::uint64_t import = 0;
  store::ListId list;
  store::ImportCounts counts;
  std::vector<store::ImportProblem> problems;  // the first kProblemsMax; the store has them all
};
inline constexpr std::size_t kProblemsMax = 10000;

// Waits until everything is durable: on a thread that may. An error is about the whole file.
base::Result<ImportReport> run(store::Store& store, store::Reader& reader, const ImportJob& job,
                               base::WallTime now);

}  // namespace ziptone::control
