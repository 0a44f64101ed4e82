// Which addresses a trunk has and which of them answer: DNS ahead of the calls, OPTIONS between them, and
// what calls find out by themselves.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "server/signalling/trunk.hpp"

namespace ziptone::signalling {

namespace {

constexpr base::Duration kResolveAgain = base::seconds{10};  // after a failure
constexpr base::Duration kTtlMin = base::seconds{30}, kTtlMax = base::minutes{60};
constexpr base::Duration kOptionsLimit = base::seconds{4};  // an answer later than that is none
constexpr base::Duration kConfirm = base::seconds{1};       // a miss is checked again so soon
constexpr unsigned kMissesMax = 2;
constexpr base::Duration kDeadFor = base::seconds{30};  // without OPTIONS: then it may show itself again

}  // namespace

void Trunk::start() { resolve(); }

void Trunk::stop() {
  resolve_timer_.stop();
  probe_timer_.stop();
  if (registration_) registration_->stop();
}

void Trunk::resolve() {
  std::string host = config_.host;
  std::uint16_t port = config_.port;
  if (!config_.outbound_proxy.empty()) {
    host = config_.outbound_proxy;
    port = 0;
    const auto colon = host.rfind(':');
    const bool has_port = colon != std::string::npos && (host.find(':') == colon || host[colon - 1] == ']');
    if (has_port) {
      std::from_chars(host.data() + colon + 1, host.data() + host.size(), port);
      host.resize(colon);
    }
  }
  const std::string suffix = port != 0 ? fmt::format(":{}", port) : "";
  const std::string uri = fmt::format("sip:{}{};transport={}", host.front() == '[' ? host : bracketed(host),
                                      suffix, to_text(config_.transport));
  if (auto target = target_of(uri)) {
    on_resolved({{*target, 0, 0}}, kTtlMax);
    return;
  }
  resolver_.find(host, port, config_.transport, [this](std::vector<Ranked> found, base::Duration ttl) {
    on_resolved(std::move(found), ttl);
  });
}

void Trunk::on_resolved(std::vector<Ranked> found, base::Duration ttl) {
  if (found.empty()) {
    // What was known stays: a DNS outage must not take a working trunk down.
    resolve_timer_.start(kResolveAgain, [this] { resolve(); });
    if (known_.empty()) judge(fmt::format("no address for {} (DNS)", config_.host));
    return;
  }
  resolve_timer_.start(std::clamp(ttl, kTtlMin, kTtlMax), [this] { resolve(); });
  std::vector<Known> next;
  for (Ranked& ranked : found) {
    Known known;
    if (Known* old = find(ranked.target)) known = std::move(*old);
    known.ranked = std::move(ranked);
    if (!known.limit) known.limit = std::make_unique<Timer>(endpoint_.loop());
    next.push_back(std::move(known));
  }
  for (Known& old : known_) endpoint_.loop().bury(std::move(old.options));
  known_ = std::move(next);
  on_addresses_();
  judge("address known");
  if (checks_health())
    probe_all();
  else
    register_here();
}

void Trunk::register_here() {
  if (!registration_) return;
  for (const Target& target : targets()) {
    const Known* known = find(target);
    if (known->health == Health::dead) continue;
    registration_->start(target);
    return;
  }
}

Trunk::Known* Trunk::find(const Target& target) {
  const auto at = std::find_if(known_.begin(), known_.end(),
                               [&](const Known& known) { return known.ranked.target == target; });
  return at == known_.end() ? nullptr : &*at;
}

void Trunk::probe_all() {
  bool confirm = false;
  for (Known& known : known_) {
    probe(known);
    confirm = confirm || known.misses > 0;
  }
  probe_timer_.start(confirm ? std::min(config_.options_interval, base::Duration{kOptionsLimit + kConfirm})
                             : config_.options_interval,
                     [this] { probe_all(); });
}

void Trunk::probe(Known& known) {
  if (known.options) return;
  const Target target = known.ranked.target;
  Request request;
  request.method = sip_method_options;
  request.method_name = "OPTIONS";
  request.uri = fmt::format("sip:{}", host());
  request.from = fmt::format("<sip:ziptone@{}>;tag={}", bracketed(endpoint_.host()), random_hex(4));
  request.to = fmt::format("<sip:{}>", host());
  request.call_id = "o" + random_hex(12);
  request.contact = endpoint_.contact(target.transport);
  request.lines.emplace_back("Accept: application/sdp");
  request.next_hop = to_uri(target);
  const base::Instant sent_at = Loop::now().mono;
  known.options = endpoint_.send(request, [this, target, sent_at](const Response& response) {
    if (response.status >= 200) on_probed(target, response.local ? nullptr : &response, sent_at);
  });
  known.limit->start(kOptionsLimit, [this, target, sent_at] { on_probed(target, nullptr, sent_at); });
}

// Any answer shows that somebody is there, also 404 and 405; only 503 says that calls are not wanted (RFC
// 3261 11).
void Trunk::on_probed(const Target& target, const Response* response, base::Instant sent_at) {
  Known* known = find(target);
  if (!known) return;
  endpoint_.loop().bury(std::move(known->options));
  known->limit->stop();
  const base::Duration rtt = Loop::now().mono - sent_at;
  if (response && response->status != 503) {
    known->misses = 0;
    known->health = Health::alive;
    judge("OPTIONS answered", rtt);
    register_here();
    return;
  }
  ++known->misses;
  if (response) {
    known->health = Health::dead;
    judge("503 to OPTIONS", rtt, facts_of(response->sip).retry_after_s);
  } else if (known->misses >= kMissesMax || known->health == Health::unknown) {
    known->health = Health::dead;
    judge("no answer to OPTIONS");
  }
  probe_timer_.start(kConfirm, [this] { probe_all(); });
}

void Trunk::on_silent(const Target& target, const std::string& why) {
  Known* known = find(target);
  if (!known || known->health == Health::dead) return;
  known->health = Health::dead;
  judge(why);
  if (checks_health()) {
    known->misses = kMissesMax;
    probe_timer_.start(kConfirm, [this] { probe_all(); });
    return;
  }
  known->limit->start(kDeadFor, [this, target] {
    if (Known* again = find(target)) again->health = Health::unknown;
    judge("may be tried again");
  });
}

void Trunk::judge(const std::string& why, base::Duration rtt, int retry_after_s) {
  const bool answers = std::any_of(known_.begin(), known_.end(), [this](const Known& known) {
    return known.health == Health::alive || (known.health == Health::unknown && !checks_health());
  });
  const bool up = answers && (!registration_ || registration_->is_registered());
  // What is not known yet is not reported as down.
  const bool undecided = !reported_ && !up &&
                         std::any_of(known_.begin(), known_.end(),
                                     [](const Known& known) { return known.health != Health::dead; }) &&
                         (!registration_ || why == "address known" || why == "OPTIONS answered");
  if (undecided || reported_ == up) return;
  reported_ = up;
  emit_(TrunkState{config_.id, up, why, rtt, retry_after_s});
}

}  // namespace ziptone::signalling
