// What the columns of a header mean.
#include "server/store/import/columns.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace ziptone::store::csv {
namespace {

std::string shown(std::vector<std::string_view> header, std::vector<ColumnRule> rules = {}) {
  const auto columns = columns_of(header, rules);
  if (!columns) return base::to_string(columns.error());
  std::string text;
  for (const Column& column : *columns) {
    text += (text.empty() ? "" : " ") + std::string(name_of(column.target));
    if (!column.label.empty()) text += "=" + column.label;
  }
  return text;
}

TEST(Columns, WellKnownNamesInTurkishAndEnglish) {
  EXPECT_EQ(shown({"Müşteri No", "Ad", "Soyad", "Cep Telefonu", "Ev Tel", "Şehir"}),
            "key name name phone=mobile phone=home field");
  EXPECT_EQ(shown({"MÜŞTERİ NO", "İSİM", "TELEFON 1", "TELEFON 2", "SAAT DİLİMİ", "DİL"}),
            "key name phone phone zone language");
  EXPECT_EQ(shown({"musteri_no", "isim", "telefon-1", "GSM", "saat dilimi", "dil"}),
            "key name phone phone=mobile zone language");
  EXPECT_EQ(shown({"id", "Full Name", "Phone1", "phone 2", "Time Zone", "Lang", "Balance"}),
            "key name phone phone zone language field");
  EXPECT_EQ(shown({" phone ", "\uFEFFId"}), "phone key");
}

TEST(Columns, NamesCompareWithoutCaseAccentsAndTheTwoTurkishIs) {
  EXPECT_TRUE(same_name("MÜŞTERİ NO", "müşteri_no"));
  EXPECT_TRUE(same_name("ISIM", "isim"));
  EXPECT_TRUE(same_name("İSİM", "ısım"));
  EXPECT_TRUE(same_name("I\u0307sim", "İsim")) << "I and a dot above";
  EXPECT_FALSE(same_name("ad", "adi"));
  EXPECT_TRUE(same_name("город", "город"));
  EXPECT_FALSE(same_name("город", "страна"));
}

TEST(Columns, RulesWinOverWellKnownNames) {
  EXPECT_EQ(shown({"id", "ref", "phone", "alt"}, {{"REF", Target::key, ""}, {"alt", Target::phone, "work"}}),
            "field key field phone=work");
  EXPECT_EQ(shown({"phone", "note"}, {{"note", Target::ignored, ""}}), "phone ignored");
  EXPECT_EQ(shown({"id", "customer id", "phone"}), "key field phone") << "the first of two keys";
}

TEST(Columns, ErrorsNameTheColumnAndTheMend) {
  EXPECT_EQ(shown({"id", "name"}),
            "header: no column with telephone numbers; name a column phone (or telefon), or say in the "
            "mapping which one it is");
  EXPECT_EQ(shown({"phone", "Not", "NOT"}),
            "header: two columns named \"NOT\"; give every column its own name");
  EXPECT_EQ(shown({"phone"}, {{"key", Target::key, ""}}),
            "header: no column \"key\"; correct the column's name in the mapping");
  EXPECT_EQ(shown({"phone", "a", "b"}, {{"a", Target::key, ""}, {"b", Target::key, ""}}),
            "header: two columns are the key; keep one in the mapping");
}

TEST(Columns, WithoutAHeaderOnlyRulesSpeak) {
  const auto columns =
      numbered_columns(3, std::vector<ColumnRule>{{"2", Target::phone, ""}, {"1", Target::key, ""}});
  ASSERT_TRUE(columns);
  EXPECT_EQ((*columns)[0].target, Target::key);
  EXPECT_EQ((*columns)[1].target, Target::phone);
  EXPECT_EQ((*columns)[2].name, "3");
  EXPECT_FALSE(numbered_columns(3, {}));
}

}  // namespace
}  // namespace ziptone::store::csv
