#include "server/api/session.hpp"

#include <algorithm>
#include <array>

#include <sodium.h>

#include "base/check.hpp"
#include "server/api/tokens.hpp"

namespace ziptone::api {
namespace {

constexpr int kFreeOfName = 5;
constexpr int kFreeOfAddress = 50;
constexpr base::Duration kWaitMax = base::seconds{15 * 60};
constexpr std::size_t kKeysMax = 10000;  // names and addresses that are remembered
constexpr std::size_t kPasswordMin = 10;
constexpr std::size_t kPasswordMax = 200;

}  // namespace

std::string hash_password(const std::string& password) {
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  const int failed =
      crypto_pwhash_str(hash.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                        crypto_pwhash_MEMLIMIT_INTERACTIVE);
  VERIFY(failed == 0);  // it fails for want of memory alone
  return hash.data();
}

bool password_fits(const std::string& hash, const std::string& password) {
  static const std::string nobodys = hash_password(make_token());
  const std::string& against = hash.empty() ? nobodys : hash;
  return crypto_pwhash_str_verify(against.c_str(), password.data(), password.size()) == 0 && !hash.empty();
}

base::Result<> password_rules(const std::string& sign_in, const std::string& password) {
  if (password.size() < kPasswordMin || password.size() > kPasswordMax)
    return base::error("is too short or too long", "password", "write 10 to 200 characters");
  if (password == sign_in)
    return base::error("is the sign-in name", "password", "choose one that nobody can guess");
  return {};
}

bool Sessions::over(const One& one, base::Instant now) {
  return now - one.used > kIdleMax || now - one.opened > kAgeMax;
}

void Sessions::keep(const std::string& hash, Open& one, base::Instant now) {
  one.kept = now;
  if (keeper_.keep) keeper_.keep(hash, one);
}

template <class Which>
void Sessions::end(Which which) {
  std::erase_if(open_, [&](const auto& one) {
    const bool ends = which(one);
    if (ends && keeper_.forget) keeper_.forget(one.first);
    return ends;
  });
}

void Sessions::restore(const std::string& hash, One one) {
  const base::Instant used = one.used;
  open_[hash] = {std::move(one), used};
}

std::string Sessions::open(const std::string& user, base::Instant now) {
  end([&](const auto& one) { return over(one.second, now); });
  std::string secret = make_token();
  const std::string hash = hash_of(secret);
  Open& one = open_[hash] = {{user, now, now}, now};
  keep(hash, one, now);
  return secret;
}

std::optional<std::string> Sessions::user_of(const std::string& secret, base::Instant now, bool uses) {
  if (secret.empty()) return std::nullopt;
  const auto at = open_.find(hash_of(secret));
  if (at == open_.end()) return std::nullopt;
  if (over(at->second, now)) {
    close(secret);
    return std::nullopt;
  }
  Open& one = at->second;
  if (uses) one.used = now;
  if (uses && now - one.kept > kKeptAgain) keep(at->first, one, now);
  return one.user;
}

void Sessions::close(const std::string& secret) {
  end([hash = hash_of(secret)](const auto& one) { return one.first == hash; });
}

void Sessions::close_all_of(const std::string& user) {
  end([&](const auto& one) { return one.second.user == user; });
}

base::Duration Brake::left(const std::string& key, base::Instant now) const {
  const auto at = failures_.find(key);
  if (at == failures_.end()) return {};
  return std::max(at->second.until - now, base::Duration::zero());
}

void Brake::count(const std::string& key, int free, base::Instant now) {
  Failures& failures = failures_[key];
  if (now - failures.last > 2 * kWaitMax) failures = {};
  failures.last = now;
  if (++failures.count <= free) return;
  const int doubled = std::min(failures.count - free - 1, 10);
  failures.until = now + std::min<base::Duration>(base::seconds{1 << doubled}, kWaitMax);
}

base::Duration Brake::attempt(const std::string& sign_in, const std::string& address, base::Instant now) {
  const std::string by_name = "name " + sign_in;
  const std::string by_address = "address " + address;
  const base::Duration wait = std::max(left(by_name, now), left(by_address, now));
  if (wait > base::Duration::zero()) return wait;
  if (failures_.size() >= kKeysMax) {
    std::erase_if(failures_, [&](const auto& one) { return now - one.second.last > 2 * kWaitMax; });
    // Somebody tries thousands of names: all wait until some are forgotten.
    if (failures_.size() >= kKeysMax) return kWaitMax;
  }
  count(by_name, kFreeOfName, now);
  count(by_address, kFreeOfAddress, now);
  return {};
}

void Brake::clear(const std::string& sign_in, const std::string& address) {
  failures_.erase("name " + sign_in);
  // Of the address this try alone: who has one password must not get to guess the others' for it.
  if (const auto at = failures_.find("address " + address); at != failures_.end()) --at->second.count;
}

}  // namespace ziptone::api
