#include "world.hpp"

#include <utility>

#include <fmt/format.h>

#include "base/check.hpp"
#include "base/wall.hpp"

namespace ziptone::scenario {
namespace {

namespace event = dialer::event;
namespace effect = dialer::effect;

constexpr Duration kDay = base::hours{24};
constexpr base::CivilDate kFirstMonday{2026, 11, 23};
// More steps than this in one wait: the core asks to be woken again and again.
constexpr int kStepsMax = 2'000'000;

}  // namespace

World::World(Setting given) : setting(std::move(given)) {
  base::fatal_bugs(false);  // counted, so that the line of the file can be named
  now_.mono = base::Instant{base::hours{1000}};
  const Duration day = kDay * (base::days_from_civil(kFirstMonday) + setting.start.weekday);
  now_.wall = base::WallTime{day + setting.start.of_day - Duration{offset_us()}};
  define();
  open();
  seen.clear();
}

void World::define() {
  event::ZoneSetDefined own{1, {setting.zones.front()}};
  tell(0, own);
  for (const auto& [zones, id] : setting.zone_sets) {
    event::ZoneSetDefined defined{id, {}};
    for (const std::uint64_t zone : zones) defined.zones.push_back(setting.zones[zone - 1]);
    tell(0, defined);
  }
  for (const auto& trunk : setting.trunks) tell(0, event::TrunkDefined{trunk});
  for (const auto& entry_point : setting.entry_points) tell(0, event::EntryPointDefined{entry_point});
  for (const auto& queue : setting.queues) tell(0, event::QueueDefined{queue});
  for (const auto& agent : setting.agents) tell(0, event::AgentDefined{agent.config});
  for (const auto& campaign : setting.campaigns) tell(0, event::CampaignDefined{campaign.config});
  for (const auto number : setting.do_not_call) tell(0, event::DncAdded{number});
  for (const auto& contact : setting.contacts) {
    tell(0, event::ContactsLoaded{contact.campaign, {contact.seed}});
  }
}

void World::open() {
  for (const auto& agent : setting.agents) {
    if (agent.signed_out) continue;
    tell(0, event::AgentSignedIn{agent.config.id, 0});
    if (agent.phone_down || agent.config.leg_mode == dialer::LegMode::on_demand) continue;
    tell(0, event::LegUp{agent.config.id});
  }
  for (const auto& campaign : setting.campaigns) {
    if (!campaign.draft) tell(0, event::CampaignStarted{campaign.config.id, 0});
  }
}

void World::tell(int line, const dialer::Event& event) {
  const std::uint64_t bugs = base::bug_count();
  const std::size_t before = seen.size();
  dialer.step(event, now_, seen);
  if (base::bug_count() != bugs)
    throw Fault{line, "the core met a pair that its tables don't have (see above)"};
  for (std::size_t i = before; i < seen.size(); ++i) {
    if (const auto* intent = std::get_if<effect::CommitAttempt>(&seen[i])) {
      contacts_[intent->attempt] = intent->contact;
      intents_.push_back(intent->attempt);
    }
  }
}

bool World::is_answered(std::size_t from) const {
  int answers = 0;
  for (std::size_t i = from; i < seen.size(); ++i) {
    if (const auto* yes = std::get_if<effect::Accepted>(&seen[i])) answers += yes->ticket == ticket_ ? 1 : 0;
    if (const auto* no = std::get_if<effect::Refused>(&seen[i])) answers += no->ticket == ticket_ ? 1 : 0;
  }
  return answers == 1;
}

void World::wait_until(int line, base::Instant until) {
  for (int steps = 0; dialer.deadline() <= until; ++steps) {
    if (steps > kStepsMax) throw Fault{line, "the core asks to be woken without end"};
    // A deadline of this very moment is kept at once; asked for again, a moment later.
    const base::Instant next = std::max(dialer.deadline(), steps == 0 ? now_.mono : now_.mono + Duration{1});
    if (next > until) break;
    now_.wall += next - now_.mono;
    now_.mono = next;
    tell(line, event::TimePassed{});
  }
  now_.wall += until - now_.mono;
  now_.mono = until;
}

void World::freeze(Duration by) {
  now_.mono += by;
  now_.wall += by;
}
void World::step_clock(Duration by) { now_.wall += by; }

std::size_t World::commit(int line, base::ContactId only) {
  std::size_t count = 0;
  const std::deque<base::AttemptId> waiting = std::exchange(intents_, {});
  std::deque<base::AttemptId> later;
  for (const base::AttemptId id : waiting) {
    if (only && contacts_.at(id) != only) {
      later.push_back(id);
      continue;
    }
    ++count;
    tell(line, event::AttemptDurable{id});
  }
  intents_.insert(intents_.begin(), later.begin(), later.end());
  return count;
}

std::int64_t World::offset_us() const {
  const base::ZoneRules& rules = setting.zones.front();
  return rules.empty() ? 0 : std::int64_t{rules.front().offset_s} * 1'000'000;
}

base::WallTime World::wall_of(int line, const Moment& moment) const {
  const Duration local{base::micros(now_.wall) + offset_us()};
  std::int64_t day = local / kDay;
  if (moment.weekday >= 0) day += (moment.weekday - base::weekday_from_days(day) + 7) % 7;
  if (moment.weekday >= 0 && kDay * day + moment.of_day < local) day += 7;
  const base::WallTime at{kDay * day + moment.of_day - Duration{offset_us()}};
  if (at < now_.wall)
    throw Fault{line, "it is " + text_of(now_.wall) + " already; another day is told by its name"};
  return at;
}

std::string World::text_of(base::WallTime at) const {
  const Duration local{base::micros(at) + offset_us()};
  const std::int64_t day = local / kDay;
  const std::int64_t today = Duration{base::micros(now_.wall) + offset_us()} / kDay;
  const Duration of_day = local - kDay * day;
  const auto minutes = of_day / base::minutes{1};
  const auto millis = base::millis(of_day) % 60'000;
  std::string text = fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
  if (millis != 0) text += fmt::format(":{:02}", millis / 1000);
  if (millis % 1000 != 0) text += fmt::format(".{:03}", millis % 1000);
  if (day == today) return text;
  if (day > today && day < today + 7) {
    return std::string(weekday_name(base::weekday_from_days(day))) + " " + text;
  }
  const base::CivilDate date = base::civil_from_days(day);
  return fmt::format("{}-{:02}-{:02} {}", date.year, date.month, date.day, text);
}

base::AttemptId World::call_of(int line, base::ContactId contact) const {
  for (auto at = contacts_.rbegin(); at != contacts_.rend(); ++at) {
    if (at->second == contact) return at->first;
  }
  throw Fault{line, setting.contact_names.name(contact) + " has not been dialed yet"};
}

std::string World::contact_of(base::AttemptId attempt) const {
  const auto at = contacts_.find(attempt);
  return at == contacts_.end() ? "nobody" : setting.contact_names.name(at->second);
}

}  // namespace ziptone::scenario
