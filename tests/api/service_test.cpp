// Who is meant, who may, and what is answered when the store has failed.
#include "server/api/service.hpp"

#include <sqlite3.h>

#include <gtest/gtest.h>

#include "fixture.hpp"
#include "server/api/rights.hpp"
#include "server/api/tokens.hpp"
#include "test_vfs.hpp"

namespace ziptone::api {
namespace {

base::AgentId put_agent(store::Store& store, const std::string& name) {
  store::AgentRecord record;
  record.sign_in = record.name = name;
  return store::must(store.write_and_wait<base::AgentId>(
      [&](store::sqlite::Connection& db) { return store::put_agent(db, record); }));
}

TEST(Names, ComeBeforeIds) {
  const store::TempDir dir;
  const auto store = store::open_store(dir.path());
  const auto ayse = put_agent(*store, "ayse");
  const auto can = put_agent(*store, std::to_string(ayse.value));  // named as the other one's id
  auto reader = store::open_reader(*store);
  const auto agents = store::must(reader.agents());
  EXPECT_EQ(agent_named(agents, std::to_string(ayse.value))->agent.id, can);
  EXPECT_EQ(agent_named(agents, std::to_string(can.value))->agent.id, can);
  EXPECT_EQ(agent_named(agents, "ayse")->agent.id, ayse);
  EXPECT_EQ(agent_named(agents, "77"), nullptr);
}

TEST(Tokens, OfAnAgentOpenWhatTheRouteWouldTake) {
  const store::TempDir dir;
  const auto store = store::open_store(dir.path());
  const auto ayse = put_agent(*store, "ayse");
  const auto can = put_agent(*store, std::to_string(ayse.value));
  store::must(store->write_and_wait<std::uint64_t>([&](store::sqlite::Connection& db) {
    return store::put_token(db, {0, hash_of("a"), "ayse's", "agent", ayse, store::at(0), {}});
  }));
  auto reader = store::open_reader(*store);
  const auto may_on = [&](const std::string& agent) {
    Request request;
    request.parts["agent"] = agent;
    const Route route{"POST", "/api/v1/agents/{agent}/sign-in", Rights::self_agent, {}};
    return may(reader, "a", &route, request, store::at(1)) == Verdict::granted;
  };
  EXPECT_TRUE(may_on("ayse"));
  EXPECT_FALSE(may_on(std::to_string(ayse.value))) << "that is the other agent's name";
  EXPECT_FALSE(may_on(std::to_string(can.value)));
}

TEST(StoreProblem, IsTheRequestsUntilTheStoreHasFailed) {
  const store::TempDir dir;
  store::TestVfs vfs;
  const auto store = store::open_store(dir.path(), store::TestVfs::name());
  Service service;
  service.store = store.get();
  EXPECT_EQ(store_problem(service, {"is in use already", "name", ""}).status, 422);
  vfs.fail(store::TestVfs::Operation::sync, 1, SQLITE_IOERR_FSYNC);
  const auto refused = store->write_and_wait<base::ListId>([](store::sqlite::Connection& db) {
    return store::put_list(db, {{}, "people", "TR"});
  });
  ASSERT_FALSE(refused);
  const Response answer = store_problem(service, refused.error());
  EXPECT_EQ(answer.status, 503);
  EXPECT_NE(answer.body.find("store_failed"), std::string::npos);
}

}  // namespace
}  // namespace ziptone::api
