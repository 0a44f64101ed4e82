// Rows of real files: every nasty case of reliability.md C4 that concerns their shape.
#include "server/store/import/rows.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "pieces.hpp"

namespace ziptone::store::csv {
namespace {

std::string_view fault_name(RowFault fault) {
  constexpr std::string_view kNames[] = {
      "", "open_quote", "field_too_long", "row_too_long", "too_many_fields", "not_text"};
  return kNames[static_cast<std::size_t>(fault)];
}

// "line:field|field" for each row, "line!fault" for a faulty one.
std::vector<std::string> rows(const std::string& text, std::size_t piece = 64 * 1024, Format format = {},
                              Limits limits = {}) {
  RowReader reader(pieces(text, piece), format, limits);
  std::vector<std::string> result;
  Row row;
  while (reader.next(row).value()) {
    std::string shown = std::to_string(row.line);
    if (row.fault != RowFault::none) {
      result.push_back(shown + "!" + std::string(fault_name(row.fault)));
      continue;
    }
    for (std::size_t i = 0; i < row.fields.size(); ++i)
      shown += (i == 0 ? ":" : "|") + std::string(row.fields[i]);
    result.push_back(shown);
  }
  return result;
}

using Expected = std::vector<std::string>;

TEST(Rows, ShapesOfRealFiles) {
  const struct {
    const char* what;
    std::string text;
    Expected expected;
  } table[] = {
      {"empty", "", {}},
      {"only line ends", "\r\n\n\r\r\n", {}},
      {"LF", "a,b\n1,2\n", {"1:a|b", "2:1|2"}},
      {"CRLF", "a,b\r\n1,2\r\n", {"1:a|b", "2:1|2"}},
      {"CR", "a,b\r1,2\r", {"1:a|b", "2:1|2"}},
      {"mixed", "a,b\r1,2\n3,4\r\n5,6", {"1:a|b", "2:1|2", "3:3|4", "4:5|6"}},
      {"no last line end", "a,b\n1,2", {"1:a|b", "2:1|2"}},
      {"empty lines count as lines", "a,b\n\n1,2\n\n\n3,4", {"1:a|b", "3:1|2", "6:3|4"}},
      {"empty fields", "a,b,c\n,,\n1,,\n,,3\n", {"1:a|b|c", "2:||", "3:1||", "4:||3"}},
      {"one column", "telefon\n0532\n", {"1:telefon", "2:0532"}},
      {"semicolon", "a;b\n1,5;2\n", {"1:a|b", "2:1,5|2"}},
      {"tab", "a\tb\n1\t2\n", {"1:a|b", "2:1|2"}},
      {"delimiter in a quoted header", "\"a,b\";c\n1;2\n", {"1:a,b|c", "2:1|2"}},
      {"sep line", "sep=;\na;b,c\n1;2\n", {"2:a|b,c", "3:1|2"}},
      {"quotes", "a,b\n\"1\",\"2,3\"\n", {"1:a|b", "2:1|2,3"}},
      {"doubled quotes", "a,b\n\"\"\"Ali\"\" V.\",\"\"\n", {"1:a|b", "2:\"Ali\" V.|"}},
      {"line ends in quotes", "a,b\n\"1\n2\r\n3\",x\ny,z\n", {"1:a|b", "2:1\n2\r\n3|x", "5:y|z"}},
      {"quote in an unquoted field", "a,b\n5\" pipe,x\n", {"1:a|b", "2:5\" pipe|x"}},
      {"text behind a quote", "a,b\n\"Ali\" V,x\n1,2\n", {"1:a|b", "2!open_quote", "3:1|2"}},
      {"one forgotten quote", "a,b\n\"Ali,x\n1,2\n3,4\n", {"1:a|b", "2!open_quote", "3:1|2", "4:3|4"}},
      {"forgotten before a quoted row", "a,b\n\"Ali,x\n1,\"2\"\n", {"1:a|b", "2!open_quote", "3:1|2"}},
      {"quote at the very end", "a,b\n1,\"", {"1:a|b", "2!open_quote"}},
      {"quoted field ends the file", "a,b\n1,\"2\"", {"1:a|b", "2:1|2"}},
      {"not text", "a,b\n1,ş\n1,\xFF\n3,4\n", {"1:a|b", "2:1|ş", "3!not_text", "4:3|4"}},
  };
  for (const auto& row : table) {
    for (const std::size_t piece : {1, 2, 3, 5, 1000})
      EXPECT_EQ(rows(row.text, piece), row.expected) << row.what << " by " << piece;
  }
}

TEST(Rows, LimitsCostOneRow) {
  const Limits limits{100, 200, 5};
  const std::string long_field(150, 'x');
  const std::string long_row(1000, 'x');
  EXPECT_EQ(rows("a,b\n" + long_field + ",1\n3,4\n", 64, {}, limits),
            (Expected{"1:a|b", "2!field_too_long", "3:3|4"}));
  EXPECT_EQ(rows("a,b\n\"" + long_field + "\n\",1\n3,4\n", 64, {}, limits),
            (Expected{"1:a|b", "2!field_too_long", "4:3|4"}));
  EXPECT_EQ(rows("a,b\n" + long_row + ",1\r\n3,4\n", 64, {}, limits),
            (Expected{"1:a|b", "2!row_too_long", "3:3|4"}));
  EXPECT_EQ(rows("a,b\n1,2,3,4,5,6\n3,4\n", 64, {}, limits),
            (Expected{"1:a|b", "2!too_many_fields", "3:3|4"}));
}

TEST(Rows, TenMegabyteFields) {
  const std::string huge(std::size_t{10'000'000}, 'x');  // NOLINT(bugprone-string-constructor): that large
  const std::string many_lines = [] {
    std::string text;
    for (int i = 0; i < 1'000'000; ++i) text += "123456789\n";
    return text;
  }();
  EXPECT_EQ(rows("a,b\n" + huge + ",1\n3,4\n"), (Expected{"1:a|b", "2!row_too_long", "3:3|4"}));
  EXPECT_EQ(rows("a,b\n\"" + huge + "\",1\n3,4\n"), (Expected{"1:a|b", "2!row_too_long", "3:3|4"}));
  EXPECT_EQ(rows("a,b\n1,\"" + many_lines + "\"\n3,4\n"),
            (Expected{"1:a|b", "2!row_too_long", "1000003:3|4"}));
  EXPECT_EQ(rows("a,b\n" + huge), (Expected{"1:a|b", "2!row_too_long"})) << "and no line end";
  const auto broken = rows("a,b\n1,\"2\n" + many_lines + many_lines + "3,4\n");
  ASSERT_EQ(broken.size(), 2'000'003u) << "a quote that opens 20 MB of good rows costs its own row only";
  EXPECT_EQ(broken[1], "2!open_quote");
  EXPECT_EQ(broken[2], "3:123456789");
  EXPECT_EQ(broken.back(), "2000003:3|4");
}

TEST(Rows, TheOriginalTextOfARow) {
  RowReader reader(pieces("a,b\r\n\"x \"\"y\"\"\",2\r\n\xFE\xFF,\xFE\n" + std::string(5000, 'z') + "ş\n"),
                   {Encoding::utf8, ','});
  Row row;
  ASSERT_TRUE(reader.next(row).value());
  ASSERT_TRUE(reader.next(row).value());
  EXPECT_EQ(row.text, "\"x \"\"y\"\"\",2");
  ASSERT_TRUE(reader.next(row).value());
  EXPECT_EQ(row.text, "\uFFFD\uFFFD,\uFFFD");
  EXPECT_EQ(row.fault, RowFault::not_text);
  ASSERT_TRUE(reader.next(row).value());
  EXPECT_EQ(row.text, std::string(kRowText, 'z'));
  EXPECT_FALSE(reader.next(row).value());
}

TEST(Rows, ASourceThatFailsSaysSo) {
  RowReader reader([](std::span<char>) -> base::Result<std::size_t> { return base::error("disk gone"); }, {});
  Row row;
  const auto result = reader.next(row);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().what, "disk gone");
}

}  // namespace
}  // namespace ziptone::store::csv
