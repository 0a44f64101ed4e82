// The runner itself: it can fail, and says where and why.
#include "runner.hpp"

#include <gtest/gtest.h>

namespace ziptone::scenario {
namespace {

const std::string kWorld =  // 6 lines
    "campaign spring\n"
    "agent ayse\n"
    "contact ali +905321000001\n"
    "\n"
    "----\n"
    "agent ayse available  # a comment\n";
const std::string kIntent = "  expect intent ali +905321000001 for ayse via T1\n";

// What `run` says of the story behind kWorld; its first line.
std::string first_line(const std::string& text) {
  const std::string said = run("a.flow", text);
  return said.substr(0, said.find('\n'));
}
void says(const std::string& expected, const std::string& text) {
  EXPECT_NE(first_line(text).find(expected), std::string::npos) << "said: " << run("a.flow", text);
}

TEST(Runner, PlaysATrueStory) {
  EXPECT_EQ(run("a.flow", kWorld + kIntent + "committed\n  expect invite ali\n"), "");
}

TEST(Runner, AWrongExpectationFailsWithWhatCameInstead) {
  says("a.flow:7: expected 'intent veli', but 'intent ali +905321000001 for ayse via T1' came",
       kWorld + "  expect intent veli\n");
  says("a.flow:8: expected 'invite ali', but nothing more came", kWorld + kIntent + "  expect invite ali\n");
  says("a.flow:7: expected nothing, but 'intent ali", kWorld + "  expect nothing\n");
}

TEST(Runner, TheFailureShowsAllEffectsOfTheStepInTheWordsOfAnExpectation) {
  const std::string said = run("a.flow", kWorld + "  expect nothing\n");
  EXPECT_NE(said.find("the step was line 6: agent ayse available\n    expect intent ali"), std::string::npos)
      << said;
}

TEST(Runner, AnUnnamedEffectFailsAtTheNextStepAndAtTheEnd) {
  says("a.flow:7: no line above names 'intent ali", kWorld + "committed\n");
  says("a.flow:6: no line above names 'intent ali", kWorld);
}

TEST(Runner, EffectsAreNamedInTheirOrder) {
  const std::string story = kWorld + kIntent + "committed\n  expect invite ali\ncall ali rejected 486\n";
  EXPECT_EQ(run("a.flow", story + "  expect outcome ali busy\n  expect contact ali retry-at 10:15\n"), "");
  says("a.flow:11: expected 'contact ali", story + "  expect contact ali retry-at 10:15\n");
}

TEST(Runner, AnExpectationEndsAtAWordNotInsideOne) {
  says("a.flow:7: expected 'intent al'", kWorld + "  expect intent al\n");
}

TEST(Runner, WhatIsIgnoredMustHaveCome) {
  EXPECT_EQ(run("a.flow", kWorld + "  ignore intent ali\n"), "");
  EXPECT_EQ(run("a.flow", kWorld + "  ignore everything\n"), "");
  says("a.flow:7: nothing of the kind came", kWorld + "  ignore invite ali\n");
}

TEST(Runner, AWrongStateFails) {
  EXPECT_EQ(run("a.flow", kWorld + kIntent + "  state agent ayse reserved ali\n"), "");
  says("a.flow:8: told 'available', but it is 'reserved ali'",
       kWorld + kIntent + "  state agent ayse available\n");
  says("a.flow:8: told 'ringing', but it is 'leased ayse'", kWorld + kIntent + "  state call ali ringing\n");
  says("a.flow:8: told 'done', but it is 'leased'", kWorld + kIntent + "  state contact ali done\n");
  says("a.flow:8: told 'paused', but it is 'running'", kWorld + kIntent + "  state campaign spring paused\n");
  says("a.flow:8: told 'down', but it is 'up'", kWorld + kIntent + "  state phone ayse down\n");
  says("a.flow:8: told 'away', but the path is", kWorld + kIntent + "  path agent ayse away\n");
}

TEST(Runner, AWrongExplanationFails) {
  EXPECT_EQ(
      run("a.flow", kWorld + kIntent + "  explain spring agents 0 closed\n  explain spring not dialing\n"),
      "");
  says("a.flow:8: told 'agents 3 open', but it is 'agents 0 closed'",
       kWorld + kIntent + "  explain spring agents 3 open\n");
  says("a.flow:8: a gate is closed", kWorld + kIntent + "  explain spring dialing\n");
  says("a.flow:8: 'weather 1 open' is no gate", kWorld + kIntent + "  explain spring weather 1 open\n");
}

TEST(Runner, UnknownWordsAreRefusedWithTheirLine) {
  says("a.flow:1: 'weather' is no line above ----", "weather fine\n----\n");
  says("a.flow:1: a campaign has no setting 'colour'", "campaign spring colour red\n----\n");
  says("a.flow:8: 'sings' is no act of an agent", kWorld + "  ignore everything\nagent ayse sings\n");
  says("a.flow:8: 'dance' is no step", kWorld + kIntent + "dance\n");
  says("a.flow:8: 'invit' is no effect", kWorld + kIntent + "  expect invit ali\n");
  says("a.flow:8: there is no agent named 'fatma'", kWorld + kIntent + "agent fatma idle\n");
  says("a.flow:8: 'now' is one word too many", kWorld + kIntent + "committed ali now\n");
  says("a.flow:8: 'tall' is no verdict", kWorld + kIntent + "call ali verdict tall\n");
  says("a.flow:8: 'soon' is not a length of time", kWorld + kIntent + "after soon\n");
  says("a.flow:8: 'noon' is not a time", kWorld + kIntent + "at noon\n");
  says("a.flow:3: 'ab': not a stored number", "campaign spring\nagent ayse\ncontact ali ab\n----\n");
}

TEST(Runner, TimeDoesNotRunBackwards) {
  says("a.flow:8: it is 10:00 already", kWorld + kIntent + "at 09:59\n");
}

TEST(Runner, AFileWithoutAStoryFails) {
  says("a.flow:2: the file has no line ----", "campaign spring\nagent ayse\n");
  says("a.flow:2: the story has no step", "campaign spring\n----\n");
  says("a.flow:0: the file has no line ----", "");
  says("a.flow:3: nothing has happened yet", "campaign spring\n----\n  expect nothing\n");
}

TEST(Runner, ACommitWithoutAnIntentFails) {
  says("a.flow:10: no intent waits for the disk",
       kWorld + kIntent + "committed\n  expect invite ali\ncommitted\n");
}

}  // namespace
}  // namespace ziptone::scenario
