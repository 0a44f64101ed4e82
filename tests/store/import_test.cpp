// Imports: by key, idempotent, every row accounted for.
#include "fixture.hpp"
#include "server/store/import_file.hpp"

namespace ziptone::store {
namespace {

class Import : public testing::Test {
 protected:
  Import() : store(open_store(dir.path())), world(make_world(*store)) {}
  TempDir dir;
  std::unique_ptr<Store> store;
  World world;
};

TEST_F(Import, WritesContactsWithTheirNumbersInOrder) {
  const auto counts = import_contacts(*store, world.list, 1, 1500);
  EXPECT_EQ(counts.read, 1500u);
  EXPECT_EQ(counts.inserted, 1500u);
  const auto page = must(open_reader(*store).contacts(world.list, {700}, 2));
  ASSERT_EQ(page.size(), 2u);
  EXPECT_EQ(page[0].key, "K0000701");
  EXPECT_EQ(page[0].name, "Contact 701");
  EXPECT_EQ(page[0].fields, "{\"city\":\"İzmir\",\"debt\":\"701\"}");
  ASSERT_EQ(page[0].numbers.size(), 2u);
  EXPECT_EQ(page[0].numbers[0].e164, "+905320000701");
  EXPECT_EQ(page[0].numbers[1].e164, "+902120000701");
  EXPECT_EQ(page[0].numbers[1].type, "fixed");
  EXPECT_EQ(page[0].numbers[0].zones, "Europe/Istanbul");
  EXPECT_EQ(must(open_reader(*store).phase_counts(world.list)).at(dialer::event::ContactPhase::ready), 1500u);
}

TEST_F(Import, AgainChangesNamesAndKeepsWhatHappened) {
  import_contacts(*store, world.list, 1, 10);
  const dialer::effect::SaveContact happened{
      {4}, dialer::event::ContactPhase::retry_at, "busy", at(500), {}, 1, 2};
  ASSERT_TRUE(submit(*store, {happened}));
  auto sink = must(ImportSink::open(*store, world.list, "second.csv", at(1)));
  for (int n = 1; n <= 12; ++n) {
    auto contact = import_contact(n);
    if (n == 4) contact.name = "Renamed";
    if (n == 5) contact.numbers.pop_back();
    must(sink.add(contact));
  }
  const auto counts = must(sink.finish());
  EXPECT_EQ(counts.inserted, 2u);
  EXPECT_EQ(counts.updated, 2u);
  EXPECT_EQ(counts.unchanged, 8u);
  EXPECT_EQ(counts.read, 12u);
  auto reader = open_reader(*store);
  const auto contact = *must(reader.contact({4}));
  EXPECT_EQ(contact.name, "Renamed");
  EXPECT_EQ(contact.phase, dialer::event::ContactPhase::retry_at);
  EXPECT_EQ(contact.attempts, 2);
  EXPECT_EQ(contact.number, 1);
  EXPECT_EQ(must(reader.contact({5}))->numbers.size(), 1u);
  EXPECT_EQ(must(reader.contacts(world.list, {}, 100)).size(), 12u);
}

TEST_F(Import, ReportsDuplicatesBadRowsAndWarningsAndCountsAddUp) {
  auto sink = must(ImportSink::open(*store, world.list, "list.csv", at(1)));
  must(sink.add(import_contact(1)));
  must(sink.reject({ImportProblem::Kind::bad, 3, "phone", "too short", "write all digits", "K9;Ali;12"}));
  must(sink.add(import_contact(2)));
  auto again = import_contact(1);
  again.line = 5;
  must(sink.add(again));
  must(sink.remark({ImportProblem::Kind::warning, 4, "phone2", "an emergency number", "", "K0000002;..."}));
  const auto counts = must(sink.finish());
  EXPECT_EQ(counts.read, 4u);
  EXPECT_EQ(counts.inserted, 2u);
  EXPECT_EQ(counts.duplicate, 1u);
  EXPECT_EQ(counts.bad, 1u);
  auto reader = open_reader(*store);
  const auto problems = must(reader.import_problems(sink.import_id(), 0, 100));
  ASSERT_EQ(problems.size(), 3u);
  EXPECT_EQ(problems[0].problem.kind, ImportProblem::Kind::bad);
  EXPECT_EQ(problems[0].problem.line, 3u);
  EXPECT_EQ(problems[0].problem.column, "phone");
  EXPECT_EQ(problems[0].problem.row, "K9;Ali;12");
  EXPECT_EQ(problems[1].problem.kind, ImportProblem::Kind::duplicate);
  EXPECT_EQ(problems[1].problem.line, 5u);
  EXPECT_EQ(problems[1].problem.row, "K0000001;Contact 1");
  EXPECT_EQ(problems[2].problem.kind, ImportProblem::Kind::warning);
  EXPECT_EQ(must(reader.import_problems(sink.import_id(), problems[0].id, 1)).at(0).id, problems[1].id);
  const auto imports = must(reader.imports(world.list));
  ASSERT_EQ(imports.size(), 1u);
  EXPECT_EQ(imports[0].state, "done");
  EXPECT_EQ(imports[0].read, 4u);
}

TEST_F(Import, BrokenOffSaysSoAndGoesOnWithTheNextRun) {
  {
    auto sink = must(ImportSink::open(*store, world.list, "list.csv", at(1)));
    for (int n = 1; n <= 700; ++n) must(sink.add(import_contact(n)));
  }
  auto reader = open_reader(*store);
  EXPECT_EQ(must(reader.imports(world.list)).at(0).state, "broken_off");
  const auto counts = import_contacts(*store, world.list, 1, 1000);
  EXPECT_EQ(counts.unchanged, 700u);
  EXPECT_EQ(counts.inserted, 300u);
}

TEST_F(Import, AFileBecomesContactsNumbersAndProblems) {
  const std::string text =
      "Müşteri No;Ad;Telefon;Telefon 2;Şehir\n"
      "A1;Ayşe;0532 123 45 67;0212 999 88 77;\"İz\"\"mir\"\n"
      "A2;Ali;112;;Ankara\n"
      "A1;Ayşe;0532 123 45 67;;İzmir\n"
      "A3;Can;0532 765 43 21;911;Van\n";
  std::size_t given = 0;
  const auto read = [&](std::span<char> to) -> base::Result<std::size_t> {
    const auto size = std::min(to.size(), text.size() - given);
    text.copy(to.data(), size, given);
    given += size;
    return size;
  };
  phone::DestinationList destinations;
  must(destinations.add({phone::Country{"TR"}, "", {phone::NumberType::mobile}}));
  csv::ImportOptions options;
  options.default_country = phone::Country{"TR"};
  options.destinations = &destinations;
  options.rules = {{"Müşteri No", csv::Target::key}};
  const auto report = must(import_file(*store, world.list, "kişiler.csv", read, options, at(1)));
  EXPECT_EQ(report.counts.read, 4u);
  EXPECT_EQ(report.counts.inserted, 2u);
  EXPECT_EQ(report.counts.duplicate, 1u);
  EXPECT_EQ(report.counts.bad, 1u);
  EXPECT_EQ(report.read.rows, report.counts.read);
  auto reader = open_reader(*store);
  const auto contacts = must(reader.contacts(world.list, {}, 10));
  ASSERT_EQ(contacts.size(), 2u);
  EXPECT_EQ(contacts[0].key, "A1");
  EXPECT_EQ(contacts[0].name, "Ayşe");
  EXPECT_EQ(contacts[0].fields, "{\"Şehir\":\"İz\\\"mir\"}");
  ASSERT_EQ(contacts[0].numbers.size(), 2u);
  EXPECT_EQ(contacts[0].numbers[0].e164, "+905321234567");
  EXPECT_EQ(contacts[0].numbers[0].zones, "Europe/Istanbul");
  EXPECT_EQ(contacts[0].numbers[0].country, "TR");
  EXPECT_EQ(contacts[0].numbers[0].barred, "");
  EXPECT_EQ(contacts[0].numbers[1].barred, "type") << "only mobiles may be called";
  EXPECT_GE(must(reader.import_problems(report.import, 0, 10)).size(), 3u);
}

TEST_F(Import, RefusesAListThatIsNotThere) {
  EXPECT_FALSE(ImportSink::open(*store, {99}, "list.csv", at(1)).has_value());
}

}  // namespace
}  // namespace ziptone::store
