// Digest authentication, both sides (RFC 2617, RFC 7616, RFC 8760): MD5 and SHA-256, plain and -sess. The
// library knows no SHA-256 and stumbles over an offer of both, so it is computed here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ziptone::signalling {

struct Challenge {
  bool proxy = false;  // 407: answered by Proxy-Authorization
  std::string scheme;  // only "Digest" is answered
  std::string realm, nonce, opaque, algorithm;
  std::string qop;  // the offered list, "auth,auth-int"; empty: RFC 2069 style
  bool stale = false;
};

struct Credentials {
  std::string username, realm, password;
};

// "name=value" parameters as the parser leaves them, quotes and all.
Challenge challenge_of(bool proxy, std::string_view scheme, const std::vector<std::string>& parameters);
// The value of one parameter without its quotes; nothing when it is absent.
std::optional<std::string> parameter(const std::vector<std::string>& parameters, std::string_view name);

// The challenge to answer: the first of the strongest known algorithm whose realm is ours; null: none.
const Challenge* choose(const std::vector<Challenge>& challenges, const std::string& realm);

// What is signed.
struct Signed {
  std::string method, uri, body;
};
// The whole header line, "Authorization: Digest ...". `count` is the nonce count, `cnonce` a fresh random
// text.
std::string authorization(const Challenge& challenge, const Credentials& credentials, const Signed& what,
                          std::uint32_t count, const std::string& cnonce);
std::string random_hex(std::size_t bytes);

// The other side: does the Authorization header with these parameters prove `credentials`?
bool proves(const std::vector<std::string>& parameters, const Credentials& credentials, const Signed& what);

}  // namespace ziptone::signalling
