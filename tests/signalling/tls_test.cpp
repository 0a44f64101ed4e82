// Trunks over TLS against a peer scripted with OpenSSL.
#include <gtest/gtest.h>

#include "dns.hpp"
#include "tls_peer.hpp"

namespace ziptone::signalling::test {
namespace {

struct TlsTest : ::testing::Test {
  Dns dns;
  std::string pem = certificate_for("carrier.test");
  Config config = plain_config();
  void SetUp() override {
    dns.a("carrier.test", "127.0.0.1");
    dns.a("other.test", "127.0.0.1");
    config.resolv_conf = dns.resolv_conf();
  }
  TrunkConfig trunk(const TlsPeer& peer) {
    TrunkConfig trunk = plain_trunk(peer.port());
    trunk.transport = Transport::tls;
    trunk.host = "carrier.test";
    trunk.tls_ca_file = pem;
    return trunk;
  }
};

TEST_F(TlsTest, AWholeCallOnOneConnection) {
  TlsPeer carrier(pem);
  const Peer texts;  // writes the responses; its socket stays silent
  config.trunks.push_back(trunk(carrier));
  Rig rig(config);
  ASSERT_TRUE(rig.wait<TrunkState>());
  rig.call(1);
  ASSERT_TRUE(carrier.accept());
  const auto invite = carrier.receive();
  ASSERT_TRUE(invite);
  EXPECT_EQ(invite->method(), "INVITE");
  EXPECT_EQ(invite->get("Via").rfind("SIP/2.0/TLS ", 0), 0u) << invite->get("Via");
  EXPECT_NE(invite->get("Contact").find("transport=tls"), std::string::npos);
  carrier.send(texts.response(*invite, 180, "Ringing"));
  ASSERT_TRUE(rig.wait<Progressed>());
  carrier.send(texts.response(*invite, 200, "OK", {}, texts.answer_sdp()));
  ASSERT_TRUE(rig.wait<Answered>());
  rig.post(Ack{base::AttemptId{1}});
  const auto ack = carrier.receive();
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->method(), "ACK");
  rig.post(Bye{base::AttemptId{1}});
  const auto bye = carrier.receive();
  ASSERT_TRUE(bye);
  EXPECT_EQ(bye->method(), "BYE");
  carrier.send(texts.response(*bye, 200, "OK"));
  EXPECT_TRUE(rig.wait<HungUp>());
}

TEST_F(TlsTest, AnUntrustedCarrierGetsNoInvite) {
  TlsPeer carrier(pem);
  config.trunks.push_back(trunk(carrier));
  config.trunks.back().tls_ca_file = certificate_for("somebody.test");
  Rig rig(config);
  ASSERT_TRUE(rig.wait<TrunkState>());
  rig.call(1);
  carrier.accept();
  const auto rejected = rig.wait<Rejected>();
  ASSERT_TRUE(rejected);
  EXPECT_NE(rejected->facts.fault, LocalFault::none);
}

TEST_F(TlsTest, AnotherNameGetsNoInvite) {
  TlsPeer carrier(pem);
  config.trunks.push_back(trunk(carrier));
  config.trunks.back().host = "other.test";
  Rig rig(config);
  ASSERT_TRUE(rig.wait<TrunkState>());
  rig.call(1);
  carrier.accept();
  const auto rejected = rig.wait<Rejected>();
  ASSERT_TRUE(rejected);
  EXPECT_NE(rejected->facts.fault, LocalFault::none);
}

}  // namespace
}  // namespace ziptone::signalling::test
