// The call guide: sets of questions that an agent walks through with a contact. Values and functions, no disk
// and no clock; the store keeps versions of the document (document.hpp), the API serves them.
//
//   check(guide, codes)       what is wrong with it, before it is kept
//   walk(guide, answers)      the path so far and the question that is next
//   submission(guide, ...)    whether the answers may be submitted, and what is missing
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ziptone::guide {

enum class Kind { single, multiple, text, number, date, yes_no };

using Texts = std::map<std::string, std::string>;  // by language: "tr", "en", "ar"

// Where a path ends; a target like the id of a question or of a set.
inline constexpr std::string_view kEnd = "end";

struct Choice {
  std::string id;
  Texts text;
};
// What follows an answer. The first branch that fits is taken.
struct Branch {
  std::string answer;                       // id of a choice, "yes" or "no"; empty: see below
  std::optional<double> at_least, at_most;  // of a number; neither, and no answer: every answer, also none
  std::string to;                           // a question, a set, or "end"
  std::string code;                         // the wrap-up code that this path suggests; empty: none
};
struct Question {
  std::string id;
  Kind kind = Kind::text;
  Texts text;  // with {{field}} for what the contact's fields hold
  bool required = false;
  std::vector<Choice> choices;  // of single and multiple
  std::vector<Branch> branches;
};
// Its questions in their order; after the last one that no branch led away from, `next`.
struct QuestionSet {
  std::string id;
  Texts title;
  std::vector<Question> questions;
  std::string next;  // a set, a question or "end"; empty: every way out is a branch
};
// Begins with the first question of the first set. Ids are unique over questions and sets.
struct Guide {
  std::vector<std::string> languages;  // the first stands in for a text that a reader's language lacks
  std::vector<QuestionSet> sets;
};

const Question* find_question(const Guide& guide, std::string_view id);

// ---- check
struct Fault {
  enum class Kind {
    empty,             // no language, no set, a set without questions
    bad_id,            // empty, used twice, or "end"
    missing_language,  // a text that one of the languages lacks
    bad_text,          // a merge field that is not closed
    bad_choices,       // too few, or where there may be none
    bad_branch,        // on an answer that can't be given, or after one that takes all
    unknown_target,
    unknown_code,
    dead_end,     // an answer after which there is nothing
    unreachable,  // no path leads here
    endless       // no path leads from here to the end
  };
  Kind kind;
  std::string where;  // "set opening", "question age", "question age, choice old"
  std::string what;
  std::string mend;
};
std::string_view name(Fault::Kind kind);
// Everything that is wrong; empty: it may be kept. `codes`: the wrap-up codes that there are.
std::vector<Fault> check(const Guide& guide, const std::set<std::string>& codes);

// ---- walk
// Ids of the choices, "yes" or "no", or the one text as it was written; empty: passed over.
using Answer = std::vector<std::string>;
using Answers = std::map<std::string, Answer>;  // by question

// Why this is no answer to that question; empty: it is one. Passing over is one when it is not required.
std::string_view fault_of(const Question& question, const Answer& answer);

struct Walk {
  std::vector<std::string> path;  // questions answered or passed over, in the order of the walk
  std::string next;               // the one to ask now; empty: done
  bool again = false;             // `next` was answered before: its answer led back to it
  std::string code;               // suggested by the path so far, the last one named
};
// Of a guide without faults. Stops at the first question without a good answer.
Walk walk(const Guide& guide, const Answers& answers);

struct Submission {
  Walk walk;                         // to its end, as far as the answers tell where it goes
  std::vector<std::string> missing;  // required and not answered
  std::vector<std::string> wrong;    // answered with what is no answer
  Answers kept;                      // those on the path
  bool may() const { return missing.empty() && wrong.empty() && walk.next.empty(); }
};
// Walks on past what is missing wherever the guide goes one way only, so that all that is missing is named.
Submission submission(const Guide& guide, const Answers& answers);

// ---- text
// In this language, the contact's fields in their places; a field that the contact lacks is empty.
std::string merged(const Guide& guide, const Texts& texts, const std::string& language,
                   const std::map<std::string, std::string>& fields);
bool is_well_formed(std::string_view text);  // every {{ has its }}

}  // namespace ziptone::guide
