// The trunks as the lease needs them: health, breaker, channels, and the spacing that never bursts.
//
// A slot is taken with the agent and the contact, so that no attempt is written that can't be sent within a
// moment.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "dialer/config.hpp"

namespace ziptone::dialer {

// Why a trunk gives no slot; also what `explain` shows.
enum class TrunkGate : std::uint8_t { open, down, breaker, channels, pace };

class Trunks {
 public:
  // `restarted`: a process before this one may have sent an INVITE a moment ago.
  void define(const Trunk& trunk, Instant now, bool restarted = false);
  void set_up(TrunkId id, bool up, Instant now);

  // The first of them, in order, that can send now; `not_this` is passed over (the one that just failed).
  std::optional<TrunkId> slot(const std::vector<TrunkId>& order, Instant now, TrunkId not_this = {}) const;
  void take(TrunkId id);       // a lease was written for it
  void give_back(TrunkId id);  // not placed: the slot is free again
  // The INVITE of a taken slot may leave at this instant at the earliest; the caller sends it then.
  Instant book_send(TrunkId id, Instant now);
  // What was booked may come late, after a freeze: at the earliest when this says, by what was really sent.
  Instant earliest_send(TrunkId id, Instant now) const;
  void sent(TrunkId id, Instant now);
  void release(TrunkId id);  // the dialog or transaction is over

  // The outcome of an attempt: trouble in a row opens the breaker, anything else closes its count.
  void report(TrunkId id, Outcome outcome, std::uint16_t sip_code, Duration retry_after, Instant now);

  struct Gate {
    TrunkGate gate = TrunkGate::open;
    Instant until = base::kNever;  // when it opens by itself
    std::uint32_t in_use = 0;
    std::uint32_t channels = 0;
  };
  Gate gate(TrunkId id, Instant now) const;
  // The earliest instant at which one of them opens by itself.
  Instant next_change(const std::vector<TrunkId>& order, Instant now) const;
  std::uint32_t in_use(TrunkId id) const;

 private:
  // Closed: full speed. After an opening: Ramping from a sixteenth of the speed, doubling, so that no storm
  // returns.
  struct Line {
    Trunk trunk;
    bool up = true;
    std::uint32_t in_use = 0;                // leased, or with a live dialog
    std::uint32_t waiting = 0;               // leased and not sent yet
    Instant last_send{Duration::min() / 2};  // booked
    Instant last_sent{Duration::min() / 2};
    std::uint32_t troubles = 0;               // in a row
    std::uint32_t not_founds = 0;             // in a row: a burst of 404 is the trunk's, not the contacts'
    Instant open_until{Duration::min() / 2};  // the breaker's
    Instant ramp_from{Duration::min() / 2};
    std::uint32_t openings = 0;  // in a row, each twice as long
  };
  const Line* find(TrunkId id) const;
  Line* find(TrunkId id);
  static Duration spacing(const Line& line, Instant now);
  static void trip(Line& line, Duration at_least, Instant now);

  std::map<TrunkId, Line> lines_;
};

}  // namespace ziptone::dialer
