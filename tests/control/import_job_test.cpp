#include "server/control/import_job.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "fixture.hpp"

namespace ziptone::control {
namespace {

struct World {
  World() : store(store::open_store(directory.path())), reader(store::open_reader(*store)) {}
  ImportJob job(const std::string& text) {
    const std::string path = directory.path() + "/people.csv";
    std::ofstream{path, std::ios::binary} << text;
    ImportJob made;
    made.path = path;
    made.file_name = "people.csv";
    made.list = "people";
    made.country = "TR";
    return made;
  }
  store::TempDir directory;
  std::unique_ptr<store::Store> store;
  store::Reader reader;
};

TEST(ImportJob, AStopBreaksItOffAndKeepsWhatWasRead) {
  World world;
  std::string text = "Ad;Telefon\n";
  for (int i = 0; i < 20000; ++i) text += "Ad;0532" + std::to_string(1000000 + i) + "\n";  // over one piece
  auto job = world.job(text);
  int pieces = 0;
  job.stopping = [&] { return ++pieces > 2; };
  const auto report = run(*world.store, world.reader, job, store::at(0));
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().where, kBrokenOff);
  const auto lists = store::must(world.reader.lists());
  const auto imports = store::must(world.reader.imports(lists.at(0).id));
  ASSERT_EQ(imports.size(), 1u);
  EXPECT_EQ(imports[0].state, "broken_off");
}

TEST(ImportJob, EncodingDelimiterAndColumnsAreAPersonsWord) {
  World world;
  auto job = world.job(
      "Kod|Nereye|Kim|Not\nA1|0532 123 45 67|Ay\xFE"
      "e|x\n");
  ASSERT_TRUE(read_format({{"encoding", "Windows-1254"},
                           {"delimiter", "|"},
                           {"map.Kod", "key"},
                           {"map.Nereye", "phone:work"},
                           {"map.Kim", "name"},
                           {"map.Not", "ignored"},
                           {"country", "TR"}},
                          job));
  const auto report = store::must(run(*world.store, world.reader, job, store::at(0)));
  EXPECT_EQ(report.counts.inserted, 1u);
  const auto contacts = store::must(world.reader.contacts(report.list, {}, 10));
  EXPECT_EQ(contacts.at(0).key, "A1");
  EXPECT_EQ(contacts[0].name, "Ayşe");
  EXPECT_EQ(contacts[0].fields, "{}");
  EXPECT_EQ(contacts[0].numbers.at(0).e164, "+905321234567");
}

TEST(ImportJob, WordsThatMeanNothingAreRefusedByTheirKey) {
  ImportJob job;
  for (const auto& [key, word] : {std::pair{"encoding", "latin1"},
                                  {"delimiter", "semicolon"},
                                  {"delimiter", ""},
                                  {"map.Kod", "telephone"}}) {
    const auto read = read_format({{key, word}}, job);
    ASSERT_FALSE(read) << key;
    EXPECT_EQ(read.error().where, key);
  }
}

TEST(ImportJob, TheReportSaysWhereTheRestOfItsProblemsIs) {
  World world;
  auto job = world.job("Ad;Telefon\nA;1\nB;2\nC;3\n");
  job.problems_max = 2;
  const auto report = store::must(run(*world.store, world.reader, job, store::at(0)));
  EXPECT_EQ(report.counts.bad, 3u);
  ASSERT_EQ(report.problems.size(), 2u);
  ASSERT_TRUE(report.more_after);
  const auto rest = store::must(world.reader.import_problems(report.import, *report.more_after, 10));
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest[0].problem.line, 4u);
  job.problems_max = 10;
  EXPECT_FALSE(store::must(run(*world.store, world.reader, job, store::at(1))).more_after);
}

TEST(ImportJob, TheLanguageIsKeptAsAField) {
  World world;
  const auto job = world.job("Ad;Telefon;Dil;Şehir\nA;0532 123 45 67;tr;Van\nB;0532 123 45 68;;Van\n");
  const auto report = store::must(run(*world.store, world.reader, job, store::at(0)));
  const auto contacts = store::must(world.reader.contacts(report.list, {}, 10));
  ASSERT_EQ(contacts.size(), 2u);
  EXPECT_EQ(contacts[0].fields, "{\"Şehir\":\"Van\",\"language\":\"tr\"}");
  EXPECT_EQ(contacts[1].fields, "{\"Şehir\":\"Van\"}");
}

}  // namespace
}  // namespace ziptone::control
