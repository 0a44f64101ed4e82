// A contact file into a list: the reader of import/ on the caller's thread, the rows in the second lane.
#pragma once

#include <string>

#include "base/result.hpp"
#include "server/store/import/contacts.hpp"
#include "server/store/import_sink.hpp"

namespace ziptone::store {

struct ImportReport {
  std::uint64_t import = 0;  // Reader::import_problems gives its rows
  ImportCounts counts;
  csv::ImportTotals read;  // as the file was read: warnings and blank rows besides
};

// `file` is the name that the report shows. An error is about the file as a whole, or the disk's; what was
// written before it stays, and a new run goes on from it by the keys. Waits for the disk: neither on control
// nor on a media worker.
base::Result<ImportReport> import_file(Store& store, ListId list, const std::string& file,
                                       csv::ReadBytes read, csv::ImportOptions options, WallTime now);

}  // namespace ziptone::store
