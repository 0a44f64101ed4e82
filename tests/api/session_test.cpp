// Signing in through a real socket and a real store: the cookie, what it opens, whose requests are refused.
#include "server/api/session.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "client.hpp"
#include "fixture.hpp"
#include "server/api/page.hpp"
#include "server/api/rights.hpp"
#include "server/api/server.hpp"
#include "server/api/service.hpp"
#include "server/control/clock.hpp"

namespace ziptone::api {
namespace {

constexpr const char* kAyse = "correct horse 1";

class Office {
 public:
  Office()
      : store_(store::open_store(dir_.path())),
        reader_(store::open_reader(*store_)),
        users_(store::must(store::Users::open(store_->database()))) {
    const auto ayse = put_agent("ayse");
    put_agent("can");
    put_user({0, "ayse@site", "Ayşe", "agent", ayse, "tr", hash_password(kAyse), false, true});
    put_user({0, "root", "Root", "administrator", {}, "en", hash_password("a first password"), true, true});
    service_.store = store_.get();
    service_.reader = &reader_;
    service_.users = &users_;
    service_.sessions = &sessions_;
    service_.brake = &brake_;
    service_.post = [this](std::function<void()> work) { server_->post(std::move(work)); };
    service_.hashing = [](const std::function<void()>& work) {
      work();
      return true;
    };
    ServerOptions options;
    options.may = [this](const std::string&, const Route* route, Request& request) {
      return may_session(reader_, users_, sessions_, route, request, control::now().mono);
    };
    options.rows = [](std::uint64_t, std::size_t) { return std::vector<RenderedRow>{}; };
    options.last_sequence = [] { return 0; };
    options.page = store::must(page_of_folder(page_folder()));
    options.routes = user_routes(&service_);
    options.routes.push_back({"POST", "/api/v1/agents/{agent}/hold", Rights::self_agent,
                              [](const Request&, const Reply& reply) { reply({}); }});
    Route events{"GET", "/api/v1/events", Rights::administrator, {}};
    events.stream = true;
    options.routes.push_back(std::move(events));
    server_ = store::must(Server::start(std::move(options)));
    own_ = {"Origin", "http://127.0.0.1"};
  }

  Answer ask(const std::string& method, const std::string& path, const std::string& body = {},
             const Headers& headers = {}) {
    return http_request(server_->port(), method, path, {}, body, headers);
  }
  // The session's cookie as a browser would send it, with the page's own origin.
  Headers sign_in(const std::string& name, const std::string& password) {
    const Answer answer = ask("POST", "/api/v1/session",
                              R"({"sign_in":")" + name + R"(","password":")" + password + "\"}", {own_});
    EXPECT_EQ(answer.status, 200) << answer.body;
    return with_cookie_of(answer);
  }
  Headers with_cookie_of(const Answer& answer) {
    const auto cookie = answer.headers.find("Set-Cookie");
    if (cookie == answer.headers.end()) return {};
    EXPECT_NE(cookie->second.find("HttpOnly; SameSite=Strict; Path=/"), std::string::npos);
    return {{"Cookie", cookie->second.substr(0, cookie->second.find(';'))}, own_};
  }

 private:
  std::string page_folder() {
    std::filesystem::create_directories(dir_.path() + "/page/assets");
    std::ofstream{dir_.path() + "/page/index.html"} << "<p>page</p>";
    std::ofstream{dir_.path() + "/page/assets/a-1.js"} << "1;";
    return dir_.path() + "/page";
  }
  base::AgentId put_agent(const std::string& name) {
    store::AgentRecord record;
    record.sign_in = record.name = name;
    return store::must(
        store_->write_and_wait<base::AgentId>([&](auto& db) { return store::put_agent(db, record); }));
  }
  void put_user(const store::UserRecord& user) {
    store::must(store_->write_and_wait<std::uint64_t>([&](auto& db) { return store::put_user(db, user); }));
  }

