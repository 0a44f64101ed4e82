#include "server/guide/document.hpp"

#include <algorithm>
#include <array>

#include <boost/json.hpp>

namespace ziptone::guide {
namespace {

namespace js = boost::json;
using Errors = std::vector<base::Error>;

constexpr std::array<std::string_view, 6> kKinds = {"single", "multiple", "text", "number", "date", "yes_no"};
// Beyond these a guide is no help to anybody, and a document of a megabyte stays cheap to walk.
constexpr std::size_t kSetsMax = 200, kQuestionsMax = 200, kChoicesMax = 100, kLanguagesMax = 20;

std::string item(const std::string& path, std::size_t index) {
  return path + "[" + std::to_string(index) + "]";
}

// Takes the fields of one object; what was not asked for is unknown.
class Fields {
 public:
  Fields(const js::value& value, std::string path, Errors& errors)
      : object_(value.if_object()), path_(std::move(path)), errors_(errors) {
    if (!object_) fault("", "is no object", "write { ... }");
  }

  void text(std::string_view key, std::string& out) {
    if (const js::value* value = take(key)) {
      if (const auto* read = value->if_string())
        out = std::string{*read};
      else
        fault(key, "is no text", "write it in quotes");
    }
  }
  void flag(std::string_view key, bool& out) {
    if (const js::value* value = take(key)) {
      if (const auto* read = value->if_bool())
        out = *read;
      else
        fault(key, "is neither true nor false", "write true or false");
    }
  }
  void number(std::string_view key, std::optional<double>& out) {
    if (const js::value* value = take(key)) {
      if (!value->is_number()) return fault(key, "is no number", "write it without quotes");
      out = value->to_number<double>();
    }
  }
  void texts(std::string_view key, Texts& out) {
    const js::value* value = take(key);
    if (!value) return;
    const auto* object = value->if_object();
    if (!object) return fault(key, "is no object", "write {\"en\": \"...\"}");
    for (const auto& [language, one] : *object) {
      if (const auto* read = one.if_string())
        out[std::string{language}] = std::string{*read};
      else
        fault(std::string{key} + "." + std::string{language}, "is no text", "write it in quotes");
    }
  }
  template <class Each>
  void list(std::string_view key, std::size_t max, Each each) {
    const js::value* value = take(key);
    if (!value) return;
    const auto* array = value->if_array();
    if (!array) return fault(key, "is no list", "write [ ... ]");
    if (array->size() > max) return fault(key, "is too long", "write at most " + std::to_string(max));
    for (std::size_t i = 0; i < array->size(); ++i) each(array->at(i), item(at(key), i));
  }
  void fault(std::string_view key, std::string what, std::string mend) {
    errors_.push_back({std::move(what), at(key), std::move(mend)});
  }
  void finish() {
    if (!object_) return;
    for (const auto& field : *object_)
      if (std::find(known_.begin(), known_.end(), field.key()) == known_.end())
        fault(field.key(), "is unknown", "remove it");
  }

