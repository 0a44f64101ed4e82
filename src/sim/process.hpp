// The simulated process: the shell around the core. It carries effects out in the models, feeds what they say
// back, keeps the core's deadlines, and can die, stand still and start again from the disk.
#pragma once

#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

#include "dialer/dialer.hpp"
#include "sim/store.hpp"

namespace ziptone::sim {

class World;
using dialer::Duration;

class Process {
 public:
  explicit Process(World& world) : world_(world) {}

  void start();  // from what the store holds
  void kill();
  void freeze(Duration length);
  bool alive() const { return dialer_.has_value(); }
  bool frozen() const { return frozen_; }
  const dialer::Dialer* dialer() const { return dialer_ ? &*dialer_ : nullptr; }

  // To the core: at once, after the freeze, or never if the process is dead.
  void tell(const dialer::Event& event);
  // A person's command; `answered` comes when the answer may be shown, or never.
  using Answered = std::function<void(bool accepted, std::string_view reason)>;
  void ask(dialer::Event event, Answered answered);

 private:
  void tell_on(const dialer::Event& event);
  static dialer::Event misheard(dialer::Event event);
  void step(const dialer::Event& event);
  void witness(const dialer::Event& event);
  void plan_wake();
  void wake();
  void keep(const dialer::Effect& effect, Batch& batch);
  void keep_intent(dialer::effect::CommitAttempt intent, Batch& batch);
  void answer(dialer::Ticket ticket, bool accepted, std::string_view reason, Batch& batch);
  void configure(const Recovered& found);
  void tell_later_bridged(dialer::AttemptId attempt);

  void carry_out(const dialer::effect::PlaceCall& e);
  void carry_out(const dialer::effect::CancelCall& e);
  void carry_out(const dialer::effect::EndCall& e);
  void carry_out(const dialer::effect::CallAgent& e);
  void carry_out(const dialer::effect::EndLeg& e);
  void carry_out(const dialer::effect::StartAnalysis& e);
  void carry_out(const dialer::effect::StopAnalysis& e);
  void carry_out(const dialer::effect::Merge& e);
  void carry_out(const dialer::effect::Split& e);
  void carry_out(const dialer::effect::HoldCall& e);
  void carry_out(const dialer::effect::ResumeCall& e);
  void carry_out(const dialer::effect::PlayHoldMusic& e);
  void carry_out(const dialer::effect::PlayMessage& e);
  void carry_out(const dialer::effect::StopMessage& e);
  template <class Other>
  void carry_out(const Other&) {}

  World& world_;
  std::optional<dialer::Dialer> dialer_;
  std::uint64_t life_ = 0;
  bool frozen_ = false;
  bool stepping_ = false;
  std::vector<dialer::Event> held_;  // what came while the process stood still
  std::vector<dialer::Effect> effects_;
  Instant wake_at_ = base::kNever;
  dialer::Ticket next_ticket_ = 1;
  std::unordered_map<dialer::Ticket, Answered> asked_;
  std::unordered_map<std::uint64_t, dialer::ContactId> contact_of_;
};

}  // namespace ziptone::sim
