// What happens when: one line of events by (instant, order of planning), so that a run has one order only.
#pragma once

#include <functional>
#include <queue>
#include <vector>

#include "base/time.hpp"

namespace ziptone::sim {

class Heap {
 public:
  using Action = std::function<void()>;

  void push(base::Instant at, Action action) {
    std::uint32_t place = 0;
    if (free_.empty()) {
      place = static_cast<std::uint32_t>(actions_.size());
      actions_.push_back(std::move(action));
    } else {
      place = free_.back();
      free_.pop_back();
      actions_[place] = std::move(action);
    }
    queue_.push({at, sequence_++, place});
  }
  bool empty() const { return queue_.empty(); }
  base::Instant next() const { return queue_.top().at; }
  Action pop() {
    const std::uint32_t place = queue_.top().place;
    queue_.pop();
    free_.push_back(place);
    return std::move(actions_[place]);
  }

 private:
  struct Planned {
    base::Instant at;
    std::uint64_t sequence;
    std::uint32_t place;  // of the action: the queue moves small things only
    friend bool operator>(const Planned& a, const Planned& b) {
      return a.at != b.at ? a.at > b.at : a.sequence > b.sequence;
    }
  };
  std::priority_queue<Planned, std::vector<Planned>, std::greater<>> queue_;
  std::vector<Action> actions_;
  std::vector<std::uint32_t> free_;
  std::uint64_t sequence_ = 0;
};

}  // namespace ziptone::sim
