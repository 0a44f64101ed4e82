#include "server/signalling/registrar.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "server/signalling/names.hpp"

namespace ziptone::signalling {

namespace {

constexpr base::Duration kNonceLife = base::minutes{5};
constexpr base::Duration kShortest =
    base::seconds{10};  // a registration shorter than that would only make noise
// An office behind one address, its power back after a cut: 200 phones at once. And a guesser: one try a
// second.
constexpr double kRequestsPerSecond = 50, kRequestsBurst = 500;
constexpr double kFailuresPerSecond = 1, kFailuresBurst = 20;
constexpr std::size_t kAddressesMax = 100'000;

std::vector<std::string> authorization_of(const sip_t* sip, const std::string& realm) {
  for (const msg_auth_t* a = sip->sip_authorization; a; a = a->au_next) {
    if (!su_casematch(a->au_scheme, "Digest")) continue;
    std::vector<std::string> parameters;
    for (const msg_param_t* p = a->au_params; p && *p; ++p) parameters.emplace_back(*p);
    if (parameter(parameters, "realm") == realm) return parameters;
  }
  return {};
}

}  // namespace

RateLimit::Bucket& RateLimit::filled(const std::string& who, base::Instant now) {
  // Spoofed addresses must not fill the memory: start over, which errs on the side of letting people in.
  if (buckets_.size() > kAddressesMax) buckets_.clear();
  Bucket& bucket = buckets_.try_emplace(who, Bucket{burst_, now}).first->second;
  const double seconds = static_cast<double>((now - bucket.at).count()) / 1e6;
  bucket.tokens = std::min(burst_, bucket.tokens + seconds * per_second_);
  bucket.at = now;
  return bucket;
}

bool RateLimit::has(const std::string& who, base::Instant now) { return filled(who, now).tokens >= 1; }

bool RateLimit::take(const std::string& who, base::Instant now) {
  Bucket& bucket = filled(who, now);
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

Authenticator::Authenticator(std::string realm, PhoneDigest digest, std::string secret, Counters& counters)
    : realm_(std::move(realm)),
      digest_(digest),
      secret_(std::move(secret)),
      decoy_(random_hex(16)),
      counters_(counters),
      requests_(kRequestsPerSecond, kRequestsBurst),
      failures_(kFailuresPerSecond, kFailuresBurst) {}

void Authenticator::set_users(std::map<std::string, std::string> passwords) {
  passwords_ = std::move(passwords);
}

std::string Authenticator::nonce_for(const std::string& ip, base::WallTime now) const {
  const std::string stamp = fmt::format("{:x}", base::micros(now));
  return stamp + "." + hmac_hex(secret_, fmt::format("nonce {} {}", stamp, ip)).substr(0, 24);
}

Authenticator::Freshness Authenticator::check(const std::string& nonce, const std::string& ip,
                                              base::WallTime now) const {
  std::int64_t made = 0;
  const auto dot = nonce.find('.');
  if (dot == std::string::npos) return Freshness::forged;
  const auto [rest, error] = std::from_chars(nonce.data(), nonce.data() + dot, made, 16);
  if (error != std::errc{} || rest != nonce.data() + dot) return Freshness::forged;
  if (nonce_for(ip, base::wall_from_micros(made)) != nonce) return Freshness::forged;
  const base::Duration age = now - base::wall_from_micros(made);
  return age >= base::Duration{} && age < kNonceLife ? Freshness::fresh : Freshness::stale;
}

void Authenticator::challenge(Incoming& request, bool stale) {
  const std::string nonce = nonce_for(request.source().ip, Loop::now().wall);
  const auto line = [&](const char* algorithm) {
    return fmt::format("WWW-Authenticate: Digest realm=\"{}\", nonce=\"{}\", algorithm={}, qop=\"auth\"{}",
                       realm_, nonce, algorithm, stale ? ", stale=true" : "");
  };
  std::vector<std::string> lines;  // RFC 8760 2.4: the strongest first
  if (digest_ != PhoneDigest::md5) lines.push_back(line("SHA-256"));
  if (digest_ != PhoneDigest::sha256) lines.push_back(line("MD5"));
  request.reply_once({401, nullptr, "", "", std::move(lines)});
}

// An offer of SHA-256 alone would mean nothing if a proof by MD5 were taken.
bool Authenticator::takes(const std::vector<std::string>& parameters) const {
  const std::string algorithm = parameter(parameters, "algorithm").value_or("MD5");
  const bool md5 = su_casenmatch(algorithm.c_str(), "MD5", 3);
  return digest_ == PhoneDigest::both || md5 == (digest_ == PhoneDigest::md5);
}

std::optional<std::string> Authenticator::user_of(Incoming& request) {
  const std::string& ip = request.source().ip;
  const base::Now now = Loop::now();
  if (!requests_.take(ip, now.mono) || !failures_.has(ip, now.mono)) {
    bump(counters_.refused_rate);
    request.ignore();
    return std::nullopt;
  }
  const auto parameters = authorization_of(request.sip(), realm_);
  if (parameters.empty()) {
    challenge(request, false);
    return std::nullopt;
  }
  const std::string user = parameter(parameters, "username").value_or("");
  const auto known = passwords_.find(user);
  const Credentials credentials{user, realm_, known == passwords_.end() ? decoy_ : known->second};
  const Signed what{request.method_name(), parameter(parameters, "uri").value_or(""), body_of(request.sip())};
  const std::string nonce = parameter(parameters, "nonce").value_or("");
  const Freshness freshness = check(nonce, ip, now.wall);
  if (!takes(parameters) || !proves(parameters, credentials, what) || known == passwords_.end() ||
      freshness == Freshness::forged) {
    failures_.take(ip, now.mono);
    bump(counters_.refused_auth);
    challenge(request, false);
    return std::nullopt;
  }
  std::uint32_t count = 0;
  const std::string nc = parameter(parameters, "nc").value_or("0");
  std::from_chars(nc.data(), nc.data() + nc.size(), count, 16);
  Used& used = used_[user];
  const bool replayed = used.nonce == nonce && count <= used.count;
  if (freshness == Freshness::stale || replayed) {
    challenge(request, true);
    return std::nullopt;
  }
  used = {nonce, count};
  return user;
}

std::optional<Registration> registration_of(const Incoming& request, base::Duration longest,
                                            base::Instant now) {
  const sip_t* sip = request.sip();
  Registration registration;
  const sip_contact_t* contact = sip->sip_contact;
  if (!contact) return registration;
  std::uint32_t seconds = sip->sip_expires ? static_cast<std::uint32_t>(sip->sip_expires->ex_delta) : 3600;
  if (contact->m_url->url_type == url_any) {
    if (seconds != 0 || contact->m_next) return std::nullopt;
    registration.kind = Registration::Kind::unbind;
    return registration;
  }
  // Of several contacts the last that is not being removed counts: one phone an agent.
  const sip_contact_t* bound = nullptr;
  for (const sip_contact_t* c = contact; c; c = c->m_next) {
    if (c->m_url->url_type == url_any) return std::nullopt;
    std::uint32_t own = seconds;
    if (c->m_expires) {
      const char* end = c->m_expires + std::char_traits<char>::length(c->m_expires);
      std::from_chars(c->m_expires, end, own);
    }
    if (own != 0) {
      bound = c;
      registration.granted = std::clamp<base::Duration>(base::seconds{own}, kShortest, longest);
    }
  }
  if (!bound) {
    registration.kind = Registration::Kind::unbind;
    return registration;
  }
  if (bound->m_url->url_type != url_sip && bound->m_url->url_type != url_sips) return std::nullopt;
  registration.kind = Registration::Kind::bind;
  registration.binding = {printed(bound->m_url), request.source(), now + registration.granted};
  return registration;
}

}  // namespace ziptone::signalling
