// Every route of the server as everybody: what each is answered is compared with tests/api/rights.txt.
#include "server/api/rights.hpp"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "client.hpp"
#include "fixture.hpp"
#include "server/api/server.hpp"
#include "server/api/service.hpp"
#include "server/api/tokens.hpp"
#include "server/control/clock.hpp"

namespace ziptone::api {
namespace {

// The columns; the last three are tokens of those scopes. ayse is the agent that the paths name, and of the
// team whose campaign they name.
constexpr std::array<const char*, 9> kAskers = {"nobody", "ayse",  "can",      "lead",       "other-lead",
                                                "root",   "reads", "operates", "administers"};

class Site {
 public:
  Site()
      : store_(store::open_store(dir_.path())),
        reader_(store::open_reader(*store_)),
        users_(store::must(store::Users::open(store_->database()))) {
    const auto other = put<base::TeamId>([](auto& db) { return store::put_team(db, {{}, "support"}); });
    const store::World world = store::make_world(*store_);
    campaign_ = std::to_string(world.campaign.value);
    put_user("ayse", "agent", world.agent, {});
    put_user("can", "agent", world.other_agent, {});
    put_user("lead", "supervisor", {}, {world.team});
    put_user("other-lead", "supervisor", {}, {other});
    put_user("root", "administrator", {}, {});
    ServerOptions options;
    options.upload_dir = dir_.path();
    for (const std::string scope : {"read", "operate", "administer"})
      put<std::uint64_t>([&](auto& db) {
        return store::put_token(db, {0, hash_of(scope + "s"), scope, scope, {}, store::at(0), {}});
      });
    options.may = [this](const std::string& token, const Route* route, Request& request) {
      if (!token.empty()) return may(reader_, token, route, request, store::at(1));
      return may_session(reader_, users_, sessions_, route, request, control::now().mono);
    };
    options.routes = all_routes(nullptr);
    for (Route& route : options.routes)
      route.handle = [](const Request&, const Reply& reply) { reply(json({{"reached", true}})); };
    server_ = store::must(Server::start(std::move(options)));
  }

  // 200 and 426 (of a WebSocket) are the route's own answers.
  int ask(const Route& route, const std::string& as) {
    std::string path{route.path};
    const auto fill = [&](const std::string& part, const std::string& with) {
      if (const auto at = path.find(part); at != std::string::npos) path.replace(at, part.size(), with);
    };
    fill("{agent}", "ayse");
    fill("{campaign}", campaign_);
    if (const auto at = path.find('{'); at != std::string::npos)
      path.replace(at, path.find('}') - at + 1, "1");
    Headers headers;
    if (as == "reads" || as == "operates" || as == "administers")
      headers = {{"Authorization", "Bearer " + as}};
    else if (as != "nobody")
      headers = {{"Cookie", "ziptone_session=" + sessions_.open(as, control::now().mono)},
                 {"Origin", "http://127.0.0.1"}};
    return http_request(server_->port(), std::string{route.method}, path, {}, "{}", headers).status;
  }

 private:
  template <class T, class Work>
  T put(Work work) {
    return store::must(store_->write_and_wait<T>([&](store::sqlite::Connection& db) { return work(db); }));
  }
  void put_user(const std::string& name, const std::string& role, base::AgentId agent,
                const std::vector<base::TeamId>& teams) {
    const store::UserRecord user{0, name, name, role, agent, "tr", "no password", false, true, teams};
    put<std::uint64_t>([&](auto& db) { return store::put_user(db, user); });
  }

  const store::TempDir dir_;
  std::unique_ptr<store::Store> store_;
  store::Reader reader_;
  store::Users users_;
  Sessions sessions_;
  std::string campaign_;
  std::unique_ptr<Server> server_;
};

std::string matrix(Site& site) {
  std::ostringstream text;
  for (const Route& route : all_routes(nullptr)) {
    text << route.method << ' ' << route.path;
    for (const char* as : kAskers) text << ' ' << as << '=' << site.ask(route, as);
    text << '\n';
  }
  return text.str();
}

TEST(Rights, OfEveryRouteAreWhatTheMatrixSays) {
  std::ifstream in{std::string{ZIPTONE_SOURCE} + "/tests/api/rights.txt"};
  std::stringstream expected;
  expected << in.rdbuf();
  Site site;
  EXPECT_EQ(matrix(site), expected.str()) << "when the new rights are meant: write them into rights.txt";
}

TEST(Rights, OfASupervisorReachTheAttemptsOfTheOwnTeamsAgentsAlone) {
  const store::TempDir dir;
  const auto store = store::open_store(dir.path());
  const store::World world = store::make_world(*store);
  store::import_contacts(*store, world.list, 1, 1);
  ASSERT_TRUE(store::submit(*store, {store::intent(world, 1, 1, store::at(0))}));
  const auto supervisor = [&](const std::string& name, base::TeamId team) {
    const store::UserRecord user{0, name, name, "supervisor", {}, "tr", "no password", false, true, {team}};
    return store::must(
        store->write_and_wait<std::uint64_t>([&](auto& db) { return store::put_user(db, user); }));
  };
  const auto other = store::must(store->write_and_wait<base::TeamId>([](auto& db) {
    return store::put_team(db, {{}, "Support"});
  }));
  auto reader = store::open_reader(*store);
  const auto seen_by = [&](std::uint64_t user) {
    store::AttemptFilter filter;
    filter.supervisor = user;
    return store::must(reader.attempts(filter, {}, 10)).size();
  };
  EXPECT_EQ(seen_by(supervisor("lead", world.team)), 1u);
  EXPECT_EQ(seen_by(supervisor("other-lead", other)), 0u);
  EXPECT_EQ(seen_by(0), 0u) << "a supervisor's token has no teams";
}

}  // namespace
}  // namespace ziptone::api
