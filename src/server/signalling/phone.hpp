// The agents' side: registrations, and the one leg that each phone is called on for the shift.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "server/signalling/call.hpp"
#include "server/signalling/registrar.hpp"

namespace ziptone::signalling {

class Phones {
 public:
  using Emit = std::function<void(Event)>;
  Phones(Endpoint& endpoint, const Config& config, Counters& counters, Emit emit);
  ~Phones();

  void set(const std::vector<PhoneConfig>& phones);
  void call(const CallPhone& command);
  void ack(base::AgentId agent);
  void hang_up(base::AgentId agent);
  // How the INVITE of a stored leg looked; nothing while the phone is not registered.
  std::optional<Call::Plan> plan_of(const StoredDialog& stored) const;
  void end_all();
  bool is_quiet() const;

  void on_request(Incoming& request);
  void on_ack(const sip_t* sip);
  // A 2xx that fits no transaction; false: no call of ours either.
  bool on_late_answer(const sip_t* response);

 private:
  class Leg;
  struct Phone {
    PhoneConfig config;
    std::optional<Binding> binding;
    std::unique_ptr<Timer> expiry;
    Leg* leg = nullptr;  // the present one, not over
    // Wanted while the phone was not registered. After a restart every phone is away until its next REGISTER.
    std::optional<CallPhone> wanted;
  };
  std::optional<Call::Plan> plan_to(const Phone& phone, const Names& names) const;
  void on_register(Incoming& request, const std::string& user);
  void bind(Phone& phone, const Binding& binding);
  void unbind(Phone& phone, const std::string& why);
  void invite(Phone& phone, const CallPhone& command, Call::Plan plan);
  void not_called(const CallPhone& command, const char* why);
  Phone* find(const std::string& user);

  Endpoint& endpoint_;
  const Config& config_;
  Counters& counters_;
  Emit emit_;
  Authenticator authenticator_;
  std::map<base::AgentId, Phone> phones_;
  std::unordered_map<std::string, std::unique_ptr<Leg>> legs_;  // by Call-ID, those that are over too
};

}  // namespace ziptone::signalling