  const store::TempDir dir_;
  std::unique_ptr<store::Store> store_;
  store::Reader reader_;
  store::Users users_;
  Sessions sessions_;
  Brake brake_;
  Service service_;
  std::pair<std::string, std::string> own_;
  std::unique_ptr<Server> server_;
};

TEST(Session, OfAnAgentOpensWhatIsTheAgentsOwnUntilItIsSignedOut) {
  Office office;
  EXPECT_EQ(office.ask("GET", "/api/v1/session").status, 401);
  const Headers browser = office.sign_in("ayse@site", kAyse);
  const Answer session = office.ask("GET", "/api/v1/session", {}, browser);
  EXPECT_EQ(session.status, 200);
  EXPECT_NE(session.body.find(R"("agent":"ayse")"), std::string::npos) << session.body;
  EXPECT_EQ(session.body.find("argon2"), std::string::npos);
  EXPECT_EQ(office.ask("POST", "/api/v1/agents/ayse/hold", {}, browser).status, 200);
  EXPECT_EQ(office.ask("POST", "/api/v1/agents/can/hold", {}, browser).status, 403);
  EXPECT_EQ(office.ask("GET", "/api/v1/users", {}, browser).status, 403);
  EXPECT_EQ(office.ask("PUT", "/api/v1/users/ayse@site", R"({"role":"administrator"})", browser).status, 403);
  EXPECT_EQ(office.ask("DELETE", "/api/v1/session", {}, browser).status, 200);
  EXPECT_EQ(office.ask("GET", "/api/v1/session", {}, browser).status, 401);
  EXPECT_EQ(office.ask("POST", "/api/v1/agents/ayse/hold", {}, browser).status, 401);
}

TEST(Session, AnotherSitesRequestsAreRefused) {
  Office office;
  const Headers browser = office.sign_in("ayse@site", kAyse);
  const auto& cookie = browser[0];
  const std::pair<std::string, std::string> foreign{"Origin", "http://127.0.0.1.evil.example"};
  const std::string hold = "/api/v1/agents/ayse/hold";
  EXPECT_EQ(office.ask("POST", hold, {}, {cookie, foreign}).status, 403);
  EXPECT_EQ(office.ask("POST", hold, {}, {cookie, {"Origin", "null"}}).status, 403);
  EXPECT_EQ(office.ask("POST", hold, {}, {cookie}).status, 403) << "a browser says the origin";
  EXPECT_EQ(office.ask("POST", "/api/v1/session", "{}", {foreign}).status, 403);
  EXPECT_EQ(office.ask("GET", "/api/v1/events", {}, {cookie, foreign}).status, 403);
  EXPECT_EQ(office.ask("GET", "/api/v1/events", {}, {cookie}).status, 403);
  EXPECT_EQ(office.ask("POST", hold, {}, browser).status, 200);
}

TEST(Session, WrongNamesAndWrongPasswordsLookTheSameAndAreSlowedDown) {
  Office office;
  const auto tried = [&](const std::string& name) {
    return office.ask("POST", "/api/v1/session", R"({"sign_in":")" + name + R"(","password":"guess"})");
  };
  const Answer unknown = tried("nobody");
  const Answer wrong = tried("ayse@site");
  EXPECT_EQ(unknown.status, 401);
  EXPECT_EQ(unknown.body, wrong.body);
  Answer answer;
  for (int i = 0; i < 40 && answer.status != 429; ++i) answer = tried("ayse@site");
  ASSERT_EQ(answer.status, 429);
  EXPECT_GE(std::stoi(answer.headers["Retry-After"]), 1);
  EXPECT_NE(answer.body.find("locked"), std::string::npos);
}

TEST(Session, AGivenPasswordMustBeChangedFirst) {
  Office office;
  const Headers first = office.sign_in("root", "a first password");
  EXPECT_EQ(office.ask("GET", "/api/v1/users", {}, first).status, 403);
  const auto change = [&](const std::string& to) {
    return office.ask("POST", "/api/v1/session/password", R"({"old":"a first password","new":")" + to + "\"}",
                      first);
  };
  EXPECT_EQ(change("short").status, 422);
  const Answer changed = change("a second password");
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(office.ask("GET", "/api/v1/session", {}, first).status, 401) << "the old sessions are over";
  const Headers browser = office.with_cookie_of(changed);
  EXPECT_EQ(office.ask("GET", "/api/v1/users", {}, browser).status, 200);
}

