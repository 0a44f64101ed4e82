#include "server/signalling/phone.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/check.hpp"
#include "server/signalling/door.hpp"

namespace ziptone::signalling {

// One call to one phone.
class Phones::Leg : public Call::Listener {
 public:
  Leg(Phones& owner, base::AgentId agent, std::uint64_t leg, Call::Plan plan)
      : owner_(owner),
        agent_(agent),
        leg_(leg),
        source_(plan.targets.empty() ? "" : plan.targets.front().ip),
        call_(owner.endpoint_, owner.counters_, std::move(plan), *this) {}
  Call& call() { return call_; }

  void on_sent() override {}
  void on_progressed(int, const std::string&, const std::string&) override {}
  void on_answered(const std::string& sdp, const DialogFacts& dialog, bool after_cancel) override {
    if (after_cancel) return call_.bye(16, "too late");
    owner_.emit_(PhoneUp{agent_, leg_, sdp, dialog, source_});
    if (const auto answer = media::parse_sdp(sdp)) set_held(answer->is_hold());
  }
  void on_rejected(const SipFacts& facts) override { down(facts); }
  void on_hung_up(const SipFacts& facts) override { down(facts); }
  // A phone holds when we may not send to it.
  void on_media_changed(const media::NegotiatedMedia& media) override {
    owner_.emit_(PhoneMediaChanged{agent_, media});
    set_held(!media::sends(media.direction));
  }
  void on_digit(char digit) override { owner_.emit_(Digit{{}, agent_, digit}); }
  void on_target_silent(const Target&, const SipFacts&) override {}
  void on_gone() override {
    const auto at = owner_.legs_.find(call_id_of(owner_.config_.site_key, agent_, leg_));
    owner_.endpoint_.loop().bury(std::move(at->second));
    owner_.legs_.erase(at);
  }

