// Who may register as which agent's phone, and where each one is. In memory: phones come back by themselves.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "server/signalling/digest.hpp"
#include "server/signalling/endpoint.hpp"

namespace ziptone::signalling {

// Tokens that refill with time: how often one address may do a thing.
class RateLimit {
 public:
  RateLimit(double per_second, double burst) : per_second_(per_second), burst_(burst) {}
  // Takes one token of `who`; false when none is left.
  bool take(const std::string& who, base::Instant now);
  // Without taking: is there one?
  bool has(const std::string& who, base::Instant now);

 private:
  struct Bucket {
    double tokens;
    base::Instant at;
  };
  Bucket& filled(const std::string& who, base::Instant now);
  double per_second_, burst_;
  std::unordered_map<std::string, Bucket> buckets_;
};

// Proves that a request comes from who it says. An unknown user and a wrong password look the same from
// outside, in the reply and in the work done for it.
class Authenticator {
 public:
  Authenticator(std::string realm, PhoneDigest digest, std::string secret, Counters& counters);
  void set_users(std::map<std::string, std::string> passwords);  // user -> password

  // The user who signed the request; nothing: it has been answered (401) or dropped.
  std::optional<std::string> user_of(Incoming& request);

 private:
  void challenge(Incoming& request, bool stale);
  bool takes(const std::vector<std::string>& parameters) const;
  std::string nonce_for(const std::string& ip, base::WallTime now) const;
  enum class Freshness { fresh, stale, forged };
  Freshness check(const std::string& nonce, const std::string& ip, base::WallTime now) const;

  std::string realm_;
  PhoneDigest digest_;
  std::string secret_, decoy_;
  Counters& counters_;
  std::map<std::string, std::string> passwords_;
  RateLimit requests_, failures_;
  struct Used {
    std::string nonce;
    std::uint32_t count = 0;
  };
  std::unordered_map<std::string, Used> used_;  // by user: a captured header can't be sent again
};

// Where a phone is.
struct Binding {
  std::string contact;  // URI, verbatim
  Target flow;          // the address that its REGISTER came from: requests go back the same way
  base::Instant until{};
};

// What a REGISTER asks for (RFC 3261 10.3), after authentication.
struct Registration {
  enum class Kind { query, bind, unbind } kind = Kind::query;
  Binding binding;
  base::Duration granted{};
};
// Nothing: the Contact is unusable, answer 400.
std::optional<Registration> registration_of(const Incoming& request, base::Duration longest,
                                            base::Instant now);

}  // namespace ziptone::signalling
