#include "server/config/settings.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace ziptone::config {
namespace {

constexpr const char* kMinimal = R"(
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
[[agent]]
name = "ayse"
teams = ["sales"]
phone_uri = "sip:101@127.0.0.1:5090"
[[campaign]]
name = "autumn"
queue = "sales"
entry_point = "main"
)";

Faults faults_of(const std::string& text) {
  const auto settings = read_text(text, "z.toml");
  return settings ? Faults{} : settings.error();
}

// One fault whose text has all the words.
void expect_fault(const std::string& text, std::initializer_list<std::string> words) {
  const Faults faults = faults_of(text);
  ASSERT_EQ(faults.size(), 1u) << text << (faults.empty() ? "" : base::to_string(faults.back()));
  for (const std::string& word : words)
    EXPECT_NE(base::to_string(faults[0]).find(word), std::string::npos)
        << base::to_string(faults[0]) << " lacks " << word;
}

TEST(Settings, ReadsWhatIsWrittenAndKeepsDefaults) {
  const auto settings = read_text(kMinimal, "z.toml");
  ASSERT_TRUE(settings) << base::to_string(settings.error()[0]);
  EXPECT_EQ(settings->api.address, "127.0.0.1");
  ASSERT_EQ(settings->campaigns.size(), 1u);
  EXPECT_EQ(settings->campaigns[0].rules.ring_max, base::seconds{32});
  EXPECT_EQ(settings->campaigns[0].analysis.minimum_silence_ms, 608);
  EXPECT_EQ(settings->trunks[0].cps, 1.0);
}

TEST(Settings, NoCampaignStartsThatDoesNotSayWhoCalls) {
  expect_fault(std::string{kMinimal} + "start = true\n", {"start", "brand and callback_number"});
  const std::string named = std::string{kMinimal} + "start = true\nbrand = \"Acme\"\n";
  EXPECT_TRUE(faults_of(named + "callback_number = \"+902121234567\"\n").empty());
  expect_fault(named + "callback_number = \"911\"\n", {"callback_number", "+902121234567"});
}

TEST(Settings, AnUnknownKeyNamesItsLineAndTheNearestKey) {
  expect_fault("[api]\nprot = 8080\n", {"z.toml:2", "api.prot", "unknown key", "did you mean port?"});
}

TEST(Settings, AKeyWithoutItsUnitOrWithAnotherIsAnsweredWithTheRightOne) {
  expect_fault(std::string{kMinimal} + "ring_max = 32\n", {"campaign[0].ring_max", "ring_ms_max", "32000"});
  expect_fault(std::string{kMinimal} + "ring_s_max = 32\n",
               {"campaign[0].ring_s_max", "ring_ms_max", "32000"});
  expect_fault(std::string{kMinimal} + "ring_ms_max = 32\n", {"ring_ms_max", "out of range", "write 32000"});
  expect_fault(std::string{kMinimal} + "ring_ms_max = \"32s\"\n", {"ring_ms_max", "is text", "milliseconds"});
}

TEST(Settings, NoRetryRuleClosesAContactForOneWrongNumberOrForOurOwnTrouble) {
  const auto rule = [](const std::string& outcome, const std::string& what) {
    return std::string{kMinimal} + "[campaign.retry." + outcome + "]\n" + what + "\n";
  };
  expect_fault(rule("invalid_number", "attempts_max = 1"), {"invalid_number", "attempts_max = 2"});
  expect_fault(rule("invalid_number", "then = \"close\""), {"invalid_number", "next_number"});
  expect_fault(rule("congestion", "then = \"close\""), {"congestion", "close the contact"});
  EXPECT_TRUE(faults_of(rule("busy", "attempts_max = 1\nthen = \"close\"")).empty());
}

TEST(Settings, ValuesOutOfRangeAreRefusedWithTheRange) {
  expect_fault("[api]\nport = 70000\n", {"api.port", "70000", "0 to 65535"});
  expect_fault("[api]\naddress = \"0.0.0.0\"\n", {"api.address", "without TLS", "https_address"});
  expect_fault("[api]\nhttps_key = \"k.pem\"\n", {"api.https_certificate", "is missing", "both files"});
  expect_fault("[media]\nport_min = 30000\nport_max = 20000\n", {"media.port_max", "port_min"});
}

TEST(Settings, NamesThatPointNowhereAreRefused) {
  std::string text = kMinimal;
  text.replace(text.find("queue = \"sales\""), 15, "queue = \"salse\"");
  expect_fault(text, {"campaign[0].queue", "there is no queue \"salse\""});
}

