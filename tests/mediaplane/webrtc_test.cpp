// STUN, ICE-lite, DTLS and SRTP without a socket: the far end is OpenSSL's client and our own STUN writer.
#include <gtest/gtest.h>

#include "browser.hpp"
#include "media/rtp.hpp"

namespace ziptone::mediaplane::webrtc {
namespace {

using base::seconds;

base::Instant at(base::Duration since) { return base::Instant{} + since; }
Endpoint place(std::uint8_t last, std::uint16_t port = 5000) { return {{false, {192, 0, 2, last}}, port}; }

Bytes bytes_of(std::string_view hex) {
  Bytes out;
  std::string digits;
  for (const char c : hex) {
    if (c == ' ' || c == '\n') continue;
    digits += c;
    if (digits.size() < 2) continue;
    out.push_back(static_cast<std::uint8_t>(std::stoul(digits, nullptr, 16)));
    digits.clear();
  }
  return out;
}

// RFC 5769 2.1 to 2.3; the password of all three.
constexpr std::string_view kPassword = "VOkJxbRl1RmTxUk/WvJxBt";
constexpr std::string_view kRequest =
    "00 01 00 58 21 12 a4 42 b7 e7 a7 01 bc 34 d6 86 fa 87 df ae 80 22 00 10 53 54 55 4e 20 74 65 73 74 20 "
    "63 6c "
    "69 65 6e 74 00 24 00 04 6e 00 01 ff 80 29 00 08 93 2f f9 b1 51 26 3b 36 00 06 00 09 65 76 74 6a 3a 68 "
    "36 76 "
    "59 20 20 20 00 08 00 14 9a ea a7 0c bf d8 cb 56 78 1e f2 b5 b2 d3 f2 49 c1 b5 71 a2 80 28 00 04 e5 7a "
    "3b cf";
constexpr std::string_view kResponse4 =
    "01 01 00 3c 21 12 a4 42 b7 e7 a7 01 bc 34 d6 86 fa 87 df ae 80 22 00 0b 74 65 73 74 20 76 65 63 74 6f "
    "72 20 "
    "00 20 00 08 00 01 a1 47 e1 12 a6 43 00 08 00 14 2b 91 f5 99 fd 9e 90 c3 8c 74 89 f9 2a f9 ba 53 f0 6b "
    "e7 d7 "
    "80 28 00 04 c0 7d 4c 96";
constexpr std::string_view kResponse6 =
    "01 01 00 48 21 12 a4 42 b7 e7 a7 01 bc 34 d6 86 fa 87 df ae 80 22 00 0b 74 65 73 74 20 76 65 63 74 6f "
    "72 20 "
    "00 20 00 14 00 02 a1 47 01 13 a9 fa a5 d3 f1 79 bc 25 f4 b5 be d2 b9 d9 00 08 00 14 a3 82 95 4e 4b e6 "
    "7b f1 "
    "17 84 c9 7c 82 92 c2 75 bf e3 ed 41 80 28 00 04 c8 fb 0b 4c";

TEST(Stun, ReadsTheVectorsOfRfc5769) {
  const auto request = bytes_of(kRequest);
  const auto message = parse_stun(request);
  ASSERT_TRUE(message);
  EXPECT_TRUE(message->has_fingerprint);
  EXPECT_EQ(message->username, "evtj:h6vY");
  EXPECT_EQ(message->priority, 0x6E0001FFu);
  EXPECT_TRUE(message->is_controlled);
  EXPECT_TRUE(is_authentic(*message, kPassword));
  EXPECT_FALSE(is_authentic(*message, "VOkJxbRl1RmTxUk/WvJxBu"));
  const auto four = bytes_of(kResponse4);
  const auto response = parse_stun(four);
  ASSERT_TRUE(response && response->mapped && is_authentic(*response, kPassword));
  EXPECT_EQ(*response->mapped, place(1, 32'853));
  const auto six = bytes_of(kResponse6);
  const auto response6 = parse_stun(six);
  ASSERT_TRUE(response6 && response6->mapped && is_authentic(*response6, kPassword));
  EXPECT_EQ(media::to_string(response6->mapped->ip), "2001:db8:1234:5678:11:2233:4455:6677");
}

TEST(Stun, RefusesEveryChangedByteAndEveryCut) {
  const auto good = bytes_of(kRequest);
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto bad = good;
    bad[i] ^= 0x10;
    const auto message = parse_stun(bad);
    EXPECT_FALSE(message && message->has_fingerprint) << i;
    EXPECT_FALSE(parse_stun(std::span{good}.first(i))) << i;
  }
}

TEST(Stun, ReadsWhatItWrites) {
  for (const auto& to : {place(1, 32'853), Endpoint{*media::parse_ip("2001:db8::1"), 9}}) {
    std::array<std::uint8_t, kStunBytesMax> out{};
    StunWriter writer{StunType::binding_success, {9, 8, 7}, out};
    writer.xor_mapped_address(to);
    const auto message = parse_stun(std::span{out}.first(writer.finish("a password")));
    ASSERT_TRUE(message && message->has_fingerprint && message->mapped);
    EXPECT_EQ(*message->mapped, to);
    EXPECT_TRUE(is_authentic(*message, "a password"));
  }
}

class PeerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    context_ = std::move(*DtlsContext::make());
    peer = make_peer(credentials);
    browser.their_ufrag = credentials.ufrag;
    browser.their_pwd = credentials.pwd;
  }
  std::unique_ptr<Peer> make_peer(const IceCredentials& local, base::Instant now = {}) {
    auto offer = media::parse_webrtc_offer(browser.offer());
    EXPECT_TRUE(offer);
    return std::move(*Peer::make(context_, *offer, local, now));
  }
  // What the peer sends is kept.
  IceLite::Checked check(const Bytes& datagram, const Endpoint& from, base::Instant now = {}) {
    return peer->on_stun(datagram, from, now, keep_);
  }
  // Until neither end has anything to say.
  void shake_hands(const Endpoint& from = place(1)) {
    auto flight = browser.shake();
    for (int turn = 0; turn < 20 && !flight.empty(); ++turn) {
      sent.clear();
      for (const auto& record : flight) peer->on_dtls(record, from, keep_);
      flight.clear();
      for (const auto& came : std::exchange(sent, {}))
        for (auto& record : browser.shake(came.second)) flight.push_back(std::move(record));
    }
  }
  Bytes speak(std::uint16_t sequence) {
    Bytes packet(12 + 160 + kSrtpRoom, 0x55);
    media::write_rtp_header({false, 0, sequence, sequence * 160u, 0xB0B},
                            std::span<std::uint8_t, 12>{packet.data(), 12});
    std::size_t size = 172;
    EXPECT_TRUE(browser.srtp->protect(packet.data(), size));
    packet.resize(size);
    return packet;
  }

  Browser browser;
  IceCredentials credentials{"OurUfrag", "ourpasswordourpassword12"};
  std::unique_ptr<Peer> peer;
  std::vector<std::pair<Endpoint, Bytes>> sent;

 private:
  std::shared_ptr<const DtlsContext> context_;
  Peer::Send keep_ = [this](const Endpoint& to, std::span<const std::uint8_t> bytes) {
    sent.emplace_back(to, Bytes{bytes.begin(), bytes.end()});
  };
};

TEST_F(PeerTest, ACheckIsAnsweredWithItsOwnAddress) {
  const auto checked = check(browser.check(), place(1));
  EXPECT_TRUE(checked.authentic && checked.proved && checked.selected);
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].first, place(1));
  const auto response = parse_stun(sent[0].second);
  ASSERT_TRUE(response && response->has_fingerprint && is_authentic(*response, credentials.pwd));
  EXPECT_EQ(response->mapped, place(1));
}

TEST_F(PeerTest, ACheckWithoutTheRightNameOrPasswordIsNotAnswered) {
  browser.their_pwd = "ourpasswordourpassword13";
  EXPECT_FALSE(check(browser.check(), place(1)).authentic);
  browser.their_pwd = credentials.pwd;
  browser.ufrag = "Other";
  EXPECT_FALSE(check(browser.check(), place(1)).authentic);
  EXPECT_TRUE(sent.empty());
  EXPECT_FALSE(peer->destination());
}

TEST_F(PeerTest, UnknownAttributesAndTheWrongRoleAreRefusedInTheirWords) {
  check(browser.check(true, [](StunWriter& w) { w.number(0x7ABC, 1); }), place(1));
  check(browser.check(true, [](StunWriter& w) { w.wide_number(stun::kIceControlled, 1); }), place(1));
  ASSERT_EQ(sent.size(), 2u);
  for (const auto& [to, bytes] : sent) {
    const auto response = parse_stun(bytes);
    ASSERT_TRUE(response);
    EXPECT_EQ(response->type, static_cast<std::uint16_t>(StunType::binding_error));
  }
  EXPECT_TRUE(peer->proven().empty());
}

TEST_F(PeerTest, TheAddressNominatedLastIsWhereMediaGoes) {
  check(browser.check(false), place(1));
  shake_hands();
  EXPECT_EQ(peer->destination(), place(1)) << "nothing is nominated yet: the first that was proven";
  check(browser.check(false), place(2));
  EXPECT_EQ(peer->destination(), place(1));
  check(browser.check(true), place(2));
  EXPECT_EQ(peer->destination(), place(2));
  for (std::uint8_t i = 10; i < 30; ++i) check(browser.check(false), place(i));
  EXPECT_EQ(peer->proven().size(), 8u);
  EXPECT_EQ(peer->destination(), place(2)) << "what is in use is not forgotten";
}

TEST_F(PeerTest, AClientHelloFromAnAddressThatNothingProvedIsIgnored) {
  check(browser.check(), place(1));
  sent.clear();
  const auto hello = browser.shake();
  ASSERT_FALSE(hello.empty());
  ASSERT_TRUE(is_dtls(hello[0]) && is_client_hello(hello[0]));
  peer->on_dtls(hello[0], place(2), [&](const Endpoint&, auto) { ADD_FAILURE() << "it was answered"; });
  std::size_t answered = 0;
  peer->on_dtls(hello[0], place(1), [&](const Endpoint& to, auto) { answered += to == place(1) ? 1 : 0; });
  EXPECT_GT(answered, 0u);
}

TEST_F(PeerTest, EveryDatagramOfAHandshakeFitsTheMtu) {
  check(browser.check(), place(1));
  for (const auto& hello : browser.shake())
    peer->on_dtls(hello, place(1), [](const Endpoint&, auto bytes) { EXPECT_LE(bytes.size(), 1200u); });
}

TEST_F(PeerTest, AHandshakeGivesTheSameKeysToBothAndAReplayIsRefused) {
  for (const auto* profiles : {"SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80", "SRTP_AES128_CM_SHA1_80"}) {
    browser.begin_session(profiles);
    peer = make_peer(credentials);
    check(browser.check(), place(1));
    shake_hands();
    ASSERT_TRUE(browser.is_connected() && peer->srtp() != nullptr);
    EXPECT_EQ(browser.profile, profiles[5] == 'A' && profiles[6] == 'E' && profiles[7] == 'A'
                                   ? SrtpProfile::aead_aes_128_gcm
                                   : SrtpProfile::aes128_cm_sha1_80);
    auto packet = speak(7);
    auto replay = packet;
    auto forged = speak(8);
    forged[40] ^= 1;
    std::size_t size = 0;
    ASSERT_TRUE(peer->srtp()->unprotect(packet, size));
    EXPECT_EQ(size, 172u);
    EXPECT_EQ(packet[12], 0x55);
    EXPECT_FALSE(peer->srtp()->unprotect(replay, size));
    EXPECT_FALSE(peer->srtp()->unprotect(forged, size));
  }
}

TEST_F(PeerTest, ACertificateThatIsNotTheOffersEndsItVisibly) {
  browser.fingerprint[0] ^= 1;
  peer = make_peer(credentials);
  check(browser.check(), place(1));
  shake_hands();
  EXPECT_EQ(peer->loss(), WebrtcLoss::fingerprint_mismatch);
  EXPECT_EQ(peer->srtp(), nullptr);
  EXPECT_FALSE(peer->destination());
}

TEST_F(PeerTest, ConsentLastsThirtySecondsAfterTheLastCheck) {
  const auto tick = [&](base::Duration when) { peer->on_tick(at(when), [](const Endpoint&, auto) {}); };
  check(browser.check(), place(1), at(seconds{20}));
  shake_hands();
  tick(seconds{49});
  EXPECT_FALSE(peer->loss());
  EXPECT_EQ(peer->destination(), place(1));
  tick(seconds{50});
  EXPECT_EQ(peer->loss(), WebrtcLoss::consent_expired);
  EXPECT_FALSE(peer->destination());
}

TEST_F(PeerTest, AGoodbyeIsHeard) {
  check(browser.check(), place(1));
  shake_hands();
  for (const auto& record : browser.say_goodbye())
    peer->on_dtls(record, place(1), [](const Endpoint&, auto) {});
  EXPECT_EQ(peer->loss(), WebrtcLoss::closed);
}

TEST_F(PeerTest, OurGoodbyeIsSaidOnceAndOnlyToWhoIsThere) {
  std::vector<Bytes> said;
  const auto keep = [&](const Endpoint& to, std::span<const std::uint8_t> bytes) {
    EXPECT_EQ(to, place(1));
    said.emplace_back(bytes.begin(), bytes.end());
  };
  peer->say_goodbye(keep);
  EXPECT_TRUE(said.empty()) << "nobody has shaken hands";
  check(browser.check(), place(1));
  shake_hands();
  peer->say_goodbye(keep);
  peer->say_goodbye(keep);
  ASSERT_EQ(said.size(), 1u);
  EXPECT_FALSE(browser.alerted);
  browser.shake(said[0]);
  EXPECT_TRUE(browser.alerted);
  EXPECT_EQ(peer->srtp(), nullptr);
}

TEST_F(PeerTest, AnIceRestartKeepsTheSessionAndItsKeys) {
  check(browser.check(), place(1));
  shake_hands();
  const auto earlier = std::move(peer);
  browser.ufrag = "Next";
  credentials.ufrag = browser.their_ufrag = "OurNext1";
  peer = make_peer(credentials, at(seconds{5}));
  peer->take_over(*earlier);
  EXPECT_EQ(peer->destination(), place(1)) << "sound goes on where it went";
  auto packet = speak(100);
  std::size_t size = 0;
  ASSERT_NE(peer->srtp(), nullptr);
  EXPECT_TRUE(peer->srtp()->unprotect(packet, size));
  check(browser.check(), place(2), at(seconds{5}));
  EXPECT_EQ(peer->destination(), place(2));
  // A page that kept its certificate: a handshake from the beginning.
  browser.begin_session();
  shake_hands(place(2));
  EXPECT_TRUE(browser.is_connected() && peer->srtp() != nullptr);
}

TEST_F(PeerTest, AnotherCertificateTakesNothingOver) {
  check(browser.check(), place(1));
  shake_hands();
  const auto earlier = std::move(peer);
  browser.fingerprint[0] ^= 1;
  peer = make_peer(credentials);
  peer->take_over(*earlier);
  EXPECT_EQ(peer->srtp(), nullptr);
  EXPECT_FALSE(peer->destination());
}

}  // namespace
}  // namespace ziptone::mediaplane::webrtc
