// The names of a call on the wire, as functions of the attempt (or of the agent's leg) and the installation's
// secret: a restart rebuilds them, and nobody outside can guess the tags.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/id.hpp"

namespace ziptone::signalling {

// HMAC-SHA-256 as lower-case hex (RFC 2104, FIPS 180-4).
std::string hmac_hex(std::string_view key, std::string_view text);

// Names one dialog-forming INVITE of ours: an attempt, or an agent's leg.
class Names {
 public:
  Names(const std::string& site_key, base::AttemptId attempt);
  Names(const std::string& site_key, base::AgentId agent, std::uint64_t leg);

  std::string call_id() const;   // "a4711.<16 hex>" or "p7-3.<16 hex>"
  std::string from_tag() const;  // 16 hex
  // RFC 3261 8.1.1.7: unique for each request. `hop` is the URI of the target: each one tried gets a branch
  // of its own under the same CSeq (RFC 3263 4.3).
  std::string branch(std::uint32_t cseq, std::string_view hop) const;

 private:
  std::string key_;
  std::string name_;
};

}  // namespace ziptone::signalling
