// A file system under SQLite that remembers what a power failure would leave: every write since a file's last
// sync may be there, missing or torn at sector borders. It can also fail a chosen write or sync, or delay
// syncs. The files themselves are real, so that the running process reads what it wrote.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/random.hpp"

namespace ziptone::store {

class TestVfs {
 public:
  enum class Operation { write, sync };
  enum class Loss { everything_unsynced, torn, nothing };  // nothing: kill -9, the system goes on
  using Image = std::map<std::string, std::string>;        // file name without its directory -> bytes

  enum class Memory { on, off };  // off: only counts, faults and delays, on real syncs

  // Registers itself with SQLite under name(). One at a time.
  explicit TestVfs(Memory memory = Memory::on);
  ~TestVfs();
  TestVfs(const TestVfs&) = delete;
  TestVfs& operator=(const TestVfs&) = delete;
  static constexpr const char* name() { return "ziptone-test"; }

  // Called before a sync takes effect, on the thread that syncs, with its number from 1.
  void before_sync(std::function<void(std::uint64_t)> hook) { hook_ = std::move(hook); }
  // The `nth` operation of its kind from now on fails with this SQLite error code, and all after it work.
  void fail(Operation operation, std::uint64_t nth, int code);
  void delay_syncs(std::chrono::milliseconds by) { delay_ = by; }
  bool remembers() const { return memory_ == Memory::on; }
  bool has_failed() const { return after_fault_.has_value(); }
  std::uint64_t operations_since_fault() const { return after_fault_.value_or(0); }
  std::uint64_t count(Operation operation) const { return counts_[static_cast<std::size_t>(operation)]; }

  // What the disk holds if the power fails now. Inside before_sync only.
  Image image(Loss loss, base::Random& random) const;

  // ---- for the functions that SQLite calls
  int on_write(const std::string& path, std::int64_t offset, const void* data, int size);  // a SQLite code
  int on_sync(const std::string& path);
  void synced(const std::string& path);
  void truncated(const std::string& path, std::int64_t size);
  void deleted(const std::string& path);

 private:
  struct Write {
    std::int64_t offset;
    std::string bytes;
  };
  struct Truncate {
    std::int64_t size;
  };
  struct File {
    bool on_disk = false;  // its directory entry: with its first sync
    std::string durable;
    std::vector<std::variant<Write, Truncate>> pending;
  };
  int count_and_judge(Operation operation);

  const Memory memory_;
  mutable std::recursive_mutex mutex_;
  std::map<std::string, File> files_;
  std::function<void(std::uint64_t)> hook_;
  std::chrono::milliseconds delay_{0};
  std::uint64_t counts_[2] = {0, 0};
  struct Fault {
    Operation operation;
    std::uint64_t at;
    int code;
  };
  std::optional<Fault> fault_;
  std::optional<std::uint64_t> after_fault_;
};

}  // namespace ziptone::store
