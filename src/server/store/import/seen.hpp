// Which line had this key or number first: memory of a whole file, millions of rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace ziptone::store::csv {

// Both answer 0 when it is new (and remember it), else the line that had it first. Open addressing, at most
// half full: 16 bytes a slot; the keys' own bytes are kept beside.
class SeenNumbers {
 public:
  std::uint64_t first_line(std::uint64_t packed, std::uint64_t line);

 private:
  struct Slot {
    std::uint64_t packed = 0;  // 0 = free
    std::uint64_t line = 0;
  };
  void grow();
  Slot& slot(std::uint64_t packed);
  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

class SeenKeys {
 public:
  std::uint64_t first_line(std::string_view key, std::uint64_t line);

 private:
  struct Entry {
    std::string_view key;
    std::uint64_t line = 0;
  };
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t entry = 0;  // index + 1, 0 = free
  };
  void grow();
  std::string_view keep(std::string_view key);
  std::vector<Slot> slots_;
  std::vector<Entry> entries_;
  std::deque<std::string> blocks_;  // a block never grows beyond what it reserved, so the views hold
};

}  // namespace ziptone::store::csv
