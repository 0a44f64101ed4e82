// A bounded queue from many threads to one, without a lock on either side (the ring of D. Vyukov's bounded
// MPMC queue: each cell carries the number of the turn it is in). When it is full the answer is "no", at
// once.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

namespace ziptone::mediaplane {

template <class T>
class Mailbox {
 public:
  // `capacity` is a power of two.
  explicit Mailbox(std::size_t capacity) : cells_{new Cell[capacity]}, mask_{capacity - 1} {
    for (std::size_t i = 0; i < capacity; ++i) cells_[i].turn.store(i, std::memory_order_relaxed);
  }

  // Any thread. On false the value is untouched. `reserve` cells are left free for more important senders.
  bool try_push(T& value, std::size_t reserve = 0) {
    auto at = tail_.load(std::memory_order_relaxed);
    while (true) {
      if (at + reserve >= head_.load(std::memory_order_acquire) + mask_ + 1) return false;
      auto& cell = cells_[at & mask_];
      const auto turn = cell.turn.load(std::memory_order_acquire);
      if (turn == at) {
        if (!tail_.compare_exchange_weak(at, at + 1, std::memory_order_relaxed)) continue;
        cell.value = std::move(value);
        cell.turn.store(at + 1, std::memory_order_release);
        return true;
      }
      if (turn < at) return false;
      at = tail_.load(std::memory_order_relaxed);
    }
  }

  // The one receiving thread.
  std::optional<T> try_pop() {
    const auto at = head_.load(std::memory_order_relaxed);
    auto& cell = cells_[at & mask_];
    if (cell.turn.load(std::memory_order_acquire) != at + 1) return std::nullopt;
    std::optional<T> value{std::move(cell.value)};
    cell.value = T{};
    cell.turn.store(at + mask_ + 1, std::memory_order_release);
    head_.store(at + 1, std::memory_order_release);
    return value;
  }

 private:
  struct Cell {
    std::atomic<std::size_t> turn;
    T value{};
  };
  std::unique_ptr<Cell[]> cells_;
  std::size_t mask_;
  alignas(64) std::atomic<std::size_t> tail_{0};
  alignas(64) std::atomic<std::size_t> head_{0};
};

}  // namespace ziptone::mediaplane
