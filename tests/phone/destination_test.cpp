// Default deny, and what no list can allow (reliability.md C7).
#include "phone/destination.hpp"

#include <gtest/gtest.h>

namespace ziptone::phone {
namespace {

std::string_view refusal(const DestinationList& list, const char* number) {
  return name_of(allowed(list, *from_e164(number)).refusal);
}

TEST(Destination, AnEmptyListAllowsNothing) {
  EXPECT_EQ(refusal({}, "+905321234567"), "country");
  EXPECT_EQ(refusal({}, "+90112"), "emergency");
}

TEST(Destination, NamesTheNearestReason) {
  DestinationList list;
  ASSERT_TRUE(list.add({Country{"TR"}, "5", {NumberType::mobile}}));
  ASSERT_TRUE(list.add({Country{"TR"}, "21", {NumberType::fixed}}));
  ASSERT_TRUE(list.add({Country{"US"}, "", kOrdinaryTypes}));
  const std::pair<const char*, std::string_view> table[] = {
      {"+905321234567", "none"},      {"+902121234567", "none"},       {"+902321234567", "prefix"},
      {"+905123456789", "type"},      {"+905991234567", "unassigned"}, {"+908502221234", "prefix"},
      {"+14155550100", "none"},       {"+16135550100", "country"},     {"+12462345678", "country"},
      {"+18005550100", "type"},       {"+19005550100", "premium"},     {"+1911", "emergency"},
      {"+90112", "emergency"},        {"+909001234567", "premium"},    {"+442079460018", "country"},
      {"+881612345678", "satellite"}, {"+870301234567", "satellite"},  {"+8823421234", "satellite"},
      {"+979123456789", "premium"},   {"+999123456789", "unassigned"}, {"+905", "unassigned"},
  };
  for (const auto& [number, reason] : table) EXPECT_EQ(refusal(list, number), reason) << number;
}

TEST(Destination, NoListEnablesWhatIsNeverDialed) {
  for (const NumberType type :
       {NumberType::unknown, NumberType::premium, NumberType::short_code, NumberType::emergency}) {
    DestinationList list;
    EXPECT_FALSE(list.add({Country{"TR"}, "", {NumberType::mobile, type}})) << name_of(type);
    EXPECT_TRUE(list.rules().empty());
  }
}

TEST(Destination, RefusesRulesThatSayNothing) {
  DestinationList list;
  EXPECT_EQ(list.add({kNoCountry, "5"}).error().what, "a destination without a country");
  EXPECT_EQ(list.add({kInternational, ""}).error().what, "a destination without a country");
  EXPECT_EQ(list.add({Country{"TR"}, "5x"}).error().what, "a prefix is digits only");
  EXPECT_EQ(list.add({Country{"TR"}, "5", {}}).error().what, "a destination without number types");
}

}  // namespace
}  // namespace ziptone::phone
