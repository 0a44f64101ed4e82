// The generated tables against the package they were made from, number by number.
#include "phone/number.hpp"

#include <fstream>
#include <sstream>
#include <string>
#include <unordered_set>
#include <vector>

#include <gtest/gtest.h>

namespace ziptone::phone {
namespace {

std::vector<std::vector<std::string>> rows(const std::string& path) {
  std::ifstream file(std::string(ZIPTONE_SOURCE) + "/tests/phone/" + path);
  std::vector<std::vector<std::string>> result;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("#")) continue;
    std::vector<std::string>& cells = result.emplace_back();
    std::istringstream stream(line + "|");
    for (std::string cell; std::getline(stream, cell, '|');) cells.push_back(cell);
  }
  return result;
}

Number number(std::string_view text) {
  const auto result = from_e164(text);
  return result ? *result : Number{};
}

std::string zones_text(Number n) {
  const auto zones = zones_of(n);
  if (zones.size() > 3) return "#" + std::to_string(zones.size());
  std::string text;
  for (const ZoneId zone : zones) text += (text.empty() ? "" : ",") + std::string(zone_name(zone));
  return text;
}

TEST(Number, AgreesWithThePackageOnCountryTypeAndZones) {
  const auto table = rows("numbers.txt");
  ASSERT_GT(table.size(), 5000u);
  for (const auto& row : table) {
    ASSERT_EQ(row.size(), 4u);
    std::string digits = row[0];
    digits.erase(digits.find(' '), 1);
    if (digits.size() > 15) continue;
    const Number n = number("+" + digits);
    SCOPED_TRACE(row[0]);
    const bool expected_valid = row[1] != "-";
    EXPECT_EQ(valid(n), expected_valid);
    EXPECT_EQ(zones_text(n), row[3]);
    if (!expected_valid) continue;
    EXPECT_EQ(country_of(n).text(), row[1]);
    EXPECT_EQ(name_of(type_of(n)), row[2]);
    EXPECT_EQ(std::to_string(calling_code(n)) + " " + national_digits(n), row[0]);
  }
}

TEST(Number, WritesAndReadsItsStoredForm) {
  EXPECT_EQ(number("+905321234567").packed, 905321234567u);
  EXPECT_EQ(to_e164(number("+905321234567")), "+905321234567");
  EXPECT_EQ(to_e164(Number{}), "");
  EXPECT_EQ(to_e164(number("+390612345678")), "+390612345678") << "Italy's zero is part of the number";
  for (const char* bad :
       {"", "+", "905321234567", "+0905321234567", "+90532 1234567", "+90532123456x", "+1234567890123456"})
    EXPECT_FALSE(from_e164(bad)) << bad;
}

TEST(Number, OrdersAndHashesByItsDigits) {
  EXPECT_LT(number("+14155550100"), number("+905321234567"));
  std::unordered_set<Number> set;
  for (std::uint64_t i = 0; i < 1000; ++i) set.insert(Number{905320000000u + i});
  EXPECT_EQ(set.size(), 1000u);
  EXPECT_TRUE(set.contains(number("+905320000999")));
  EXPECT_FALSE(set.contains(number("+905320001000")));
}

struct Expected {
  const char* text;
  const char* country;
  NumberType type;
  const char* zones;
};

TEST(Number, TurkeyAndNeighbours) {
  const Expected table[] = {
      {"+905321234567", "TR", NumberType::mobile, "Europe/Istanbul"},
      {"+905551234567", "TR", NumberType::mobile, "Europe/Istanbul"},
      {"+902121234567", "TR", NumberType::fixed, "Europe/Istanbul"},
      {"+903921234567", "TR", NumberType::fixed, "Europe/Istanbul,Asia/Famagusta"},
      {"+908502221234", "TR", NumberType::voip, "Europe/Istanbul"},
      {"+908001234567", "TR", NumberType::toll_free, "Europe/Istanbul"},
      {"+904440632", "TR", NumberType::uan, "Europe/Istanbul"},
      {"+909001234567", "TR", NumberType::premium, "Europe/Istanbul"},
      {"+908881234567", "TR", NumberType::premium, "Europe/Istanbul"},
      {"+90112", "TR", NumberType::emergency, ""},
      {"+905991234567", "", NumberType::unknown, ""},
      {"+1911", "US", NumberType::emergency, ""},
      {"+14155550100", "US", NumberType::fixed_or_mobile, "America/Los_Angeles"},
      {"+16135550100", "CA", NumberType::fixed_or_mobile, "America/Toronto"},
      {"+881612345678", "ZZ", NumberType::mobile, ""},
      {"+979123456789", "ZZ", NumberType::premium, ""},
      {"+999123456789", "", NumberType::unknown, ""},
  };
  for (const Expected& row : table) {
    SCOPED_TRACE(row.text);
    const Number n = number(row.text);
    EXPECT_EQ(country_of(n).text(), row.country);
    EXPECT_EQ(name_of(type_of(n)), name_of(row.type));
    EXPECT_EQ(zones_text(n), row.zones);
  }
}

TEST(Number, OneThatCouldBeAnywhereHasAllZones) {
  EXPECT_GT(zones_of(number("+18005550100")).size(), 20u) << "toll-free in the whole numbering plan of +1";
  EXPECT_GT(zones_of(number("+79161234567")).size(), 8u) << "a Russian mobile";
  EXPECT_TRUE(zones_of(Number{}).empty());
}

}  // namespace
}  // namespace ziptone::phone
