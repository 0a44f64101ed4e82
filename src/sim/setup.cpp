#include "sim/setup.hpp"

#include <algorithm>

#include "base/wall.hpp"
#include "sim/draw.hpp"

namespace ziptone::sim {
namespace {

using namespace dialer;
using base::hours;
using base::minutes;
using base::Random;
using base::seconds;

WallTime utc(int year, int month, int day, int hour, int minute = 0, int second = 0) {
  return WallTime{hours{24} * base::days_from_civil({year, month, day}) + hours{hour} + minutes{minute} +
                  seconds{second}};
}

base::ZoneRules istanbul() { return {{utc(2016, 9, 6, 21), 3 * 3600}}; }
base::ZoneRules berlin() {
  return {{utc(2025, 10, 26, 1), 3600},
          {utc(2026, 3, 29, 1), 7200},
          {utc(2026, 10, 25, 1), 3600},
          {utc(2027, 3, 28, 1), 7200}};
}
base::ZoneRules new_york() {
  return {{utc(2025, 11, 2, 6), -18000},
          {utc(2026, 3, 8, 7), -14400},
          {utc(2026, 11, 1, 6), -18000},
          {utc(2027, 3, 14, 7), -14400}};
}

// Noon, the minutes around an opening and a closing, and the nights in which clocks change.
WallTime draw_start(Random& random) {
  switch (random.below(8)) {
    case 0:
      return utc(2026, 11, 23, 16, 45) +
             between(random, seconds{0}, minutes{14});  // Istanbul closes at 17:00 UTC
    case 1:
      return utc(2026, 11, 23, 5, 50) + between(random, seconds{0}, minutes{9});  // and opens at 06:00
    case 2:
      return utc(2026, 10, 25, 0, 45) + between(random, seconds{0}, minutes{14});  // Berlin falls back
    case 3:
      return utc(2026, 3, 29, 0, 45) + between(random, seconds{0}, minutes{14});  // Berlin springs forward
    case 4:
      return utc(2026, 11, 1, 5, 45) + between(random, seconds{0}, minutes{14});  // New York falls back
    default:
      return utc(2026, 11, 23, 10) + between(random, seconds{0}, hours{2});
  }
}

std::vector<Window> draw_windows(Random& random, bool night) {
  switch (night ? 1 + random.below(2) : random.below(6)) {
    case 0:
      return {{0x1F, 9 * 60, 12 * 60}, {0x1F, 13 * 60, 20 * 60}};
    case 1:
      return {{0x7F, 0, 1440}};
    case 2:
      return {{0x7F, 120, 210},
              {0x7F, 9 * 60, 20 * 60}};  // an opening at the hour that clocks skip or repeat
    default:
      return {{0x7F, 9 * 60, 20 * 60}};
  }
}

void shorten_retries(Campaign& c, Random& random) {
  for (auto& rule : c.retry) {
    if (rule.then == RetryRule::Then::close) continue;
    rule.delay = seconds{random.between(5, 180)};
    rule.then = random.chance(0.3) ? RetryRule::Then::next_number : RetryRule::Then::same_number;
    rule.attempts_max = static_cast<std::uint8_t>(random.between(1, 6));
  }
  c.caps = {static_cast<std::uint8_t>(random.between(1, 8)), static_cast<std::uint8_t>(random.between(1, 8)),
            static_cast<std::uint8_t>(random.between(1, 5)), seconds{random.between(5, 120)}};
}

Campaign draw_campaign(std::uint64_t id, const Options& o, bool night, Random& random) {
  Campaign c;
  c.id = CampaignId{id};
  c.queue = QueueId{1 + random.below(2)};
  c.entry_point = EntryPointId{1 + random.below(2)};
  c.retry = default_retry_rules();
  c.codes = {{kClosed, CodeRule::Effect::close},
             {kSale, CodeRule::Effect::success},
             {kAgain, CodeRule::Effect::retry, Outcome::no_answer},
             {kOtherNumber, CodeRule::Effect::next_number},
             {kCallback, CodeRule::Effect::callback},
             {kDoNotCall, CodeRule::Effect::do_not_call},
             {kTimer, CodeRule::Effect::close}};
  c.wrap_up_auto_code = kTimer;
  for (std::size_t i = 1; i < kOutcomes; ++i) c.system_codes[i] = CodeId{kSystem.value + i};
  if (o.mode == Mode::planning) {
    c.queue = QueueId{1};
    c.entry_point = EntryPointId{1};
    for (auto& rule : c.retry) {
      rule.delay =
          Duration{static_cast<std::int64_t>(static_cast<double>(rule.delay.count()) * o.retry_scale)};
    }
    return c;
  }
  c.weight = static_cast<std::uint32_t>(random.between(1, 3));
  c.mode = random.chance(0.4) ? ConnectionMode::classic : ConnectionMode::silent;
  c.analysis = random.chance(0.8);
  c.decide_from_answer = random.chance(0.15);
  c.machine = random.chance(0.2) ? MachineTreatment::connect : MachineTreatment::hang_up;
  c.windows = draw_windows(random, night);
  shorten_retries(c, random);
  c.wrap_up_max = seconds{random.between(5, 30)};
  c.wrap_up_required = random.chance(0.15);
  c.hold_max = seconds{random.between(10, 60)};
  c.ring_max = seconds{random.between(18, 32)};
  // From a stream of its own: the seeds of before are what they were, where nothing pauses.
  Random pauses = stream(o.seed, 7, id);
  if (pauses.chance(0.2)) c.pause = seconds{pauses.between(1, 8)};
  c.join_by_hand = pauses.chance(0.15);
  if (c.machine == MachineTreatment::hang_up && pauses.chance(0.4)) {
    c.machine = MachineTreatment::leave_message;
    c.machine_message = true;
    c.greeting_max = seconds{pauses.between(8, 30)};
  }
  c.screening_answer = pauses.chance(0.5);
  if (pauses.chance(0.2)) c.review_share = static_cast<std::uint8_t>(pauses.between(1, 100));
  return c;
}

void draw_network(Setup& s, const Options& o, Random& random) {
  const bool planning = o.mode == Mode::planning;
  const auto trunks = planning ? 1 : random.between(1, 3);
  for (int i = 1; i <= trunks; ++i) {
    Trunk trunk{TrunkId{static_cast<std::uint64_t>(i)}, 1.0, 10};
    if (planning) trunk = {TrunkId{1}, 50.0 + o.agents, static_cast<std::uint32_t>(o.agents) * 2 + 10};
    if (!planning && random.chance(0.7)) trunk.cps = static_cast<double>(random.between(1, 10));
    if (!planning) trunk.channels = static_cast<std::uint32_t>(random.between(2, 12));
    s.trunks.push_back(trunk);
  }
  std::vector<TrunkId> order;
  for (const auto& trunk : s.trunks) order.push_back(trunk.id);
  s.entry_points.push_back({EntryPointId{1}, order});
  std::reverse(order.begin(), order.end());
  s.entry_points.push_back({EntryPointId{2}, order});
  s.queues = {{QueueId{1}, {TeamId{1}}}, {QueueId{2}, {TeamId{1}, TeamId{2}}}};
  for (int i = 1; i <= o.agents; ++i) {
    Agent agent{AgentId{static_cast<std::uint64_t>(i)}, {TeamId{1}}, LegMode::nailed_up};
    if (!planning && random.chance(0.2)) agent.teams = {TeamId{2}};
    if (!planning && random.chance(0.25)) agent.leg_mode = LegMode::on_demand;
    s.agents.push_back(agent);
  }
}

// Each contact from a stream of its own: another one at the end of the list changes none of these.
void draw_contacts(Setup& s, const Options& o) {
  const auto campaigns = static_cast<std::uint64_t>(s.campaigns.size());
  for (int i = 1; i <= o.contacts; ++i) {
    const auto id = static_cast<std::uint64_t>(i);
    Random random = stream(o.seed, 1, id);
    Setup::Listed listed{CampaignId{1 + random.below(campaigns)}, {}};
    listed.seed.id = ContactId{id};
    const auto numbers = o.mode == Mode::planning ? 1 : random.chance(0.6) ? 1 : random.between(2, 4);
    for (int n = 0; n < numbers; ++n) {
      event::NumberSeed number{905'000'000'000 + id * 10 + static_cast<std::uint64_t>(n), 1, 'T' * 256 + 'R',
                               false};
      if (o.mode != Mode::planning) {
        if (random.chance(0.3)) number.zones = static_cast<ZoneSetId>(random.between(2, 3));
        if (random.chance(0.05)) number.zones = random.chance(0.5) ? 0 : 4;
        number.barred = random.chance(0.05);
        // Shared with the neighbour: the same line in the same place.
        if (id > 5 && random.chance(0.05)) number = s.contacts.back().seed.numbers.front();
        if (random.chance(0.05)) s.do_not_call.push_back(number.number);
      }
      listed.seed.numbers.push_back(number);
    }
    s.contacts.push_back(std::move(listed));
  }
}

}  // namespace

Setup draw_setup(const Options& o) {
  Random random = stream(o.seed, 0, 0);
  Setup s;
  s.start = o.mode == Mode::planning ? utc(2026, 11, 23, 6) : draw_start(random);
  // Before five or after half past five in the evening, UTC, the ordinary windows are closed almost
  // everywhere.
  const auto hour = base::micros(s.start) / 3'600'000'000 % 24;
  const bool night = hour < 5;
  s.zones = {{1, {istanbul()}}, {2, {new_york()}}, {3, {istanbul(), berlin()}}, {4, {istanbul(), {}}}};
  draw_network(s, o, random);
  const auto campaigns = o.mode == Mode::planning ? 1 : random.between(1, 3);
  for (std::uint64_t id = 1; id <= static_cast<std::uint64_t>(campaigns); ++id) {
    s.campaigns.push_back(draw_campaign(id, o, night, random));
  }
  draw_contacts(s, o);
  return s;
}

}  // namespace ziptone::sim
