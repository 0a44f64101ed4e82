// Trunks: credentials, registration, addresses, health, who may speak to us.
#include <thread>

#include <fmt/format.h>

#include <gtest/gtest.h>

#include "base/check.hpp"
#include "dns.hpp"
#include "rig.hpp"
#include "server/signalling/digest.hpp"

namespace ziptone::signalling::test {
namespace {

// The parameters of an Authorization or WWW-Authenticate value.
std::vector<std::string> parameters_of(const std::string& value) {
  std::vector<std::string> parameters;
  std::string rest = value.substr(value.find(' ') + 1);
  for (std::size_t at; (at = rest.find(", ")) != std::string::npos; rest = rest.substr(at + 2))
    parameters.push_back(rest.substr(0, at));
  parameters.push_back(rest);
  return parameters;
}

const std::vector<std::string> kBoth{
    "WWW-Authenticate: Digest realm=\"carrier\", nonce=\"n1\", algorithm=SHA-256, qop=\"auth\"",
    "WWW-Authenticate: Digest realm=\"carrier\", nonce=\"n1\", algorithm=MD5, qop=\"auth\""};

struct TrunkTest : ::testing::Test {
  Peer carrier;
  std::unique_ptr<Rig> rig;
  void start(const std::function<void(Config&, TrunkConfig&)>& change = {}) {
    Config config = plain_config();
    TrunkConfig trunk = plain_trunk(carrier.port());
    trunk.username = "acme";
    trunk.realm = "carrier";
    trunk.password = "s3cret";
    if (change) change(config, trunk);
    config.trunks.push_back(trunk);
    rig = std::make_unique<Rig>(std::move(config));
  }
  bool is_proven(const Message& request, const std::string& header = "Authorization") {
    const auto parameters = parameters_of(request.get(header));
    return proves(parameters, {"acme", "carrier", "s3cret"},
                  {request.method(), parameter(parameters, "uri").value_or(""), request.body});
  }
};

TEST_F(TrunkTest, AnswersTheChallengeOfASessionRefresh) {
  start([](Config& config, TrunkConfig& trunk) {
    config.session_floor = base::seconds{1};
    trunk.session_expires = base::seconds{4};
  });
  rig->call(1);
  const auto invite = carrier.receive("INVITE");
  ASSERT_TRUE(invite);
  carrier.send(carrier.response(
      *invite, 200, "OK", {"Session-Expires: 2;refresher=uac", "Require: timer", "Allow: INVITE, ACK, BYE"},
      carrier.answer_sdp()));
  ASSERT_TRUE(rig->wait<Answered>());
  rig->post(Ack{base::AttemptId{1}});
  ASSERT_TRUE(carrier.receive("ACK"));
  const auto refresh = carrier.receive("INVITE");
  ASSERT_TRUE(refresh);
  carrier.send(carrier.response(*refresh, 401, "Unauthorized", kBoth));
  ASSERT_TRUE(carrier.receive("ACK"));
  const auto proven = carrier.receive("INVITE");
  ASSERT_TRUE(proven);
  EXPECT_TRUE(is_proven(*proven));
  EXPECT_EQ(proven->tag("To"), "peer");
  carrier.send(
      carrier.response(*proven, 200, "OK", {"Session-Expires: 2;refresher=uac"}, carrier.answer_sdp()));
  EXPECT_TRUE(carrier.receive("ACK"));
  EXPECT_FALSE(rig->has<HungUp>());
}

TEST_F(TrunkTest, AnswersAChallengeInTheSameAttempt) {
  start();
  rig->call(1);
  const auto first = carrier.receive("INVITE");
  ASSERT_TRUE(first);
  EXPECT_EQ(first->get("Authorization"), "");
  carrier.send(carrier.response(*first, 401, "Unauthorized", kBoth));
  EXPECT_TRUE(carrier.receive("ACK"));
  const auto second = carrier.receive("INVITE");
  ASSERT_TRUE(second);
  EXPECT_EQ(second->get("Call-ID"), first->get("Call-ID"));
  EXPECT_EQ(second->get("CSeq"), "2 INVITE");
  EXPECT_EQ(second->tag("From"), first->tag("From"));
  EXPECT_NE(second->get("Authorization").find("algorithm=SHA-256"), std::string::npos);
  EXPECT_TRUE(is_proven(*second));
  carrier.send(carrier.response(*second, 200, "OK", {}, carrier.answer_sdp()));
  const auto answered = rig->wait<Answered>();
  ASSERT_TRUE(answered);
  EXPECT_EQ(answered->dialog.local_cseq, 2u);
  rig->post(Ack{base::AttemptId{1}});
  const auto ack = carrier.receive("ACK");
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->get("CSeq"), "2 ACK");
}

TEST_F(TrunkTest, AProxysMd5Challenge) {
  start();
  rig->call(1);
  const auto first = carrier.receive("INVITE");
  ASSERT_TRUE(first);
  carrier.send(
      carrier.response(*first, 407, "Proxy Authentication Required",
                       {"Proxy-Authenticate: Digest realm=\"carrier\", nonce=\"n1\", algorithm=MD5"}));
  const auto second = carrier.receive("INVITE");
  ASSERT_TRUE(second);
  EXPECT_TRUE(is_proven(*second, "Proxy-Authorization"));
}

TEST_F(TrunkTest, AWrongPasswordIsTriedOnce) {
  start();
  rig->call(1);
  const auto first = carrier.receive("INVITE");
  ASSERT_TRUE(first);
  carrier.send(carrier.response(*first, 401, "Unauthorized", kBoth));
  const auto second = carrier.receive("INVITE");
  ASSERT_TRUE(second);
  carrier.send(carrier.response(*second, 401, "Unauthorized", kBoth));
  const auto rejected = rig->wait<Rejected>();
  ASSERT_TRUE(rejected);
  EXPECT_EQ(rejected->facts.code, 401);
  EXPECT_EQ(rejected->facts.fault, LocalFault::auth);
}

TEST_F(TrunkTest, AStaleNonceIsRenewedOnceOnly) {
  start();
  rig->call(1);
  const auto stale = [](int n) {
    return std::vector<std::string>{fmt::format(
        "WWW-Authenticate: Digest realm=\"carrier\", nonce=\"s{}\", algorithm=MD5, qop=\"auth\", stale=true",
        n)};
  };
  for (int i = 1; i <= 3; ++i) {
    const auto invite = carrier.receive("INVITE");
    ASSERT_TRUE(invite);
    EXPECT_EQ(invite->get("CSeq"), fmt::format("{} INVITE", i));
    carrier.send(carrier.response(*invite, 401, "Unauthorized", stale(i)));
  }
  EXPECT_TRUE(rig->wait<Rejected>());
}

TEST_F(TrunkTest, AForeignRealmGetsNothing) {
  start();
  rig->call(1);
  const auto invite = carrier.receive("INVITE");
  ASSERT_TRUE(invite);
  carrier.send(carrier.response(
      *invite, 401, "Unauthorized",
      {"WWW-Authenticate: Digest realm=\"evil\", nonce=\"n\", algorithm=MD5, qop=\"auth\""}));
  const auto rejected = rig->wait<Rejected>();
  ASSERT_TRUE(rejected);
  EXPECT_EQ(rejected->facts.fault, LocalFault::auth);
  EXPECT_EQ(rig->signalling().counters().foreign_realm, 1u);
  EXPECT_EQ(rig->signalling().counters().invites_sent, 1u);
}

// CVE-2021-41158's class: a callee challenges our BYE to get a digest to crack.
TEST_F(TrunkTest, AForeignRealmInsideTheDialogGetsNothing) {
  start();
  rig->call(1);
  const auto invite = carrier.receive("INVITE");
  ASSERT_TRUE(invite);
  carrier.send(carrier.response(*invite, 200, "OK", {}, carrier.answer_sdp()));
  ASSERT_TRUE(rig->wait<Answered>());
  rig->post(Bye{base::AttemptId{1}});
  const auto bye = carrier.receive("BYE");
  ASSERT_TRUE(bye);
  carrier.send(carrier.response(*bye, 401, "Unauthorized",
                                {"WWW-Authenticate: Digest realm=\"evil\", nonce=\"n\", algorithm=MD5"}));
  EXPECT_FALSE(carrier.receive("BYE", base::milliseconds{100}));
  EXPECT_EQ(rig->signalling().counters().foreign_realm, 1u);
}

TEST_F(TrunkTest, OurRealmInsideTheDialogIsAnsweredOnce) {
  start();
  rig->call(1);
  const auto invite = carrier.receive("INVITE");
  ASSERT_TRUE(invite);
  carrier.send(carrier.response(*invite, 200, "OK", {}, carrier.answer_sdp()));
  ASSERT_TRUE(rig->wait<Answered>());
  rig->post(Bye{base::AttemptId{1}});
  const auto bye = carrier.receive("BYE");
  ASSERT_TRUE(bye);
  carrier.send(carrier.response(*bye, 401, "Unauthorized", kBoth));
  const auto again = carrier.receive("BYE");
  ASSERT_TRUE(again);
  EXPECT_TRUE(is_proven(*again));
  carrier.send(carrier.response(*again, 401, "Unauthorized", kBoth));
  EXPECT_FALSE(carrier.receive("BYE", base::milliseconds{100}));
}

TEST_F(TrunkTest, ALongerSessionIsTakenOnce) {
  start([](Config&, TrunkConfig& trunk) { trunk.session_expires = base::seconds{90}; });
  rig->call(1);
  const auto first = carrier.receive("INVITE");
  ASSERT_TRUE(first);
  EXPECT_EQ(first->get("Session-Expires"), "90;refresher=uac");
  carrier.send(carrier.response(*first, 422, "Session Interval Too Small", {"Min-SE: 600"}));
  const auto second = carrier.receive("INVITE");
  ASSERT_TRUE(second);
  EXPECT_EQ(second->get("CSeq"), "2 INVITE");
  EXPECT_EQ(second->get("Call-ID"), first->get("Call-ID"));
  EXPECT_EQ(second->get("Session-Expires"), "600;refresher=uac");
}

TEST_F(TrunkTest, RegistersRefreshesAndTakesItBack) {
  start([](Config&, TrunkConfig& trunk) {
    trunk.registers = true;
    trunk.register_expires = base::seconds{2};
  });
  const auto first = carrier.receive("REGISTER");
  ASSERT_TRUE(first);
  carrier.send(carrier.response(*first, 401, "Unauthorized", kBoth));
  const auto second = carrier.receive("REGISTER");
  ASSERT_TRUE(second);
  EXPECT_TRUE(is_proven(*second));
  EXPECT_EQ(second->get("Call-ID"), first->get("Call-ID"));
  EXPECT_FALSE(rig->has<TrunkState>());
  carrier.send(carrier.response(*second, 200, "OK", {"Expires: 2"}));
  const auto state = rig->wait<TrunkState>();
  ASSERT_TRUE(state);
  EXPECT_TRUE(state->up);
  EXPECT_EQ(state->why, "registered");
  const auto refresh = carrier.receive("REGISTER");
  ASSERT_TRUE(refresh);
  EXPECT_TRUE(is_proven(*refresh)) << "the nonce is used again without being asked";
  carrier.send(carrier.response(*refresh, 200, "OK", {"Expires: 2"}));
  std::thread stopper([this] { rig->signalling().stop(base::seconds{1}); });
  const auto last = carrier.receive("REGISTER");
  stopper.join();
  ASSERT_TRUE(last);
  EXPECT_EQ(last->get("Expires"), "0");
}

TEST_F(TrunkTest, ARefusedRegistrationIsDown) {
  start([](Config&, TrunkConfig& trunk) { trunk.registers = true; });
  for (int i = 0; i < 2; ++i) {
    const auto request = carrier.receive("REGISTER");
    ASSERT_TRUE(request);
    carrier.send(carrier.response(*request, 401, "Unauthorized", kBoth));
  }
  const auto state = rig->wait<TrunkState>();
  ASSERT_TRUE(state);
  EXPECT_FALSE(state->up);
  EXPECT_NE(state->why.find("password"), std::string::npos);
}

TEST_F(TrunkTest, OptionsDownAndBack) {
  start([](Config&, TrunkConfig& trunk) { trunk.options_interval = base::milliseconds{200}; });
  const auto answer = [this](int status) {
    const auto options = carrier.receive("OPTIONS");
    ASSERT_TRUE(options);
    carrier.send(carrier.response(*options, status, "x", {"Retry-After: 3"}));
  };
  answer(404);  // somebody is there
  const auto up = rig->wait<TrunkState>();
  ASSERT_TRUE(up);
  EXPECT_TRUE(up->up);
  EXPECT_GT(up->rtt, base::Duration{});
  answer(503);
  const auto down = rig->wait<TrunkState>();
  ASSERT_TRUE(down);
  EXPECT_FALSE(down->up);
  EXPECT_EQ(down->retry_after_s, 3);
  answer(200);
  const auto back = rig->wait<TrunkState>();
  ASSERT_TRUE(back);
  EXPECT_TRUE(back->up);
}

TEST_F(TrunkTest, SrvFailsOverToTheSecondWhenTheFirstIsDead) {
  Dns dns;
  dns.srv("_sip._udp.carrier.test", 10, 5, 5060, "a.carrier.test");  // nobody listens on 127.0.0.3
  dns.srv("_sip._udp.carrier.test", 20, 5, carrier.port(), "b.carrier.test");
  dns.a("a.carrier.test", "127.0.0.3");
  dns.a("b.carrier.test", "127.0.0.1");
  start([&](Config& config, TrunkConfig& trunk) {
    config.resolv_conf = dns.resolv_conf();
    trunk.host = "carrier.test";
    trunk.port = 0;
  });
  ASSERT_TRUE(rig->wait<TrunkState>());
  rig->call(1);
  const auto invite = carrier.receive("INVITE");
  ASSERT_TRUE(invite);
  EXPECT_EQ(invite->get("CSeq"), "1 INVITE") << "the same attempt: a forking far end must see one call";
  EXPECT_EQ(invite->first, "INVITE sip:+905321234567@carrier.test;user=phone SIP/2.0");
  carrier.send(carrier.response(*invite, 486, "Busy"));
  ASSERT_TRUE(rig->wait<Rejected>());
  // The dead one is remembered: the next call does not try it first.
  rig->call(2);
  ASSERT_TRUE(carrier.receive("INVITE"));
  EXPECT_EQ(rig->signalling().counters().invites_sent, 3u);
}

TEST_F(TrunkTest, NaptrNamesTheSrvRecord) {
  Dns dns;
  dns.naptr("carrier.test", 10, 10, "s", "SIP+D2T", "_sip._tcp.carrier.test");
  dns.naptr("carrier.test", 20, 10, "s", "SIP+D2U", "_elsewhere._udp.carrier.test");
  dns.srv("_elsewhere._udp.carrier.test", 10, 5, carrier.port(), "a.carrier.test");
  dns.a("a.carrier.test", "127.0.0.1");
  start([&](Config& config, TrunkConfig& trunk) {
    config.resolv_conf = dns.resolv_conf();
    trunk.host = "carrier.test";
    trunk.port = 0;
  });
  ASSERT_TRUE(rig->wait<TrunkState>());
  rig->call(1);
  EXPECT_TRUE(carrier.receive("INVITE"));
}

TEST_F(TrunkTest, ASilentDnsServerHangsNoCall) {
  const Peer silent;
  start([&](Config& config, TrunkConfig& trunk) {
    config.resolv_conf = resolv_conf_for(silent.port());
    trunk.host = "carrier.test";
    trunk.port = 0;
  });
  rig->call(1);
  const auto rejected = rig->wait<Rejected>(base::seconds{1});
  ASSERT_TRUE(rejected);
  EXPECT_EQ(rejected->facts.fault, LocalFault::dns);
  const auto state = rig->wait<TrunkState>();
  ASSERT_TRUE(state);
  EXPECT_FALSE(state->up);
}

TEST_F(TrunkTest, StrangersAreNotHeard) {
  start();
  Peer stranger("127.0.0.2");
  const auto port = rig->signalling().ports().trunk;
  const auto options = [&](const Peer& from) {
    return fmt::format(
        "OPTIONS sip:x@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP "
        "127.0.0.1:{};branch=z9hG4bKx;rport\r\nMax-Forwards: 70\r\n"
        "From: <sip:a@b>;tag=1\r\nTo: <sip:x@127.0.0.1>\r\nCall-ID: x{}\r\nCSeq: 1 OPTIONS\r\n\r\n",
        from.port(), from.port());
  };
  carrier.send_to(port, options(carrier));
  EXPECT_TRUE(carrier.receive("200"));
  stranger.send_to(port, options(stranger));
  stranger.send_to(port, "garbage\r\n\r\n");
  EXPECT_FALSE(stranger.receive("", base::milliseconds{100}));
  EXPECT_EQ(rig->signalling().counters().dropped, 2u);
}

TEST_F(TrunkTest, NeverMoreThanItsCpsInAnyWindow) {
  start([](Config&, TrunkConfig& trunk) { trunk.cps = 3; });
  base::fatal_bugs(false);  // going over it is a bug of the caller: counted, and the INVITE waits
  for (std::uint64_t i = 1; i <= 7; ++i) rig->call(i);
  std::vector<base::Instant> sent;
  for (int i = 0; i < 7; ++i) {
    ASSERT_TRUE(rig->wait<Sent>());
    sent.push_back(rig->last_at().mono);
  }
  for (std::size_t i = 3; i < sent.size(); ++i) EXPECT_GE(sent[i] - sent[i - 3], base::milliseconds{999});
  EXPECT_EQ(rig->signalling().counters().cps_violations, 4u);
}

TEST_F(TrunkTest, OutboundProxyGetsEverything) {
  Peer proxy;
  start(
      [&](Config&, TrunkConfig& trunk) { trunk.outbound_proxy = fmt::format("127.0.0.1:{}", proxy.port()); });
  rig->call(1);
  const auto invite = proxy.receive("INVITE");
  ASSERT_TRUE(invite);
  EXPECT_NE(invite->first.find(fmt::format("@127.0.0.1:{}", carrier.port())), std::string::npos);
  proxy.send(carrier.response(*invite, 200, "OK", {}, carrier.answer_sdp()));
  ASSERT_TRUE(rig->wait<Answered>());
  rig->post(Ack{base::AttemptId{1}});
  EXPECT_TRUE(proxy.receive("ACK"));
  rig->post(Bye{base::AttemptId{1}});
  EXPECT_TRUE(proxy.receive("BYE"));
}

TEST_F(TrunkTest, NumbersAreWrittenAsTheCarrierWants) {
  start([](Config&, TrunkConfig& trunk) {
    trunk.country_code = "90";
    trunk.to_format = NumberFormat::national;
    trunk.caller_id_format = NumberFormat::e164;
  });
  rig->call(1);
  const auto invite = carrier.receive("INVITE");
  ASSERT_TRUE(invite);
  EXPECT_EQ(invite->first.rfind("INVITE sip:05321234567@", 0), 0u);
  EXPECT_NE(invite->get("From").find("sip:902123334455@"), std::string::npos);
}

}  // namespace
}  // namespace ziptone::signalling::test
