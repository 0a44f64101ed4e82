// The server's table of routes against api/openapi.yaml, both ways; and the small parsers of the interface.
#include <fstream>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "server/api/http.hpp"
#include "server/api/service.hpp"

namespace ziptone::api {
namespace {

// "GET /health": the file keeps paths at two spaces and methods at four (its head says so).
std::set<std::string> contract() {
  std::ifstream in{std::string{ZIPTONE_SOURCE} + "/api/openapi.yaml"};
  std::set<std::string> operations;
  std::string path;
  bool in_paths = false;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line[0] != ' ' && line[0] != '#') in_paths = line == "paths:";
    if (!in_paths) continue;
    if (line.starts_with("  /")) path = line.substr(2, line.size() - 3);
    for (const std::string method : {"get", "put", "post", "delete", "patch"})
      if (line == "    " + method + ":") {
        std::string upper = method;
        for (char& c : upper) c = static_cast<char>(c - 'a' + 'A');
        operations.insert(upper + " " + path);
      }
  }
  return operations;
}

TEST(Contract, EveryRouteIsInTheFileAndTheOtherWayRound) {
  std::set<std::string> served;
  for (const Route& route : all_routes(nullptr)) {
    const std::string operation = std::string{route.method} + " " + std::string{route.path};
    EXPECT_TRUE(served.insert(operation).second) << operation << " is there twice";
  }
  EXPECT_GT(served.size(), 30u);
  EXPECT_EQ(served, contract());
}

TEST(Contract, OnlyHealthIsOpen) {
  for (const Route& route : all_routes(nullptr)) EXPECT_EQ(route.open, route.path == "/health") << route.path;
}

TEST(Paths, PartsAreDecodedAndMustNotBeEmpty) {
  const auto parts = match("/api/v1/agents/{agent}/hold", "/api/v1/agents/Ay%C5%9Fe%20K/hold");
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->at("agent"), "Ayşe K");
  EXPECT_FALSE(match("/api/v1/agents/{agent}", "/api/v1/agents/"));
  EXPECT_FALSE(match("/api/v1/agents/{agent}", "/api/v1/agents/a/b"));
  EXPECT_FALSE(match("/api/v1/agents/{agent}", "/api/v1/agents/%zz"));
  EXPECT_FALSE(match("/health", "/health/"));
}

TEST(Queries, AreDecodedAndBrokenPairsAreDropped) {
  const auto query = parse_query("country=TR&file=a%20b.csv&x=%q&=1&flag");
  EXPECT_EQ(query.at("country"), "TR");
  EXPECT_EQ(query.at("file"), "a b.csv");
  EXPECT_EQ(query.at("flag"), "");
  EXPECT_EQ(query.size(), 3u);
}

TEST(Times, AreReadWithTheirOffset) {
  const auto utc = parse_time("2026-11-22T12:00:00Z");
  ASSERT_TRUE(utc);
  EXPECT_EQ(parse_time("2026-11-22T15:00:00+03:00"), utc);
  EXPECT_EQ(parse_time("2026-11-22T12:00:00.250Z"), utc);
  EXPECT_FALSE(parse_time("2026-11-22"));
  EXPECT_FALSE(parse_time("2026-13-22T12:00:00Z"));
}

}  // namespace
}  // namespace ziptone::api
