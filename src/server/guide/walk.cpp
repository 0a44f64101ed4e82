// The way through a guide, told by the answers alone.
#include <algorithm>
#include <set>

#include "server/guide/route.hpp"

namespace ziptone::guide {
namespace {

constexpr std::size_t kTextMax = 4000;  // bytes of one answer: some pages of notes

// ISO 8601, a day that the calendar has.
bool is_date(const std::string& text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (i != 4 && i != 7 && (text[i] < '0' || text[i] > '9')) return false;
  const int year = std::stoi(text.substr(0, 4)), month = std::stoi(text.substr(5, 2));
  const int day = std::stoi(text.substr(8, 2));
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12 || day < 1) return false;
  return day <= kDays[month - 1] + (month == 2 && leap ? 1 : 0);
}

bool offers(const Question& question, const std::string& choice) {
  return std::any_of(question.choices.begin(), question.choices.end(),
                     [&](const Choice& one) { return one.id == choice; });
}

// Whether every answer leads the same way on.
bool goes_one_way(const Question& question) {
  return question.branches.empty() || takes_all(question.branches.front());
}

}  // namespace

std::string_view fault_of(const Question& question, const Answer& answer) {
  if (answer.empty()) return question.required ? "an answer is required" : "";
  const std::string& first = answer.front();
  if (question.kind != Kind::multiple && answer.size() > 1) return "one answer is wanted";
  switch (question.kind) {
    case Kind::single:
    case Kind::multiple:
      for (const std::string& one : answer)
        if (!offers(question, one)) return "is none of the choices";
      if (std::set<std::string>(answer.begin(), answer.end()).size() != answer.size())
        return "a choice is named twice";
      return "";
    case Kind::yes_no:
      return first == "yes" || first == "no" ? "" : "is neither yes nor no";
    case Kind::number:
      return number_in(first) ? "" : "is no number";
    case Kind::date:
      return is_date(first) ? "" : "is no date";
    case Kind::text:
      if (first.size() > kTextMax) return "is too long";
      return first.find_first_not_of(" \t\r\n") == std::string::npos ? "is blank" : "";
  }
  return "";
}

namespace {

// The one walk: to the first question that stops it, or past what is missing as far as the way is known.
Submission go(const Guide& guide, const Answers& answers, bool past_missing) {
  Submission done;
  const Route route{guide};
  std::set<std::string> met;
  for (std::string at = route.first(); !at.empty() && at != kEnd;) {
    const Stop* stop = route.stop(at);
    if (stop == nullptr) break;
    if (!met.insert(at).second) {
      done.walk.next = at;
      done.walk.again = true;
      done.wrong.push_back(at);  // the answer that it has leads round in a circle
      return done;
    }
    const Question& question = *stop->question;
    const auto given = answers.find(at);
    const Answer answer = given == answers.end() ? Answer{} : given->second;
    const bool good = fault_of(question, answer).empty() && (given != answers.end() || past_missing);
    if (good) {
      done.walk.path.push_back(at);
      if (given != answers.end()) done.kept[at] = answer;
    } else {
      (answer.empty() ? done.missing : done.wrong).push_back(at);
      if (done.walk.next.empty()) done.walk.next = at;
      if (!past_missing || !goes_one_way(question)) return done;
    }
    const Branch* branch = taken(question, good ? answer : Answer{});
    if (branch != nullptr && !branch->code.empty()) done.walk.code = branch->code;
    at = branch != nullptr ? route.resolve(branch->to) : stop->after;
  }
  return done;
}

}  // namespace

Walk walk(const Guide& guide, const Answers& answers) { return go(guide, answers, false).walk; }
Submission submission(const Guide& guide, const Answers& answers) { return go(guide, answers, true); }

bool is_well_formed(std::string_view text) {
  for (std::size_t open = text.find("{{"); open != std::string_view::npos; open = text.find("{{", open)) {
    const std::size_t close = text.find("}}", open);
    if (close == std::string_view::npos || close == open + 2) return false;
    if (text.substr(open + 2, close - open - 2).find("{{") != std::string_view::npos) return false;
    open = close + 2;
  }
  return true;
}

std::string merged(const Guide& guide, const Texts& texts, const std::string& language,
                   const std::map<std::string, std::string>& fields) {
  auto at = texts.find(language);
  if (at == texts.end() && !guide.languages.empty()) at = texts.find(guide.languages.front());
  if (at == texts.end()) return {};
  const std::string_view text = at->second;
  std::string out;
  std::size_t from = 0;
  for (;;) {
    const std::size_t open = text.find("{{", from);
    const std::size_t close = open == std::string_view::npos ? open : text.find("}}", open);
    if (close == std::string_view::npos) return out + std::string{text.substr(from)};
    out += text.substr(from, open - from);
    std::string_view named = text.substr(open + 2, close - open - 2);
    while (named.starts_with(' ')) named.remove_prefix(1);
    while (named.ends_with(' ')) named.remove_suffix(1);
    const auto field = fields.find(std::string{named});
    if (field != fields.end()) out += field->second;
    from = close + 2;
  }
}

}  // namespace ziptone::guide
