#include "server/store/import/seen.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace ziptone::store::csv {
namespace {

constexpr std::size_t kFirstSlots = 1024;
constexpr std::size_t kBlock = 1024 * 1024;

}  // namespace

// The slot that holds `packed`, or the free one where it belongs.
SeenNumbers::Slot& SeenNumbers::slot(std::uint64_t packed) {
  const std::size_t mask = slots_.size() - 1;
  std::uint64_t hash =
      packed * 0x9E3779B97F4A7C15u;  // Fibonacci hashing: numbers differ in their last digits
  hash ^= hash >> 32;
  std::size_t at = hash & mask;
  while (slots_[at].packed != 0 && slots_[at].packed != packed) at = (at + 1) & mask;
  return slots_[at];
}

void SeenNumbers::grow() {
  std::vector<Slot> old(std::max(kFirstSlots, slots_.size() * 2));
  old.swap(slots_);
  for (const Slot& kept : old) {
    if (kept.packed != 0) slot(kept.packed) = kept;
  }
}

std::uint64_t SeenNumbers::first_line(std::uint64_t packed, std::uint64_t line) {
  if (2 * (used_ + 1) > slots_.size()) grow();
  Slot& place = slot(packed);
  if (place.packed == packed) return place.line;
  place = {packed, line};
  ++used_;
  return 0;
}

void SeenKeys::grow() {
  std::vector<Slot> old(std::max(kFirstSlots, slots_.size() * 2));
  old.swap(slots_);
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& kept : old) {
    if (kept.entry == 0) continue;
    std::size_t at = kept.hash & mask;
    while (slots_[at].entry != 0) at = (at + 1) & mask;
    slots_[at] = kept;
  }
}

std::string_view SeenKeys::keep(std::string_view key) {
  if (blocks_.empty() || blocks_.back().size() + key.size() > blocks_.back().capacity())
    blocks_.emplace_back().reserve(std::max(kBlock, key.size()));
  std::string& block = blocks_.back();
  const std::size_t at = block.size();
  block += key;
  return std::string_view(block).substr(at);
}

std::uint64_t SeenKeys::first_line(std::string_view key, std::uint64_t line) {
  if (2 * (entries_.size() + 1) > slots_.size()) grow();
  const auto hash = static_cast<std::uint32_t>(std::hash<std::string_view>{}(key));
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  for (; slots_[at].entry != 0; at = (at + 1) & mask) {
    const Entry& entry = entries_[slots_[at].entry - 1];
    if (slots_[at].hash == hash && entry.key == key) return entry.line;
  }
  entries_.push_back({keep(key), line});
  slots_[at] = {hash, static_cast<std::uint32_t>(entries_.size())};
  return 0;
}

}  // namespace ziptone::store::csv
