// A workload whose every prefix is known: after batch k the database must look so and not otherwise. Shared
// by the tests that pull the plug and those that break the disk.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "fixture.hpp"

namespace ziptone::store {

// What the store has promised so far.
struct Promised {
  std::uint64_t batches = 0;        // acknowledged as durable: 1 to here
  bool refused = false;             // a batch was refused
  bool promised_after = false;      // ... and a later one acknowledged all the same
  std::set<std::uint64_t> dialogs;  // attempts whose dialog was said to be durable
  std::uint64_t imported = 0;       // contacts
  bool configured = false;
};

class Workload {
 public:
  static constexpr std::uint64_t kBatches = 160;

  // Runs on a new store in `directory` through `vfs`, to its end or to the store's failure.
  void run(const std::string& directory, const std::string& vfs);
  Promised promised() const;
  bool opened() const { return opened_; }
  int failures_told() const { return failures_told_; }

 private:
  void submit_all(Store& store, const World& world);
  mutable std::mutex mutex_;
  Promised promised_;
  Acknowledged acknowledged_;
  std::atomic<int> failures_told_{0};
  bool opened_ = false;
};

// Opens what a crash left in `directory`: everything promised is there, nothing is half applied, the file is
// sound. Each finding is one sentence; empty = as it must be.
std::vector<std::string> judge(const std::string& directory, const Promised& promised);

}  // namespace ziptone::store
