// Which question follows which: what checking and walking have in common.
#pragma once

#include <map>
#include <string>

#include "server/guide/guide.hpp"

namespace ziptone::guide {

// A place in the guide: its question, and where one goes on when no branch leads away.
struct Stop {
  const Question* question = nullptr;
  std::string set;    // its id
  std::string after;  // a question or "end"; empty: nothing is there
};

class Route {
 public:
  explicit Route(const Guide& guide);
  const Stop* stop(const std::string& question) const;
  // The question that a target means, "end", or nothing when there is no such target.
  std::string resolve(const std::string& target) const;
  const std::string& first() const { return first_; }

 private:
  std::map<std::string, Stop> stops_;         // by question
  std::map<std::string, std::string> entry_;  // of a set: its first question
  std::string first_;
};

// The branch that the answer takes, or nullptr: the question's way on.
const Branch* taken(const Question& question, const Answer& answer);
bool takes_all(const Branch& branch);
// As it is spoken or typed, with a point or a comma; nothing: it is no number.
std::optional<double> number_in(std::string text);

}  // namespace ziptone::guide