 private:
  void set_held(bool held) {
    if (held == held_) return;
    held_ = held;
    if (held)
      owner_.emit_(PhoneHeld{agent_});
    else
      owner_.emit_(PhoneResumed{agent_});
  }
  void down(const SipFacts& facts) {
    const auto at = owner_.phones_.find(agent_);
    if (at != owner_.phones_.end() && at->second.leg == this) at->second.leg = nullptr;
    owner_.emit_(PhoneDown{agent_, leg_, facts});
  }
  Phones& owner_;
  base::AgentId agent_;
  std::uint64_t leg_;
  std::string source_;
  bool held_ = false;
  Call call_;
};

Phones::Phones(Endpoint& endpoint, const Config& config, Counters& counters, Emit emit)
    : endpoint_(endpoint),
      config_(config),
      counters_(counters),
      emit_(std::move(emit)),
      authenticator_(config.phone_realm, config.phone_digest, config.site_key, counters) {
  set(config.phones);
}

Phones::~Phones() = default;

void Phones::set(const std::vector<PhoneConfig>& phones) {
  std::map<base::AgentId, Phone> next;
  std::map<std::string, std::string> passwords;
  for (const PhoneConfig& config : phones) {
    Phone phone;
    if (const auto old = phones_.find(config.agent); old != phones_.end()) phone = std::move(old->second);
    phone.config = config;
    if (!phone.expiry) phone.expiry = std::make_unique<Timer>(endpoint_.loop());
    next[config.agent] = std::move(phone);
    if (!config.user.empty() && !config.password.empty()) passwords[config.user] = config.password;
  }
  phones_ = std::move(next);
  authenticator_.set_users(std::move(passwords));
}

Phones::Phone* Phones::find(const std::string& user) {
  const auto at = std::find_if(phones_.begin(), phones_.end(),
                               [&user](const auto& entry) { return entry.second.config.user == user; });
  return at == phones_.end() ? nullptr : &at->second;
}

void Phones::call(const CallPhone& command) {
  const auto at = phones_.find(command.agent);
  if (at == phones_.end()) return not_called(command, "no such phone");
  Phone& phone = at->second;
  if (phone.wanted) not_called(*std::exchange(phone.wanted, std::nullopt), "called anew");
  if (auto plan = plan_to(phone, Names(config_.site_key, command.agent, command.leg)))
    invite(phone, command, std::move(*plan));
  else
    phone.wanted = command;
}

void Phones::not_called(const CallPhone& command, const char* why) {
  SipFacts facts;
  facts.by_us = true;
  facts.fault = LocalFault::unregistered;
  facts.phrase = why;
  emit_(PhoneDown{command.agent, command.leg, facts});
}

void Phones::invite(Phone& phone, const CallPhone& command, Call::Plan plan) {
  if (phone.leg) phone.leg->call().cancel();
  plan.offer = command.offer_sdp;
  const std::string call_id = plan.names.call_id();
  if (legs_.count(call_id) != 0) {
    BUG("an agent's leg number is used once");
    return;
  }
  auto leg = std::make_unique<Leg>(*this, command.agent, command.leg, std::move(plan));
  phone.leg = leg.get();
  Call& invite = leg->call();
  legs_[call_id] = std::move(leg);
  invite.invite();
}

std::optional<Call::Plan> Phones::plan_to(const Phone& phone, const Names& names) const {
  Call::Plan plan{names};
  if (!phone.config.fixed_uri.empty()) {
    plan.request_uri = phone.config.fixed_uri;
    if (const auto target = target_of(phone.config.fixed_uri)) plan.targets.push_back(*target);
  } else if (phone.binding) {
    plan.request_uri = phone.binding->contact;
    plan.targets.push_back(phone.binding->flow);
    plan.same_hop = true;  // the Contact of a phone behind NAT means nothing here
  } else {
    return std::nullopt;
  }
  plan.from_uri =
      fmt::format("\"Ziptone\" <sip:ziptone@{}:{}>", bracketed(endpoint_.host()), endpoint_.port());
  plan.to_uri = "<" + plan.request_uri + ">";
  plan.prack = Prack::off;
  plan.session_expires = base::minutes{30};
  plan.session_floor = config_.session_floor;
  return plan;
}

std::optional<Call::Plan> Phones::plan_of(const StoredDialog& stored) const {
  const auto at = phones_.find(stored.agent);
  if (at == phones_.end()) return std::nullopt;
  return plan_to(at->second, Names(config_.site_key, stored.agent, stored.leg));
}

void Phones::ack(base::AgentId agent) {
  const auto at = phones_.find(agent);
  if (at != phones_.end() && at->second.leg) at->second.leg->call().ack();
}

void Phones::hang_up(base::AgentId agent) {
  const auto at = phones_.find(agent);
  if (at == phones_.end()) return;
  Phone& phone = at->second;
  if (phone.wanted) not_called(*std::exchange(phone.wanted, std::nullopt), "the phone is not registered");
  if (phone.leg) phone.leg->call().cancel();
}

void Phones::end_all() {
  for (auto& [call_id, leg] : legs_)
    if (!leg->call().is_over()) leg->call().cancel();
}

bool Phones::is_quiet() const {
  return std::all_of(legs_.begin(), legs_.end(),
                     [](const auto& entry) { return entry.second->call().is_quiet(); });
}

void Phones::on_request(Incoming& request) {
  if (refuse_at_door(request, counters_)) return;
  const sip_t* sip = request.sip();
  const auto at = legs_.find(text(sip->sip_call_id->i_id));
  Call* call = at == legs_.end() ? nullptr : &at->second->call();
  if (request.method() == sip_method_ack) return request.ignore();  // of no transaction: nothing waits for it
  if (call && sip->sip_to->a_tag) return call->on_request(request);
  const bool needs_proof = request.method() == sip_method_register || request.method() == sip_method_invite;
  if (!needs_proof) return answer_outside_dialog(request, counters_);
  const auto user = authenticator_.user_of(request);
  if (!user) return;
  if (request.method() == sip_method_register) return on_register(request, *user);
  request.reply_once({403, "Calls Are Placed By The Dialer"});
}

void Phones::on_register(Incoming& request, const std::string& user) {
  const sip_t* sip = request.sip();
  // RFC 3261 10.3 step 5: registering for somebody else.
  if (text(sip->sip_to->a_url->url_user) != user) return request.reply_once({403});
  Phone* phone = find(user);
  const auto registration = registration_of(request, config_.phone_expires, Loop::now().mono);
  if (!phone || !registration) return request.reply_once({400, "Bad Contact"});
  if (registration->kind == Registration::Kind::bind) bind(*phone, registration->binding);
  if (registration->kind == Registration::Kind::unbind) unbind(*phone, "unregistered");
  Incoming::Reply reply;
  if (phone->binding) {
    const base::Duration left = phone->binding->until - Loop::now().mono;
    reply.contact =
        fmt::format("<{}>;expires={}", phone->binding->contact, (base::millis(left) + 999) / 1000);
  }
  request.reply(reply);
  if (phone->binding && phone->wanted) call(*std::exchange(phone->wanted, std::nullopt));
}

void Phones::bind(Phone& phone, const Binding& binding) {
  const bool moved =
      !phone.binding || phone.binding->contact != binding.contact || !(phone.binding->flow == binding.flow);
  phone.binding = binding;
  const base::AgentId agent = phone.config.agent;
  // Two seconds of grace: a refresh sent in time may be on its way.
  phone.expiry->start(binding.until - Loop::now().mono + base::seconds{2}, [this, agent] {
    if (const auto at = phones_.find(agent); at != phones_.end()) unbind(at->second, "registration expired");
  });
  if (moved) emit_(PhoneRegistered{agent, binding.contact, binding.flow.ip});
}

void Phones::unbind(Phone& phone, const std::string& why) {
  if (!phone.binding) return;
  phone.binding.reset();
  phone.expiry->stop();
  emit_(PhoneUnregistered{phone.config.agent, why});
}

void Phones::on_ack(const sip_t* sip) {
  const auto at = legs_.find(text(sip->sip_call_id->i_id));
  if (at != legs_.end()) at->second->call().on_ack(sip);
}

bool Phones::on_late_answer(const sip_t* response) {
  const auto at = legs_.find(text(response->sip_call_id->i_id));
  if (at == legs_.end() || text(response->sip_from->a_tag) != at->second->call().local_tag()) return false;
  at->second->call().on_late_answer(response);
  return true;
}

}  // namespace ziptone::signalling
