#include "server/signalling/digest.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "base/check.hpp"

namespace ziptone::signalling {

namespace {

struct Algorithm {
  std::string_view name;
  bool sha256;
  bool session;
};
// Strongest first (RFC 8760 2.4).
constexpr std::array<Algorithm, 4> kAlgorithms{{{"SHA-256", true, false},
                                                {"SHA-256-sess", true, true},
                                                {"MD5", false, false},
                                                {"MD5-sess", false, true}}};

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

// Null: an algorithm we don't know. An absent one means MD5 (RFC 7616 3.3).
const Algorithm* algorithm_named(std::string_view name) {
  if (name.empty()) name = "MD5";
  const auto found = std::find_if(kAlgorithms.begin(), kAlgorithms.end(),
                                  [&](const Algorithm& a) { return equal_ignoring_case(a.name, name); });
  return found == kAlgorithms.end() ? nullptr : &*found;
}

std::string hashed(const Algorithm& algorithm, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  VERIFY(EVP_Digest(text.data(), text.size(), digest.data(), &size,
                    algorithm.sha256 ? EVP_sha256() : EVP_md5(), nullptr) == 1);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

bool offers(std::string_view list, std::string_view wanted) {
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    std::string_view item = list.substr(0, comma);
    while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
    while (!item.empty() && item.back() == ' ') item.remove_suffix(1);
    if (equal_ignoring_case(item, wanted)) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

struct Proof {
  std::string nonce, count, cnonce, qop;  // qop empty: RFC 2069 style
};

// RFC 7616 3.4.1 to 3.4.3.
std::string response_of(const Algorithm& algorithm, const Credentials& who, const Signed& what,
                        const Proof& proof) {
  std::string ha1 = hashed(algorithm, fmt::format("{}:{}:{}", who.username, who.realm, who.password));
  if (algorithm.session) ha1 = hashed(algorithm, fmt::format("{}:{}:{}", ha1, proof.nonce, proof.cnonce));
  std::string a2 = fmt::format("{}:{}", what.method, what.uri);
  if (proof.qop == "auth-int") a2 += ":" + hashed(algorithm, what.body);
  const std::string ha2 = hashed(algorithm, a2);
  if (proof.qop.empty()) return hashed(algorithm, fmt::format("{}:{}:{}", ha1, proof.nonce, ha2));
  return hashed(algorithm, fmt::format("{}:{}:{}:{}:{}:{}", ha1, proof.nonce, proof.count, proof.cnonce,
                                       proof.qop, ha2));
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

std::optional<std::string> parameter(const std::vector<std::string>& parameters, std::string_view name) {
  for (const std::string& p : parameters) {
    const auto equals = p.find('=');
    if (equals == std::string::npos) continue;
    std::string_view key(p.data(), equals);
    while (!key.empty() && key.back() == ' ') key.remove_suffix(1);
    if (!equal_ignoring_case(key, name)) continue;
    std::string_view value(p);
    value.remove_prefix(equals + 1);
    while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    while (!value.empty() && value.back() == ' ') value.remove_suffix(1);
    if (value.size() < 2 || value.front() != '"') return std::string(value);
    std::string plain;
    for (std::size_t i = 1; i + 1 < value.size(); ++i) {
      if (value[i] == '\\' && i + 2 < value.size()) ++i;
      plain += value[i];
    }
    return plain;
  }
  return std::nullopt;
}

Challenge challenge_of(bool proxy, std::string_view scheme, const std::vector<std::string>& parameters) {
  Challenge c;
  c.proxy = proxy;
  c.scheme = scheme;
  c.realm = parameter(parameters, "realm").value_or("");
  c.nonce = parameter(parameters, "nonce").value_or("");
  c.opaque = parameter(parameters, "opaque").value_or("");
  c.algorithm = parameter(parameters, "algorithm").value_or("");
  c.qop = parameter(parameters, "qop").value_or("");
  c.stale = equal_ignoring_case(parameter(parameters, "stale").value_or(""), "true");
  return c;
}

const Challenge* choose(const std::vector<Challenge>& challenges, const std::string& realm) {
  const Challenge* best = nullptr;
  const Algorithm* best_algorithm = nullptr;
  for (const Challenge& c : challenges) {
    const Algorithm* algorithm = algorithm_named(c.algorithm);
    if (!equal_ignoring_case(c.scheme, "Digest") || c.realm != realm || c.nonce.empty() || !algorithm)
      continue;
    if (!c.qop.empty() && !offers(c.qop, "auth") && !offers(c.qop, "auth-int")) continue;
    if (best && algorithm >= best_algorithm) continue;  // the table stands strongest first
    best = &c;
    best_algorithm = algorithm;
  }
  return best;
}

std::string authorization(const Challenge& challenge, const Credentials& credentials, const Signed& what,
                          std::uint32_t count, const std::string& cnonce) {
  const Algorithm* algorithm = algorithm_named(challenge.algorithm);
  VERIFY(algorithm != nullptr);
  Proof proof{challenge.nonce, fmt::format("{:08x}", count), cnonce, ""};
  if (offers(challenge.qop, "auth"))
    proof.qop = "auth";
  else if (offers(challenge.qop, "auth-int"))
    proof.qop = "auth-int";
  std::string line =
      fmt::format("{}: Digest username={}, realm={}, nonce={}, uri={}, response=\"{}\"",
                  challenge.proxy ? "Proxy-Authorization" : "Authorization", quoted(credentials.username),
                  quoted(challenge.realm), quoted(challenge.nonce), quoted(what.uri),
                  response_of(*algorithm, credentials, what, proof));
  if (!challenge.algorithm.empty()) line += ", algorithm=" + std::string(algorithm->name);
  if (!proof.qop.empty()) line += fmt::format(", qop={}, nc={}", proof.qop, proof.count);
  if (!proof.qop.empty() || algorithm->session) line += ", cnonce=" + quoted(cnonce);
  if (!challenge.opaque.empty()) line += ", opaque=" + quoted(challenge.opaque);
  return line;
}

std::string random_hex(std::size_t bytes) {
  std::string raw(bytes, '\0');
  VERIFY(RAND_bytes(reinterpret_cast<unsigned char*>(raw.data()), static_cast<int>(bytes)) == 1);
  std::string hex;
  for (const char c : raw) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return hex;
}

bool proves(const std::vector<std::string>& parameters, const Credentials& credentials, const Signed& what) {
  const Algorithm* algorithm = algorithm_named(parameter(parameters, "algorithm").value_or(""));
  const auto response = parameter(parameters, "response");
  const auto username = parameter(parameters, "username");
  const auto realm = parameter(parameters, "realm");
  if (!algorithm || !response || !username || !realm) return false;
  if (*username != credentials.username || *realm != credentials.realm) return false;
  const Proof proof{parameter(parameters, "nonce").value_or(""), parameter(parameters, "nc").value_or(""),
                    parameter(parameters, "cnonce").value_or(""), parameter(parameters, "qop").value_or("")};
  const std::string expected = response_of(*algorithm, credentials, what, proof);
  return response->size() == expected.size() &&
         CRYPTO_memcmp(response->data(), expected.data(), expected.size()) == 0;
}

}  // namespace ziptone::signalling
