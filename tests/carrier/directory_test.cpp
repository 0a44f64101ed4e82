#include "carrier/directory.hpp"

#include <map>

#include <fmt/format.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "carrier/sounds.hpp"

namespace ziptone::carrier {
namespace {

TEST(Directory, LastTwoDigitsNameThePersona) {
  const Directory directory;
  EXPECT_EQ(directory.choose("+905321234530").name, "busy");
  EXPECT_EQ(directory.choose("00905321234550").name, "invalid");
  EXPECT_EQ(directory.choose("905321234599").kind, Kind::person);
  for (int digits = 0; digits < 100; ++digits) {
    EXPECT_TRUE(preset(persona_of_last_two_digits(digits))) << digits;
  }
}

TEST(Directory, EveryPresetCanBeDialed) {
  std::map<std::string_view, int> dialed;
  for (int digits = 0; digits < 100; ++digits) ++dialed[persona_of_last_two_digits(digits)];
  for (const auto& persona : presets()) {
    // Its file has to be named.
    EXPECT_NE(dialed.contains(persona.name), persona.kind == Kind::recording) << persona.name;
  }
}

TEST(Directory, TheFileBeatsTheTableAndTheLongerMatchTheShorter) {
  Directory directory;
  const auto done = directory.add_toml(R"(
[[entry]]
prefix = "+9053"
persona = "busy"
[[entry]]
prefix = "+90532"
persona = "fax"
[[entry]]
number = "+90 532 111 11 11"
persona = "person"
language = "en"
ring_ms = 1234
[[entry]]
suffix = "77"
persona = "machine"
)",
                                       "test.toml");
  ASSERT_TRUE(done) << base::to_string(done.error());
  EXPECT_EQ(directory.choose("+905359999999").name, "busy");
  EXPECT_EQ(directory.choose("+905329999999").name, "fax");
  EXPECT_EQ(directory.choose("+442079460077").name, "machine");
  const Persona exact = directory.choose("+905321111111");
  EXPECT_EQ(exact.name, "person");
  EXPECT_EQ(exact.language, Language::en);
  EXPECT_EQ(exact.ring_ms, 1234);
}

TEST(Directory, ARecordingIsPlayedFromAFileThatIsNamed) {
  Directory directory;
  ASSERT_TRUE(directory.add_toml("[[entry]]\nnumber = \"1\"\npersona = \"recording\"\nsound = \"a.wav\"\n",
                                 "test.toml"));
  EXPECT_EQ(directory.choose("1").sound, "a.wav");
  EXPECT_THAT(directory.recordings(), testing::ElementsAre("a.wav"));
  const auto none = directory.add_toml("[[entry]]\nnumber = \"2\"\npersona = \"recording\"\n", "test.toml");
  ASSERT_FALSE(none);
  EXPECT_THAT(base::to_string(none.error()), testing::HasSubstr("entry[0].sound"));
  EXPECT_FALSE(parse_mix("recording=1"));
  SoundLibrary sounds;
  EXPECT_FALSE(sounds.add_recording("/nowhere/a.wav"));
}

TEST(Directory, RefusesWhatItDoesNotKnow) {
  const auto fault = [](std::string_view text) {
    Directory directory;
    const auto done = directory.add_toml(text, "d.toml");
    return done ? std::string("accepted") : base::to_string(done.error());
  };
  EXPECT_THAT(fault("[[entry]]\nnumber='1'\nring = 3"), testing::HasSubstr("entry[0].ring: unknown key"));
  EXPECT_THAT(fault("[[entry]]\nnumber='1'\nring_ms = 'x'"), testing::HasSubstr("not a number"));
  EXPECT_THAT(fault("[[entry]]\nnumber='1'\npersona = 'ghost'"),
              testing::HasSubstr("unknown persona 'ghost'"));
  EXPECT_THAT(fault("[[entry]]\npersona = 'fax'"), testing::HasSubstr("exactly one of"));
  EXPECT_THAT(fault("[[entry]]\nnumber = 5"), testing::HasSubstr("quotes"));
  EXPECT_THAT(fault("[[people]]\nx=1"), testing::HasSubstr("unknown key"));
  EXPECT_THAT(fault("[[entry"), testing::HasSubstr("d.toml:1"));
}

TEST(Mix, SharesAreKeptAndRunsRepeat) {
  auto mix = parse_mix("person=60,busy=30,fax=10");
  ASSERT_TRUE(mix);
  Directory one(7), same(7), other(8);
  for (auto* directory : {&one, &same, &other}) directory->set_mix(*mix);
  std::map<std::string, int> seen;
  int moved = 0;
  for (int i = 0; i < 10000; ++i) {
    const auto number = fmt::format("+90532{:07}", i);
    const auto persona = one.choose(number);
    ++seen[persona.name];
    EXPECT_EQ(persona.name, same.choose(number).name);
    EXPECT_EQ(persona.name, one.choose(number, 3).name);
    moved += persona.name != other.choose(number).name;
  }
  EXPECT_NEAR(seen["person"], 6000, 200);
  EXPECT_NEAR(seen["busy"], 3000, 200);
  EXPECT_NEAR(seen["fax"], 1000, 150);
  EXPECT_GT(moved, 1000);
}

TEST(Mix, VaryChangesFromCallToCall) {
  Directory directory(1);
  directory.set_mix(*parse_mix("person=1,busy=1"));
  directory.set_vary(true);
  std::map<std::string, int> seen;
  for (std::uint32_t nth = 0; nth < 100; ++nth) ++seen[directory.choose("+905321234567", nth).name];
  EXPECT_GT(seen["person"], 20);
  EXPECT_GT(seen["busy"], 20);
}

TEST(Mix, RefusesBadShares) {
  for (const auto* text :
       {"", "person", "person=", "person=0", "person=-1", "person=x", "ghost=1", "person=1,,"}) {
    EXPECT_FALSE(parse_mix(text)) << text;
  }
}

}  // namespace
}  // namespace ziptone::carrier
