#include "server/signalling/trunks.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "server/signalling/door.hpp"

namespace ziptone::signalling {

class Trunks::Placed : public Call::Listener {
 public:
  Placed(Trunks& owner, Trunk& trunk, const Invite& command)
      : owner_(owner),
        trunk_(trunk.config().id),
        attempt_(command.attempt),
        call_(trunk.endpoint(), owner.counters_,
              trunk.plan(command.to, command.caller_id, command.offer_sdp,
                         Names(owner.config_.site_key, command.attempt)),
              *this),
        wait_(owner.endpoint_.loop()) {
    ++trunk.calls;
  }
  Call& call() { return call_; }
  base::AttemptId attempt() const { return attempt_; }
  // Sends the INVITE, later if the trunk's window is full.
  void start() {
    const auto at = owner_.trunks_.find(trunk_);
    if (at == owner_.trunks_.end()) return call_.invite();  // taken out of the configuration meanwhile
    const base::Duration wait = at->second->wait_for_slot(Loop::now().mono);
    if (wait > base::Duration{}) return wait_.start(wait + base::milliseconds{1}, [this] { start(); });
    call_.invite();
    at->second->note_invite(Loop::now().mono);
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
  void on_media_changed(const media::NegotiatedMedia& media) override {
    owner_.emit_(MediaChanged{attempt_, media});
  }
  void on_digit(char digit) override { owner_.emit_(Digit{attempt_, {}, digit}); }
  void on_target_silent(const Target& target, const SipFacts& why) override {
    const auto at = owner_.trunks_.find(trunk_);
    if (at == owner_.trunks_.end()) return;
    at->second->on_silent(target, why.fault == LocalFault::transport ? "an INVITE could not be delivered"
                                                                     : "an INVITE was not answered");
  }
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

Trunks::Trunks(Endpoint& endpoint, Resolver& resolver, const Config& config, Counters& counters, Emit emit,
               OnStray on_stray)
    : endpoint_(endpoint),
      resolver_(resolver),
      config_(config),
      counters_(counters),
      emit_(std::move(emit)),
      on_stray_(std::move(on_stray)) {}

Trunks::~Trunks() = default;

void Trunks::set(const std::vector<TrunkConfig>& trunks) {
  std::map<base::TrunkId, std::unique_ptr<Trunk>> next;
  std::vector<Trunk*> changed;
  for (const TrunkConfig& config : trunks) {
    const auto known = trunks_.find(config.id);
    if (known != trunks_.end() && known->second->config() == config) {
      next[config.id] = std::move(known->second);
      trunks_.erase(known);
      continue;
    }
    Endpoint& listener = config.transport == Transport::tls ? tls_listener(config) : endpoint_;
    auto trunk = std::make_unique<Trunk>(listener, resolver_, counters_, config, config_, emit_,
                                         [this] { allow_sources(); });
    if (known != trunks_.end()) trunk->calls = known->second->calls;
    changed.push_back(trunk.get());
    next[config.id] = std::move(trunk);
  }
  for (auto& [id, old] : trunks_) {
    old->stop();
    endpoint_.loop().bury(std::move(old));
  }
  trunks_ = std::move(next);
  allow_sources();
  for (Trunk* trunk : changed) trunk->start();
}

Endpoint& Trunks::tls_listener(const TrunkConfig& config) {
  std::unique_ptr<Endpoint>& listener = tls_listeners_[config.id];
  if (listener) return *listener;
  ListenerConfig local = config_.trunk_listener;
  local.udp = local.tcp = false;
  local.port = 0;
  local.tls_port = config.local_tls_port;
  listener = std::make_unique<Endpoint>(endpoint_.loop(), local, config_.user_agent,
                                        Endpoint::Tls{config.tls_ca_file, config.tls_verify});
  const auto opened = listener->open([this](Incoming& request) { on_request(request); },
                                     [this](const sip_t* ack) { on_ack(ack); },
                                     [this, &at = *listener](const sip_t* response, const Target& source) {
                                       on_stray_(at, response, source);
                                     });
  if (!opened) emit_(TrunkState{config.id, false, base::to_string(opened.error()), {}, -1});
  return *listener;
}

Endpoint& Trunks::endpoint_of(base::TrunkId trunk) {
  const auto at = tls_listeners_.find(trunk);
  return at == tls_listeners_.end() ? endpoint_ : *at->second;
}

void Trunks::allow_sources() {
  std::vector<std::string> all;
  for (const auto& [id, trunk] : trunks_)
    for (const std::string& source : trunk->sources()) all.push_back(source);
  endpoint_.allow_only_from(all);
  for (auto& [id, listener] : tls_listeners_) listener->allow_only_from(all);
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
  if (trunk.wait_for_slot(Loop::now().mono) > kBlur) {
    bump(counters_.cps_violations);
    BUG("more INVITEs in a second than the trunk's cps");
  }
  auto placed = std::make_unique<Placed>(*this, trunk, command);
  Placed& call = *placed;
  by_call_id_[call_id_of(config_.site_key, command.attempt)] = &call;
  calls_[command.attempt] = std::move(placed);
  call.start();
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

std::optional<Call::Plan> Trunks::plan_of(const StoredDialog& stored) {
  const auto at = trunks_.find(stored.trunk);
  if (at == trunks_.end()) return std::nullopt;
  auto plan = at->second->plan(stored.to, stored.caller_id, "", Names(config_.site_key, stored.attempt));
  if (plan.targets.empty()) return std::nullopt;
  return plan;
}

void Trunks::end_all() {
  std::vector<base::AttemptId> all;
  for (const auto& [attempt, placed] : calls_)
    if (!placed->call().is_over()) all.push_back(attempt);
  for (const auto attempt : all) cancel(attempt);
  for (auto& [id, trunk] : trunks_) trunk->stop();
}

bool Trunks::is_quiet() const {
  return std::all_of(calls_.begin(), calls_.end(),
                     [](const auto& entry) { return entry.second->call().is_quiet(); });
}

void Trunks::on_request(Incoming& request) {
  const bool known = std::any_of(trunks_.begin(), trunks_.end(), [&](const auto& entry) {
    const auto sources = entry.second->sources();
    return std::any_of(sources.begin(), sources.end(), [&](const std::string& network) {
      return is_in_network(request.source().ip, network);
    });
  });
  if (!known) {
    bump(counters_.refused_source);
    return request.ignore();
  }
  if (refuse_at_door(request, counters_)) return;
  const sip_t* sip = request.sip();
  const auto at = by_call_id_.find(text(sip->sip_call_id->i_id));
  Call* call = at == by_call_id_.end() ? nullptr : &at->second->call();
  if (request.method() == sip_method_ack) return request.ignore();  // of no transaction: nothing waits for it
  if (call && sip->sip_to->a_tag) return call->on_request(request);
  answer_outside_dialog(request, counters_);
}

void Trunks::on_ack(const sip_t* sip) {
  const auto at = by_call_id_.find(text(sip->sip_call_id->i_id));
  if (at != by_call_id_.end()) at->second->call().on_ack(sip);
}

bool Trunks::on_late_answer(const sip_t* response) {
  const auto at = by_call_id_.find(text(response->sip_call_id->i_id));
  if (at == by_call_id_.end() || text(response->sip_from->a_tag) != at->second->call().local_tag())
    return false;
  at->second->call().on_late_answer(response);
  return true;
}

}  // namespace ziptone::signalling
