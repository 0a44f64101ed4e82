#include "server/signalling/trunk.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace ziptone::signalling {

std::string formatted(const std::string& e164, NumberFormat format, const std::string& country_code) {
  if (format == NumberFormat::e164_plus || e164.empty() || e164.front() != '+') return e164;
  std::string digits = e164.substr(1);
  if (format == NumberFormat::national && !country_code.empty() && digits.rfind(country_code, 0) == 0)
    return "0" + digits.substr(country_code.size());
  return digits;
}

bool is_e164(const std::string& number) {
  return number.size() >= 6 && number.size() <= 16 && number.front() == '+' &&
         std::all_of(number.begin() + 1, number.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Trunk::Trunk(Endpoint& endpoint, Resolver& resolver, Counters& counters, const TrunkConfig& config,
             const Config& site, Emit emit, std::function<void()> on_addresses)
    : endpoint_(endpoint),
      resolver_(resolver),
      config_(config),
      site_key_(site.site_key),
      session_floor_(site.session_floor),
      emit_(std::move(emit)),
      on_addresses_(std::move(on_addresses)),
      random_(static_cast<std::uint64_t>(base::micros(Loop::now().mono))),
      resolve_timer_(endpoint.loop()),
      probe_timer_(endpoint.loop()) {
  if (!config_.registers) return;
  CarrierRegistration::Plan plan;
  plan.registrar = "sip:" + host();
  plan.aor = fmt::format("<sip:{}@{}>", config_.username, host());
  plan.call_id =
      fmt::format("r{}.{}", config_.id.value,
                  hmac_hex(site_key_, fmt::format("registration {}", config_.id.value)).substr(0, 16));
  plan.expires = config_.register_expires;
  if (!config_.password.empty())
    plan.credentials = Credentials{config_.username, config_.realm, config_.password};
  registration_.emplace(
      endpoint_, counters, std::move(plan),
      [this](bool, const std::string& why, int retry_after_s) { judge(why, {}, retry_after_s); });
}

std::string Trunk::host() const {
  if (!config_.domain.empty()) return config_.domain;
  std::string host = bracketed(config_.host);
  if (config_.port != 0) host += fmt::format(":{}", config_.port);
  return host;
}

Call::Plan Trunk::plan(const std::string& e164, const std::string& caller_id, const std::string& offer,
                       const Names& names) {
  const std::string to = formatted(e164, config_.to_format, config_.country_code);
  std::string from = formatted(caller_id, config_.caller_id_format, config_.country_code);
  if (from.empty()) from = config_.username.empty() ? "ziptone" : config_.username;
  const std::string ours =
      config_.domain.empty() && !config_.registers ? bracketed(endpoint_.host()) : host();
  Call::Plan plan{names};
  plan.request_uri = fmt::format("sip:{}@{};user=phone", to, host());
  plan.to_uri = fmt::format("<sip:{}@{};user=phone>", to, host());
  plan.from_uri = fmt::format("<sip:{}@{};user=phone>", from, ours);
  if (config_.p_asserted_identity && !caller_id.empty())
    plan.lines.push_back("P-Asserted-Identity: " + plan.from_uri);
  plan.offer = offer;
  plan.targets = targets();
  if (!config_.password.empty())
    plan.credentials = Credentials{config_.username, config_.realm, config_.password};
  plan.session_expires = config_.session_expires;
  plan.session_floor = session_floor_;
  plan.prack = config_.prack;
  plan.response_limit = config_.response_limit;
  plan.same_hop = !config_.outbound_proxy.empty() || config_.transport == Transport::tls;
  return plan;
}

std::vector<Target> Trunk::targets() {
  std::vector<Ranked> rest;
  for (const Known& known : known_) {
    Ranked ranked = known.ranked;
    if (known.health == Health::dead) ranked.priority += 1u << 16;  // behind every living one
    rest.push_back(ranked);
  }
  std::stable_sort(rest.begin(), rest.end(),
                   [](const Ranked& a, const Ranked& b) { return a.priority < b.priority; });
  std::vector<Target> ordered;
  while (!rest.empty()) {
    // RFC 2782: among the same priority, drawn by weight; a weight of 0 still has a small chance.
    const auto end = std::find_if(rest.begin(), rest.end(),
                                  [&](const Ranked& r) { return r.priority != rest.front().priority; });
    std::uint64_t sum = 0;
    for (auto at = rest.begin(); at != end; ++at) sum += at->weight + 1;
    std::uint64_t drawn = random_.below(sum);
    auto chosen = rest.begin();
    while (drawn >= chosen->weight + 1u) drawn -= (chosen++)->weight + 1u;
    ordered.push_back(chosen->target);
    rest.erase(chosen);
  }
  return ordered;
}

std::vector<std::string> Trunk::sources() const {
  std::vector<std::string> all = config_.sources;
  for (const Known& known : known_) all.push_back(known.ranked.target.ip);
  return all;
}

base::Duration Trunk::wait_for_slot(base::Instant now) const {
  const unsigned cps = std::max(config_.cps, 1u);
  if (sent_.size() < cps) return {};
  return std::max(base::Duration{}, sent_[sent_.size() - cps] + base::seconds{1} - now);
}

void Trunk::note_invite(base::Instant sent_at) {
  sent_.push_back(sent_at);
  while (sent_.size() > std::max(config_.cps, 1u)) sent_.pop_front();
}

}  // namespace ziptone::signalling