TEST(Users, AreMadeAndShutOutByAnAdministrator) {
  Office office;
  const Headers first = office.sign_in("root", "a first password");
  const Headers root = office.with_cookie_of(office.ask(
      "POST", "/api/v1/session/password", R"({"old":"a first password","new":"a second password"})", first));
  const auto put = [&](const std::string& body) {
    return office.ask("PUT", "/api/v1/users/can", body, root);
  };
  EXPECT_EQ(put(R"({"role":"agent","password":"can's password"})").status, 422) << "which agent?";
  EXPECT_EQ(put(R"({"role":"supervisor","password":"can's password"})").status, 422) << "of which teams?";
  EXPECT_EQ(put(R"({"role":"supervisor","teams":["nobody's"],"password":"can's password"})").status, 422);
  ASSERT_EQ(put(R"({"role":"agent","agent":"can","password":"can's password","must_change_password":false})")
                .status,
            200);
  const Headers can = office.sign_in("can", "can's password");
  EXPECT_EQ(office.ask("POST", "/api/v1/agents/can/hold", {}, can).status, 200);
  EXPECT_EQ(put(R"({"enabled":false})").status, 200);
  EXPECT_EQ(office.ask("POST", "/api/v1/agents/can/hold", {}, can).status, 401);
}

TEST(Page, IsServedWithItsPolicyAndUnknownPathsAreThePages) {
  Office office;
  const Answer page = office.ask("GET", "/");
  EXPECT_EQ(page.body, "<p>page</p>");
  EXPECT_NE(page.headers.at("Content-Security-Policy").find("script-src 'self'"), std::string::npos);
  EXPECT_EQ(page.headers.at("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(office.ask("GET", "/agents/7").body, page.body);
  EXPECT_NE(office.ask("GET", "/assets/a-1.js").headers.at("Cache-Control").find("immutable"),
            std::string::npos);
  EXPECT_EQ(office.ask("GET", "/assets/../../ziptone.db").status, 404);
  EXPECT_EQ(office.ask("GET", "/api/v1/nothing").status, 401);
}

TEST(Sessions, EndWhenTheyAreIdleOrOld) {
  Sessions sessions;
  const base::Instant start{base::seconds{1000}};
  const std::string secret = sessions.open("ayse", start);
  EXPECT_EQ(sessions.user_of(secret, start + base::seconds{9 * 3600}), "ayse");
  EXPECT_EQ(sessions.user_of(secret, start + Sessions::kAgeMax), "ayse");
  EXPECT_FALSE(sessions.user_of(secret, start + Sessions::kAgeMax + base::seconds{1}));
  const std::string idle = sessions.open("ayse", start);
  EXPECT_FALSE(sessions.user_of(idle, start + Sessions::kIdleMax + base::seconds{1}));
  EXPECT_EQ(sessions.size(), 0u);
}

TEST(Brake, WaitsDoubleAndEndWithTheRightPassword) {
  Brake brake;
  base::Instant now{base::seconds{1000}};
  for (int i = 0; i < 6; ++i) EXPECT_EQ(brake.attempt("ayse", "a", now), base::Duration::zero());
  EXPECT_EQ(brake.attempt("ayse", "another", now), base::seconds{1});
  now += base::seconds{1};
  EXPECT_EQ(brake.attempt("ayse", "a", now), base::Duration::zero());
  EXPECT_EQ(brake.attempt("ayse", "a", now), base::seconds{2});
  EXPECT_EQ(brake.attempt("can", "a", now), base::Duration::zero());
  brake.clear("ayse", "a");
  EXPECT_EQ(brake.attempt("ayse", "a", now), base::Duration::zero());
}

}  // namespace
}  // namespace ziptone::api
