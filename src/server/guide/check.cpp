// What may be wrong with a guide. Words, targets and texts first; only a guide whose every step is known has
// paths worth judging.
#include <algorithm>
#include <array>
#include <deque>
#include <set>

#include "server/guide/route.hpp"

namespace ziptone::guide {
namespace {

using FaultKind = Fault::Kind;

std::string of(const QuestionSet& set) { return "set " + set.id; }
std::string of(const Question& question) { return "question " + question.id; }

class Check {
 public:
  Check(const Guide& guide, const std::set<std::string>& codes) : guide_(guide), codes_(codes) {}

  std::vector<Fault> run() {
    if (guide_.languages.empty())
      add(FaultKind::empty, "guide", "names no language",
          "write languages, the first one stands in for others");
    if (guide_.sets.empty()) add(FaultKind::empty, "guide", "has no set", "add a set with a question");
    for (const QuestionSet& set : guide_.sets) words(set);
    const Route route{guide_};
    for (const QuestionSet& set : guide_.sets) targets(set, route);
    if (faults_.empty()) paths(route);
    return std::move(faults_);
  }

 private:
  void add(FaultKind kind, std::string where, std::string what, std::string mend) {
    faults_.push_back({kind, std::move(where), std::move(what), std::move(mend)});
  }

  void id(const std::string& text, const std::string& where) {
    if (text.empty()) return add(FaultKind::bad_id, where, "has no id", "give it one");
    if (text == kEnd)
      return add(FaultKind::bad_id, where, "is called end, which is where paths end", "rename it");
    if (!ids_.insert(text).second)
      add(FaultKind::bad_id, where, "has the id of another set or question", "rename one of them");
  }

  void text(const Texts& texts, const std::string& where) {
    for (const std::string& language : guide_.languages) {
      const auto at = texts.find(language);
      if (at == texts.end() || at->second.find_first_not_of(' ') == std::string::npos)
        add(FaultKind::missing_language, where, "has no text in " + language, "write it in " + language);
    }
    for (const auto& [language, one] : texts)
      if (!is_well_formed(one))
        add(FaultKind::bad_text, where, "has a merge field that is not closed, in " + language,
            "write {{field}}");
  }

  void words(const QuestionSet& set) {
    id(set.id, of(set));
    text(set.title, of(set));
    if (set.questions.empty())
      add(FaultKind::empty, of(set), "has no question", "add one, or remove the set");
    for (const Question& question : set.questions) {
      id(question.id, of(question));
      text(question.text, of(question));
      choices(question);
      branches(question);
    }
  }

  void choices(const Question& question) {
    const bool wanted = question.kind == Kind::single || question.kind == Kind::multiple;
    if (!wanted && !question.choices.empty())
      add(FaultKind::bad_choices, of(question), "has choices, but none are offered",
          "remove them, or make it single or multiple");
    if (wanted && question.choices.size() < 2)
      add(FaultKind::bad_choices, of(question), "has fewer than two choices", "add another");
    std::set<std::string> seen;
    for (const Choice& choice : question.choices) {
      const std::string where = of(question) + ", choice " + choice.id;
      if (choice.id.empty() || !seen.insert(choice.id).second)
        add(FaultKind::bad_choices, where, "has no id of its own", "give it one");
      text(choice.text, where);
    }
  }

  // Empty: such an answer can be given.
  std::string_view fault_of(const Question& question, const Branch& branch) const {
    const bool range = branch.at_least || branch.at_most;
    if (range && !branch.answer.empty()) return "names an answer and a range";
    if (range && question.kind != Kind::number) return "has a range, but the answer is no number";
    if (branch.at_least && branch.at_most && *branch.at_least > *branch.at_most) return "has an empty range";
    if (branch.answer.empty()) return "";
    if (question.kind == Kind::yes_no)
      return branch.answer == "yes" || branch.answer == "no" ? "" : "names neither yes nor no";
    const bool offered = std::any_of(question.choices.begin(), question.choices.end(),
                                     [&](const Choice& choice) { return choice.id == branch.answer; });
    return offered ? "" : "names an answer that can't be given";
  }

