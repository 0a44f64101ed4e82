// What the file declares, put into the store at every start.
#include "server/control/seed.hpp"

#include <gtest/gtest.h>

#include "fixture.hpp"

namespace ziptone::control {
namespace {

struct World {
  World() : store(store::open_store(directory.path())), reader(store::open_reader(*store)) {}
  base::Result<> seed_with(const std::string& toml) {
    const auto settings = config::read_text(toml, "z.toml");
    if (!settings) return tl::unexpected{settings.error().front()};
    return seed(*settings, *store, reader);
  }
  store::TempDir directory;
  std::unique_ptr<store::Store> store;
  store::Reader reader;
};

std::string said(const base::Result<>& result) { return result ? "" : base::to_string(result.error()); }

constexpr const char* kPeople = R"(
[[trunk]]
name = "carrier"
host = "127.0.0.1"
[[team]]
name = "sales"
[[queue]]
name = "sales"
teams = ["sales"]
[[entry_point]]
name = "main"
caller_id = "+902121234567"
trunks = ["carrier"]
)";

std::string agent(const std::string& name, const std::string& phone) {
  return "[[agent]]\nname = \"" + name + "\"\nteams = [\"sales\"]\nphone_user = \"" + phone +
         "\"\nphone_password = \"secret\"\n";
}
std::string code(const std::string& name, const std::string& tr, const std::string& en) {
  return "[[code]]\nname = \"" + name + "\"\ntr = \"" + tr + "\"\nen = \"" + en + "\"\n";
}

TEST(Seed, ACodeIsTheSameAtEveryStartWhateverIsShownOfIt) {
  World world;
  const std::string campaign =
      "[[campaign]]\nname = \"c\"\nqueue = \"sales\"\nentry_point = \"main\"\nauto_code = \"vip\"\n"
      "[[campaign.codes]]\ncode = \"vip\"\n";
  const std::string people = std::string{kPeople} + agent("ayse", "101");
  ASSERT_EQ(said(world.seed_with(people + code("vip", "Seçkin", "Very important") + campaign)), "");
  ASSERT_EQ(said(world.seed_with(people + code("vip", "Seçkin", "Very important") + campaign)), "");
  ASSERT_EQ(said(world.seed_with(people + code("vip", "Değerli", "Valued") + campaign)), "");
  const auto codes = store::must(world.reader.codes());
  ASSERT_EQ(codes.size(), 7u);
  EXPECT_EQ(codes.back().name_en, "Valued");
  const auto campaigns = store::must(world.reader.campaigns());
  EXPECT_EQ(campaigns.at(0).campaign.wrap_up_auto_code, codes.back().id);
}

TEST(Seed, TheSystemsCodesAreNotForTheFile) {
  World world;
  const auto before = store::must(world.reader.codes());
  EXPECT_NE(said(world.seed_with(code("Sale", "Sattık", "Sold"))).find("code[0].name"), std::string::npos);
  EXPECT_NE(said(world.seed_with(code("a", "Satış", "Sold"))).find("code[0].tr"), std::string::npos);
  const auto after = store::must(world.reader.codes());
  ASSERT_EQ(after.size(), before.size());
  for (std::size_t i = 0; i < after.size(); ++i) EXPECT_EQ(after[i].name_en, before[i].name_en);
}

TEST(Seed, TwoCodesShownAlikeAreRefusedByTheirKey) {
  World world;
  const auto refused = said(world.seed_with(code("a", "Bir", "One") + code("b", "İki", "One")));
  EXPECT_NE(refused.find("code[1].en"), std::string::npos) << refused;
}

TEST(Seed, AnAgentOutOfTheFileIsDisabledAndItsPhoneIsFree) {
  World world;
  ASSERT_EQ(said(world.seed_with(kPeople + agent("ayse", "101") + agent("can", "102"))), "");
  ASSERT_EQ(said(world.seed_with(kPeople + agent("can", "102") + agent("deniz", "101"))), "");
  const auto gone = store::must(world.reader.agent_by_sign_in("ayse"));
  ASSERT_TRUE(gone);
  EXPECT_FALSE(gone->enabled);
  EXPECT_EQ(gone->sip_user + gone->sip_password, "");
  EXPECT_EQ(store::must(world.reader.agent_by_sign_in("deniz"))->sip_user, "101");
  ASSERT_EQ(said(world.seed_with(kPeople + agent("can", "102") + agent("ayse", "103"))), "");
  EXPECT_TRUE(store::must(world.reader.agent_by_sign_in("ayse"))->enabled);
}

TEST(Lists, AreFoundByNameThenByIdAndNeverMadeOfDigits) {
  World world;
  const auto people = store::must(list_named(*world.store, world.reader, "people", "TR"));
  EXPECT_EQ(store::must(list_named(*world.store, world.reader, std::to_string(people.id.value), "TR")).name,
            "people");
  EXPECT_FALSE(list_named(*world.store, world.reader, "77", "TR"));
  EXPECT_EQ(store::must(world.reader.lists()).size(), 1u);
}

}  // namespace
}  // namespace ziptone::control
