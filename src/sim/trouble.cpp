#include "sim/trouble.hpp"

#include "sim/draw.hpp"
#include "sim/world.hpp"

namespace ziptone::sim {

using base::milliseconds;
using base::seconds;
namespace event = dialer::event;

namespace {

// In the few milliseconds between an intent and its durability, if there is one within three seconds; the act
// gets the intent, or null. Campaign 0: any.
using OnIntent = std::function<void(const dialer::effect::CommitAttempt*)>;
void in_the_gap(World& world, dialer::CampaignId campaign, const OnIntent& act, int tries = 3000) {
  for (const auto id : world.ledger.active()) {
    const CallNote& note = *world.ledger.find(id);
    const bool waits = !note.orphan && !note.intent_durable && note.outcomes == 0;
    if (waits && (!campaign || note.intent.campaign == campaign)) return act(&note.intent);
  }
  if (tries == 0) return act(nullptr);
  world.in(milliseconds{1}, [&world, campaign, act, tries] { in_the_gap(world, campaign, act, tries - 1); });
}

}  // namespace

Trouble::Trouble(World& world) : world_(world), random_(stream(world.options.seed, 7, 0)) {}

void Trouble::begin() {
  const Faults& f = world_.options.faults;
  repeat(f.crashes, [this] {
    if (random_.chance(0.5)) return crash();
    in_the_gap(world_, {}, [this](const auto*) { crash(); });
  });
  repeat(f.freezes, [this] {
    world_.hit(Reached::freeze);
    world_.process.freeze(
        between(random_, milliseconds{50}, milliseconds{random_.chance(0.5) ? 1500 : 7000}));
  });
  repeat(f.wall_steps, [this] {
    world_.hit(Reached::wall_step);
    const Duration by = seconds{random_.between(1, 3600)};
    world_.step_wall(random_.chance(0.5) ? by : -by);
  });
  repeat(f.dnc_entries, [this] { add_dnc(); });
  repeat(f.list_changes, [this] { change_list(); });
  repeat(f.stops, [this] { stop_campaign(); });
  repeat(f.dead_trunks, [this] { kill_trunk(); });
  for (const auto& campaign : world_.setup.campaigns) {
    world_.in(milliseconds{100}, [this, id = campaign.id] {
      world_.process.ask(event::CampaignStarted{id, 0}, [](bool, std::string_view) {});
    });
  }
  if (world_.options.mode == Mode::liveness) world_.at(world_.faults_end(), [this] { heal_campaigns(); });
}

void Trouble::repeat(double per_hour, std::function<void()> what) {
  if (per_hour <= 0) return;
  const Duration mean{static_cast<std::int64_t>(3600e6 / per_hour)};
  world_.in(around(random_, mean), [this, per_hour, what = std::move(what)] {
    if (!world_.faulty()) return;
    what();
    repeat(per_hour, what);
  });
}

void Trouble::crash() {
  if (!world_.process.alive()) return;
  world_.hit(Reached::crash);
  world_.process.kill();
  const Duration away = between(random_, milliseconds{300}, milliseconds{random_.chance(0.7) ? 4000 : 40000});
  world_.in(away, [this] {
    if (!world_.process.alive()) world_.process.start();
  });
}

void Trouble::kill_trunk() {
  const auto& trunks = world_.setup.trunks;
  const dialer::TrunkId trunk = trunks[random_.below(trunks.size())].id;
  world_.hit(Reached::trunk_dead);
  world_.carrier.set_dead(trunk, true);
  world_.in(seconds{random_.between(2, 90)}, [this, trunk] { world_.carrier.set_dead(trunk, false); });
}

void Trouble::stop_campaign() {
  const auto& campaigns = world_.setup.campaigns;
  const dialer::CampaignId id = campaigns[random_.below(campaigns.size())].id;
  const auto nothing = [](bool, std::string_view) {};
  switch (random_.below(3)) {
    case 0:
      in_the_gap(world_, id, [this, id, nothing](const auto*) {
        world_.process.ask(event::CampaignPaused{id, 0}, nothing);
      });
      break;
    case 1:
      world_.process.ask(event::CampaignStopped{id, 0}, nothing);
      break;
    default:
      world_.hit(Reached::emergency_stop);
      world_.process.ask(event::EmergencyStopped{id, 0}, nothing);
  }
  world_.in(seconds{random_.between(4, 60)}, [this, id, nothing] {
    world_.process.ask(event::CampaignStarted{id, 0}, nothing);
  });
}

void Trouble::add_dnc() {
  const auto& contacts = world_.setup.contacts;
  const auto& numbers = contacts[random_.below(contacts.size())].seed.numbers;
  const auto number = numbers[random_.below(numbers.size())].number;
  // The API writes it and tells the core; both are acknowledged together.
  const auto add = [this](dialer::NumberKey one) {
    if (!world_.process.alive() || world_.store.failed() || world_.options.plant == Plant::ignore_dnc) return;
    world_.store.add_dnc(one);
    world_.process.tell(event::DncAdded{one});
  };
  if (random_.chance(0.95)) return add(number);
  in_the_gap(world_, {}, [add](const auto* intent) {
    if (intent != nullptr) add(intent->number);
  });
}

// An administrator edits the lists: the store first, then the core is told what the store has.
void Trouble::change_list() {
  if (random_.chance(0.3)) {
    return in_the_gap(world_, {}, [this](const auto* intent) {
      if (intent != nullptr) take_off(intent->contact);
    });
  }
  const auto& campaigns = world_.setup.campaigns;
  const dialer::ContactId id = any_contact();
  const auto campaign = world_.store.contacts().at(id.value - 1).campaign;
  if (!world_.process.alive() || world_.store.failed() || !campaign) return;
  if (random_.chance(0.3)) {
    world_.hit(Reached::numbers_changed);
    world_.store.turn_numbers(id);
    return put_in_list(id, campaign);
  }
  if (campaigns.size() == 1 || random_.chance(0.5)) return take_off(id);
  world_.hit(Reached::list_moved);
  put_in_list(id, campaigns[campaign.value % campaigns.size()].id);
}

void Trouble::put_in_list(dialer::ContactId id, dialer::CampaignId to) {
  world_.store.put_in_list(id, to);
  world_.process.tell(event::ContactsLoaded{to, {world_.store.contacts().at(id.value - 1).seed}});
}

// And back on it a while later.
void Trouble::take_off(dialer::ContactId id) {
  const auto from = world_.store.contacts().at(id.value - 1).campaign;
  if (!world_.process.alive() || world_.store.failed() || !from) return;
  world_.hit(Reached::list_withdrawn);
  world_.store.put_in_list(id, {});
  world_.process.tell(event::ContactsWithdrawn{from, {id}});
  world_.in(seconds{random_.between(1, 120)},
            [this, id, from] { when_written([this, id, from] { put_in_list(id, from); }); });
}

// One in a call as often as any other.
dialer::ContactId Trouble::any_contact() {
  const auto& active = world_.ledger.active();
  if (!active.empty() && random_.chance(0.5))
    return world_.ledger.find(*std::next(active.begin(), random_.below(active.size())))->intent.contact;
  return world_.setup.contacts[random_.below(world_.setup.contacts.size())].seed.id;
}

// What a reader of the store sees is what was acknowledged: the writer's earlier batches are on the disk. Not
// in this life: the next one reads the store anyway.
void Trouble::when_written(std::function<void()> act) {
  if (world_.process.alive() && !world_.store.failed() && world_.store.idle()) return act();
  world_.in(milliseconds{250}, [this, act = std::move(act)] { when_written(act); });
}

// Whatever the faults have left: the process is started again, every campaign runs.
void Trouble::heal_campaigns() {
  if (world_.store.failed() || !world_.process.alive()) {
    world_.process.kill();
    world_.process.start();
  }
  for (const auto& campaign : world_.setup.campaigns) {
    world_.process.ask(event::CampaignStarted{campaign.id, 0}, [](bool, std::string_view) {});
  }
  for (const auto& trunk : world_.setup.trunks) world_.carrier.set_dead(trunk.id, false);
}

}  // namespace ziptone::sim
