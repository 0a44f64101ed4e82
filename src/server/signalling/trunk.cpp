#include "server/signalling/trunk.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.hpp"
#include "server/signalling/door.hpp"

namespace ziptone::signalling {

std::string formatted(const std::string& e164, NumberFormat format, const std::string& country_code) {
  if (format == NumberFormat::e164_plus || e164.empty() || e164.front() != '+') return e164;
  const std::string digits = e164.substr(1);
  if (format == NumberFormat::national && !country_code.empty() && digits.rfind(country_code, 0) == 0)
    return "0" + digits.substr(country_code.size());
  return digits;
}

bool is_e164(const std::string& number) {
  return number.size() >= 6 && number.size() <= 16 && number.front() == '+' &&
         std::all_of(number.begin() + 1, number.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Trunk::Trunk(Endpoint& endpoint, const TrunkConfig& config, const Config& site, Emit emit)
    : endpoint_(endpoint),
      config_(config),
      site_key_(site.site_key),
      session_floor_(site.session_floor),
      emit_(std::move(emit)) {
  const std::string host = config_.outbound_proxy.empty() ? config_.host : config_.outbound_proxy;
  std::string uri = fmt::format("sip:{}", host.find(':') != host.rfind(':') ? bracketed(host) : host);
  if (config_.outbound_proxy.empty() && config_.port != 0) uri += fmt::format(":{}", config_.port);
  uri += fmt::format(";transport={}", to_text(config_.transport));
  if (auto target = target_of(uri)) targets_.push_back(*target);
}

std::vector<Target> Trunk::targets() const { return targets_; }

bool Trunk::may_come_from(const std::string& ip) const {
  const auto is_it = [&ip](const Target& target) { return target.ip == ip; };
  if (std::any_of(targets_.begin(), targets_.end(), is_it)) return true;
  return std::any_of(config_.sources.begin(), config_.sources.end(),
                     [&ip](const std::string& network) { return is_in_network(ip, network); });
}

Call::Plan Trunk::plan(const Invite& invite) const {
  const std::string to = formatted(invite.to, config_.to_format, config_.country_code);
  std::string from = formatted(invite.caller_id, config_.caller_id_format, config_.country_code);
  if (from.empty()) from = config_.username.empty() ? "ziptone" : config_.username;
  std::string host = config_.domain;
  if (host.empty()) {
    host = bracketed(config_.host);
    if (config_.port != 0) host += fmt::format(":{}", config_.port);
  }
  const std::string ours = config_.domain.empty() && !config_.registers ? bracketed(endpoint_.host()) : host;
  Call::Plan plan{Names(site_key_, invite.attempt)};
  plan.request_uri = fmt::format("sip:{}@{};user=phone", to, host);
  plan.to_uri = fmt::format("<sip:{}@{};user=phone>", to, host);
  plan.from_uri = fmt::format("<sip:{}@{};user=phone>", from, ours);
  if (config_.p_asserted_identity && !invite.caller_id.empty())
    plan.lines.push_back("P-Asserted-Identity: " + plan.from_uri);
  plan.offer = invite.offer_sdp;
  plan.targets = targets();
  if (!config_.password.empty())
    plan.credentials = Credentials{config_.username, config_.realm, config_.password};
  plan.session_expires = config_.session_expires;
  plan.session_floor = session_floor_;
  plan.prack = config_.prack;
  plan.response_limit = config_.response_limit;
  plan.same_hop = !config_.outbound_proxy.empty();
  return plan;
}

base::Duration Trunk::take_slot(base::Instant now) {
  constexpr base::Duration kWindow = base::seconds{1};
  const unsigned cps = std::max(config_.cps, 1u);
  while (sent_.size() > cps) sent_.pop_front();
  base::Instant at = now;
  if (sent_.size() == cps) at = std::max(now, sent_.front() + kWindow);
  sent_.push_back(at);
  return at - now;
}

// ---- calls
// -----------------------------------------------------------------------------------------------------

class Trunks::Placed : public Call::Listener {
 public:
  Placed(Trunks& owner, Trunk& trunk, const Invite& command)
      : owner_(owner),
        trunk_(trunk.config().id),
        attempt_(command.attempt),
        call_(owner.endpoint_, owner.counters_, trunk.plan(command), *this),
        wait_(owner.endpoint_.loop()) {
    ++trunk.calls;
  }
  Call& call() { return call_; }
  base::AttemptId attempt() const { return attempt_; }
  // Sends the INVITE, later if the window is full.
  void start(base::Duration after) {
    if (after == base::Duration{}) return call_.invite();
    wait_.start(after, [this] { call_.invite(); });
  }
  // True when the INVITE had not left yet: now it never will.
  bool was_waiting() {
    const bool waiting = wait_.running();
    wait_.stop();
    return waiting;
  }

  void on_sent() override { owner_.emit_(Sent{attempt_}); }
  void on_progressed(int code, const std::string& to_tag, const std::string& sdp) override {
    owner_.emit_(Progressed{attempt_, code, to_tag, sdp});
  }
  void on_answered(const std::string& sdp, const DialogFacts& dialog, bool after_cancel) override {
    owner_.emit_(Answered{attempt_, sdp, dialog, after_cancel});
  }
  void on_rejected(const SipFacts& facts) override {
    release();
    owner_.emit_(Rejected{attempt_, facts});
  }
  void on_hung_up(const SipFacts& facts) override {
    release();
    owner_.emit_(HungUp{attempt_, facts});
  }
  void on_media_changed(const std::string& sdp, bool) override { owner_.emit_(MediaChanged{attempt_, sdp}); }
  void on_digit(char digit) override { owner_.emit_(Digit{attempt_, {}, digit}); }
  void on_target_silent(const Target&, const SipFacts&) override {}
  void on_gone() override {
    const auto at = owner_.calls_.find(attempt_);
    owner_.by_call_id_.erase(call_id_of(owner_.config_.site_key, attempt_));
    owner_.endpoint_.loop().bury(std::move(at->second));
    owner_.calls_.erase(at);
  }

 private:
  void release() {
    const auto at = owner_.trunks_.find(trunk_);
    if (at != owner_.trunks_.end() && at->second->calls > 0) --at->second->calls;
  }
  Trunks& owner_;
  base::TrunkId trunk_;
  base::AttemptId attempt_;
  Call call_;
  Timer wait_;
};

Trunks::Trunks(Endpoint& endpoint, const Config& config, Counters& counters, Emit emit)
    : endpoint_(endpoint), config_(config), counters_(counters), emit_(std::move(emit)) {
  set(config.trunks);
}

Trunks::~Trunks() = default;

void Trunks::set(const std::vector<TrunkConfig>& trunks) {
  std::map<base::TrunkId, std::unique_ptr<Trunk>> next;
  for (const TrunkConfig& config : trunks) {
    auto trunk = std::make_unique<Trunk>(endpoint_, config, config_, emit_);
    if (const auto old = trunks_.find(config.id); old != trunks_.end()) trunk->calls = old->second->calls;
    next[config.id] = std::move(trunk);
  }
  trunks_ = std::move(next);
}

Trunks::Placed* Trunks::find(base::AttemptId attempt) {
  const auto at = calls_.find(attempt);
  return at == calls_.end() ? nullptr : at->second.get();
}

void Trunks::refuse(base::AttemptId attempt, LocalFault fault, const std::string& why) {
  SipFacts facts;
  facts.fault = fault;
  facts.phrase = why;
  facts.by_us = true;
  emit_(Rejected{attempt, facts});
}

void Trunks::invite(const Invite& command) {
  if (find(command.attempt)) {
    BUG("an attempt is one INVITE");
    return;
  }
  const auto at = trunks_.find(command.trunk);
  if (at == trunks_.end()) return refuse(command.attempt, LocalFault::unknown_trunk, "no such trunk");
  Trunk& trunk = *at->second;
  if (!is_e164(command.to)) return refuse(command.attempt, LocalFault::refused, "not an E.164 number");
  if (!command.caller_id.empty() && !is_e164(command.caller_id))
    return refuse(command.attempt, LocalFault::refused, "caller id is not an E.164 number");
  if (!config_.may_dial || !config_.may_dial(command.to))
    return refuse(command.attempt, LocalFault::refused, "destination not allowed");
  if (trunk.config().channels != 0 && trunk.calls >= trunk.config().channels)
    return refuse(command.attempt, LocalFault::refused, "all channels of the trunk are taken");
  place(command, trunk);
}

void Trunks::place(const Invite& command, Trunk& trunk) {
  // What two clocks and a busy machine may blur; more than that is the core's bucket gone wrong.
  constexpr base::Duration kBlur = base::milliseconds{50};
  const base::Duration wait = trunk.take_slot(Loop::now().mono);
  if (wait > kBlur) {
    bump(counters_.cps_violations);
    BUG("more INVITEs in a second than the trunk's cps");
  }
  auto placed = std::make_unique<Placed>(*this, trunk, command);
  Placed& call = *placed;
  by_call_id_[call_id_of(config_.site_key, command.attempt)] = &call;
  calls_[command.attempt] = std::move(placed);
  call.start(wait);
}

void Trunks::ack(base::AttemptId attempt) {
  if (Placed* placed = find(attempt)) placed->call().ack();
}

void Trunks::cancel(base::AttemptId attempt) {
  Placed* placed = find(attempt);
  if (!placed) return;
  if (placed->was_waiting()) {
    SipFacts facts;
    facts.fault = LocalFault::refused;
    facts.phrase = "cancelled before it was sent";
    facts.by_us = true;
    placed->on_rejected(facts);
    placed->on_gone();
    return;
  }
  placed->call().cancel();
}

void Trunks::bye(const Bye& command) {
  if (Placed* placed = find(command.attempt)) placed->call().bye(command.q850, command.text);
}

void Trunks::end_all() {
  std::vector<base::AttemptId> all;
  for (const auto& [attempt, placed] : calls_)
    if (!placed->call().is_over()) all.push_back(attempt);
  for (const auto attempt : all) cancel(attempt);
}

bool Trunks::is_quiet() const {
  return std::all_of(calls_.begin(), calls_.end(),
                     [](const auto& entry) { return entry.second->call().is_quiet(); });
}

void Trunks::on_request(Incoming& request) {
  const bool known = std::any_of(trunks_.begin(), trunks_.end(), [&](const auto& entry) {
    return entry.second->may_come_from(request.source().ip);
  });
  if (!known) {
    bump(counters_.refused_source);
    return request.ignore();
  }
  if (refuse_at_door(request, counters_)) return;
  const sip_t* sip = request.sip();
  const auto at = by_call_id_.find(text(sip->sip_call_id->i_id));
  Call* call = at == by_call_id_.end() ? nullptr : &at->second->call();
  if (request.method() == sip_method_ack) {
    if (call) call->on_ack(sip);
    return request.ignore();
  }
  if (call && sip->sip_to->a_tag) return call->on_request(request);
  answer_outside_dialog(request, counters_);
}

void Trunks::on_stray(const sip_t* response) {
  const int status = response->sip_status->st_status;
  if (response->sip_cseq->cs_method != sip_method_invite || status < 200 || status >= 300) return;
  const auto at = by_call_id_.find(text(response->sip_call_id->i_id));
  if (at != by_call_id_.end() && text(response->sip_from->a_tag) == at->second->call().local_tag())
    at->second->call().on_late_answer(response);
}

}  // namespace ziptone::signalling
