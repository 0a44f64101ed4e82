#include "server/signalling/names.hpp"

#include <array>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/check.hpp"
#include "server/signalling/signalling.hpp"

namespace ziptone::signalling {

std::string hmac_hex(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  VERIFY(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
              reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(),
              &size) != nullptr);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

Names::Names(const std::string& site_key, base::AttemptId attempt)
    : key_(site_key), name_(fmt::format("a{}", attempt.value)) {}

Names::Names(const std::string& site_key, base::AgentId agent, std::uint64_t leg)
    : key_(site_key), name_(fmt::format("p{}-{}", agent.value, leg)) {}

std::string Names::call_id() const { return name_ + "." + hmac_hex(key_, "call-id " + name_).substr(0, 16); }

std::string Names::from_tag() const { return hmac_hex(key_, "from-tag " + name_).substr(0, 16); }

std::string Names::branch(std::uint32_t cseq, std::string_view hop) const {
  return "z9hG4bK" + hmac_hex(key_, fmt::format("branch {} {} {}", name_, cseq, hop)).substr(0, 24);
}

std::string call_id_of(const std::string& site_key, base::AttemptId attempt) {
  return Names(site_key, attempt).call_id();
}

std::string call_id_of(const std::string& site_key, base::AgentId agent, std::uint64_t leg) {
  return Names(site_key, agent, leg).call_id();
}

}  // namespace ziptone::signalling
