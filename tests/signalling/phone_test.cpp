// The agents' phones, against a scripted phone of ours; baresip and SIPp do the same in e2e_test.cpp.
#include <algorithm>

#include <fmt/format.h>

#include <gtest/gtest.h>

#include "rig.hpp"
#include "server/signalling/digest.hpp"

namespace ziptone::signalling::test {
namespace {

struct PhoneTest : ::testing::Test {
  Peer phone;
  std::unique_ptr<Rig> rig;
  unsigned cseq = 0;
  std::string authorization_line;

  void start(const std::function<void(Config&)>& change = {}) {
    Config config = plain_config();
    config.phones.push_back({base::AgentId{3}, "ayse", "geheim", ""});
    config.phone_digest = PhoneDigest::both;
    if (change) change(config);
    rig = std::make_unique<Rig>(std::move(config));
  }
  std::uint16_t port() { return rig->signalling().ports().phone; }
  std::string request(const std::string& method, const std::string& user,
                      const std::vector<std::string>& lines) {
    ++cseq;
    std::string text = fmt::format(
        "{0} sip:ziptone SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{1};branch=z9hG4bKphone{2};rport\r\n"
        "Max-Forwards: 70\r\nFrom: <sip:{3}@ziptone>;tag=phone\r\nTo: <sip:{3}@ziptone>\r\n"
        "Call-ID: reg-{1}\r\nCSeq: {2} {0}\r\n",
        method, phone.port(), cseq, user);
    for (const auto& line : lines) text += line + "\r\n";
    return text + "Content-Length: 0\r\n\r\n";
  }
  // The challenge of `reply` answered with this password.
  std::string proof(const Message& reply, const std::string& method, const std::string& user,
                    const std::string& password, std::size_t which = 0) {
    std::string rest = reply.all("WWW-Authenticate").at(which).substr(7);
    std::vector<std::string> parameters;
    for (std::size_t at; (at = rest.find(", ")) != std::string::npos; rest = rest.substr(at + 2))
      parameters.push_back(rest.substr(0, at));
    parameters.push_back(rest);
    return authorization(challenge_of(false, "Digest", parameters), {user, "ziptone", password},
                         {method, "sip:ziptone", ""}, 1, "c0ffee");
  }
  // Registers with `password`; the last reply.
  std::optional<Message> sign_in(const std::string& user, const std::string& password, std::size_t which = 0,
                                 const std::string& expires = "3600") {
    const std::vector<std::string> lines{"Contact: " + phone.contact(), "Expires: " + expires};
    phone.send_to(port(), request("REGISTER", user, lines));
    const auto challenge = phone.receive("401");
    if (!challenge) return std::nullopt;
    auto with_proof = lines;
    authorization_line = proof(*challenge, "REGISTER", user, password, which);
    with_proof.push_back(authorization_line);
    phone.send_to(port(), request("REGISTER", user, with_proof));
    return phone.receive();
  }
};

TEST_F(PhoneTest, RegistersIsCalledAndStaysUp) {
  start();
  const auto reply = sign_in("ayse", "geheim");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status(), 200);
  EXPECT_EQ(reply->get("Contact"), phone.contact() + ";expires=60");
  const auto registered = rig->wait<PhoneRegistered>();
  ASSERT_TRUE(registered);
  EXPECT_EQ(registered->agent, base::AgentId{3});
  EXPECT_EQ(registered->source_ip, "127.0.0.1");
  rig->post(CallPhone{base::AgentId{3}, 1, offer()});
  const auto invite = phone.receive("INVITE");
  ASSERT_TRUE(invite);
  EXPECT_EQ(invite->get("Call-ID"), call_id_of(kSiteKey, base::AgentId{3}, 1));
  phone.send(phone.response(*invite, 180, "Ringing"));
  phone.send(phone.response(*invite, 200, "OK", {}, phone.answer_sdp()));
  const auto up = rig->wait<PhoneUp>();
  ASSERT_TRUE(up);
  EXPECT_EQ(up->sdp, phone.answer_sdp());
  rig->post(AckPhone{base::AgentId{3}});
  EXPECT_TRUE(phone.receive("ACK"));
  phone.send(phone.request_in(*invite, "INVITE", 1, {}, phone.answer_sdp("sendonly")));
  const auto held_answer = phone.receive("200");
  ASSERT_TRUE(held_answer);
  EXPECT_NE(held_answer->body.find("a=recvonly"), std::string::npos) << held_answer->body;
  EXPECT_TRUE(rig->wait<PhoneHeld>());
  phone.send(phone.request_in(*invite, "ACK", 1));
  phone.send(phone.request_in(*invite, "INVITE", 2, {}, phone.answer_sdp("sendrecv")));
  EXPECT_TRUE(phone.receive("200"));
  EXPECT_TRUE(rig->wait<PhoneResumed>());
  phone.send(phone.request_in(*invite, "ACK", 2));
  rig->post(HangUpPhone{base::AgentId{3}});
  const auto bye = phone.receive("BYE");
  ASSERT_TRUE(bye);
  phone.send(phone.response(*bye, 200, "OK"));
  const auto down = rig->wait<PhoneDown>();
  ASSERT_TRUE(down);
  EXPECT_TRUE(down->facts.by_us);
}

TEST_F(PhoneTest, RegistersWithMd5AsWell) {
  start();
  const auto reply = sign_in("ayse", "geheim", 1);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status(), 200);
  EXPECT_NE(authorization_line.find("algorithm=MD5"), std::string::npos);
}

