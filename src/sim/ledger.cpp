#include "sim/ledger.hpp"

namespace ziptone::sim {

// Attempts stay in one map for a run: a run that is judged has some hundreds of them.
CallNote* Ledger::note(dialer::AttemptId id) {
  const auto at = calls_.find(id);
  return at == calls_.end() ? nullptr : &at->second;
}
const CallNote* Ledger::find(dialer::AttemptId id) const {
  const auto at = calls_.find(id);
  return at == calls_.end() ? nullptr : &at->second;
}

struct LedgerWriter {
  Ledger& ledger;
  Now now;

  template <class Do>
  void with(dialer::AttemptId id, Do&& write) const {
    CallNote* note = ledger.note(id);
    if (note == nullptr) return;
    write(*note);
    if (note->is_silent_for_good() || (!note->invited && (note->outcomes > 0 || note->orphan)))
      ledger.active_.erase(id);
  }
  static void once(std::optional<Now>& field, Now at) {
    if (!field) field = at;
  }

  void operator()(const sight::Intended& s) const {
    // An intent that was lost with its disk's tail was never anybody's: its number is used again.
    CallNote fresh;
    fresh.intent = s.intent;
    fresh.agent = s.intent.agent;
    ledger.calls_[s.intent.attempt] = fresh;
    ledger.active_.insert(s.intent.attempt);
  }
  void operator()(const sight::IntentDurable& s) const {
    with(s.attempt, [](CallNote& n) { n.intent_durable = true; });
  }
  void operator()(const sight::Invited& s) const {
    with(s.attempt, [&](CallNote& n) { ++n.invites, once(n.invited, now); });
  }
  void operator()(const sight::Cancelled& s) const {
    with(s.attempt, [&](CallNote& n) { once(n.cancelled, now); });
  }
  void operator()(const sight::RangBack& s) const {
    with(s.attempt, [&](CallNote& n) { once(n.rang, now); });
  }
  void operator()(const sight::AnswerSent& s) const {
    with(s.attempt, [&](CallNote& n) { once(n.answer_sent, now); });
  }
  void operator()(const sight::AnswerHeard& s) const {
    with(s.attempt, [&](CallNote& n) { once(n.answer_heard, now); });
  }
  void operator()(const sight::FinalSent& s) const {
    with(s.attempt, [&](CallNote& n) { once(n.final_sent, now), n.final_facts = s.facts; });
  }
  void operator()(const sight::Byed& s) const {
    with(s.attempt, [&](CallNote& n) { once(n.byed, now); });
  }
  void operator()(const sight::LeftUs& s) const {
    with(s.attempt, [&](CallNote& n) { once(n.left, now); });
  }
  void operator()(const sight::Spoke& s) const {
    with(s.attempt, [&](CallNote& n) {
      n.speaking = s.on;
      (s.on ? n.speaking_since : n.spoke_until) = now.mono;
    });
  }
  void operator()(const sight::EarlyVoice& s) const {
    with(s.attempt, [](CallNote& n) { n.early_voice = true; });
  }
  void operator()(const sight::Joined& s) const {
    with(s.attempt, [&](CallNote& n) { once(n.joined, now), n.joined_now = true; });
  }
  void operator()(const sight::Parted& s) const {
    with(s.attempt, [&](CallNote& n) { n.joined_now = false, n.parted = now; });
  }
  void operator()(const sight::Judged& s) const {
    with(s.attempt, [&](CallNote& n) {
      n.judged = s.verdict;
      n.judged_at = now.mono;
      n.was_assistant |= s.verdict == dialer::event::Verdict::screening;
      if (s.verdict == dialer::event::Verdict::machine && !n.machine_at) n.machine_at = now.mono;
    });
  }
  void operator()(const sight::MessageBegan& s) const {
    with(s.attempt, [&](CallNote& n) {
      if (s.which == dialer::effect::Message::machine) n.machine_message = now;
      if (s.which == dialer::effect::Message::safe_harbour) once(n.message, now);
    });
  }
  void operator()(const sight::MessageEnded& s) const {
    with(s.attempt, [&](CallNote& n) {
      n.message_whole |= s.which == dialer::effect::Message::machine;
      if (s.which == dialer::effect::Message::screening) n.assistant_told = now.mono;
    });
  }
  void operator()(const sight::MusicBegan& s) const {
    with(s.attempt, [&](CallNote& n) { n.music = now; });
  }
  void operator()(const sight::Concluded& s) const {
    with(s.outcome.attempt, [&](CallNote& n) { ++n.outcomes, n.outcome = s.outcome.outcome; });
  }
  void operator()(const sight::Rowed& s) const {
    if (s.row.machine != "call") return;
    with(dialer::AttemptId{s.row.id}, [&](CallNote& n) {
      n.agent = s.row.agent;
      if (s.row.event == "EmergencyStopped") n.cancelled_by_order = true;
    });
  }
  void operator()(const sight::Died&) const {
    ledger.alive_ = false;
    for (auto& [id, n] : ledger.calls_) {
      n.orphan = true;
      n.joined_now = false;
      if (!n.invited || n.is_over()) ledger.active_.erase(id);
    }
  }
  void operator()(const sight::Born&) const {
    ledger.alive_ = true;
    ledger.born_ = now.mono;
  }
  void operator()(const sight::Froze&) const { freeze(); }
  void operator()(const sight::Thawed&) const { freeze(); }
  void freeze() const {
    for (const auto id : ledger.active_) ledger.calls_.at(id).froze = true;
  }
  template <class Other>
  void operator()(const Other&) const {}
};

void Ledger::see(const Sight& sight, Now now) { std::visit(LedgerWriter{*this, now}, sight); }

}  // namespace ziptone::sim
