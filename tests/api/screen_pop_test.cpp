// What a contact's fields may do to the page that opens beside the call: nothing but be values of it.
#include "server/api/screen_pop.hpp"

#include <gtest/gtest.h>

#include "server/api/guide_report.hpp"

namespace ziptone::api {
namespace {

const std::vector<std::string> kHosts = {"crm.example.com", "*.shop.example"};

std::string pop(std::string_view pattern, const std::string& value = "x") {
  return screen_pop(pattern, kHosts, {{"f", value}});
}

TEST(ScreenPop, FieldsAreEncodedIntoTheAddress) {
  EXPECT_EQ(pop("https://crm.example.com/c/{{f}}?n={{f}}", "Ayşe & Co/1"),
            "https://crm.example.com/c/Ay%C5%9Fe%20%26%20Co%2F1?n=Ay%C5%9Fe%20%26%20Co%2F1");
  EXPECT_EQ(pop("https://crm.example.com/?a={{none}}"), "https://crm.example.com/?a=");
  EXPECT_EQ(pop("http://CRM.example.com:8443/x"), "http://CRM.example.com:8443/x");
  EXPECT_EQ(pop("https://a.b.shop.example/"), "https://a.b.shop.example/");
}

TEST(ScreenPop, OtherHostsAndSchemesAreNotOpened) {
  for (const char* wrong :
       {"", "javascript:alert(1)", "https://evil.example/", "https://crm.example.com.evil.example/",
        "https://crm.example.com@evil.example/", "https://evil.example\\@crm.example.com/",
        "//crm.example.com/", "ftp://crm.example.com/", "https://shop.example/", "https://xshop.example/",
        "https://crm.example.com:x/", "https://crm.example.com/a b", "https:///crm.example.com/",
        "data:text/html,x", "https://"})
    EXPECT_EQ(pop(wrong), "") << wrong;
}

TEST(ScreenPop, AValueCanNotBecomeTheHost) {
  EXPECT_EQ(pop("https://{{f}}/", "crm.example.com"), "https://crm.example.com/");
  EXPECT_EQ(pop("https://{{f}}/", "evil.example"), "");
  EXPECT_EQ(pop("https://crm.example.com{{f}}/", "@evil.example"), "");
  EXPECT_EQ(pop("{{f}}", "javascript:alert(1)"), "");
}

TEST(Csv, CellsAreQuotedAndNeverFormulas) {
  EXPECT_EQ(csv_cell("plain"), "plain");
  EXPECT_EQ(csv_cell("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_cell("say \"x\""), "\"say \"\"x\"\"\"");
  EXPECT_EQ(csv_cell("=1+1"), "'=1+1");
  EXPECT_EQ(csv_cell("@cmd"), "'@cmd");
  EXPECT_EQ(csv_cell("-cmd|x"), "'-cmd|x");
  EXPECT_EQ(csv_cell("+905321234567"), "'+905321234567");
  EXPECT_EQ(csv_cell("-2,5"), "\"-2,5\"");
  EXPECT_EQ(csv_cell("-2.5"), "-2.5");
}

}  // namespace
}  // namespace ziptone::api
