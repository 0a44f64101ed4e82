#include "server/api/limits.hpp"

#include <algorithm>

namespace ziptone::api {
namespace {

struct Pace {
  double per_s, burst;
};
constexpr Pace kPerson{50, 300};      // the page, several tabs of it, and a hurried hand
constexpr Pace kProgram{2000, 4000};  // a dialer's own tools, wrapping up for robots
constexpr Pace kNobody{10, 60};       // who is not signed in: the sign-in page
constexpr std::size_t kBucketsMax = 10000;

Pace pace_of(const Asker& who) {
  if (!who.user.empty()) return kPerson;
  return who.token.empty() ? kNobody : kProgram;
}

}  // namespace

base::Duration Limits::wait(const Request& request, base::Instant now) {
  const Pace pace = pace_of(request.who);
  const std::string key = !request.who.user.empty()    ? "user " + request.who.user
                          : !request.who.token.empty() ? "token " + request.who.token
                                                       : "address " + request.address;
  if (buckets_.size() >= kBucketsMax && !buckets_.contains(key))
    std::erase_if(buckets_, [&](const auto& one) { return now - one.second.at > base::seconds{60}; });
  auto [at, fresh] = buckets_.try_emplace(key, Bucket{pace.burst, now});
  Bucket& bucket = at->second;
  const double gone_s =
      static_cast<double>((now - bucket.at).count()) / base::Duration{base::seconds{1}}.count();
  bucket.left = std::min(pace.burst, bucket.left + gone_s * pace.per_s);
  bucket.at = now;
  if (bucket.left < 1) return base::milliseconds{static_cast<int>((1 - bucket.left) / pace.per_s * 1000) + 1};
  --bucket.left;
  return {};
}

}  // namespace ziptone::api
