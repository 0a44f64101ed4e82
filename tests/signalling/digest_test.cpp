#include "server/signalling/digest.hpp"

#include <gtest/gtest.h>

namespace ziptone::signalling {
namespace {

// RFC 7616 3.9.1.
const Credentials kMufasa{"Mufasa", "http-auth@example.org", "Circle of Life"};
const std::string kNonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
const std::string kCnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";

Challenge rfc7616(const std::string& algorithm) {
  return challenge_of(
      false, "Digest",
      {"realm=\"http-auth@example.org\"", "qop=\"auth, auth-int\"", "algorithm=" + algorithm,
       "nonce=\"" + kNonce + "\"", "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""});
}

TEST(Digest, MatchesRfc7616) {
  const Signed what{"GET", "/dir/index.html", ""};
  EXPECT_NE(authorization(rfc7616("MD5"), kMufasa, what, 1, kCnonce).find("8ca523f5e9506fed4657c9700eebdbec"),
            std::string::npos);
  EXPECT_NE(authorization(rfc7616("SHA-256"), kMufasa, what, 1, kCnonce)
                .find("753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
            std::string::npos);
}

// RFC 2617 3.5, and RFC 2069's form without qop, hand-checked with md5sum.
TEST(Digest, MatchesRfc2617) {
  const Credentials who{"Mufasa", "testrealm@host.com", "Circle Of Life"};
  const Signed what{"GET", "/dir/index.html", ""};
  Challenge c = challenge_of(true, "Digest",
                             {"realm=\"testrealm@host.com\"", "qop=\"auth,auth-int\"",
                              "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\""});
  const std::string line = authorization(c, who, what, 1, "0a4f113b");
  EXPECT_NE(line.find("6629fae49393a05397450978507c4ef1"), std::string::npos);
  EXPECT_EQ(line.rfind("Proxy-Authorization: Digest ", 0), 0u);
  c.qop.clear();
  EXPECT_NE(authorization(c, who, what, 1, "0a4f113b").find("670fd8c2df070c60b045671b8b24ff02"),
            std::string::npos);
}

TEST(Digest, ChoosesTheStrongestOfOurRealmOnly) {
  const auto make = [](const std::string& realm, const std::string& algorithm) {
    return challenge_of(false, "Digest",
                        {"realm=\"" + realm + "\"", "nonce=\"n\"", "algorithm=" + algorithm});
  };
  const std::vector<Challenge> offered{make("us", "MD5"), make("evil", "SHA-256"), make("us", "SHA-256"),
                                       make("us", "AKAv1-MD5")};
  EXPECT_EQ(choose(offered, "us"), &offered[2]);
  EXPECT_EQ(choose(offered, "nobody"), nullptr);
  const std::vector<Challenge> unknown{make("us", "AKAv1-MD5")};
  EXPECT_EQ(choose(unknown, "us"), nullptr);
  const std::vector<Challenge> basic{challenge_of(false, "Basic", {"realm=\"us\"", "nonce=\"n\""})};
  EXPECT_EQ(choose(basic, "us"), nullptr);
}

TEST(Digest, TheOtherSideProvesTheSame) {
  for (const char* algorithm : {"MD5", "SHA-256", "MD5-sess", "SHA-256-sess"}) {
    const Signed what{"REGISTER", "sip:ziptone", ""};
    const std::string line = authorization(rfc7616(algorithm), kMufasa, what, 1, kCnonce);
    std::vector<std::string> parameters;
    std::string rest = line.substr(line.find("Digest ") + 7);
    for (std::size_t at; (at = rest.find(", ")) != std::string::npos; rest = rest.substr(at + 2))
      parameters.push_back(rest.substr(0, at));
    parameters.push_back(rest);
    EXPECT_TRUE(proves(parameters, kMufasa, what)) << algorithm;
    Credentials wrong = kMufasa;
    wrong.password = "x";
    EXPECT_FALSE(proves(parameters, wrong, what));
    EXPECT_FALSE(proves(parameters, kMufasa, {"INVITE", "sip:ziptone", ""}));
  }
}

}  // namespace
}  // namespace ziptone::signalling
