#include "world.hpp"

#include "base/check.hpp"

namespace ziptone::dialer::test {

Campaign World::default_campaign() {
  Campaign c;
  c.id = kCampaign;
  c.queue = QueueId{1};
  c.entry_point = EntryPointId{1};
  c.retry = default_retry_rules();
  c.codes = {{kSale, CodeRule::Effect::success},
             {kCallback, CodeRule::Effect::callback},
             {kStop, CodeRule::Effect::do_not_call},
             {kAgain, CodeRule::Effect::retry, Outcome::no_answer}};
  c.system_codes[static_cast<std::size_t>(Outcome::busy)] = CodeId{2};
  return c;
}

event::ContactSeed World::contact(std::uint64_t id, const std::vector<NumberKey>& numbers) {
  event::ContactSeed seed;
  seed.id = ContactId{id};
  for (const NumberKey number : numbers) seed.numbers.push_back({number, 1, 'T' * 256 + 'R', false});
  return seed;
}

World::World(Campaign campaign, int agents, int contacts) : agents_(agents) {
  fatal_bugs(true);
  const ZoneRules istanbul{{WallTime{}, 3 * 3600}};
  tell(event::ZoneSetDefined{1, {istanbul}});
  tell(event::TrunkDefined{{TrunkId{1}, 100000.0, 100}});
  tell(event::EntryPointDefined{{EntryPointId{1}, {TrunkId{1}}}});
  tell(event::QueueDefined{{QueueId{1}, {TeamId{1}}}});
  for (int i = 1; i <= agents; ++i) {
    tell(event::AgentDefined{{AgentId{static_cast<std::uint64_t>(i)}, {TeamId{1}}, LegMode::nailed_up}});
  }
  tell(event::CampaignDefined{std::move(campaign)});
  event::ContactsLoaded loaded{kCampaign, {}};
  for (int i = 1; i <= contacts; ++i) {
    const auto id = static_cast<std::uint64_t>(i);
    loaded.contacts.push_back(contact(id, {905'320'000'000 + id}));
  }
  tell(loaded);
}

void World::tell(const Event& event) {
  effects.clear();
  now_.mono += Duration{100};
  now_.wall += Duration{100};
  dialer.step(event, now_, effects);
  all.insert(all.end(), effects.begin(), effects.end());
}

void World::wait(Duration by) {
  std::vector<Effect> seen;
  const Instant until = now_.mono + by;
  while (now_.mono < until) {
    const Duration ahead = std::max(Duration{1}, std::min(dialer.deadline(), until) - now_.mono);
    now_.mono += ahead;
    now_.wall += ahead;
    effects.clear();
    dialer.step(event::TimePassed{}, now_, effects);
    seen.insert(seen.end(), effects.begin(), effects.end());
    all.insert(all.end(), effects.begin(), effects.end());
  }
  effects = seen;
}

void World::durable() {
  std::vector<Effect> seen = effects;
  for (; durable_upto_ < all.size(); ++durable_upto_) {
    if (const auto* intent = std::get_if<effect::CommitAttempt>(&all[durable_upto_])) {
      tell(event::AttemptDurable{AttemptId{intent->attempt}});
      seen.insert(seen.end(), effects.begin(), effects.end());
    }
  }
  effects = seen;
}

void World::start() {
  tell(event::CampaignStarted{kCampaign, 0});
  for (int i = 1; i <= agents_; ++i) {
    const AgentId agent{static_cast<std::uint64_t>(i)};
    tell(event::AgentSignedIn{agent, 0});
    tell(event::LegUp{agent});
    tell(event::AgentWentAvailable{agent, 0});
  }
  durable();
}

void World::answer(AttemptId id) {
  tell(event::Progressed{id, 180, false});
  tell(event::Answered{id});
  tell(event::VerdictReached{id, event::Verdict::person});
  tell(event::Bridged{id});
}

AttemptId World::answered_call() {
  start();
  const AttemptId id = call_of(AgentId{1});
  answer(id);
  return id;
}

void World::end_and_wrap_up(AgentId agent, CodeId code) {
  const AttemptId id = call_of(agent);
  tell(event::EndPressed{agent, 1});
  tell(event::WrappedUp{agent, id, code, {}, {}, 2});
}

std::string World::call_state(AttemptId id) const {
  for (const CallView& call : dialer.calls()) {
    if (call.attempt == id) return std::string(call.state);
  }
  return "";
}

std::string World::agent_state(AgentId id) const {
  for (const AgentView& agent : dialer.agents()) {
    if (agent.agent == id) return std::string(agent.state);
  }
  return "";
}

AttemptId World::call_of(AgentId id) const {
  for (const AgentView& agent : dialer.agents()) {
    if (agent.agent == id) return agent.attempt;
  }
  return {};
}

}  // namespace ziptone::dialer::test
