// Numbers as people write them (reliability.md C3): one normal form, or one clear refusal.
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "phone/number.hpp"

namespace ziptone::phone {
namespace {

const Country kTurkey{"TR"};
const Country kUnitedStates{"US"};

std::string parsed(std::string_view text, Country country) {
  const auto number = parse(text, country);
  return number ? to_e164(*number) : base::to_string(number.error());
}

TEST(Parse, OnePersonManyWritings) {
  for (const char* text : {"+905321234567",
                           "+90 532 123 45 67",
                           "+90 (532) 123-45-67",
                           "+90.532.123.45.67",
                           "0532 123 45 67",
                           "(0532) 123 45 67",
                           "5321234567",
                           "532 123 4567",
                           "00905321234567",
                           "0090 532 1234567",
                           "905321234567",
                           "90 532 123 45 67",
                           "+90 0532 123 45 67",
                           "+90 (0) 532 123 45 67",
                           "[0532] 1234567",
                           " 05321234567 ",
                           "\t0532\t1234567",
                           "٠٥٣٢ ١٢٣ ٤٥ ٦٧",                      // Arabic-Indic
                           "۰۵۳۲ ۱۲۳ ۴۵ ۶۷",                      // Persian
                           "＋９０　５３２　１２３　４５　６７",  // full width, ideographic blanks
                           "०५३२१२३४५६७",                         // Devanagari
                           "0532\u00A0123\u202F45\u200967",       // NBSP, narrow NBSP, thin blank
                           "\u200E0532\u200B1234567\u200F",       // marks and a zero-width blank
                           "\u202D+90 532 123 45 67\u202C",       // the embedding that contact apps paste
                           "\uFEFF05321234567",
                           "0532\u20101234567",
                           "0532\u20131234567",
                           "0532\u22121234567",
                           "0532·1234567",
                           "（0532）1234567",
                           "\u206605321234567\u2069",
                           "\u061C05321234567"}) {
    EXPECT_EQ(parsed(text, kTurkey), "+905321234567") << text;
  }
}

TEST(Parse, KindsOfTurkishNumbers) {
  EXPECT_EQ(parsed("0212 123 45 67", kTurkey), "+902121234567");
  EXPECT_EQ(parsed("0850 222 12 34", kTurkey), "+908502221234");
  EXPECT_EQ(parsed("0212/123 45 67", kTurkey), "+902121234567");
  EXPECT_EQ(parsed("444 0 632", kTurkey), "+904440632");
  EXPECT_EQ(parsed("0900 123 45 67", kTurkey), "+909001234567") << "valid; the destination list refuses it";
}

TEST(Parse, OtherCountriesTrunkPrefixes) {
  EXPECT_EQ(parsed("(415) 555-0100", kUnitedStates), "+14155550100");
  EXPECT_EQ(parsed("1-415-555-0100", kUnitedStates), "+14155550100");
  EXPECT_EQ(parsed("011 90 532 123 45 67", kUnitedStates), "+905321234567");
  EXPECT_EQ(parsed("0090 532 123 45 67", kUnitedStates), "+905321234567") << "00 is understood everywhere";
  EXPECT_EQ(parsed("06 1234 5678", Country{"IT"}), "+390612345678");
  EXPECT_EQ(parsed("+39 06 1234 5678", kTurkey), "+390612345678");
  EXPECT_EQ(parsed("8 (916) 123-45-67", Country{"RU"}), "+79161234567");
  EXPECT_EQ(parsed("011 15 2345-6789", Country{"AR"}), "+5491123456789") << "15 marks a mobile, 9 abroad";
  EXPECT_EQ(parsed("0 21 11 2345-6789", Country{"BR"}), "+551123456789") << "21 is a carrier";
  EXPECT_EQ(parsed("234 5678", Country{"BB"}), "+12462345678") << "the island's area code is left out";
  EXPECT_EQ(parsed("020 7946 0018", Country{"GB"}), "+442079460018");
  EXPECT_EQ(parsed("+44 (0)20 7946 0018", kTurkey), "+442079460018");
}

TEST(Parse, WithoutADefaultCountryOnlyInternationalWriting) {
  EXPECT_EQ(parsed("+90 532 123 45 67", kNoCountry), "+905321234567");
  EXPECT_EQ(parsed("0090 532 123 45 67", kNoCountry), "+905321234567");
  EXPECT_EQ(parsed("0532 123 45 67", kNoCountry),
            "a number without a calling code; write + and the calling code, or name the list's country");
}

TEST(Parse, RefusesWithWhatWhereAndMend) {
  struct Row {
    const char* text;
    const char* error;
  };
  const Row table[] = {
      {"", "no digits; write a telephone number"},
      {" - ", "no digits; write a telephone number"},
      {"+", "no digits; write a telephone number"},
      {"ev: 05321234567", "character 1: a letter in the number; write digits, blanks and dashes only"},
      {"0532 123 45 6l", "character 14: a letter in the number; write digits, blanks and dashes only"},
      {"٠٥٣٢ş", "character 5: a letter in the number; write digits, blanks and dashes only"},
      {"0212 123 45 67 ext 12",
       "character 16: a number with an extension; write the number only: an extension can't be dialed"},
      {"0212 123 45 67 x12",
       "character 16: a number with an extension; write the number only: an extension can't be dialed"},
      {"0212 123 45 67 #12",
       "character 16: a number with an extension; write the number only: an extension can't be dialed"},
      {"0212 123 45 67 Dahili 12",
       "character 16: a number with an extension; write the number only: an extension can't be dialed"},
      {"9.05321E+11",
       "character 8: a spreadsheet has rounded this number; format the column as text and export it again"},
      {"05321234567/05331234567", "behind the slash: more than one number; write one number a field"},
      {"0212 123 45 67/68", "behind the slash: more than one number; write one number a field"},
      {"05321234567;05331234567",
       "character 12: more than one number, or a sign that separates numbers; write one number a field, "
       "digits, blanks and dashes only"},
      {"0532+1234567", "character 5: a + inside the number; write + only before the calling code"},
      {"++905321234567", "character 2: a + inside the number; write + only before the calling code"},
      {"0532\xff"
       "1234567",
       "character 5: not UTF-8 text; say which encoding the file has"},
      {"=05321234567", "character 1: a sign that no number has; write digits, blanks and dashes only"},
      {"0532 123 45",
       "TR has no numbers of 8 digits; write all digits: TR has numbers of 7, 10, 12 or 13 digits behind "
       "+90"},
      {"0532 12",
       "too few digits for TR; write all digits: TR has numbers of 7, 10, 12 or 13 digits behind +90"},
      {"05321234567053312345670533",
       "too many digits for TR; write all digits: TR has numbers of 7, 10, 12 or 13 digits behind +90"},
      {"111111111111111111111111111111111111",
       "character 33: too long for one number; write one number a field"},
      {"01191666666666666666666666666666",
       "too many digits for TR; write all digits: TR has numbers of 7, 10, 12 or 13 digits behind +90"},
      {"0599 123 45 67", "no such number in TR; check the area or operator code"},
      {"+999 123 45 67", "no country has this calling code; write + and a calling code, such as +90"},
      {"+0905321234567", "no country has this calling code; write + and a calling code, such as +90"},
      {"112", "an emergency number; write a person's number: emergency numbers are never dialed"},
      {"0112", "an emergency number; write a person's number: emergency numbers are never dialed"},
      {"+90 112", "an emergency number; write a person's number: emergency numbers are never dialed"},
  };
  for (const Row& row : table) EXPECT_EQ(parsed(row.text, kTurkey), row.error) << row.text;
  EXPECT_EQ(parsed("911", kUnitedStates),
            "an emergency number; write a person's number: emergency numbers are never dialed");
}

TEST(Parse, UnderstandsWhatThePackageUnderstands) {
  std::ifstream file(std::string(ZIPTONE_SOURCE) + "/tests/phone/written.txt");
  int count = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("#")) continue;
    std::istringstream stream(line);
    std::string country, text, expected;
    std::getline(stream, country, '|');
    std::getline(stream, text, '|');
    std::getline(stream, expected);
    EXPECT_EQ(parsed(text, *parse_country(country)), expected) << line;
    ++count;
  }
  EXPECT_GT(count, 3000);
}

TEST(Parse, Countries) {
  EXPECT_EQ(parse_country("tr")->text(), "TR");
  EXPECT_EQ(parse_country("XK")->text(), "XK");
  for (const char* bad : {"", "T", "TUR", "ZZ", "Q1", "xx"}) EXPECT_FALSE(parse_country(bad)) << bad;
}

}  // namespace
}  // namespace ziptone::phone
