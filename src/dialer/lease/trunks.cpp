#include "dialer/lease/trunks.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/check.hpp"

namespace ziptone::dialer {
namespace {

constexpr std::uint32_t kTroublesToTrip = 5;    // in a row; reliability.md E7 asks for 20 at most
constexpr std::uint32_t kNotFoundsToTrip = 10;  // carriers answer 404 for "no route" and "account blocked"
constexpr Duration kFirstOpening = base::seconds{10};
constexpr Duration kLongestOpening = base::minutes{5};
constexpr Duration kRetryAfterMax = base::hours{1};  // one reply must not close a trunk for days
constexpr Duration kWaitMax = base::milliseconds{500};
constexpr Duration kRampStep = base::seconds{10};
constexpr int kRampSteps = 4;  // 1/16, 1/8, 1/4, 1/2, then full speed

bool stops_at_once(std::uint16_t sip_code) { return sip_code == 401 || sip_code == 402 || sip_code == 407; }

}  // namespace

const Trunks::Line* Trunks::find(TrunkId id) const {
  const auto at = lines_.find(id);
  return at == lines_.end() ? nullptr : &at->second;
}
Trunks::Line* Trunks::find(TrunkId id) { return const_cast<Line*>(std::as_const(*this).find(id)); }

void Trunks::define(const Trunk& trunk, Instant now, bool restarted) {
  VERIFY(trunk.cps > 0 && trunk.channels > 0);
  const auto [at, added] = lines_.try_emplace(trunk.id);
  Line& line = at->second;
  line.trunk = trunk;
  if (added && restarted) line.last_send = line.last_sent = now;
  if (line.ramp_from < Instant{})
    line.ramp_from = now - kRampStep * kRampSteps;  // a new trunk is at full speed
}

void Trunks::set_up(TrunkId id, bool up, Instant now) {
  Line* line = find(id);
  if (line == nullptr || line->up == up) return;
  line->up = up;
  if (up) line->ramp_from = now;
}

Duration Trunks::spacing(const Line& line, Instant now) {
  const Duration full{static_cast<std::int64_t>(std::ceil(1e6 / line.trunk.cps))};
  const auto steps = (now - line.ramp_from) / kRampStep;
  return steps >= kRampSteps ? full : full * (1 << (kRampSteps - steps));
}

Trunks::Gate Trunks::gate(TrunkId id, Instant now) const {
  const Line* line = find(id);
  if (line == nullptr) return {TrunkGate::down};
  Gate gate{TrunkGate::open, base::kNever, line->in_use, line->trunk.channels};
  const Duration step = spacing(*line, now);
  const Instant send_at = std::max(now, line->last_send + step) + step * line->waiting;
  if (!line->up) {
    gate.gate = TrunkGate::down;
  } else if (now < line->open_until) {
    gate.gate = TrunkGate::breaker;
    gate.until = line->open_until;
  } else if (line->in_use >= line->trunk.channels) {
    gate.gate = TrunkGate::channels;
  } else if (send_at > now + (line->waiting > 0 ? kWaitMax : Duration{0})) {
    // Behind others that are on their way to the disk a lease may wait a moment for its turn, no longer.
    gate.gate = TrunkGate::pace;
    // The spacing itself shrinks at the next step of a ramp.
    const auto steps = (now - line->ramp_from) / kRampStep;
    const Instant faster = steps >= kRampSteps ? base::kNever : line->ramp_from + kRampStep * (steps + 1);
    gate.until = std::min(line->waiting > 0 ? now + step : send_at, faster);
  }
  return gate;
}

std::optional<TrunkId> Trunks::slot(const std::vector<TrunkId>& order, Instant now, TrunkId not_this) const {
  for (const TrunkId id : order) {
    if (id != not_this && gate(id, now).gate == TrunkGate::open) return id;
  }
  return std::nullopt;
}

Instant Trunks::next_change(const std::vector<TrunkId>& order, Instant now) const {
  Instant next = base::kNever;
  for (const TrunkId id : order) next = std::min(next, gate(id, now).until);
  return next;
}

std::uint32_t Trunks::in_use(TrunkId id) const {
  const Line* line = find(id);
  return line == nullptr ? 0 : line->in_use;
}

void Trunks::take(TrunkId id) {
  Line* line = find(id);
  VERIFY(line != nullptr && line->in_use < line->trunk.channels);
  ++line->in_use;
  ++line->waiting;
}

void Trunks::give_back(TrunkId id) {
  Line* line = find(id);
  VERIFY(line != nullptr && line->in_use > 0 && line->waiting > 0);
  --line->in_use;
  --line->waiting;
}

Instant Trunks::book_send(TrunkId id, Instant now) {
  Line* line = find(id);
  VERIFY(line != nullptr && line->waiting > 0);
  --line->waiting;
  line->last_send = std::max(now, line->last_send + spacing(*line, now));
  return line->last_send;
}

Instant Trunks::earliest_send(TrunkId id, Instant now) const {
  const Line* line = find(id);
  VERIFY(line != nullptr);
  return std::max(now, line->last_sent + spacing(*line, now));
}

void Trunks::sent(TrunkId id, Instant now) {
  Line* line = find(id);
  VERIFY(line != nullptr);
  line->last_sent = now;
  line->last_send = std::max(line->last_send, now);
}

void Trunks::release(TrunkId id) {
  Line* line = find(id);
  VERIFY(line != nullptr && line->in_use > line->waiting);
  --line->in_use;
}

void Trunks::trip(Line& line, Duration at_least, Instant now) {
  const bool open_already = now < line.open_until;  // the rest of what was in flight: one outage, one opening
  const Duration opening = std::min(kFirstOpening * (1 << std::min(line.openings, 5U)), kLongestOpening);
  const Duration asked = std::min(at_least, kRetryAfterMax);
  line.open_until = std::max(line.open_until, now + (open_already ? asked : std::max(opening, asked)));
  line.ramp_from = line.open_until;
  line.troubles = 0;
  line.not_founds = 0;
  if (!open_already) ++line.openings;
}

void Trunks::report(TrunkId id, Outcome outcome, std::uint16_t sip_code, Duration retry_after, Instant now) {
  Line* line = find(id);
  if (line == nullptr) return;
  if (outcome == Outcome::invalid_number) {
    if (++line->not_founds >= kNotFoundsToTrip) trip(*line, Duration{0}, now);
    return;
  }
  if (!is_trunk_trouble(outcome)) {
    if (outcome == Outcome::not_placed || outcome == Outcome::stopped || outcome == Outcome::failed) return;
    line->troubles = 0;
    line->not_founds = 0;
    line->openings = 0;
    return;
  }
  ++line->troubles;
  if (retry_after > Duration{0} || stops_at_once(sip_code) || line->troubles >= kTroublesToTrip) {
    trip(*line, retry_after, now);
  }
}

}  // namespace ziptone::dialer