// What a fresh installation does: phones that know no SHA-256 often know no second challenge either.
TEST_F(PhoneTest, OnlyMd5IsOfferedUnlessAskedForMore) {
  EXPECT_EQ(Config{}.phone_digest, PhoneDigest::md5);
  start([](Config& config) { config.phone_digest = PhoneDigest::md5; });
  phone.send_to(port(), request("REGISTER", "ayse", {"Contact: " + phone.contact()}));
  const auto challenge = phone.receive("401");
  ASSERT_TRUE(challenge);
  ASSERT_EQ(challenge->all("WWW-Authenticate").size(), 1u);
  EXPECT_NE(challenge->get("WWW-Authenticate").find("algorithm=MD5"), std::string::npos);
  const auto reply = sign_in("ayse", "geheim");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status(), 200);
}

TEST_F(PhoneTest, Sha256AloneTakesNoMd5) {
  start([](Config& config) { config.phone_digest = PhoneDigest::sha256; });
  const std::vector<std::string> lines{"Contact: " + phone.contact()};
  phone.send_to(port(), request("REGISTER", "ayse", lines));
  auto challenge = phone.receive("401");
  ASSERT_TRUE(challenge);
  ASSERT_EQ(challenge->all("WWW-Authenticate").size(), 1u);
  std::string& offered =
      std::find_if(challenge->headers.begin(), challenge->headers.end(), [](const auto& h) {
        return h.first == "WWW-Authenticate";
      })->second;
  const auto at = offered.find("SHA-256");
  ASSERT_NE(at, std::string::npos);
  offered.replace(at, 7, "MD5");  // what an attacker on the way would do
  phone.send_to(port(),
                request("REGISTER", "ayse",
                        {"Contact: " + phone.contact(), proof(*challenge, "REGISTER", "ayse", "geheim")}));
  const auto refused = phone.receive();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status(), 401);
  const auto reply = sign_in("ayse", "geheim");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status(), 200);
}

TEST_F(PhoneTest, UnknownUserAndWrongPasswordLookTheSame) {
  start();
  const auto wrong = sign_in("ayse", "falsch");
  const auto unknown = sign_in("nobody", "geheim");
  ASSERT_TRUE(wrong && unknown);
  EXPECT_EQ(wrong->status(), 401);
  EXPECT_EQ(unknown->status(), 401);
  EXPECT_EQ(wrong->headers.size(), unknown->headers.size());
  EXPECT_EQ(rig->signalling().counters().refused_auth, 2u);
  EXPECT_FALSE(rig->has<PhoneRegistered>());
}

TEST_F(PhoneTest, ACapturedHeaderIsNotTakenAgain) {
  start();
  ASSERT_TRUE(sign_in("ayse", "geheim"));
  phone.send_to(port(),
                request("REGISTER", "ayse", {"Contact: <sip:thief@127.0.0.1:9>", authorization_line}));
  const auto reply = phone.receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status(), 401);
  EXPECT_NE(reply->get("WWW-Authenticate").find("stale=true"), std::string::npos);
}

// As after a restart of the server: its agent asks for the leg before the phone has registered again.
TEST_F(PhoneTest, APhoneThatIsNotThereIsCalledWhenItRegisters) {
  start();
  rig->post(CallPhone{base::AgentId{3}, 1, offer()});
  const auto reply = sign_in("ayse", "geheim");
  ASSERT_TRUE(reply);
  const auto invite = phone.receive("INVITE");
  ASSERT_TRUE(invite);
  EXPECT_EQ(invite->get("Call-ID"), call_id_of(kSiteKey, base::AgentId{3}, 1));
  phone.send(phone.response(*invite, 200, "OK", {}, phone.answer_sdp()));
  EXPECT_TRUE(rig->wait<PhoneUp>());
  EXPECT_FALSE(rig->has<PhoneDown>());
}

