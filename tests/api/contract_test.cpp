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
        operations.insert(upper.append(" ").append(path));
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

TEST(Contract, OnlyHealthSigningInAndTheFirstStartAreOpen) {
  for (const Route& route : all_routes(nullptr)) {
    const bool sign_in = route.method == "POST" && route.path == "/api/v1/session";
    const bool open = route.path == "/health" || route.path == "/api/v1/setup" || sign_in;
    EXPECT_EQ(route.rights == Rights::open, open) << route.path;
  }
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
  const auto query = parse_query("country=TR&file=a%20b.csv&search=%C4%B0nce+A%2B&x=%q&=1&flag");
  EXPECT_EQ(query.at("country"), "TR");
  EXPECT_EQ(query.at("file"), "a b.csv");
  EXPECT_EQ(query.at("search"), "İnce A+");
  EXPECT_EQ(query.at("flag"), "");
  EXPECT_EQ(query.size(), 4u);
}

TEST(Times, AreReadWithTheirOffset) {
  const auto utc = parse_time("2026-11-22T12:00:00Z");
  ASSERT_TRUE(utc);
  EXPECT_EQ(parse_time("2026-11-22T15:00:00+03:00"), utc);
  EXPECT_EQ(parse_time("2026-11-22T12:00:00.250Z"), utc);
  EXPECT_FALSE(parse_time("2026-11-22"));
  EXPECT_FALSE(parse_time("2026-13-22T12:00:00Z"));
  EXPECT_TRUE(parse_time("2028-02-29T12:00:00Z"));
  for (const char* wrong :
       {"2026-02-31T12:00:00Z", "2026-02-29T12:00:00Z", "2026-11-22T-5:00:00Z", "2026-11-22T24:00:00Z",
        "2026-11-22T12:00:00+99:99", "2026-11-22T12:00:00+03:00 or so", "2026-11-22T12:00:00Zulu",
        "2026-11-22T12:00:00", "2026-11-22T12:00:00.Z", "2026-1-22T12:00:00Z", "+026-11-22T12:00:00Z",
        "2026-11-22 12:00:00Z", "2026-11-22T12:00:00+3:00", "2026-11-22T12:00:00*03:00", ""})
    EXPECT_FALSE(parse_time(wrong)) << wrong;
}

TEST(Numbers, AreDigitsAndNothingElse) {
  EXPECT_EQ(parse_number("0"), 0u);
  EXPECT_EQ(parse_number("18446744073709551615"), UINT64_MAX);
  for (const char* wrong : {"", "abc", "1a", " 1", "-1", "+1", "18446744073709551616"})
    EXPECT_FALSE(parse_number(wrong)) << wrong;
}

}  // namespace
}  // namespace ziptone::api
