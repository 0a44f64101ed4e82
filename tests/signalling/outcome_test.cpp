// Every row of the SIP outcome table: what the carrier said must reach the core whole. The mapping itself is
// the core's.
#include <fmt/format.h>

#include <gtest/gtest.h>

#include "rig.hpp"

namespace ziptone::signalling::test {
namespace {

struct Row {
  int code;
  const char* phrase;
  std::vector<std::string> lines;
  int q850 = 0;
  int sip_cause = 0;
  std::string text;  // of whichever Reason has one
  int retry_after = -1;
  std::string vendor;
};

const std::vector<Row> kRows{
    {300, "Multiple Choices", {"Contact: <sip:other@198.51.100.9>"}},
    {302, "Moved Temporarily", {"Contact: <sip:+8821234567@198.51.100.9>"}},
    {400, "Bad Request", {"Reason: Q.850;cause=127"}, 127},
    {402, "Payment Required", {}},
    {403, "User channel limit exceeded D1", {"X-Telnyx-Code: D1"}, 0, 0, "", -1, "X-Telnyx-Code: D1"},
    {403,
     "Forbidden",
     {"Reason: Q.850;cause=57;text=\"bearer capability not authorized\""},
     57,
     0,
     "bearer capability not authorized"},
    {404,
     "Not Found",
     {"Reason: Q.850;cause=1;text=\"Unallocated (unassigned) number\""},
     1,
     0,
     "Unallocated (unassigned) number"},
    {404, "SIP connection inactive D18", {"X-Telnyx-Code: D18"}, 0, 0, "", -1, "X-Telnyx-Code: D18"},
    {405, "Method Not Allowed", {"Reason: Q.850;cause=63"}, 63},
    {406, "Not Acceptable", {}},
    {408, "Request Timeout", {"Reason: Q.850;cause=18"}, 18},
    {410, "Gone", {"Reason: Q.850;cause=22"}, 22},
    {413, "Request Entity Too Large", {}},
    {415, "Unsupported Media Type", {"Accept: application/sdp"}},
    {420, "Bad Extension", {"Unsupported: 100rel"}},
    {421, "Extension Required", {}},
    {423, "Interval Too Brief", {}},
    {428, "Use Identity Header", {}},
    {433, "Anonymity Disallowed", {}},
    {436, "Bad Identity Info", {}},
    {438, "Invalid Identity Header", {}},
    {480, "Temporarily Unavailable", {"Reason: Q.850;cause=19;text=\"no answer\""}, 19, 0, "no answer"},
    {480,
     "Temporarily Unavailable",
     {"Reason: Q.850;cause=20;text=\"Subscriber absent\""},
     20,
     0,
     "Subscriber absent"},
    {481, "Call/Transaction Does Not Exist", {}},
    {482, "Loop Detected", {}},
    {483, "Too Many Hops", {"Reason: Q.850;cause=25"}, 25},
    {484, "Address Incomplete", {"Reason: Q.850;cause=28"}, 28},
    {485, "Ambiguous", {}},
    {486, "Busy Here", {"Reason: Q.850;cause=17;text=\"User busy\""}, 17, 0, "User busy"},
    {488,
     "Not Acceptable Here",
     {"Warning: 304 gw \"Media type not available\""},
     0,
     0,
     "",
     -1,
     "Warning: 304 gw \"Media type not available\""},
    {494, "Security Agreement Required", {}},
    {500, "Server Internal Error", {"Reason: Q.850;cause=111", "Retry-After: 5"}, 111, 0, "", 5},
    {501, "Not Implemented", {"Reason: Q.850;cause=79"}, 79},
    {502, "Bad Gateway", {"Reason: Q.850;cause=27"}, 27},
    {503,
     "Service Unavailable",
     {"Retry-After: 17", "Reason: Q.850;cause=34;text=\"no circuit\""},
     34,
     0,
     "no circuit",
     17},
    {504, "Server Time-out", {"Reason: Q.850;cause=102"}, 102},
    {505, "Version Not Supported", {}},
    {513, "Message Too Large", {}},
    {555, "Push Notification Service Not Supported", {}},
    {580, "Precondition Failure", {}},
    {600, "Busy Everywhere", {}},
    {603, "Decline", {"Reason: Q.850;cause=21;text=\"Call Rejected\""}, 21, 0, "Call Rejected"},
    {603,
     "Network Blocked",
     {"Reason: "
      "SIP;cause=603;text=\"v=analytics1;url=https://r.example/x;tel=18005551212;id=ABC\";location=LN"},
     0,
     603,
     "v=analytics1;url=https://r.example/x;tel=18005551212;id=ABC"},
    {604, "Does Not Exist Anywhere", {}},
    {606, "Not Acceptable", {}},
    {607, "Unwanted", {}},
    {608,
     "Rejected",
     {"Call-Info: <https://block.example/redress>;purpose=jwscard"},
     0,
     0,
     "",
     -1,
     "Call-Info: <https://block.example/redress>;purpose=jwscard"},
};

TEST(Outcomes, EveryRowReachesTheCoreWhole) {
  Peer carrier;
  Config config = plain_config();
  config.trunks.push_back(plain_trunk(carrier.port()));
  Rig rig(std::move(config));
  std::uint64_t attempt = 0;
  for (const Row& row : kRows) {
    SCOPED_TRACE(fmt::format("{} {}", row.code, row.phrase));
    rig.call(++attempt);
    const auto invite = carrier.receive("INVITE");
    ASSERT_TRUE(invite);
    carrier.send(carrier.response(*invite, row.code, row.phrase, row.lines));
    ASSERT_TRUE(carrier.receive("ACK"));
    const auto rejected = rig.wait<Rejected>();
    ASSERT_TRUE(rejected);
    const SipFacts& facts = rejected->facts;
    EXPECT_EQ(rejected->attempt.value, attempt);
    EXPECT_EQ(facts.code, row.code);
    EXPECT_EQ(facts.phrase, row.phrase);
    EXPECT_EQ(facts.fault, LocalFault::none);
    EXPECT_FALSE(facts.by_us);
    EXPECT_EQ(facts.q850, row.q850);
    EXPECT_EQ(facts.sip_cause, row.sip_cause);
    EXPECT_EQ(row.sip_cause != 0 ? facts.sip_text : facts.q850_text, row.text);
    EXPECT_EQ(facts.retry_after_s, row.retry_after);
    EXPECT_EQ(facts.vendor, row.vendor);
    EXPECT_EQ(facts.location, row.sip_cause != 0 ? "LN" : "");
    const bool redirect = row.code >= 300 && row.code < 400;
    EXPECT_EQ(facts.contact.find("198.51.100.9") != std::string::npos, redirect);
  }
  // 3xx are refused: nothing was sent anywhere else, and it is counted.
  EXPECT_EQ(rig.signalling().counters().refused_redirect, 2u);
  EXPECT_EQ(rig.signalling().counters().invites_sent, kRows.size());
}

TEST(Outcomes, SeveralReasonsAndAHostilePhrase) {
  Peer carrier;
  Config config = plain_config();
  config.trunks.push_back(plain_trunk(carrier.port()));
  Rig rig(std::move(config));
  rig.call(1);
  const auto invite = carrier.receive("INVITE");
  ASSERT_TRUE(invite);
  carrier.send(carrier.response(*invite, 480, "=cmd()<script>\xD0\x9D\xD0\xB5",
                                {"Reason: SIP;cause=480;text=\"a\", Q.850;cause=20;text=\"b \\\"c\\\"\""}));
  const auto rejected = rig.wait<Rejected>();
  ASSERT_TRUE(rejected);
  EXPECT_EQ(rejected->facts.q850, 20);
  EXPECT_EQ(rejected->facts.q850_text, "b \"c\"");
  EXPECT_EQ(rejected->facts.sip_cause, 480);
  EXPECT_EQ(rejected->facts.phrase, "=cmd()<script>\xD0\x9D\xD0\xB5");
}

TEST(Outcomes, NobodyThere) {
  Config config = plain_config();
  config.trunks.push_back(plain_trunk(5060));
  config.trunks.back().host = "127.0.0.3";
  Rig rig(std::move(config));
  rig.call(1);
  const auto rejected = rig.wait<Rejected>();
  ASSERT_TRUE(rejected);
  EXPECT_EQ(rejected->facts.fault, LocalFault::transport);
  EXPECT_EQ(rejected->facts.code, 0);
}

TEST(Outcomes, NobodyAnswers) {
  Peer silent;
  Config config = plain_config();
  config.trunks.push_back(plain_trunk(silent.port()));
  config.trunks.back().response_limit = base::milliseconds{300};
  Rig rig(std::move(config));
  rig.call(1);
  const auto rejected = rig.wait<Rejected>();
  ASSERT_TRUE(rejected);
  EXPECT_EQ(rejected->facts.fault, LocalFault::no_response);
  // Should the carrier wake up now, the CANCEL is released (RFC 3261 9.1), and an answer is ACKed and ended.
  const auto invite = silent.receive("INVITE");
  ASSERT_TRUE(invite);
  silent.send(silent.response(*invite, 180, "Ringing"));
  EXPECT_TRUE(silent.receive("CANCEL"));
  silent.send(silent.response(*invite, 200, "OK", {}, silent.answer_sdp()));
  EXPECT_TRUE(silent.receive("ACK"));
  EXPECT_TRUE(silent.receive("BYE"));
}

}  // namespace
}  // namespace ziptone::signalling::test
