// The core on a virtual clock, with the people and lines of a scenario's setting around it.
#pragma once

#include <deque>
#include <map>

#include "setting.hpp"

namespace ziptone::scenario {

class World {
 public:
  // Agents are signed in with their phones up, and idle; campaigns run; nobody is Available yet.
  explicit World(Setting setting);

  // One step of the core at the present moment. Its effects join `seen`.
  void tell(int line, const dialer::Event& event);
  // A person's command: the core must answer it, with Accepted or Refused.
  template <class Command>
  void ask(int line, Command command) {
    command.ticket = ++ticket_;
    const std::size_t before = seen.size();
    tell(line, command);
    if (!is_answered(before)) throw Fault{line, "the core neither accepted nor refused this command"};
  }
  // Time passes: every deadline of the core on the way is kept, and the clock stands at `until` afterwards.
  void wait_until(int line, base::Instant until);
  void freeze(Duration by);      // time passes and the process does not see it
  void step_clock(Duration by);  // the wall clock alone
  // The disk has the intents of so far; `only` = the one of this contact. Returns how many there were.
  std::size_t commit(int line, base::ContactId only = {});

  base::Now now() const { return now_; }
  // In the zone that the times of the file are told in; of today or the next such weekday.
  base::WallTime wall_of(int line, const Moment& moment) const;
  std::string text_of(base::WallTime at) const;  // "10:15", "tue 10:15", the date beyond a week

  base::AttemptId call_of(int line, base::ContactId contact) const;  // the newest attempt
  std::string contact_of(base::AttemptId attempt) const;

  Setting setting;
  dialer::Dialer dialer{dialer::Dialer::Start{}};
  std::vector<dialer::Effect> seen;  // since the last line that moved the world

 private:
  void define();
  void open();
  bool is_answered(std::size_t from) const;
  std::int64_t offset_us() const;  // of the file's zone

  base::Now now_;
  dialer::Ticket ticket_ = 0;
  std::map<base::AttemptId, base::ContactId> contacts_;
  std::deque<base::AttemptId> intents_;
};

}  // namespace ziptone::scenario
