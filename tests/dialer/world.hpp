// A small world for tests of the core: one trunk, one queue, agents, a campaign, contacts, and a clock in our
// hands.
#pragma once

#include <string>
#include <vector>

#include "dialer/dialer.hpp"

namespace ziptone::dialer::test {

using namespace base;  // NOLINT: test vocabulary

class World {
 public:
  // A Monday at noon in Istanbul.
  static constexpr std::int64_t kStart = 1'795'424'400'000'000;

  explicit World(Campaign campaign = default_campaign(), int agents = 1, int contacts = 3);

  static Campaign default_campaign();
  static event::ContactSeed contact(std::uint64_t id, const std::vector<NumberKey>& numbers);

  // One event at the present moment; the effects of this step alone are in `effects` afterwards.
  void tell(const Event& event);
  void wait(Duration by);  // time passes, deadline by deadline
  void step_clock(Duration by) { now_.wall += by; }
  void durable();             // every intent of so far is on the disk
  void start();               // agents in, legs up, available, campaign running; intents durable
  AttemptId answered_call();  // start() to Answered, analysis person, bridged
  void answer(AttemptId id);
  void end_and_wrap_up(AgentId agent, CodeId code);

  template <class E>
  const E* effect_of() const {
    const E* found = nullptr;
    for (const Effect& effect : effects) {
      if (const E* one = std::get_if<E>(&effect)) found = one;
    }
    return found;
  }
  template <class E>
  std::size_t count_of() const {
    std::size_t count = 0;
    for (const Effect& effect : effects) count += std::holds_alternative<E>(effect) ? 1 : 0;
    return count;
  }
  std::string call_state(AttemptId id) const;
  std::string agent_state(AgentId id) const;
  AttemptId call_of(AgentId id) const;
  Now now() const { return now_; }

  Dialer dialer{Dialer::Start{}};
  std::vector<Effect> effects;
  std::vector<Effect> all;  // of the whole test

 private:
  int agents_;
  Now now_{Instant{seconds{1000}}, wall_from_micros(kStart)};
  std::size_t durable_upto_ = 0;
};

inline constexpr CampaignId kCampaign{1};
inline constexpr CodeId kSale{5};
inline constexpr CodeId kCallback{10};
inline constexpr CodeId kStop{11};
inline constexpr CodeId kAgain{12};

}  // namespace ziptone::dialer::test
