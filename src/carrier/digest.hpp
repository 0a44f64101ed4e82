// HTTP digest as SIP uses it (RFC 3261 22, RFC 8760), both ends of it, for the carrier and the robot phones
// only: the dialer has its own, and a witness that shared it would share its mistakes.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace ziptone::carrier {

enum class Algorithm : std::uint8_t { md5, sha256 };

struct Credentials {
  std::string user, password;
};

// The parameters of a challenge or an answer, unquoted, names in lower case.
using AuthParams = std::map<std::string, std::string>;

std::string hash_hex(Algorithm algorithm, std::string_view text);

// "Digest realm=...": for WWW-Authenticate and Proxy-Authenticate.
std::string make_challenge(Algorithm algorithm, std::string_view realm, std::string_view nonce);

// The value of Authorization for a challenge; nullopt for another scheme's or an unknown algorithm's. `nc`
// counts the uses of the nonce, from 1.
std::optional<std::string> make_authorization(const AuthParams& challenge, const Credentials& who,
                                              std::string_view method, std::string_view uri,
                                              std::string_view cnonce, unsigned nc);

// True if the answer proves the password for this method. The nonce must be the one given out.
bool verify_authorization(const AuthParams& answer, const Credentials& who, std::string_view method,
                          std::string_view nonce);

}  // namespace ziptone::carrier
