// The names of a scenario: each stands for an id of the core, counted from 1 in the order of the file.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "words.hpp"

namespace ziptone::scenario {

template <class Id>
class Names {
 public:
  explicit Names(std::string kind) : kind_(std::move(kind)) {}

  Id add(const Words& in, const std::string& name) {
    if (knows(name)) in.refuse("there is already " + kind_ + " named '" + name + "'");
    return append(name);
  }
  Id append(const std::string& name) {
    all_.push_back(name);
    return Id{all_.size()};
  }
  bool knows(const std::string& name) const {
    return std::find(all_.begin(), all_.end(), name) != all_.end();
  }
  // The next word of the line as one of these.
  Id take(Words& in) const { return find(in, in.take(kind_)); }
  Id find(const Words& in, const std::string& name) const {
    const auto at = std::find(all_.begin(), all_.end(), name);
    if (at == all_.end())
      in.refuse("there is no " + kind_.substr(kind_.find(' ') + 1) + " named '" + name + "'");
    return Id{static_cast<std::uint64_t>(at - all_.begin()) + 1};
  }
  std::string name(Id id) const { return id && id.value <= all_.size() ? all_[id.value - 1] : "nobody"; }
  std::size_t size() const { return all_.size(); }

 private:
  std::string kind_;  // with its article: "an agent"
  std::vector<std::string> all_;
};

}  // namespace ziptone::scenario
