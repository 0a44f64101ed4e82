// What is on record, asked as the server would ask: a store with its records, and the routes' own handlers.
#include <gtest/gtest.h>

#include "base/wall.hpp"
#include "fixture.hpp"
#include "server/api/service.hpp"
#include "server/control/clock.hpp"

namespace ziptone::api {
namespace {

namespace js = boost::json;

class Records : public ::testing::Test {
 protected:
  Records()
      : store_(store::open_store(dir_.path())),
        world(store::make_world(*store_)),
        reader_(store::open_reader(*store_)) {
    service_.store = store_.get();
    service_.reader = &reader_;
    service_.post = service_.reading =
        service_.in_background = [](const std::function<void()>& work) { work(); };
    service_.stopping = [] { return false; };
    store::import_contacts(*store_, world.list, 1, 3);
  }
  store::Store& store() { return *store_; }

  // An attempt that ended; `talked`: its agent did.
  void attempt(std::uint64_t id, std::uint64_t contact, std::int64_t second, dialer::Outcome outcome,
               bool talked = false) {
    auto end = store::outcome(id, outcome, store::at(second + 30));
    if (talked) {
      end.agent = world.agent;
      end.answered_at = store::at(second + 5);
      end.merged_at = store::at(second + 10);
    }
    ASSERT_TRUE(store::submit(*store_, {store::intent(world, id, contact, store::at(second)), end}));
  }

  Response ask(const std::vector<Route>& routes, const std::string& path,
               std::map<std::string, std::string> query = {}, Asker who = {"administrator"}) {
    Response answer{0, {}, {}};
    for (const Route& route : routes)
      if (const auto parts = match(route.path, path); parts && route.method == "GET") {
        Request request;
        request.path = path;
        request.parts = *parts;
        request.query = std::move(query);
        request.who = std::move(who);
        route.handle(request, [&](Response given) { answer = std::move(given); });
        break;
      }
    return answer;
  }
  js::value attempts(std::map<std::string, std::string> query) {
    const Response answer = ask(attempt_routes(&service_), "/api/v1/attempts", std::move(query));
    EXPECT_EQ(answer.status, 200) << answer.body;
    return js::parse(answer.body);
  }
  std::vector<std::uint64_t> ids(const js::value& list) {
    std::vector<std::uint64_t> found;
    for (const auto& one : list.as_array()) found.push_back(one.at("id").to_number<std::uint64_t>());
    return found;
  }
  // A supervisor of that team.
  Asker supervisor(const std::string& name, base::TeamId team) {
    const store::UserRecord user{0, name, name, "supervisor", {}, "tr", "no password", false, true, {team}};
    const auto id = store::must(
        store_->write_and_wait<std::uint64_t>([&](auto& db) { return store::put_user(db, user); }));
    return {"supervisor", 0, name, id, {team.value}};
  }
  base::TeamId other_team() {
    return store::must(store_->write_and_wait<base::TeamId>([](auto& db) {
      return store::put_team(db, {{}, "Other"});
    }));
  }

 private:
  const store::TempDir dir_;
  std::unique_ptr<store::Store> store_;

 protected:
  store::World world;

 private:
  store::Reader reader_;

