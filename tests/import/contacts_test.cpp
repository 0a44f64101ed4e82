// Whole files: every row comes out as a contact, a duplicate or a bad row with its reason.
#include "server/store/import/contacts.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "pieces.hpp"

namespace ziptone::store::csv {
namespace {

ImportOptions turkish() {
  ImportOptions options;
  options.default_country = phone::Country{"TR"};
  return options;
}

std::string shown(const ImportRow& row) {
  constexpr std::string_view kKinds[] = {"ok", "bad", "dup"};
  std::string text = std::to_string(row.line) + " " + std::string(kKinds[static_cast<std::size_t>(row.kind)]);
  if (row.kind == ImportRow::Kind::duplicate) text += " of " + std::to_string(row.first_line);
  if (row.kind == ImportRow::Kind::contact) {
    text += " [" + std::string(row.contact.key) + "] " + std::string(row.contact.name);
    for (const ContactNumber& number : row.contact.numbers) {
      text += " " + phone::to_e164(number.number);
      if (!number.label.empty()) text += "/" + std::string(number.label);
    }
    if (row.contact.zone) text += " @" + std::string(phone::zone_name(row.contact.zone));
    if (!row.contact.language.empty()) text += " " + std::string(row.contact.language);
    for (const ContactField& field : row.contact.fields)
      text += " " + std::string(field.name) + "=" + std::string(field.value);
  }
  for (const Problem& problem : row.problems)
    text += " !" + (problem.column.empty() ? "" : problem.column + ": ") + problem.what;
  return text;
}

using Lines = std::vector<std::string>;

Lines imported(const std::string& file, ImportOptions options = turkish(), ImportTotals* totals = nullptr,
               std::size_t piece = 64 * 1024) {
  ContactReader reader(pieces(file, piece), std::move(options));
  if (const auto opened = reader.open(); !opened) return {base::to_string(opened.error())};
  Lines lines;
  ImportRow row;
  while (reader.next(row).value()) lines.push_back(shown(row));
  const ImportTotals& sum = reader.totals();
  EXPECT_EQ(sum.rows, lines.size());
  EXPECT_EQ(sum.rows, sum.contacts + sum.bad + sum.duplicates);
  if (totals != nullptr) *totals = sum;
  return lines;
}

TEST(Contacts, APlainFile) {
  EXPECT_EQ(
      imported("Müşteri No;Ad;Soyad;Cep;Ev Tel;Saat Dilimi;Dil;Şehir\n"
               "17;Ayşe;Yılmaz;0532 123 45 67;0212 123 45 67;Europe/Istanbul;tr;İzmir\n"
               "18; Işıl ;;+49 30 901820;;;;\n"),
      (Lines{"2 ok [17] Ayşe Yılmaz +905321234567/mobile +902121234567/home @Europe/Istanbul tr Şehir=İzmir",
             "3 ok [18] Işıl +4930901820/mobile Şehir="}));
}

TEST(Contacts, WithoutAKeyColumnTheNumberIsTheKey) {
  EXPECT_EQ(imported("telefon\n05321234567\n+90 532 123 45 67\n05321234568\n"),
            (Lines{"2 ok [+905321234567]  +905321234567",
                   "3 dup of 2 !the same number as line 2: this row is not taken",
                   "4 ok [+905321234568]  +905321234568"}));
}

TEST(Contacts, BadRowsSayWhy) {
  const std::string header = "id,phone,phone2,zone\n";
  const struct {
    const char* row;
    const char* expected;
  } table[] = {
      {"1,,,", "2 bad !no telephone number"},
      {",05321234567,,", "2 bad !id: no key"},
      {"1,yok,,", "2 bad !phone: a letter in the number (character 1)"},
      {"1,112,,", "2 bad !phone: an emergency number"},
      {"1,9.05321E+11,,", "2 bad !phone: a spreadsheet has rounded this number (character 8)"},
      {"1,05321234567,,Istanbul", "2 bad !zone: no such time zone"},
      {"1,05321234567,,,x", "2 bad !5 fields where the header has 4"},
      {"\"1,05321234567,,", "2 bad !id: a quote opens and does not close where the field ends"},
      {"1,053\xFF,\xC5\x9F,", "2 bad !phone: bytes that are no letters in the file's encoding"},
      {"\"a\nb\",05321234567,,", "2 bad !id: a line end in the key"},
      {"=1+1,=A1,,", "2 bad !phone: a sign that no number has (character 1)"},
  };
  for (const auto& row : table) EXPECT_EQ(imported(header + row.row), Lines{row.expected}) << row.row;
}

TEST(Contacts, WarningsLeaveTheRowStanding) {
  const std::string header = "id,phone,phone2,lang\n";
  const struct {
    const char* row;
    const char* expected;
  } table[] = {
      {"1,0599,05321234567,", "2 ok [1]  +905321234567 !phone: too few digits for TR"},
      {"1,05321234567,+905321234567,",
       "2 ok [1]  +905321234567 !phone2: the same number as in phone: left out"},
      {"1,05321234567,,türkçe", "2 ok [1]  +905321234567 !lang: not a language tag: left out"},
      {"1,05321234567", "2 ok [1]  +905321234567 !2 fields where the header has 4: the others are empty"},
      {"1,05321234567,,,,", "2 ok [1]  +905321234567"},
  };
  for (const auto& row : table) EXPECT_EQ(imported(header + row.row), Lines{row.expected}) << row.row;
}

TEST(Contacts, DuplicatesNameTheFirstLine) {
  EXPECT_EQ(
      imported("id,phone\n1,05321234567\n\n2,05321234568\n1,05321234569\n3,0532 123 45 68\n4,05321234569\n"),
      (Lines{"2 ok [1]  +905321234567", "4 ok [2]  +905321234568",
             "5 dup of 2 !the same key as line 2: this row is not taken",
             "6 ok [3]  +905321234568 !phone: the number is also in line 4", "7 ok [4]  +905321234569"}))
      << "the number of a row that was not taken is free";
}

TEST(Contacts, SpreadsheetHabits) {
  EXPECT_EQ(imported("sep=;\r\nid;phone;note\r\n=\"007\";=\"05321234567\";=HYPERLINK(1)\r\n;;\r\n ; ;\r\n"),
            (Lines{"3 ok [007]  +905321234567 note==HYPERLINK(1)"}));
  ImportTotals totals;
  imported("id,phone,\n1,05321234567,x\n,,\n", turkish(), &totals);
  EXPECT_EQ(totals.contacts, 1u);
  EXPECT_EQ(totals.blank, 1u);
}

TEST(Contacts, RulesAndNoHeader) {
  ImportOptions options = turkish();
  options.has_header = false;
  options.rules = {{"1", Target::phone, "work"}, {"2", Target::name, ""}, {"3", Target::field, "borç"}};
  EXPECT_EQ(imported("05321234567,Ali,10\nx,Veli,20\n", options),
            (Lines{"1 ok [+905321234567] Ali +905321234567/work borç=10",
                   "2 bad !1: a letter in the number (character 1)"}));
}

TEST(Contacts, TheDestinationListIsAskedAtImport) {
  phone::DestinationList list;
  ASSERT_TRUE(list.add({phone::Country{"TR"}, "5", {phone::NumberType::mobile}}));
  ImportOptions options = turkish();
  options.destinations = &list;
  EXPECT_EQ(imported("id,phone\n1,05321234567\n2,09001234567\n3,+14155550100\n", options),
            (Lines{"2 ok [1]  +905321234567",
                   "3 ok [2]  +909001234567 !phone: a number that will not be dialed: premium",
                   "4 ok [3]  +14155550100 !phone: a number that will not be dialed: country"}));
}

TEST(Contacts, FilesThatCannotBeImported) {
  EXPECT_EQ(imported(""), Lines{"the file is empty; export it again, with a header line"});
  EXPECT_EQ(imported("a,b\n1,2\n")[0].substr(0, 42), "header: no column with telephone numbers; ");
}

TEST(Contacts, ManyRowsInAnyPieceSizeLoseNone) {
  std::string file = "id;ad;telefon;not\r\n";
  for (int i = 0; i < 5000; ++i) {
    const std::string id = std::to_string(i);
    switch (i % 5) {
      case 0:
        file += id + ";Çağrı;0532" + std::to_string(1000000 + i) + ";\"iki\r\nsatır\"\r\n";
        break;
      case 1:
        file += id + ";\"Ali;ne\";+90533" + std::to_string(1000000 + i) + ";\r\n";
        break;
      case 2:
        file += id + ";Yanlış;12;x\r\n";
        break;
      case 3:
        file += std::to_string(i - 3) + ";Çift;05341234567;x\r\n";
        break;
      default:
        file += id + ";\"Kırık;0532" + std::to_string(1000000 + i) + ";x\r\n";
        break;
    }
  }
  ImportTotals whole;
  const Lines expected = imported(file, turkish(), &whole);
  EXPECT_EQ(whole.rows, 5000u);
  EXPECT_EQ(whole.contacts, 2000u);
  EXPECT_EQ(whole.bad, 2000u);
  EXPECT_EQ(whole.duplicates, 1000u);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{61}})
    EXPECT_EQ(imported(file, turkish(), nullptr, piece), expected);
}

}  // namespace
}  // namespace ziptone::store::csv
