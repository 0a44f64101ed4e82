// Where an import's parsed rows go: into one list, by key, in the second lane. Nothing is dropped in silence:
// every row read is inserted, updated, unchanged, a duplicate or bad, and the counts add up.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "server/store/records.hpp"

namespace ziptone::store {

struct ImportNumber {
  std::string e164;
  std::string zones;    // IANA names joined by ','; "" = unknown, never dialed
  std::string type;     // mobile, fixed, ...; as phone names it
  std::string barred;   // why the destination list refuses it; "" = allowed
  std::string country;  // ISO 3166, "" = unknown
};
struct ImportContact {
  std::uint64_t line = 0;  // of the file, from 1
  std::string key;         // unique in the list, not empty
  std::string name;
  std::string fields;                 // the other columns, as a JSON object
  std::vector<ImportNumber> numbers;  // in order of preference, 1-10
  std::string row;                    // the original text, for the report should it be a duplicate
};
struct ImportProblem {
  enum class Kind : std::uint8_t { bad, duplicate, warning };  // of a warning the row was taken all the same
  Kind kind = Kind::bad;
  std::uint64_t line = 0;
  std::string column;  // "" = the row as a whole
  std::string what;    // one sentence
  std::string mend;    // one sentence, may be empty
  std::string row;     // the original text
};
struct ImportCounts {
  std::uint64_t read = 0;  // = inserted + updated + unchanged + duplicate + bad
  std::uint64_t inserted = 0;
  std::uint64_t updated = 0;    // the key was there from an earlier import: names, fields, numbers renewed
  std::uint64_t unchanged = 0;  // the same, and so was the row
  std::uint64_t duplicate = 0;  // the key came earlier in this file; the first row counts
  std::uint64_t bad = 0;
};

class Store;

// One import. Used by one thread, which is neither control nor a media worker: add() waits while the second
// lane is full.
class ImportSink {
 public:
  // Opens an import of `file` (a name for the report) into `list`.
  static base::Result<ImportSink> open(Store& store, ListId list, const std::string& file, WallTime now);
  ImportSink(ImportSink&&) noexcept;
  ~ImportSink();  // not finished: recorded as broken off; what was written stays, a new run goes on from it

  base::Result<> add(ImportContact contact);
  base::Result<> reject(ImportProblem problem);  // a row that is not taken: counted as bad or duplicate
  base::Result<> remark(
      ImportProblem problem);  // counted nowhere: a warning, or what else is wrong with a row
  // Waits until everything is durable.
  base::Result<ImportCounts> finish();
  std::uint64_t import_id() const;

 private:
  struct State;
  explicit ImportSink(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ziptone::store
