#include "carrier/digest.hpp"

#include <array>

#include <fmt/format.h>
#include <openssl/evp.h>

namespace ziptone::carrier {
namespace {

std::string_view name_of(Algorithm algorithm) { return algorithm == Algorithm::md5 ? "MD5" : "SHA-256"; }

std::optional<Algorithm> algorithm_of(const AuthParams& params) {
  const auto found = params.find("algorithm");
  if (found == params.end() || found->second == "MD5" || found->second == "md5") return Algorithm::md5;
  if (found->second == "SHA-256" || found->second == "sha-256") return Algorithm::sha256;
  return std::nullopt;
}

std::string value(const AuthParams& params, const std::string& key) {
  const auto found = params.find(key);
  return found == params.end() ? std::string{} : found->second;
}

// RFC 7616 3.4.1; without qop the older form of RFC 2069.
std::string response(Algorithm algorithm, const AuthParams& p, const Credentials& who,
                     std::string_view method) {
  const auto a1 = hash_hex(algorithm, fmt::format("{}:{}:{}", who.user, value(p, "realm"), who.password));
  const auto a2 = hash_hex(algorithm, fmt::format("{}:{}", method, value(p, "uri")));
  const auto nonce = value(p, "nonce");
  if (value(p, "qop").empty()) return hash_hex(algorithm, fmt::format("{}:{}:{}", a1, nonce, a2));
  return hash_hex(algorithm, fmt::format("{}:{}:{}:{}:{}:{}", a1, nonce, value(p, "nc"), value(p, "cnonce"),
                                         value(p, "qop"), a2));
}

}  // namespace

std::string hash_hex(Algorithm algorithm, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned length = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &length,
             algorithm == Algorithm::md5 ? EVP_md5() : EVP_sha256(), nullptr);
  std::string hex;
  for (unsigned i = 0; i < length; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

std::string make_challenge(Algorithm algorithm, std::string_view realm, std::string_view nonce) {
  return fmt::format("Digest realm=\"{}\", nonce=\"{}\", algorithm={}, qop=\"auth\"", realm, nonce,
                     name_of(algorithm));
}

std::optional<std::string> make_authorization(const AuthParams& challenge, const Credentials& who,
                                              std::string_view method, std::string_view uri,
                                              std::string_view cnonce, unsigned nc) {
  const auto algorithm = algorithm_of(challenge);
  if (!algorithm || !challenge.contains("nonce") || !challenge.contains("realm")) return std::nullopt;
  AuthParams p = challenge;
  p["uri"] = uri;
  p["cnonce"] = cnonce;
  p["nc"] = fmt::format("{:08x}", nc);
  if (p.contains("qop")) p["qop"] = "auth";
  std::string text = fmt::format(
      "Digest username=\"{}\", realm=\"{}\", nonce=\"{}\", uri=\"{}\", response=\"{}\", algorithm={}",
      who.user, p["realm"], p["nonce"], uri, response(*algorithm, p, who, method), name_of(*algorithm));
  if (p.contains("qop")) text += fmt::format(", qop=auth, nc={}, cnonce=\"{}\"", p["nc"], cnonce);
  if (p.contains("opaque")) text += fmt::format(", opaque=\"{}\"", p["opaque"]);
  return text;
}

bool verify_authorization(const AuthParams& answer, const Credentials& who, std::string_view method,
                          std::string_view nonce) {
  const auto algorithm = algorithm_of(answer);
  return algorithm && value(answer, "username") == who.user && value(answer, "nonce") == nonce &&
         value(answer, "response") == response(*algorithm, answer, who, method);
}

}  // namespace ziptone::carrier