TEST(Settings, APhoneIsOneAgentsAlone) {
  const std::string phone = "phone_user = \"101\"\nphone_password = \"x\"\n";
  expect_fault(
      std::string{kMinimal} + "[[agent]]\nname = \"a\"\n" + phone + "[[agent]]\nname = \"b\"\n" + phone,
      {"agent[2].phone_user", "\"101\" is the phone of agent \"a\""});
}

TEST(Settings, ACallerIdIsATelephoneNumber) {
  std::string text = kMinimal;
  text.replace(text.find("+902121234567"), 13, "0212");
  expect_fault(text, {"entry_point[0].caller_id", "\"0212\"", "+902121234567"});
}

TEST(Settings, JsonThatFitsNoSettingIsRefusedAndNotDropped) {
  const std::string base = R"({"name": "a", "queue": "q", "entry_point": "e", )";
  const auto weight = campaign_from_json(base + R"("weight": 18446744073709551615})");
  ASSERT_FALSE(weight);
  EXPECT_EQ(weight.error().at(0).where, "weight");
  const auto lists = campaign_from_json(base + R"("lists": ["x", null]})");
  ASSERT_FALSE(lists);
  EXPECT_EQ(lists.error().at(0).where, "lists[1]");
  EXPECT_FALSE(campaign_from_json(base + R"("caps": {"per_contact": 9223372036854775808}})"));
  EXPECT_TRUE(campaign_from_json(base + R"("auto_code": null})"));
}

TEST(Settings, NamesThatCouldBeIdsAreRefused) {
  expect_fault(std::string{kMinimal} + "lists = [\"people\", \"7\"]\n",
               {"campaign[0].lists", "\"7\"", "letter"});
  std::string text = kMinimal;
  text.replace(text.find("\"ayse\""), 6, "\"101\"");
  expect_fault(text, {"agent[0].name", "\"101\"", "letter"});
}

TEST(Settings, TwoCodesOfOneNameAreRefused) {
  expect_fault(std::string{kMinimal} + "[[code]]\nname = \"a\"\n[[code]]\nname = \"a\"\n",
               {"code[1].name", "taken"});
}

TEST(Settings, ATrunkPasswordNeedsItsRealm) {
  expect_fault("[[trunk]]\nname = \"a\"\nhost = \"h\"\npassword = \"x\"\n", {"trunk[0].realm", "missing"});
}

TEST(Settings, EveryFaultIsSaidAtOnce) {
  EXPECT_EQ(faults_of("[api]\nprot = 1\nport = -1\n[sip]\nrealm = \"x\"\n").size(), 3u);
}

TEST(Settings, BrokenTomlNamesTheLine) { expect_fault("[api\nport = 1\n", {"z.toml:1"}); }

TEST(Campaign, SurvivesJsonAndBack) {
  const auto settings = read_text(kMinimal, "z.toml");
  ASSERT_TRUE(settings);
  CampaignSettings campaign = settings->campaigns[0];
  campaign.rules.mode = dialer::ConnectionMode::classic;
  campaign.rules.windows = {{0x1F, 9 * 60, 18 * 60 + 30}};
  campaign.rules.caps.min_gap = base::minutes{45};
  campaign.rules.retry[static_cast<std::size_t>(dialer::Outcome::busy)].delay = base::minutes{7};
  campaign.codes = {{"Sale", dialer::CodeRule::Effect::success, dialer::Outcome::none}};
  const auto back = campaign_from_json(to_json(campaign));
  ASSERT_TRUE(back) << base::to_string(back.error()[0]);
  EXPECT_EQ(back->rules.mode, dialer::ConnectionMode::classic);
  ASSERT_EQ(back->rules.windows.size(), 1u);
  EXPECT_EQ(back->rules.windows[0].days, 0x1F);
  EXPECT_EQ(back->rules.windows[0].close_minute, 18 * 60 + 30);
  EXPECT_EQ(back->rules.caps.min_gap, base::minutes{45});
  EXPECT_EQ(back->rules.retry[static_cast<std::size_t>(dialer::Outcome::busy)].delay, base::minutes{7});
  EXPECT_EQ(back->codes[0].effect, dialer::CodeRule::Effect::success);
  EXPECT_EQ(to_json(*back), to_json(campaign));
}

TEST(Campaign, JsonFaultsNameTheField) {
  const auto campaign =
      campaign_from_json(R"({"name":"a","queue":"q","entry_point":"e","ring_max":3,"mode":"loud"})");
  ASSERT_FALSE(campaign);
  ASSERT_EQ(campaign.error().size(), 2u);
  EXPECT_EQ(campaign.error()[0].where, "mode");
  EXPECT_EQ(campaign.error()[1].where, "ring_max");
  EXPECT_FALSE(campaign_from_json("[]"));
  EXPECT_FALSE(campaign_from_json("{"));
}

}  // namespace
}  // namespace ziptone::config
