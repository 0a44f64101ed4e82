#include "base/utf8.hpp"

#include <gtest/gtest.h>

namespace ziptone::base {
namespace {

TEST(Utf8, EveryCharacterThereAndBack) {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::string text;
    append_utf8(text, c);
    const Utf8 first = first_utf8(text + "x");
    ASSERT_EQ(first.form, Utf8::Form::character) << static_cast<std::uint32_t>(c);
    ASSERT_EQ(first.character, c);
    ASSERT_EQ(first.length, text.size());
    for (std::size_t n = 1; n < text.size(); ++n) {
      ASSERT_EQ(first_utf8(text.substr(0, n)).form, Utf8::Form::cut_off);
      ASSERT_EQ(first_utf8(text.substr(0, n) + "x").form, Utf8::Form::broken);
    }
  }
}

TEST(Utf8, RefusesWhatRfc3629Forbids) {
  for (const char* text :
       {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xED\xA0\x80",
        "\xED\xBF\xBF", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
    EXPECT_EQ(first_utf8(text).form, Utf8::Form::broken);
    EXPECT_EQ(first_utf8(text).length, 1u);
  }
}

}  // namespace
}  // namespace ziptone::base
