// A CSV file on disk into a contact list, and the report that people read; for the API and the command line.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "phone/destination.hpp"
#include "server/store/import/contacts.hpp"
#include "server/store/reader.hpp"
#include "server/store/store.hpp"

namespace ziptone::control {

struct ImportJob {
  std::string path;       // of the file
  std::string file_name;  // for the report
  std::string list;       // name or id; made when it is new
  std::string country;    // ISO 3166 letters, of numbers written nationally
  const phone::DestinationList* destinations = nullptr;
  store::csv::Format format = {};                  // detected where it says nothing
  std::vector<store::csv::ColumnRule> rules = {};  // win over the well-known names of columns
  std::size_t problems_max = 10000;                // of them in the report
  // Asked before each piece of the file: true breaks the import off; what was written stays. Empty: never.
  std::function<bool()> stopping = {};
};
// Error::where of an import that was broken off.
inline constexpr std::string_view kBrokenOff = "stopping";
struct ImportReport {
  std::uint64_t import = 0;
  store::ListId list;
  store::ImportCounts counts;
  std::vector<store::ImportProblem> problems;  // the first ones
  std::optional<std::uint64_t> more_after;     // Reader::import_problems gives the rest from here on
};

// The words of a person about the file, as the API's query and the command line give them:
//   "encoding" -> "windows-1254" (detect, utf-8, utf-16le, utf-16be), "delimiter" -> "," ";" "|" or "tab",
//   "map.COLUMN" -> field, key, phone, name, zone, language or ignored; "phone:work" gives the number's
//   label.
// Other keys are somebody else's.
base::Result<> read_format(const std::map<std::string, std::string>& words, ImportJob& job);

// Waits until everything is durable: on a thread that may. An error is about the whole file.
base::Result<ImportReport> run(store::Store& store, store::Reader& reader, const ImportJob& job,
                               base::WallTime now);

}  // namespace ziptone::control
