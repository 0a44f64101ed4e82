#include "sim/store.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "sim/draw.hpp"
#include "sim/world.hpp"

namespace ziptone::sim {

using base::milliseconds;
using base::seconds;
namespace effect = dialer::effect;

namespace {

// Of the lifetime caps. Of a failover's attempts one at most does: only trunk trouble is followed.
bool spends(dialer::Outcome outcome) {
  return dialer::counts_toward_caps(outcome) && !dialer::is_trunk_trouble(outcome);
}

}  // namespace

Store::Store(World& world) : world_(world), random_(stream(world.options.seed, 3, 0)) {
  for (const auto& listed : world.setup.contacts) contacts_.push_back({listed.campaign, listed.seed});
  do_not_call_.insert(world.setup.do_not_call.begin(), world.setup.do_not_call.end());
}

void Store::turn_numbers(dialer::ContactId id) {
  auto& numbers = contacts_.at(id.value - 1).seed.numbers;
  std::rotate(numbers.begin(), numbers.begin() + 1, numbers.end());
}

void Store::submit(Batch batch) {
  if (failed_) return;
  if (world_.options.plant == Plant::lie_durable) delay_codes(batch);
  waiting_.push_back(std::move(batch));
  if (syncing_.empty()) sync();
}

// A planted bug: codes reach the disk a minute after they were acknowledged, if the process lives.
void Store::delay_codes(Batch& batch) {
  for (const auto& one : batch.effects) {
    if (!std::holds_alternative<effect::SaveWrapUp>(one)) continue;
    world_.in(seconds{60}, [this, one, life = life_] {
      if (life == life_) apply(one);
    });
  }
  std::erase_if(batch.effects,
                [](const auto& one) { return std::holds_alternative<effect::SaveWrapUp>(one); });
}

// What waits is committed together and never waited for.
void Store::sync() {
  syncing_ = std::move(waiting_);
  waiting_.clear();
  Duration delay = between(random_, milliseconds{1}, milliseconds{12});
  if (world_.faulty() && random_.chance(world_.options.faults.slow_store * 0.1)) {
    delay = between(random_, milliseconds{200}, milliseconds{3000});
    world_.hit(Reached::slow_store);
  }
  world_.in(delay, [this, life = life_] { synced(life); });
}

void Store::synced(std::uint64_t life) {
  if (life != life_) return;
  const auto& faults = world_.options.faults;
  if (world_.faulty() && random_.chance(faults.store_failures * 0.0005)) {
    failed_ = true;
    syncing_.clear();
    waiting_.clear();
    world_.hit(Reached::store_failed);
    world_.process.tell(dialer::event::StoreFailed{});
    return;
  }
  const auto done = std::move(syncing_);
  syncing_.clear();
  std::vector<dialer::AttemptId> durable;
  for (const Batch& batch : done) {
    for (const auto& one : batch.effects) {
      apply(one);
      if (const auto* intent = std::get_if<effect::CommitAttempt>(&one)) durable.push_back(intent->attempt);
    }
  }
  for (const auto id : durable) world_.see(sight::IntentDurable{id});
  // The news of it takes a moment: a crash may come between.
  world_.in(base::Duration{300}, [this, life, durable, done] {
    if (life != life_) return;
    for (const auto id : durable) world_.process.tell(dialer::event::AttemptDurable{id});
    for (const Batch& batch : done) {
      for (const auto& answer : batch.answers) answer();
      for (const auto& one : batch.effects) {
        if (const auto* row = std::get_if<effect::AppendRow>(&one)) world_.agents.hear(*row);
      }
    }
  });
  if (!waiting_.empty()) sync();
}

void Store::apply(const dialer::Effect& one) {
  if (const auto* e = std::get_if<effect::CommitAttempt>(&one)) {
    const auto [at, added] = attempts_.try_emplace(e->attempt.value);
    VERIFY(added);
    at->second.intent = *e;
    at->second.agent = e->agent;
    last_attempt_ = std::max(last_attempt_, e->attempt.value);
  } else if (const auto* saved = std::get_if<effect::SaveOutcome>(&one)) {
    StoredAttempt& attempt = attempts_.at(saved->attempt.value);
    ++attempt.outcomes;
    attempt.outcome = saved->outcome;
    attempt.placed_at = saved->placed_at;
  } else if (const auto* code = std::get_if<effect::SaveWrapUp>(&one)) {
    attempts_.at(code->attempt.value).codes.push_back(*code);
  } else if (const auto* contact = std::get_if<effect::SaveContact>(&one)) {
    auto& seed = contacts_.at(contact->contact.value - 1).seed;
    seed.phase = contact->phase;
    seed.next_at = contact->next_at;
    seed.callback_agent = contact->callback_agent;
    seed.number = contact->number;
    seed.attempts = contact->attempts;
    seed.last_outcome = contact->last_outcome;
    seed.streak = contact->streak;
  } else if (const auto* dnc = std::get_if<effect::SaveDnc>(&one)) {
    do_not_call_.insert(dnc->number);
  } else if (const auto* campaign = std::get_if<effect::SaveCampaign>(&one)) {
    campaigns_[campaign->campaign] = campaign->state;
  } else if (const auto* row = std::get_if<effect::AppendRow>(&one)) {
    last_sequence_ = std::max(last_sequence_, row->sequence);
    if (row->machine != "call") return;
    const auto at = attempts_.find(row->id);
    if (at == attempts_.end()) return;
    constexpr std::string_view kMerged[] = {"Talking", "Held", "AwaitingAgent", "Apologising", "WrappingUp"};
    at->second.live = row->to != "Ended";
    at->second.merged =
        at->second.merged || std::find(std::begin(kMerged), std::end(kMerged), row->to) != std::end(kMerged);
    if (row->agent) at->second.agent = row->agent;
  }
}

void Store::crash() {
  ++life_;
  const bool reached = random_.chance(0.5);
  for (const Batch& batch : syncing_) {
    if (!reached || failed_) continue;
    for (const auto& one : batch.effects) {
      apply(one);
      if (const auto* intent = std::get_if<effect::CommitAttempt>(&one)) {
        world_.see(sight::IntentDurable{intent->attempt});
        world_.hit(Reached::crash_in_intent_gap);
      }
    }
  }
  syncing_.clear();
  waiting_.clear();
  failed_ = false;
}

void Store::end_as_unknown(StoredAttempt& attempt) {
  attempt.outcome = dialer::Outcome::unknown;
  ++attempt.outcomes;
  // An INVITE leaves within a second of its intent, or never.
  attempt.placed_at = std::max(world_.now().wall, attempt.intent.at + seconds{1});
}

std::uint8_t Store::attempts_of(dialer::ContactId contact) const {
  std::uint8_t made = 0;
  for (const auto& [id, attempt] : attempts_) {
    made += attempt.intent.contact == contact && spends(attempt.outcome);
  }
  return made;
}

Recovered Store::recover() {
  Recovered found;
  const auto now = world_.now().wall;
  std::vector<std::uint64_t> ids;
  for (const auto& [id, attempt] : attempts_) {
    if (attempt.live) ids.push_back(id);
  }
  std::sort(ids.begin(), ids.end());
  for (const std::uint64_t id : ids) {
    StoredAttempt& one = attempts_.at(id);
    const bool owes = one.merged && one.codes.empty();
    auto& contact = contacts_.at(one.intent.contact.value - 1).seed;
    const bool ended = one.outcome != dialer::Outcome::none;
    if (!ended) end_as_unknown(one);
    // The attempt counts, although the contact was not saved with it.
    if (!ended || owes) contact.attempts = attempts_of(one.intent.contact);
    if (!ended) {
      found.dialogs.push_back(one.intent.attempt);
      using Phase = dialer::event::ContactPhase;
      const bool open = contact.phase == Phase::ready || contact.phase == Phase::retry_at ||
                        contact.phase == Phase::callback_at;
      if (!owes && open) {
        contact.phase = Phase::retry_at;
        contact.next_at = now + world_.setup.campaigns.at(one.intent.campaign.value - 1).caps.min_gap;
      }
    }
    if (owes) {
      found.owed.push_back(
          {one.intent.attempt, one.agent, one.intent.campaign, one.intent.contact, one.intent.number});
      world_.hit(Reached::wrap_up_owed);
    }
    one.live = owes;
  }
  found.start = {last_attempt_ + 1, last_sequence_ + 1};
  found.do_not_call.assign(do_not_call_.begin(), do_not_call_.end());
  for (const auto& [id, state] : campaigns_) {
    if (state == "Running") found.running.push_back(id);
  }
  load_history(found);
  load_contacts(found);
  return found;
}

void Store::load_history(Recovered& found) const {
  std::map<std::uint64_t, const StoredAttempt*> in_order;
  for (const auto& [id, attempt] : attempts_) in_order[id] = &attempt;
  std::map<dialer::NumberKey, dialer::event::NumberHistoryLoaded> numbers;
  for (const auto& [id, attempt] : in_order) {
    if (attempt->outcome == dialer::Outcome::not_placed) continue;
    auto& one = numbers[attempt->intent.number];
    one.number = attempt->intent.number;
    // The gap runs from the INVITE, not from the intent.
    one.last_at = std::max({one.last_at, attempt->intent.at, attempt->placed_at});
    if (spends(attempt->outcome) && one.attempts < 255) ++one.attempts;
    const bool today = attempt->intent.at > world_.now().wall - base::hours{24};
    if (today && !attempt->intent.follows) one.last_day.push_back(attempt->intent.at);
  }
  for (auto& [number, one] : numbers) found.history.push_back(std::move(one));
}

void Store::load_contacts(Recovered& found) const {
  for (const auto& campaign : world_.setup.campaigns) {
    dialer::event::ContactsLoaded chunk{campaign.id, {}};
    for (const auto& contact : contacts_) {
      if (contact.campaign == campaign.id) chunk.contacts.push_back(contact.seed);
    }
    found.contacts.push_back(std::move(chunk));
  }
}

}  // namespace ziptone::sim
