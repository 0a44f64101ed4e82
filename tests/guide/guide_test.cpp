// Guides: what is refused, where a walk leads, and a whole guide of eight sets in three languages.
#include "server/guide/guide.hpp"

#include <algorithm>
#include <fstream>
#include <functional>
#include <sstream>

#include <rapidcheck.h>

#include <gtest/gtest.h>

#include "server/guide/document.hpp"

namespace ziptone::guide {
namespace {

using Kind_ = Fault::Kind;
const std::set<std::string> kCodes = {"Sale", "No Answer"};

Texts both(const std::string& text) { return {{"tr", text + " (tr)"}, {"en", text}}; }

Question question(const std::string& id, Kind kind, std::vector<Branch> branches = {}) {
  Question made;
  made.id = id;
  made.kind = kind;
  made.text = both(id + "?");
  made.required = true;
  made.branches = std::move(branches);
  if (kind == Kind::single || kind == Kind::multiple) made.choices = {{"a", both("A")}, {"b", both("B")}};
  return made;
}
Branch on(const std::string& answer, const std::string& to, const std::string& code = {}) {
  Branch branch;
  branch.answer = answer;
  branch.to = to;
  branch.code = code;
  return branch;
}

// opening: likes (no -> end), why; then more: grade (a number of 9 and over -> end, Sale), date.
Guide small() {
  Branch high;
  high.at_least = 9;
  high.to = "end";
  high.code = "Sale";
  return {
      {"tr", "en"},
      {{"opening",
        both("Opening"),
        {question("likes", Kind::yes_no, {on("no", "end", "No Answer")}), question("why", Kind::multiple)},
        "more"},
       {"more",
        both("More"),
        {question("grade", Kind::number, {high}), question("day", Kind::date)},
        "end"}}};
}
Question& at(Guide& guide, const std::string& id) { return const_cast<Question&>(*find_question(guide, id)); }

struct Wrong {
  const char* name;
  Kind_ kind;
  const char* where;
  std::function<void(Guide&)> spoil;
};
class Faults : public ::testing::TestWithParam<Wrong> {};

TEST_P(Faults, AreFoundAndNamedWithTheirPlaceAndMend) {
  Guide guide = small();
  ASSERT_TRUE(check(guide, kCodes).empty());
  GetParam().spoil(guide);
  const auto faults = check(guide, kCodes);
  const bool found = std::any_of(faults.begin(), faults.end(), [](const Fault& fault) {
    return fault.kind == GetParam().kind && fault.where == GetParam().where;
  });
  std::string all;
  for (const Fault& fault : faults) {
    all += std::string{name(fault.kind)} + ": " + fault.where + " " + fault.what + "\n";
    EXPECT_FALSE(fault.what.empty());
    EXPECT_FALSE(fault.mend.empty());
  }
  EXPECT_TRUE(found) << all;
}

INSTANTIATE_TEST_SUITE_P(
    Guide, Faults,
    ::testing::Values(
        Wrong{"no_language", Kind_::empty, "guide", [](Guide& g) { g.languages.clear(); }},
        Wrong{"no_set", Kind_::empty, "guide", [](Guide& g) { g.sets.clear(); }},
        Wrong{"empty_set", Kind_::empty, "set more", [](Guide& g) { g.sets[1].questions.clear(); }},
        Wrong{"no_id", Kind_::bad_id, "question ", [](Guide& g) { at(g, "day").id.clear(); }},
        Wrong{"id_twice", Kind_::bad_id, "question why", [](Guide& g) { at(g, "day").id = "why"; }},
        Wrong{"id_end", Kind_::bad_id, "question end", [](Guide& g) { at(g, "day").id = "end"; }},
        Wrong{"question_language", Kind_::missing_language, "question why",
              [](Guide& g) { at(g, "why").text.erase("tr"); }},
        Wrong{"choice_language", Kind_::missing_language, "question why, choice b",
              [](Guide& g) { at(g, "why").choices[1].text["en"] = " "; }},
        Wrong{"title_language", Kind_::missing_language, "set more",
              [](Guide& g) { g.languages.emplace_back("ar"); }},
        Wrong{"open_field", Kind_::bad_text, "question why",
              [](Guide& g) { at(g, "why").text["en"] = "Hello {{name"; }},
        Wrong{"one_choice", Kind_::bad_choices, "question why", [](Guide& g) { at(g, "why").choices.pop_back(); }},
        Wrong{"choices_of_a_date", Kind_::bad_choices, "question day",
              [](Guide& g) { at(g, "day").choices = at(g, "why").choices; }},
        Wrong{"choice_twice", Kind_::bad_choices, "question why, choice a",
              [](Guide& g) { at(g, "why").choices[1].id = "a"; }},
        Wrong{"answer_unknown", Kind_::bad_branch, "question why, branch to end",
              [](Guide& g) { at(g, "why").branches = {on("c", "end")}; }},
        Wrong{"answer_of_a_text", Kind_::bad_branch, "question day, branch to end",
              [](Guide& g) { at(g, "day").branches = {on("2026-01-01", "end")}; }},
        Wrong{"range_of_a_date", Kind_::bad_branch, "question day, branch to end",
              [](Guide& g) { at(g, "day").branches = {{"", 1, {}, "end", ""}}; }},
        Wrong{"empty_range", Kind_::bad_branch, "question grade, branch to end",
              [](Guide& g) { at(g, "grade").branches[0].at_most = 3; }},
        Wrong{"never_taken", Kind_::bad_branch, "question likes, branch to more",
              [](Guide& g) { at(g, "likes").branches.push_back(on("no", "more")); }},
        Wrong{"target", Kind_::unknown_target, "question likes",
              [](Guide& g) { at(g, "likes").branches[0].to = "nowhere"; }},
        Wrong{"next_target", Kind_::unknown_target, "set opening", [](Guide& g) { g.sets[0].next = "nowhere"; }},
        Wrong{"code", Kind_::unknown_code, "question likes, branch to end",
              [](Guide& g) { at(g, "likes").branches[0].code = "Sail"; }},
        Wrong{"dead_end", Kind_::dead_end, "question day", [](Guide& g) { g.sets[1].next.clear(); }},
        Wrong{"dead_end_when_passed_over", Kind_::dead_end, "question day",
              [](Guide& g) {
                g.sets[1].next.clear();
                at(g, "day") = question("day", Kind::yes_no, {on("yes", "end"), on("no", "end")});
                at(g, "day").required = false;
              }},
        Wrong{"unreachable", Kind_::unreachable, "question why",
              [](Guide& g) { at(g, "likes").branches.push_back(on("yes", "more")); }},
        Wrong{"endless", Kind_::endless, "question grade",
              [](Guide& g) {
                g.sets[1].next = "more";
                at(g, "grade").branches.clear();
              }}),
    [](const auto& one) { return one.param.name; });

TEST(Check, ACircleWithAWayOutIsAllowed) {
  Guide guide = small();
  at(guide, "grade").branches = {on("", "opening")};
  at(guide, "grade").branches[0].at_most = 2;
  EXPECT_TRUE(check(guide, kCodes).empty());
}
TEST(Check, EveryAnswerWithABranchNeedsNoNext) {
  Guide guide = small();
  guide.sets[1].next.clear();
  at(guide, "day") = question("day", Kind::yes_no, {on("yes", "end"), on("no", "end")});
  EXPECT_TRUE(check(guide, kCodes).empty());
}

TEST(Walking, AnswersLeadAndTheLastNamedCodeIsSuggested) {
  const Guide guide = small();
  EXPECT_EQ(walk(guide, {}).next, "likes");
  EXPECT_EQ(walk(guide, {{"likes", {"yes"}}}).next, "why");
  const Walk refused = walk(guide, {{"likes", {"no"}}});
  EXPECT_EQ(refused.next, "");
  EXPECT_EQ(refused.code, "No Answer");
  const Walk high = walk(guide, {{"likes", {"yes"}}, {"why", {"b", "a"}}, {"grade", {"9.5"}}});
  EXPECT_EQ(high.next, "");
  EXPECT_EQ(high.code, "Sale");
  const Walk low = walk(guide, {{"likes", {"yes"}}, {"why", {"b"}}, {"grade", {"8"}}});
  EXPECT_EQ(low.next, "day");
  EXPECT_EQ(low.code, "");
  EXPECT_EQ(low.path, (std::vector<std::string>{"likes", "why", "grade"}));
}
TEST(Walking, ABadAnswerStopsIt) {
  const Guide guide = small();
  EXPECT_EQ(walk(guide, {{"likes", {"perhaps"}}, {"why", {"a"}}}).next, "likes");
  EXPECT_EQ(walk(guide, {{"likes", {}}}).next, "likes") << "it is required";
}
TEST(Walking, AnAnswerThatLeadsBackIsAskedAgain) {
  Guide guide = small();
  at(guide, "grade").branches = {on("", "opening")};
  at(guide, "grade").branches[0].at_most = 2;
  const Walk back = walk(guide, {{"likes", {"yes"}}, {"why", {"a"}}, {"grade", {"1"}}});
  EXPECT_EQ(back.next, "likes");
  EXPECT_TRUE(back.again);
}

TEST(Submitting, NamesWhatIsMissingAndDropsWhatIsNotOnThePath) {
  const Guide guide = small();
  const auto none = submission(guide, {{"likes", {"yes"}}});
  EXPECT_FALSE(none.may());
  EXPECT_EQ(none.missing, (std::vector<std::string>{"why", "grade"}))
      << "what follows the grade depends on it";
  const auto wrong =
      submission(guide, {{"likes", {"yes"}}, {"why", {"c"}}, {"grade", {"3"}}, {"day", {"soon"}}});
  EXPECT_EQ(wrong.wrong, (std::vector<std::string>{"why", "day"}));
  const auto good = submission(guide, {{"likes", {"no"}}, {"why", {"a"}}, {"other", {"x"}}});
  EXPECT_TRUE(good.may());
  EXPECT_EQ(good.kept, (Answers{{"likes", {"no"}}}));
}

TEST(AnswersOf, EachKind) {
  const auto good = [](Kind kind, const Answer& answer) {
    return fault_of(question("q", kind), answer).empty();
  };
  EXPECT_TRUE(good(Kind::single, {"a"}));
  EXPECT_FALSE(good(Kind::single, {"a", "b"}));
  EXPECT_TRUE(good(Kind::multiple, {"a", "b"}));
  EXPECT_FALSE(good(Kind::multiple, {"a", "a"}));
  EXPECT_TRUE(good(Kind::number, {"-2.5"}));
  EXPECT_TRUE(good(Kind::number, {"1,5"}));
  for (const char* wrong : {"", "1,5,5", "nan", "inf", "1e999", "two", "1 "})
    EXPECT_FALSE(good(Kind::number, {wrong}));
  EXPECT_TRUE(good(Kind::date, {"2028-02-29"}));
  for (const char* wrong : {"2026-02-29", "2026-13-01", "2026-00-10", "26-01-01", "2026-1-01", "2026-01-00"})
    EXPECT_FALSE(good(Kind::date, {wrong})) << wrong;
  EXPECT_TRUE(good(Kind::text, {"fine"}));
  EXPECT_FALSE(good(Kind::text, {"  \n"}));
  EXPECT_FALSE(good(Kind::text, {std::string(4001, 'x')}));
  EXPECT_FALSE(good(Kind::yes_no, {"evet"}));
}

TEST(Texts, FieldsAreMergedAndALanguageThatLacksFallsBack) {
  const Guide guide = small();
  const Texts texts = {{"tr", "Merhaba {{ad}}, {{yok}}!"}, {"en", "Hello {{ ad }}"}};
  EXPECT_EQ(merged(guide, texts, "en", {{"ad", "Ayşe"}}), "Hello Ayşe");
  EXPECT_EQ(merged(guide, texts, "ar", {{"ad", "{{yok}}"}}), "Merhaba {{yok}}, !") << "a value is no text";
  EXPECT_FALSE(is_well_formed("{{"));
  EXPECT_FALSE(is_well_formed("{{}}"));
  EXPECT_FALSE(is_well_formed("{{a {{b}}"));
  EXPECT_TRUE(is_well_formed("a } } { {"));
}

std::string subscription() {
  std::ifstream in{std::string{ZIPTONE_SOURCE} + "/tests/guide/subscription.json"};
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}
Guide whole() {
  auto guide = parse(subscription());
  if (!guide) throw std::runtime_error(base::to_string(guide.error().front()));
  return *guide;
}

TEST(Subscription, ThirtyQuestionsInEightSetsAndThreeLanguagesAreWithoutFault) {
  const Guide guide = whole();
  EXPECT_EQ(guide.sets.size(), 8u);
  EXPECT_EQ(guide.languages, (std::vector<std::string>{"tr", "en", "ar"}));
  std::size_t questions = 0;
  for (const QuestionSet& set : guide.sets) questions += set.questions.size();
  EXPECT_EQ(questions, 30u);
  std::string all;
  for (const Fault& fault : check(guide, kCodes)) all += fault.where + " " + fault.what + "\n";
  EXPECT_EQ(all, "");
}
TEST(Subscription, ReadsBackAsItWasWritten) {
  const std::string text = to_json(whole());
  const auto again = parse(text);
  ASSERT_TRUE(again);
  EXPECT_EQ(to_json(*again), text);
}

// An answer that fits, or sometimes none or nonsense, as the generator decides.
Answer any_answer(const Question& question) {
  const int dice = *rc::gen::inRange(0, 20);
  if (dice == 0) return {};
  if (dice == 1) return {"nonsense"};
  switch (question.kind) {
    case Kind::single:
    case Kind::multiple:
      return {(*rc::gen::elementOf(question.choices)).id};
    case Kind::yes_no:
      return {*rc::gen::element<std::string>("yes", "no")};
    case Kind::number:
      return {std::to_string(*rc::gen::inRange(-5, 30))};
    case Kind::date:
      return {"2026-11-23"};
    case Kind::text:
      return {"a remark"};
  }
  return {};
}

// Whoever answers what is asked comes to the end, a step at a time, and what was asked is what is kept.
TEST(Walks, GoForwardByOneGoodAnswerAndEndInASubmission) {
  const Guide guide = whole();
  rc::check([&] {
    Answers answers;
    std::size_t turns = 0;
    for (Walk now = walk(guide, answers); !now.next.empty(); now = walk(guide, answers)) {
      RC_ASSERT(++turns < 400);
      const Question* asked = find_question(guide, now.next);
      RC_ASSERT(asked != nullptr);
      const Answer answer = any_answer(*asked);
      const bool good = fault_of(*asked, answer).empty();
      answers[now.next] = answer;
      const Walk after = walk(guide, answers);
      if (good && !now.again) RC_ASSERT(after.path.size() >= now.path.size() + 1);
      if (!good) RC_ASSERT(after.next == now.next);
      RC_ASSERT(std::equal(now.path.begin(), now.path.end(), after.path.begin()) || now.again);
    }
    const Submission done = submission(guide, answers);
    RC_ASSERT(done.may());
    RC_ASSERT(done.kept.size() == done.walk.path.size());
    RC_ASSERT(submission(guide, done.kept).may());
  });
}

// Whatever stands in the answers, nothing on the path is without a good answer, and no walk fails to end.
TEST(Walks, OfAnyAnswersHoldNoBadAnswer) {
  const Guide guide = whole();
  rc::check([&] {
    Answers answers;
    for (const QuestionSet& set : guide.sets)
      for (const Question& one : set.questions)
        if (*rc::gen::inRange(0, 4) != 0) answers[one.id] = any_answer(one);
    const Walk way = walk(guide, answers);
    for (const std::string& id : way.path)
      RC_ASSERT(fault_of(*find_question(guide, id), answers[id]).empty());
    const Submission sent = submission(guide, answers);
    RC_ASSERT(sent.may() == way.next.empty() || !sent.missing.empty() || !sent.wrong.empty());
    for (const std::string& id : sent.missing) RC_ASSERT(find_question(guide, id)->required);
  });
}

TEST(Document, FaultsNameTheirPlace) {
  const auto where = [](const std::string& json) {
    const auto guide = parse(json);
    return guide ? std::string{"none"} : guide.error().front().where;
  };
  EXPECT_EQ(where("{"), "");
  EXPECT_EQ(where("[]"), "");
  EXPECT_EQ(where(R"({"languages": "tr"})"), "languages");
  EXPECT_EQ(where(R"({"sets": [{"id": 3}]})"), "sets[0].id");
  EXPECT_EQ(where(R"({"sets": [{"questions": [{"kind": "essay"}]}]})"), "sets[0].questions[0].kind");
  EXPECT_EQ(where(R"({"sets": [{"title": {"tr": 1}}]})"), "sets[0].title.tr");
  EXPECT_EQ(where(R"({"colour": 1})"), "colour");
}
TEST(Document, AnswersAreTextsListsNumbersOrNothing) {
  const auto answers = parse_answers(R"({"a": "x", "b": ["y", "z"], "c": null, "d": 4, "e": true, "f": []})");
  ASSERT_TRUE(answers);
  EXPECT_EQ(*answers,
            (Answers{{"a", {"x"}}, {"b", {"y", "z"}}, {"c", {}}, {"d", {"4"}}, {"e", {"yes"}}, {"f", {}}}));
  EXPECT_EQ(*parse_answers(to_json(*answers)), *answers);
  EXPECT_FALSE(parse_answers(R"({"a": {}})"));
  EXPECT_FALSE(parse_answers("[]"));
}

}  // namespace
}  // namespace ziptone::guide
