// Configuration: what is put is what is read, and what must not be is refused with a sentence.
#include "fixture.hpp"

namespace ziptone::store {
namespace {

class Catalog : public testing::Test {
 protected:
  Catalog() : store(open_store(dir.path())), world(make_world(*store)) {}
  template <class T>
  base::Result<T> write(std::function<base::Result<T>(sqlite::Connection&)> work) {
    return store->write_and_wait<T>(std::move(work));
  }
  TempDir dir;
  std::unique_ptr<Store> store;
  World world;
};

TEST_F(Catalog, KeepsEveryFieldOfACampaign) {
  CampaignRecord put = campaign_record(world.queue, world.entry_point, world.list);
  put.name = "Every field";
  put.message = "/var/lib/ziptone/message.wav";
  auto& c = put.campaign;
  c.id = world.campaign;
  c.weight = 3;
  c.mode = dialer::ConnectionMode::classic;
  c.analysis = false;
  c.decide_from_answer = true;
  c.maximum_analysis = base::milliseconds{2500};
  c.machine = dialer::MachineTreatment::connect;
  c.ring_min = base::seconds{16};
  c.ring_max = base::seconds{33};
  c.setup_max = base::seconds{31};
  c.windows = {{0x1F, 540, 720}, {0x1F, 780, 1200}, {0x20, 600, 1440}};
  c.caps = {4, 2, 1, base::minutes{11}};
  for (std::size_t i = 0; i < dialer::kOutcomes; ++i) {
    c.retry[i] = {static_cast<dialer::RetryRule::Then>(i % 3), base::minutes{i},
                  static_cast<std::uint8_t>(i + 1)};
    if (i % 2 == 0) c.system_codes[i] = {i % 6 + 1};
  }
  c.wrap_up_max = base::seconds{45};
  c.wrap_up_required = true;
  c.wrap_up_auto_code = SystemCode::voicemail;
  c.codes = {{SystemCode::sale, dialer::CodeRule::Effect::success, dialer::Outcome::no_answer},
             {SystemCode::busy, dialer::CodeRule::Effect::retry, dialer::Outcome::busy}};
  c.hold_max = base::minutes{4};
  must(write<CampaignId>([&](sqlite::Connection& db) { return put_campaign(db, put); }));

  const auto all = must(open_reader(*store).campaigns());
  ASSERT_EQ(all.size(), 1u);
  const auto& got = all[0].campaign;
  EXPECT_EQ(all[0].name, put.name);
  EXPECT_EQ(all[0].state, "draft");
  EXPECT_EQ(all[0].lists, put.lists);
  EXPECT_EQ(all[0].message, put.message);
  EXPECT_EQ(got.queue, c.queue);
  EXPECT_EQ(got.entry_point, c.entry_point);
  EXPECT_EQ(got.weight, c.weight);
  EXPECT_EQ(got.mode, c.mode);
  EXPECT_FALSE(got.analysis);
  EXPECT_TRUE(got.decide_from_answer);
  EXPECT_EQ(got.maximum_analysis, c.maximum_analysis);
  EXPECT_EQ(got.machine, c.machine);
  EXPECT_EQ(got.ring_min, c.ring_min);
  EXPECT_EQ(got.ring_max, c.ring_max);
  EXPECT_EQ(got.setup_max, c.setup_max);
  ASSERT_EQ(got.windows.size(), 3u);
  EXPECT_EQ(got.windows[2].close_minute, 1440);
  EXPECT_EQ(got.caps.per_contact, 4);
  EXPECT_EQ(got.caps.per_number, 2);
  EXPECT_EQ(got.caps.per_number_day, 1);
  EXPECT_EQ(got.caps.min_gap, base::minutes{11});
  for (std::size_t i = 0; i < dialer::kOutcomes; ++i) {
    EXPECT_EQ(got.retry[i].then, c.retry[i].then);
    EXPECT_EQ(got.retry[i].delay, c.retry[i].delay);
    EXPECT_EQ(got.retry[i].attempts_max, c.retry[i].attempts_max);
    EXPECT_EQ(got.system_codes[i], c.system_codes[i]);
  }
  EXPECT_EQ(got.wrap_up_max, c.wrap_up_max);
  EXPECT_TRUE(got.wrap_up_required);
  EXPECT_EQ(got.wrap_up_auto_code, SystemCode::voicemail);
  ASSERT_EQ(got.codes.size(), 2u);
  EXPECT_EQ(got.codes[1].code, SystemCode::busy);
  EXPECT_EQ(got.codes[1].effect, dialer::CodeRule::Effect::retry);
  EXPECT_EQ(got.codes[1].retry_as, dialer::Outcome::busy);
  EXPECT_EQ(got.hold_max, base::minutes{4});
}

TEST_F(Catalog, KeepsTrunksEntryPointsQueuesAndAgents) {
  auto reader = open_reader(*store);
  const auto trunk = must(reader.trunks())[0];
  EXPECT_EQ(trunk.trunk.cps, 2.5);
  EXPECT_EQ(trunk.trunk.channels, 30u);
  EXPECT_EQ(trunk.settings, "{\"host\":\"127.0.0.1\"}");
  const auto entry_point = must(reader.entry_points())[0];
  EXPECT_EQ(entry_point.entry_point.trunks, std::vector{world.trunk});
  EXPECT_EQ(entry_point.caller_ids, std::vector<std::string>{"+902121234567"});
  EXPECT_EQ(must(reader.queues())[0].queue.teams, std::vector{world.team});
  auto agent = *must(reader.agent_by_sign_in("ayse"));
  EXPECT_EQ(agent.name, "Ayşe");
  EXPECT_EQ(agent.agent.teams, std::vector{world.team});
  agent.agent.leg_mode = dialer::LegMode::on_demand;
  agent.agent.teams.clear();
  agent.enabled = false;
  agent.sip_user.clear();
  agent.sip_address = "sip:101@127.0.0.1";
  agent.password_hash = "$argon2id$...";
  must(write<AgentId>([&](sqlite::Connection& db) { return put_agent(db, agent); }));
  const auto changed = *must(reader.agent_by_sign_in("ayse"));
  EXPECT_EQ(changed.agent.id, world.agent);
  EXPECT_EQ(changed.agent.leg_mode, dialer::LegMode::on_demand);
  EXPECT_TRUE(changed.agent.teams.empty());
  EXPECT_FALSE(changed.enabled);
  EXPECT_EQ(changed.sip_address, "sip:101@127.0.0.1");
  EXPECT_EQ(changed.password_hash, "$argon2id$...");
  EXPECT_FALSE(must(reader.agent_by_sign_in("nobody")));
}

TEST_F(Catalog, ASystemCodeCannotBeDeletedByAnyPath) {
  const auto refused = write<bool>([](sqlite::Connection& db) -> base::Result<bool> {
    if (auto done = remove_code(db, SystemCode::fax); !done) return tl::unexpected(done.error());
    return true;
  });
  ASSERT_FALSE(refused.has_value());
  EXPECT_NE(refused.error().what.find("system code"), std::string::npos);
  const auto by_hand = write<bool>([](sqlite::Connection& db) -> base::Result<bool> {
    if (auto done = db.run("DELETE FROM codes WHERE id = 3"); !done) return tl::unexpected(done.error());
    return true;
  });
  ASSERT_FALSE(by_hand.has_value()) << "the schema itself forbids it";
  EXPECT_EQ(must(open_reader(*store).codes()).size(), 6u);
}

TEST_F(Catalog, AnOrdinaryCodeIsDeletedUnlessItIsInUse) {
  CodeRecord code;
  code.name_tr = "Yanlış Kişi";
  code.name_en = "Wrong Person";
  const auto id = must(write<CodeId>([&](sqlite::Connection& db) { return put_code(db, code); }));
  auto campaign = campaign_record(world.queue, world.entry_point, world.list);
  campaign.campaign.id = world.campaign;
  campaign.campaign.codes = {{id, dialer::CodeRule::Effect::close, dialer::Outcome::no_answer}};
  must(write<CampaignId>([&](sqlite::Connection& db) { return put_campaign(db, campaign); }));
  const auto remove = [&] {
    return write<bool>([&](sqlite::Connection& db) -> base::Result<bool> {
      if (auto done = remove_code(db, id); !done) return tl::unexpected(done.error());
      return true;
    });
  };
  EXPECT_FALSE(remove().has_value());
  campaign.campaign.codes.clear();
  must(write<CampaignId>([&](sqlite::Connection& db) { return put_campaign(db, campaign); }));
  EXPECT_TRUE(remove().has_value());
  EXPECT_FALSE(remove().has_value()) << "it is gone";
}

TEST_F(Catalog, RefusesWhatContradicts) {
  auto campaign = campaign_record(world.queue, world.entry_point, world.list);
  campaign.name = "Second";
  const auto refusal = [&] {
    auto put = write<CampaignId>([&](sqlite::Connection& db) { return put_campaign(db, campaign); });
    return put ? std::string("accepted") : base::to_string(put.error());
  };
  EXPECT_EQ(refusal(), "list_id: is in use already; choose another one") << "a list has one campaign";
  campaign.lists.clear();
  campaign.campaign.windows = {{0x7F, 600, 600}};
  EXPECT_TRUE(refusal().starts_with("windows: must open before it closes"));
  campaign.campaign.windows.clear();
  campaign.campaign.queue = {99};
  EXPECT_TRUE(refusal().starts_with("refers to something that does not exist"));
  campaign.campaign.queue = world.queue;
  EXPECT_EQ(refusal(), "accepted");
  EXPECT_EQ(must(open_reader(*store).campaigns()).size(), 2u);
}

TEST_F(Catalog, KeepsTokensSettingsAndDoNotCall) {
  const TokenRecord token{0, "hash", "robot", "agent", world.agent, at(1), at(2)};
  const auto id = must(write<std::uint64_t>([&](sqlite::Connection& db) { return put_token(db, token); }));
  auto reader = open_reader(*store);
  const auto got = must(reader.token("hash"));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->id, id);
  EXPECT_EQ(got->agent, world.agent);
  EXPECT_EQ(got->expires_at, at(2));
  EXPECT_TRUE(must(write<bool>([&](sqlite::Connection& db) { return remove_token(db, id); })));
  EXPECT_FALSE(must(reader.token("hash")));

  for (const char* value : {"one", "two"})
    must(write<bool>([&](sqlite::Connection& db) -> base::Result<bool> {
      must(put_setting(db, "site_key", value));
      return true;
    }));
  EXPECT_EQ(must(reader.setting("site_key")), "two");
  EXPECT_FALSE(must(reader.setting("none")));

  const auto add = [&](const std::string& number) {
    return write<bool>([number](sqlite::Connection& db) { return add_dnc(db, number, "file", at(3)); });
  };
  EXPECT_TRUE(must(add("+905321111111")));
  EXPECT_FALSE(must(add("+905321111111")));
  EXPECT_FALSE(add("05321111111").has_value());
  EXPECT_TRUE(must(write<bool>([](sqlite::Connection& db) { return remove_dnc(db, "+905321111111"); })));
  EXPECT_FALSE(must(write<bool>([](sqlite::Connection& db) { return remove_dnc(db, "+905321111111"); })));
}

}  // namespace
}  // namespace ziptone::store