TEST_F(PhoneTest, APhoneThatStaysAwayIsDownWhenItIsGivenUp) {
  start();
  rig->post(CallPhone{base::AgentId{3}, 1, offer()});
  rig->post(HangUpPhone{base::AgentId{3}});
  const auto down = rig->wait<PhoneDown>();
  ASSERT_TRUE(down);
  EXPECT_EQ(down->leg, 1u);
  EXPECT_EQ(down->facts.fault, LocalFault::unregistered);
  // Given up is given up: the phone that comes now is left alone.
  const auto reply = sign_in("ayse", "geheim");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status(), 200);
  EXPECT_FALSE(phone.receive("INVITE", base::milliseconds{300}));
}

// Its TCP connection died with the process: the leg that a crash left up is ended over the way of its next
// REGISTER.
TEST_F(PhoneTest, ALegFromBeforeACrashIsEndedWhenItsPhoneIsThereAgain) {
  start();
  StoredDialog stored;
  stored.agent = base::AgentId{3};
  stored.leg = 7;
  const Peer gone;  // a port where nobody accepts connections
  const std::string way = fmt::format("sip:ayse@127.0.0.1:{};transport=tcp", gone.port());
  stored.dialog = DialogFacts{call_id_of(kSiteKey, base::AgentId{3}, 7),
                              "ours",
                              "theirs",
                              way,
                              {},
                              "<sip:ziptone@127.0.0.1>",
                              "<sip:ayse@127.0.0.1>",
                              1,
                              way};
  rig->post(RecoverDialogs{{stored}});
  const auto reply = sign_in("ayse", "geheim");
  ASSERT_TRUE(reply);
  const auto bye = phone.receive("BYE");
  ASSERT_TRUE(bye);
  EXPECT_EQ(bye->get("Call-ID"), stored.dialog->call_id);
  EXPECT_EQ(bye->tag("To"), "theirs");
  phone.send(phone.response(*bye, 200, "OK"));
  const auto recovered = rig->wait<Recovered>();
  ASSERT_TRUE(recovered);
  EXPECT_EQ(recovered->how, "BYE 200");
}

TEST_F(PhoneTest, AnUnknownAgentsPhoneIsDown) {
  start();
  rig->post(CallPhone{base::AgentId{9}, 1, offer()});
  const auto down = rig->wait<PhoneDown>();
  ASSERT_TRUE(down);
  EXPECT_EQ(down->facts.fault, LocalFault::unregistered);
}

TEST_F(PhoneTest, AFixedAddressNeedsNoRegistration) {
  start([this](Config& config) {
    config.phones = {{base::AgentId{4}, "", "", fmt::format("sip:101@127.0.0.1:{}", phone.port())}};
  });
  rig->post(CallPhone{base::AgentId{4}, 1, offer()});
  const auto invite = phone.receive("INVITE");
  ASSERT_TRUE(invite);
  phone.send(phone.response(*invite, 486, "Busy Here"));
  const auto down = rig->wait<PhoneDown>();
  ASSERT_TRUE(down);
  EXPECT_EQ(down->facts.code, 486);
}

TEST_F(PhoneTest, UnregistersAndIsForgotten) {
  start();
  ASSERT_TRUE(sign_in("ayse", "geheim"));
  ASSERT_TRUE(rig->wait<PhoneRegistered>());
  const auto reply = sign_in("ayse", "geheim", 0, "0");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status(), 200);
  EXPECT_EQ(reply->get("Contact"), "");
  EXPECT_TRUE(rig->wait<PhoneUnregistered>());
}

TEST_F(PhoneTest, AStrangersInviteIsChallengedOnceAndNeverRepeated) {
  start();
  phone.send_to(port(), request("INVITE", "ayse", {"Contact: " + phone.contact()}));
  ASSERT_TRUE(phone.receive("401"));
  // A server transaction would repeat it after 500 ms to whoever's address this is.
  EXPECT_FALSE(phone.receive("", base::milliseconds{700}));
}

TEST_F(PhoneTest, AGuesserIsSoonIgnored) {
  start();
  int answered = 0;
  for (int i = 0; i < 30; ++i) {
    phone.send_to(port(), request("REGISTER", "ayse",
                                  {"Contact: " + phone.contact(),
                                   "Authorization: Digest username=\"ayse\", realm=\"ziptone\", "
                                   "nonce=\"x\", uri=\"sip:ziptone\", response=\"00\""}));
    if (!phone.receive("401", base::milliseconds{100})) break;
    ++answered;
  }
  EXPECT_GE(answered, 19);
  EXPECT_LE(answered, 21);
  EXPECT_GE(rig->signalling().counters().refused_rate, 1u);
}

}  // namespace
}  // namespace ziptone::signalling::test
