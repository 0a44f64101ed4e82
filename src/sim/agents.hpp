// The people at the desks: they sign in, pick up the phone, talk, press buttons once or twice, write codes,
// and sometimes do what agents do. They know what their screens tell them, and screens show durable rows
// only.
#pragma once

#include <vector>

#include "base/random.hpp"
#include "dialer/effect.hpp"
#include "sim/callee.hpp"

namespace ziptone::sim {

class World;

class Agents {
 public:
  explicit Agents(World& world);

  void begin();                                     // the shift
  void hear(const dialer::effect::AppendRow& row);  // a durable row on its way to the screens

  // ---- their phones
  void call_phone(dialer::AgentId id);
  void end_phone(dialer::AgentId id);
  bool phone_is_up(dialer::AgentId id) const { return people_[id.value - 1].phone == Phone::up; }
  bool phone_is_on_hold(dialer::AgentId id) const { return people_[id.value - 1].phone_held; }
  // Whether the agent is at the desk, signed in and with a working network, as the agent would say.
  bool is_at_desk(dialer::AgentId id) const {
    const Person& one = people_[id.value - 1];
    return one.signed_in && one.connected;
  }

  void end_anyway(dialer::AgentId id);  // a planted bug: End works although the call is held
  void process_died();
  void process_started();

 private:
  enum class Phone : std::uint8_t { down, ringing, up };
  struct Person {
    dialer::AgentId id;
    base::Random random{0};
    bool signed_in = false;
    bool connected = true;
    Phone phone = Phone::down;
    bool phone_held = false;       // by the phone's own button
    std::uint64_t phone_call = 0;  // which one; an older one's events are void
    std::string_view screen;       // the state shown
    std::uint64_t page = 0;        // grows with each change of the screen
    dialer::AttemptId attempt;
    bool held = false;
    bool coming = false;  // is about to do something about being away
    std::uint64_t talks = 0;
    Plan plan;  // of the contact talked to
  };
  Person& person(dialer::AgentId id) { return people_[id.value - 1]; }
  bool troubled(Person& one);
  void hold_phone(Person& one, bool held);

  void see_screen(Person& one, std::string_view state, dialer::AttemptId attempt);
  void come_back(dialer::AgentId id, Duration after);
  void get_available(Person& one);
  void while_waiting(Person& one);
  void while_reserved(Person& one);
  void while_talking(Person& one);
  void hear_verdict(Person& one, const dialer::effect::AppendRow& row);
  void hold_a_while(Person& one);
  void while_wrapping_up(Person& one);
  void write_code(dialer::AgentId id, dialer::AttemptId attempt, const Plan& plan);
  void do_something(dialer::AgentId id);
  void press_end(dialer::AgentId id);
  void lose_phone(dialer::AgentId id);
  void lose_network(dialer::AgentId id);
  // After a while, if the screen still shows the same.
  template <class Do>
  void later(Person& one, Duration after, Do act);

  World& world_;
  std::vector<Person> people_;
};

}  // namespace ziptone::sim