  void branches(const Question& question) {
    std::set<std::string> seen;
    bool all = false;
    for (const Branch& branch : question.branches) {
      const std::string where = of(question) + ", branch to " + branch.to;
      if (const auto fault = fault_of(question, branch); !fault.empty())
        add(FaultKind::bad_branch, where, std::string{fault}, "choose an answer of the question");
      if (all || (!branch.answer.empty() && !seen.insert(branch.answer).second))
        add(FaultKind::bad_branch, where, "is never taken: one before it takes the same answer",
            "remove one");
      if (!branch.code.empty() && !codes_.contains(branch.code))
        add(FaultKind::unknown_code, where,
            "suggests the wrap-up code " + branch.code + ", which there is not", "choose one of the codes");
      all = all || takes_all(branch);
    }
  }

  void targets(const QuestionSet& set, const Route& route) {
    const auto known = [&](const std::string& target, const std::string& where) {
      if (route.resolve(target).empty())
        add(FaultKind::unknown_target, where, "leads to \"" + target + "\", which there is not",
            "choose a question, a set or end");
    };
    if (!set.next.empty()) known(set.next, of(set));
    for (const Question& question : set.questions)
      for (const Branch& branch : question.branches) known(branch.to, of(question));
  }

  // Whether every answer, and passing over if that is allowed, has its branch.
  static bool covers_all(const Question& question) {
    std::set<std::string> named;
    for (const Branch& branch : question.branches) {
      if (takes_all(branch)) return true;
      named.insert(branch.answer);
    }
    if (!question.required) return false;
    if (question.kind == Kind::yes_no) return named.contains("yes") && named.contains("no");
    if (question.kind != Kind::single && question.kind != Kind::multiple) return false;
    return std::all_of(question.choices.begin(), question.choices.end(),
                       [&](const Choice& choice) { return named.contains(choice.id); });
  }

  static std::vector<std::string> ways(const Stop& stop, const Route& route) {
    std::vector<std::string> to;
    for (const Branch& branch : stop.question->branches) to.push_back(route.resolve(branch.to));
    if (!covers_all(*stop.question)) to.push_back(stop.after);
    return to;
  }

  void paths(const Route& route) {
    std::set<std::string> reached{route.first()};
    std::map<std::string, std::vector<std::string>> back;  // who leads here
    for (std::deque<std::string> open{route.first()}; !open.empty(); open.pop_front()) {
      const Stop& stop = *route.stop(open.front());
      for (const std::string& to : ways(stop, route)) {
        if (to.empty()) {
          add(FaultKind::dead_end, of(*stop.question), "has an answer after which there is nothing",
              "write the set's next, or a branch for every answer");
          continue;
        }
        back[to].push_back(stop.question->id);
        if (to != kEnd && reached.insert(to).second) open.push_back(to);
      }
    }
    if (!faults_.empty()) return;  // dead ends first: what they cut off is their doing
    std::set<std::string> ending;
    for (std::deque<std::string> open{std::string{kEnd}}; !open.empty(); open.pop_front())
      for (const std::string& from : back[open.front()])
        if (ending.insert(from).second) open.push_back(from);
    for (const QuestionSet& set : guide_.sets)
      for (const Question& question : set.questions) {
        if (!reached.contains(question.id))
          add(FaultKind::unreachable, of(question), "is never asked", "lead a branch to it, or remove it");
        else if (!ending.contains(question.id))
          add(FaultKind::endless, of(question), "leads round in a circle that has no way out",
              "lead one of its answers to end");
      }
  }

  const Guide& guide_;
  const std::set<std::string>& codes_;
  std::set<std::string> ids_;
  std::vector<Fault> faults_;
};

}  // namespace

std::string_view name(Fault::Kind kind) {
  constexpr std::array<std::string_view, 11> kNames = {
      "empty",          "bad_id",       "missing_language", "bad_text",    "bad_choices", "bad_branch",
      "unknown_target", "unknown_code", "dead_end",         "unreachable", "endless"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::vector<Fault> check(const Guide& guide, const std::set<std::string>& codes) {
  return Check{guide, codes}.run();
}

}  // namespace ziptone::guide