 protected:
  Service service_;
};

using Ids = std::vector<std::uint64_t>;

TEST_F(Records, AttemptsAreNarrowedToWhatTheQuerySays) {
  attempt(1, 1, 0, dialer::Outcome::busy);
  attempt(2, 2, 100, dialer::Outcome::person, true);
  attempt(3, 1, 200, dialer::Outcome::person, true);
  dialer::effect::SaveWrapUp wrap_up{{2}, world.agent, store::SystemCode::sale, false, false, store::at(150)};
  ASSERT_TRUE(store::submit(store(), {wrap_up}));
  wrap_up.code = store::SystemCode::busy;
  wrap_up.correction = true;
  ASSERT_TRUE(store::submit(store(), {wrap_up}));

  EXPECT_EQ(ids(attempts({})), (Ids{3, 2, 1}));
  EXPECT_EQ(ids(attempts({{"outcome", "person"}})), (Ids{3, 2}));
  EXPECT_EQ(ids(attempts({{"agent", "ayse"}, {"contact", "1"}})), (Ids{3}));
  EXPECT_EQ(ids(attempts({{"code", "Busy"}})), (Ids{2})) << "the correction is in force";
  EXPECT_EQ(ids(attempts({{"code", "Sale"}})), Ids{});
  EXPECT_EQ(ids(attempts({{"number", "+905320000002"}})), (Ids{2}));
  EXPECT_EQ(ids(attempts({{"from", base::to_iso(store::at(100))}, {"until", base::to_iso(store::at(200))}})),
            (Ids{2}))
      << "half-open";
}

TEST_F(Records, AFilterThatSaysNothingKnownIsRefusedInItsField) {
  const std::map<std::string, std::string> faults = {
      {"outcome", "none at all"}, {"code", "Nothing"}, {"agent", "nobody"},   {"number", "12"},
      {"from", "yesterday"},      {"until", "soon"},   {"campaign", "Ghost"}, {"contact", "x"}};
  for (const auto& fault : faults)
    for (const char* path : {"/api/v1/attempts", "/api/v1/attempts.csv"}) {
      const Response answer = ask(attempt_routes(&service_), path, {fault});
      EXPECT_EQ(answer.status, 422) << fault.first;
      EXPECT_EQ(std::string{js::parse(answer.body).at("errors").at(0).at("field").as_string()}, fault.first)
          << answer.body;
    }
}

TEST_F(Records, AttemptsAsCsvBeginNoFormula) {
  attempt(1, 1, 0, dialer::Outcome::person, true);
  store::must(store().write_and_wait<bool>([](store::sqlite::Connection& db) -> base::Result<bool> {
    const auto done = db.run("UPDATE contacts SET name = $1 WHERE id = $2", "=1+\"1\"", 1);
    if (!done) return tl::unexpected{done.error()};
    return true;
  }));
  const Response answer = ask(attempt_routes(&service_), "/api/v1/attempts.csv");
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(answer.type, "text/csv; charset=utf-8");
  EXPECT_EQ(answer.headers.at(0).second, "attachment; filename=\"attempts.csv\"");
  const auto lines_end = answer.body.find("\r\n");
  EXPECT_TRUE(answer.body.starts_with("\xEF\xBB\xBFid,campaign,list,key,name,number"));
  const std::string line = answer.body.substr(lines_end + 2);
  EXPECT_TRUE(line.find(",K0000001,\"'=1+\"\"1\"\"\",'+905320000001,") != std::string::npos) << line;
  EXPECT_TRUE(line.ends_with(",20,no\r\n")) << line;
}

TEST_F(Records, OneAttemptComesWithItsRowsAndNotesToItsOwnTeamsAlone) {
  attempt(1, 1, 0, dialer::Outcome::person, true);
  attempt(2, 1, 100, dialer::Outcome::busy);
  ASSERT_TRUE(store::submit(store(), {store::call_row(1, 1, "Merging", "Bridged", "Talking", world.agent),
                                      store::call_row(2, 2, "Trying", "Rejected", "Ended", world.agent),
                                      store::call_row(3, 1, "Talking", "Ended", "Ended", world.agent)}));
  store::must(store().write_and_wait<bool>([&](store::sqlite::Connection& db) -> base::Result<bool> {
    const auto done = store::put_note(db, {1}, world.agent, "call at noon", store::at(40));
    if (!done) return tl::unexpected{done.error()};
    return true;
  }));
  const auto routes = attempt_routes(&service_);
  const Response answer = ask(routes, "/api/v1/attempts/1");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const js::value all = js::parse(answer.body);
  EXPECT_EQ(all.at("attempt").at("outcome"), "person");
  EXPECT_EQ(all.at("contact").at("key"), "K0000001");
  ASSERT_EQ(all.at("rows").as_array().size(), 2u);
  EXPECT_EQ(all.at("rows").at(1).at("event"), "Ended");
  EXPECT_EQ(all.at("notes").at(0).at("agent"), "ayse");
  EXPECT_EQ(all.at("notes").at(0).at("text"), "call at noon");
  EXPECT_TRUE(all.at("answers").as_array().empty());
  EXPECT_EQ(ask(routes, "/api/v1/attempts/9").status, 404);
  EXPECT_EQ(ask(routes, "/api/v1/attempts/x").status, 404);
  EXPECT_EQ(ask(routes, "/api/v1/attempts/1", {}, supervisor("lead", world.team)).status, 200);
  EXPECT_EQ(ask(routes, "/api/v1/attempts/1", {}, supervisor("other", other_team())).status, 404);
}

TEST_F(Records, WhatTheDeactivatedDidIsFoundByTheirName) {
  attempt(1, 1, 0, dialer::Outcome::person, true);
  store::must(store().write_and_wait<bool>([](store::sqlite::Connection& db) -> base::Result<bool> {
    if (const auto done = db.run("UPDATE agents SET enabled = 0"); !done) return tl::unexpected{done.error()};
    return true;
  }));
  EXPECT_EQ(ids(attempts({{"agent", "ayse"}})), (Ids{1}));
}

// ---- contacts
class Search : public Records {
 protected:
  Search() {
    rename(1, "Işıl Öztürk");
    rename(2, "ISIL Kaya");
    rename(3, "Çağrı Demir");
  }
  void rename(std::uint64_t contact, const std::string& name) {
    store::must(store().write_and_wait<bool>([&](store::sqlite::Connection& db) -> base::Result<bool> {
      const auto done = db.run("UPDATE contacts SET name = $1 WHERE id = $2", name, contact);
      if (!done) return tl::unexpected{done.error()};
      return true;
    }));
  }
  Ids found(const std::string& text, Asker who = {"administrator"}) {
    const Response answer =
        ask(contact_routes(&service_), "/api/v1/contacts", {{"search", text}}, std::move(who));
    EXPECT_EQ(answer.status, 200) << answer.body;
    const js::value all = js::parse(answer.body);
    EXPECT_TRUE(all.at("complete").as_bool());
    return ids(all.at("contacts"));
  }
};

TEST_F(Search, FindsByNameWhateverItsCaseAndAccents) {
  EXPECT_EQ(found("ışıl"), (Ids{1, 2}));
  EXPECT_EQ(found("ISIL"), (Ids{1, 2}));
  EXPECT_EQ(found("ozturk"), (Ids{1}));
  EXPECT_EQ(found("ÇAĞRI"), (Ids{3}));
  EXPECT_EQ(found("nobody"), Ids{});
}

TEST_F(Search, FindsByKeyAndByNumberOrItsEnd) {
  EXPECT_EQ(found("K0000002"), (Ids{2}));
  EXPECT_EQ(found("+90 532 000 00 03"), (Ids{3}));
  EXPECT_EQ(found("(0532) 000-00-03"), (Ids{3}));
  EXPECT_EQ(found("00905320000003"), (Ids{3}));
  EXPECT_EQ(found("0000001"), (Ids{1}));
  EXPECT_EQ(found("99999"), Ids{});
}

TEST_F(Search, TellsTheListAndItsCampaignAndStopsAtTheLimit) {
  const auto routes = contact_routes(&service_);
  const Response answer = ask(routes, "/api/v1/contacts", {{"search", "532000000"}, {"limit", "2"}});
  const js::value all = js::parse(ask(routes, "/api/v1/contacts", {{"search", "isil"}, {"limit", "1"}}).body);
  EXPECT_EQ(answer.status, 200);
  ASSERT_EQ(all.at("contacts").as_array().size(), 1u);
  EXPECT_FALSE(all.at("complete").as_bool()) << "there is another";
  const js::value both =
      js::parse(ask(routes, "/api/v1/contacts", {{"search", "isil"}, {"limit", "2"}}).body);
  EXPECT_TRUE(both.at("complete").as_bool()) << "these two are all, and as many as were asked for";
  EXPECT_EQ(all.at("contacts").at(0).at("list_name"), "November");
  EXPECT_FALSE(all.at("contacts").at(0).at("campaign").as_string().empty());
  EXPECT_EQ(ask(routes, "/api/v1/contacts", {{"search", "ab"}}).status, 422);
  EXPECT_EQ(ask(routes, "/api/v1/contacts", {{"search", "abc"}, {"limit", "101"}}).status, 422);
}

TEST_F(Search, OfASupervisorReachesTheOwnCampaignsAlone) {
  EXPECT_EQ(found("isil", supervisor("lead", world.team)), (Ids{1, 2}));
  const Asker other = supervisor("other", other_team());
  EXPECT_EQ(found("isil", other), Ids{});
  EXPECT_EQ(ask(contact_routes(&service_), "/api/v1/contacts/1", {}, other).status, 404);
}

TEST_F(Search, AHitOutOfReachTakesNobodysPlace) {
  const auto lead = supervisor("lead", world.team);
  const auto list = store::must(store().write_and_wait<base::ListId>([](store::sqlite::Connection& db) {
    return store::put_list(db, {{}, "Nobody's", "TR"});
  }));
  store::import_contacts(store(), list, 1, 3);  // the same numbers in a list that no campaign has
  store::must(store().write_and_wait<bool>([](store::sqlite::Connection& db) -> base::Result<bool> {
    // Those of the other list come first now.
    for (const char* sql :
         {"UPDATE numbers SET number = '+905550000001' WHERE contact_id = 3 AND position = 0",
          "UPDATE numbers SET number = '+905550000001' WHERE contact_id = 2 AND position = 0"})
      if (const auto done = db.run(sql); !done) return tl::unexpected{done.error()};
    return true;
  }));
  EXPECT_EQ(found("+905550000001", lead).size(), 2u);
  const js::value one = js::parse(
      ask(contact_routes(&service_), "/api/v1/contacts", {{"search", "0000001"}, {"limit", "100"}}, lead)
          .body);
  for (const auto& contact : one.at("contacts").as_array()) EXPECT_EQ(contact.at("list_name"), "November");
}

// ---- figures
class Figures : public Records {
 protected:
  // The agent's machine went to `to` with `event`.
  void agent_row(std::uint64_t sequence, std::int64_t second, const char* event, const char* to) {
    dialer::effect::AppendRow row;
    row.sequence = sequence;
    row.at = store::at(second);
    row.machine = "agent";
    row.id = world.agent.value;
    row.event = event;
    row.to = to;
    row.agent = world.agent;
    ASSERT_TRUE(store::submit(store(), {row}));
  }
  js::value asked(const std::string& path, std::map<std::string, std::string> query) {
    const Response answer = ask(figure_routes(&service_), path, std::move(query));
    EXPECT_EQ(answer.status, 200) << answer.body;
    return js::parse(answer.body);
  }
  std::string campaign() { return "/api/v1/campaigns/" + std::to_string(world.campaign.value); }
  static std::string time(std::int64_t second) { return base::to_iso(store::at(second)); }
};

TEST_F(Figures, OfAPeriodThatCantBeMeantAreRefused) {
  const auto status = [&](std::map<std::string, std::string> query) {
    return ask(figure_routes(&service_), campaign() + "/figures", std::move(query)).status;
  };
  EXPECT_EQ(status({{"step", "59"}}), 422);
  EXPECT_EQ(status({{"from", time(0)}, {"to", time(501 * 60)}, {"step", "60"}}), 422);
  EXPECT_EQ(status({{"from", time(0)}, {"to", time(500 * 60)}, {"step", "60"}}), 200);
  EXPECT_EQ(status({{"from", time(60)}, {"to", time(60)}}), 422);
  EXPECT_EQ(status({{"from", "then"}}), 422);
}

TEST_F(Figures, OfAnAgentsDayComeFromTheRecord) {
  // Days ago, whatever the clock says: nobody's time is counted that has not come.
  const std::int64_t ago = (base::micros(control::wall_now()) - store::kT0) / 1'000'000 - 100'000;
  agent_row(1, ago - 600, "AgentSignedIn", "Away");
  agent_row(2, ago + 10, "AgentWentAvailable", "Available");
  agent_row(3, ago + 20, "BecameReserved", "Reserved");
  agent_row(4, ago + 30, "Connected", "Engaged");
  agent_row(5, ago + 40, "AgentSignedOut", "Engaged");
  agent_row(6, ago + 50, "TalkEnded", "WrappingUp");
  agent_row(7, ago + 65, "WrapUpEnded", "Away");
  attempt(1, 1, ago + 20, dialer::Outcome::person, true);
  const dialer::effect::SaveWrapUp chosen{{1},   world.agent, store::SystemCode::sale,
                                          false, false,       store::at(0)};
  ASSERT_TRUE(store::submit(store(), {chosen}));
  const js::value day = asked("/api/v1/agents/ayse/day", {{"from", time(ago)}, {"until", time(ago + 1000)}});
  EXPECT_EQ(day.at("calls"), 1);
  EXPECT_EQ(day.at("talk_s"), 20);
  EXPECT_EQ(day.at("available_s"), 20) << "while a contact was dialed for the agent too";
  EXPECT_EQ(day.at("wrap_up_s"), 15);
  EXPECT_EQ(day.at("idle_s"), 10) << "signed out within the call: what follows is nobody's";
  EXPECT_EQ(day.at("by_code").at("Sale"), 1);
}

TEST_F(Figures, OfADayBeginWithWhatTheAgentWasDoingAndEndNow) {
  const std::int64_t now = (base::micros(control::wall_now()) - store::kT0) / 1'000'000;
  agent_row(1, now - 9000, "AgentSignedIn", "Away");
  agent_row(2, now - 8000, "AgentWentAvailable", "Available");
  const js::value day =
      asked("/api/v1/agents/ayse/day", {{"from", time(now - 3600)}, {"until", time(now + 36'000)}});
  EXPECT_EQ(day.at("idle_s"), 0);
  EXPECT_GE(day.at("available_s").as_int64(), 3599) << "since before the period";
  EXPECT_LT(day.at("available_s").as_int64(), 36'000) << "what is to come is nobody's time";
}

TEST_F(Figures, PromisedCallsComeInTheirOrderOnesOwnAndAnyones) {
  const auto promise = [&](std::uint64_t contact, std::int64_t second, base::AgentId agent) {
    dialer::effect::SaveContact saved;
    saved.contact = {contact};
    saved.phase = dialer::event::ContactPhase::callback_at;
    saved.next_at = store::at(second);
    saved.callback_agent = agent;
    ASSERT_TRUE(store::submit(store(), {saved}));
  };
  promise(1, 900, {});
  promise(2, 500, world.agent);
  promise(3, 100, world.other_agent);
  const js::value list = asked("/api/v1/agents/ayse/callbacks", {});
  ASSERT_EQ(list.as_array().size(), 2u) << "another agent's own is not this one's";
  EXPECT_EQ(list.at(0).at("contact"), 2);
  EXPECT_EQ(list.at(0).at("mine"), true);
  EXPECT_EQ(list.at(0).at("number"), "+905320000002");
  EXPECT_EQ(list.at(1).at("contact"), 1);
  EXPECT_EQ(list.at(1).at("mine"), false);
  EXPECT_EQ(std::string{list.at(1).at("at").as_string()}, time(900));
}

}  // namespace
}  // namespace ziptone::api