 private:
  const js::value* take(std::string_view key) {
    known_.push_back(key);
    return object_ ? object_->if_contains(key) : nullptr;
  }
  std::string at(std::string_view key) const {
    if (key.empty()) return path_;
    return path_.empty() ? std::string{key} : path_ + "." + std::string{key};
  }
  const js::object* object_;
  std::string path_;
  Errors& errors_;
  std::vector<std::string_view> known_;
};

Question read_question(const js::value& value, const std::string& path, Errors& errors) {
  Question question;
  Fields fields{value, path, errors};
  fields.text("id", question.id);
  std::string kind;
  fields.text("kind", kind);
  const auto found = std::find(kKinds.begin(), kKinds.end(), kind);
  if (found == kKinds.end())
    fields.fault("kind", "is no kind of question", "write single, multiple, text, number, date or yes_no");
  else
    question.kind = static_cast<Kind>(found - kKinds.begin());
  fields.texts("text", question.text);
  fields.flag("required", question.required);
  fields.list("choices", kChoicesMax, [&](const js::value& one, const std::string& where) {
    Choice choice;
    Fields inner{one, where, errors};
    inner.text("id", choice.id);
    inner.texts("text", choice.text);
    inner.finish();
    question.choices.push_back(std::move(choice));
  });
  fields.list("branches", kChoicesMax, [&](const js::value& one, const std::string& where) {
    Branch branch;
    Fields inner{one, where, errors};
    inner.text("answer", branch.answer);
    inner.number("at_least", branch.at_least);
    inner.number("at_most", branch.at_most);
    inner.text("to", branch.to);
    inner.text("code", branch.code);
    inner.finish();
    question.branches.push_back(std::move(branch));
  });
  fields.finish();
  return question;
}

QuestionSet read_set(const js::value& value, const std::string& path, Errors& errors) {
  QuestionSet set;
  Fields fields{value, path, errors};
  fields.text("id", set.id);
  fields.texts("title", set.title);
  fields.text("next", set.next);
  fields.list("questions", kQuestionsMax, [&](const js::value& one, const std::string& where) {
    set.questions.push_back(read_question(one, where, errors));
  });
  fields.finish();
  return set;
}

js::object object_of(const Texts& texts) {
  js::object out;
  for (const auto& [language, text] : texts) out[language] = text;
  return out;
}

js::object object_of(const Question& question) {
  js::object out{{"id", question.id},
                 {"kind", kKinds[static_cast<std::size_t>(question.kind)]},
                 {"text", object_of(question.text)},
                 {"required", question.required}};
  js::array choices, branches;
  for (const Choice& choice : question.choices)
    choices.push_back(js::object{{"id", choice.id}, {"text", object_of(choice.text)}});
  for (const Branch& branch : question.branches) {
    js::object one{{"to", branch.to}};
    if (!branch.answer.empty()) one["answer"] = branch.answer;
    if (branch.at_least) one["at_least"] = *branch.at_least;
    if (branch.at_most) one["at_most"] = *branch.at_most;
    if (!branch.code.empty()) one["code"] = branch.code;
    branches.push_back(std::move(one));
  }
  if (!choices.empty()) out["choices"] = std::move(choices);
  if (!branches.empty()) out["branches"] = std::move(branches);
  return out;
}

// One text of an answer; nothing: it is none.
std::optional<std::string> answer_text(const js::value& value) {
  if (const auto* text = value.if_string()) return std::string{*text};
  if (const auto* flag = value.if_bool()) return std::string{*flag ? "yes" : "no"};
  if (value.is_number()) return js::serialize(value);
  return std::nullopt;
}

}  // namespace

base::Result<Guide, std::vector<base::Error>> parse(const std::string& json) {
  Errors errors;
  boost::system::error_code broken;
  const js::value value = js::parse(json, broken);
  if (broken) {
    errors.push_back({"is no JSON", "", "send one JSON object"});
    return tl::unexpected{std::move(errors)};
  }
  Guide guide;
  Fields fields{value, "", errors};
  fields.list("languages", kLanguagesMax, [&](const js::value& one, const std::string& where) {
    if (const auto* text = one.if_string())
      guide.languages.emplace_back(*text);
    else
      errors.push_back({"is no text", where, "write it in quotes"});
  });
  fields.list("sets", kSetsMax, [&](const js::value& one, const std::string& where) {
    guide.sets.push_back(read_set(one, where, errors));
  });
  fields.finish();
  if (!errors.empty()) return tl::unexpected{std::move(errors)};
  return guide;
}

std::string to_json(const Guide& guide) {
  js::array languages, sets;
  for (const std::string& language : guide.languages) languages.emplace_back(language);
  for (const QuestionSet& set : guide.sets) {
    js::array questions;
    for (const Question& question : set.questions) questions.push_back(object_of(question));
    js::object one{{"id", set.id}, {"title", object_of(set.title)}, {"questions", std::move(questions)}};
    if (!set.next.empty()) one["next"] = set.next;
    sets.push_back(std::move(one));
  }
  return js::serialize(js::object{{"languages", std::move(languages)}, {"sets", std::move(sets)}});
}

std::string to_json(const Answers& answers) {
  js::object out;
  for (const auto& [question, answer] : answers) {
    js::array list;
    for (const std::string& one : answer) list.emplace_back(one);
    out[question] = std::move(list);
  }
  return js::serialize(out);
}

base::Result<Answers> parse_answers(const std::string& json) {
  boost::system::error_code broken;
  const js::value value = js::parse(json, broken);
  const auto* object = broken ? nullptr : value.if_object();
  if (!object) return base::error("is no JSON object", "answers", "send {\"question\": \"answer\"}");
  Answers answers;
  for (const auto& [question, given] : *object) {
    Answer& answer = answers[std::string{question}];
    const auto take = [&](const js::value& one) {
      auto text = answer_text(one);
      if (text) answer.push_back(std::move(*text));
      return text.has_value();
    };
    bool good = true;
    if (const auto* list = given.if_array())
      for (const js::value& one : *list) good = take(one) && good;
    else if (!given.is_null())
      good = take(given);
    if (!good)
      return base::error("is no answer", "answers." + std::string{question},
                         "send a text, or a list of texts");
  }
  return answers;
}

}  // namespace ziptone::guide
