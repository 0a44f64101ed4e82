// Sound: who hears whom, what the analysis makes of the contact, and the message.
#pragma once

#include <unordered_map>

#include "base/random.hpp"
#include "dialer/effect.hpp"

namespace ziptone::sim {

class World;
using dialer::Duration;

class Media {
 public:
  explicit Media(World& world) : world_(world) {}

  void start_analysis(dialer::AttemptId id);
  void stop_analysis(dialer::AttemptId id);
  void merge(dialer::AttemptId id, dialer::AgentId agent);
  void split(dialer::AttemptId id);
  void hold(dialer::AttemptId id);
  void resume(dialer::AttemptId id, dialer::AgentId agent);
  void play_message(dialer::AttemptId id, dialer::effect::Message which);
  void stop_message(dialer::AttemptId id);

  void contact_left(dialer::AttemptId id);
  void process_died();
  bool has_talked(dialer::AttemptId id) const;

 private:
  struct Line {
    std::uint64_t analysis = 0;  // which one; an older one's words are not passed on
    std::uint64_t path = 0;      // likewise of merges
    bool joined = false;
    bool talked = false;
    base::Random random{0};
  };
  Line& line(dialer::AttemptId id);
  bool is_up(dialer::AttemptId id) const;
  void hear_early(dialer::AttemptId id, std::uint64_t analysis);
  void hear_contact(dialer::AttemptId id, std::uint64_t analysis);
  void say(dialer::AttemptId id, std::uint64_t analysis, dialer::Instant at, dialer::Event event);
  void join(dialer::AttemptId id, dialer::AgentId agent, bool first);

  World& world_;
  std::unordered_map<std::uint64_t, Line> lines_;
  std::uint64_t life_ = 0;
};

}  // namespace ziptone::sim
