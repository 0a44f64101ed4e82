#include "server/guide/route.hpp"

#include <algorithm>
#include <charconv>

namespace ziptone::guide {

Route::Route(const Guide& guide) {
  for (const QuestionSet& set : guide.sets) {
    if (!set.questions.empty()) entry_.emplace(set.id, set.questions.front().id);
    for (std::size_t i = 0; i < set.questions.size(); ++i) {
      const bool last = i + 1 == set.questions.size();
      const Question& one = set.questions[i];
      stops_.emplace(one.id, Stop{&one, set.id, last ? set.next : set.questions[i + 1].id});
      if (first_.empty()) first_ = one.id;
    }
  }
  for (auto& [id, stop] : stops_) stop.after = resolve(stop.after);
}

const Stop* Route::stop(const std::string& question) const {
  const auto at = stops_.find(question);
  return at == stops_.end() ? nullptr : &at->second;
}

std::string Route::resolve(const std::string& target) const {
  if (target == kEnd) return target;
  if (stops_.contains(target)) return target;
  const auto set = entry_.find(target);
  return set == entry_.end() ? std::string{} : set->second;
}

bool takes_all(const Branch& branch) { return branch.answer.empty() && !branch.at_least && !branch.at_most; }

const Branch* taken(const Question& question, const Answer& answer) {
  const auto fits = [&](const Branch& branch) {
    if (takes_all(branch)) return true;
    if (answer.empty()) return false;
    if (!branch.answer.empty()) return std::find(answer.begin(), answer.end(), branch.answer) != answer.end();
    const auto value = number_in(answer.front());
    return value && (!branch.at_least || *value >= *branch.at_least) &&
           (!branch.at_most || *value <= *branch.at_most);
  };
  const auto found = std::find_if(question.branches.begin(), question.branches.end(), fits);
  return found == question.branches.end() ? nullptr : &*found;
}

std::optional<double> number_in(std::string text) {
  std::replace(text.begin(), text.end(), ',', '.');
  double value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool finite = value - value == 0;  // neither "inf" nor "nan", which are read too
  if (fault != std::errc{} || end != text.data() + text.size() || !finite) return std::nullopt;
  return value;
}

const Question* find_question(const Guide& guide, std::string_view id) {
  for (const QuestionSet& set : guide.sets)
    for (const Question& one : set.questions)
      if (one.id == id) return &one;
  return nullptr;
}

}  // namespace ziptone::guide
