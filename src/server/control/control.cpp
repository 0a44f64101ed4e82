#include "server/control/control.hpp"

#include <algorithm>
#include <future>
#include <utility>

#include <pthread.h>
#include <spdlog/spdlog.h>

#include "server/control/clock.hpp"

namespace ziptone::control {

namespace effect = dialer::effect;
namespace event = dialer::event;

namespace {

// Over this many batches that wait for the disk, dialing pauses: an intent would be stale before it is
// durable.
constexpr std::size_t kStoreDepthMax = 4096;
constexpr std::size_t kContactsAtOnce = 2000;

void log(const effect::AppendRow& row) {
  const auto level =
      row.machine == "contact" || row.machine == "leg" ? spdlog::level::debug : spdlog::level::info;
  spdlog::log(level, "{} {} {} + {} -> {}", row.machine, row.id, row.from, row.event, row.to);
}

}  // namespace

Control::Control(Lines::Parts parts, dialer::Dialer::Start start, phone::ZoneTable zones, Options options)
    : mailbox_(parts.mailbox),
      store_(parts.store),
      lines_(parts),
      options_(std::move(options)),
      dialer_(start),
      zone_sets_(std::move(zones)) {
  lines_.tell_webrtc_failures(options_.on_webrtc_failed);
}

Control::~Control() { stop(base::Duration{0}); }

void Control::feed(const dialer::Event& event) { feed_together({&event, 1}); }

void Control::feed_together(std::span<const dialer::Event> events) {
  now_ = now();
  step_together(events);
  settle();
}

base::Result<> Control::feed_campaign(const store::CampaignRecord& record, const CampaignSounds& sounds) {
  campaigns_[record.campaign.id] = record;
  const auto message = read_message(record.message);
  if (!message)
    spdlog::error("campaign {}: {}; the product's own message is played", record.name,
                  base::to_string(message.error()));
  lines_.set_campaign(record.campaign.id, sounds, message.value_or(Samples{}));
  feed(event::CampaignDefined{lines_.with_sounds(record.campaign)});
  store::ContactCursor cursor;
  while (!cursor.done) {
    auto chunk = store_.load_contacts(record.campaign.id, kContactsAtOnce, cursor,
                                      [this](std::string_view zones) { return zone_sets_.intern(zones); });
    if (!chunk)
      return base::error("the contacts of campaign " + record.name + " can't be read: " + chunk.error().what,
                         chunk.error().where, "mend the disk, or bring back a backup");
    for (const auto& zones : zone_sets_.take_new()) feed(zones);
    judge_destinations(*chunk);
    if (!chunk->contacts.empty()) feed(*chunk);
  }
  return {};
}

// The list of destinations may be narrower than when the contacts were imported.
void Control::judge_destinations(event::ContactsLoaded& loaded) const {
  if (!options_.may_dial) return;
  for (auto& contact : loaded.contacts)
    for (auto& number : contact.numbers) number.barred = number.barred || !options_.may_dial(number.number);
}

void Control::feed_prompt(base::CampaignId campaign, const std::string& what, const std::string& prompt) {
  lines_.set_prompt(campaign, what, prompt);
  if (const auto known = campaigns_.find(campaign); known != campaigns_.end())
    feed(event::CampaignDefined{lines_.with_sounds(known->second.campaign)});
}

void Control::start() {
  thread_ = std::thread{[this] { run(); }};
}

bool Control::tell(dialer::Event told, Answered answered) {
  return mailbox_.ask(message::Command{std::move(told), std::move(answered)});
}
void Control::insist(dialer::Event told, Answered answered) {
  mailbox_.report(message::Command{std::move(told), std::move(answered)});
}
bool Control::ask(std::function<void(const View&)> read) {
  return mailbox_.ask(message::Query{std::move(read)});
}
bool Control::campaign_written(store::CampaignRecord record, CampaignSounds sounds, Samples message,
                               Answered answered) {
  return mailbox_.ask(
      message::CampaignWritten{std::move(record), sounds, std::move(message), std::move(answered)});
}
bool Control::prompt_changed(base::CampaignId campaign, std::string what, std::string prompt,
                             Answered answered) {
  return mailbox_.ask(
      message::PromptChanged{campaign, std::move(what), std::move(prompt), std::move(answered)});
}
bool Control::entry_point_written(store::EntryPointRecord record, Answered answered) {
  return mailbox_.ask(message::EntryPointWritten{std::move(record), std::move(answered)});
}
bool Control::offer_webrtc(base::AgentId agent, std::string sdp, WebrtcAnswered answered) {
  return mailbox_.ask(message::OfferWebrtc{agent, std::move(sdp), std::move(answered)});
}
void Control::list_imported(base::ListId list) { mailbox_.report(message::ListImported{list}); }

void Control::run() {
  pthread_setname_np(pthread_self(), "control");
  while (!stopped_) {
    auto messages = mailbox_.take(steady(dialer_.deadline()));
    now_ = now();
    for (Message& message : messages) {
      std::visit([this](auto& m) { handle(m); }, message);
      settle();
    }
    if (now_.mono >= dialer_.deadline()) step(event::TimePassed{});
    settle();
    mind_the_pressure();
  }
}

void Control::settle() {
  for (auto events = lines_.take_events(); !events.empty(); events = lines_.take_events())
    for (const dialer::Event& one : events) step(one);
}

void Control::step_together(std::span<const dialer::Event> events) {
  effects_.clear();
  for (const dialer::Event& happened : events) {
    ++steps_;
    if (const auto* defined = std::get_if<event::AgentDefined>(&happened))
      lines_.set_leg_mode(defined->agent.id, defined->agent.leg_mode);
    dialer_.step(happened, now_, effects_);
  }
  submit(effects_);
  for (const dialer::Effect& one : effects_) lines_.carry_out(one, now_);
}

// The store's part of a step, and the answers that wait for it.
void Control::submit(std::vector<dialer::Effect>& effects) {
  store::Batch batch;
  std::vector<std::pair<Answered, Answer>> answers;
  message::AttemptsDurable durable;
  Rows rows;
  for (const dialer::Effect& one : effects) {
    if (const auto* intent = std::get_if<effect::CommitAttempt>(&one)) {
      lines_.committed(*intent);
      batch.caller_ids[intent->attempt] = lines_.caller_id(intent->entry_point);
      durable.attempts.push_back(intent->attempt);
    } else if (const auto* outcome = std::get_if<effect::SaveOutcome>(&one)) {
      lines_.ended(*outcome);
    } else if (const auto* row = std::get_if<effect::AppendRow>(&one)) {
      log(*row);
      rows.push_back(*row);
    } else if (const auto* accepted = std::get_if<effect::Accepted>(&one)) {
      const auto at = waiting_.find(accepted->ticket);
      if (at != waiting_.end()) answers.emplace_back(std::move(at->second), Answer{true, {}});
      waiting_.erase(accepted->ticket);
    } else if (const auto* refused = std::get_if<effect::Refused>(&one)) {
      answer(refused->ticket, {false, std::string{refused->reason}});
    }
    batch.take(one);
  }
  if (batch.effects.empty()) {
    for (auto& [to, what] : answers) to(what);
    return;
  }
  store_.submit(std::move(batch), [this, durable = std::move(durable), answers = std::move(answers),
                                   rows = std::move(rows)](std::uint64_t, bool kept) {
    if (kept && !durable.attempts.empty()) mailbox_.report(durable);
    if (kept && !rows.empty() && options_.on_rows) options_.on_rows(rows);
    for (const auto& [to, what] : answers) to(kept ? what : Answer{false, "store_failed"});
  });
}

void Control::answer(dialer::Ticket ticket, Answer what) {
  const auto at = waiting_.find(ticket);
  if (at == waiting_.end()) return;
  const Answered to = std::move(at->second);
  waiting_.erase(at);
  to(std::move(what));
}

void Control::handle(message::Command& command) {
  const bool ticketed = std::visit(
      [&](auto& told) {
        if constexpr (requires { told.ticket; }) {
          if (command.answered) {
            told.ticket = next_ticket_++;
            waiting_[told.ticket] = std::move(command.answered);
          }
          return true;
        } else {
          return false;
        }
      },
      command.event);
  step(command.event);
  if (!ticketed && command.answered) command.answered({true, {}});
}

void Control::handle(message::Query& query) { query.read({dialer_, now_, lines_, steps_, mailbox_.lost()}); }

void Control::handle(message::AttemptsDurable& durable) {
  for (const base::AttemptId attempt : durable.attempts) {
    step(event::AttemptDurable{attempt});
    settle();
  }
}

void Control::handle(message::StoreFailed&) {
  store_failed_ = true;
  spdlog::critical("the store has failed: nothing is dialed any more; mend the disk and start again");
  step(event::StoreFailed{});
}

void Control::handle(message::ContactsRead& read) {
  for (const auto& zones : read.zones) step(zones);
  if (!read.contacts.contacts.empty()) step(read.contacts);
  const auto campaign = campaigns_.find(read.campaign);
  if (!read.cursor.done && campaign != campaigns_.end()) read_contacts(campaign->second, read.cursor);
}

void Control::handle(message::ListImported& imported) {
  for (const auto& [id, record] : campaigns_)
    if (std::find(record.lists.begin(), record.lists.end(), imported.list) != record.lists.end())
      read_contacts(record, {});
}

void Control::handle(message::ListTaken& taken) {
  step(event::ContactsWithdrawn{taken.campaign, taken.contacts});
  if (taken.contacts.size() == kContactsAtOnce) withdraw(taken.campaign, taken.list, taken.contacts.back());
}

void Control::handle(message::CampaignWritten& written) {
  auto& known = campaigns_[written.record.campaign.id];
  for (const base::ListId list : known.lists) {
    if (!std::count(written.record.lists.begin(), written.record.lists.end(), list))
      withdraw(written.record.campaign.id, list, {});
  }
  known = written.record;
  lines_.set_campaign(written.record.campaign.id, written.sounds, written.message);
  step(event::CampaignDefined{lines_.with_sounds(written.record.campaign)});
  read_contacts(written.record, {});
  if (written.answered) written.answered({true, {}});
}

void Control::handle(message::PromptChanged& changed) {
  lines_.set_prompt(changed.campaign, changed.what, changed.prompt);
  // What a machine or an assistant is told decides what is done with it.
  if (const auto known = campaigns_.find(changed.campaign); known != campaigns_.end())
    step(event::CampaignDefined{lines_.with_sounds(known->second.campaign)});
  if (changed.answered) changed.answered({true, {}});
}

void Control::handle(message::EntryPointWritten& written) {
  const auto& record = written.record;
  lines_.set_caller_id(record.entry_point.id,
                       record.caller_ids.empty() ? std::string{} : record.caller_ids.front());
  step(event::EntryPointDefined{record.entry_point});
  if (written.answered) written.answered({true, {}});
}

void Control::read_contacts(const store::CampaignRecord& record, store::ContactCursor cursor) {
  store_.write<message::ContactsRead>(
      [this, id = record.campaign.id,
       cursor](store::sqlite::Connection& db) -> base::Result<message::ContactsRead> {
        message::ContactsRead read{id, {}, {}, cursor};
        auto chunk =
            store::load_contacts(db, id, kContactsAtOnce, read.cursor,
                                 [this](std::string_view zones) { return zone_sets_.intern(zones); });
        if (!chunk) return tl::unexpected{chunk.error()};
        judge_destinations(*chunk);
        read.contacts = std::move(*chunk);
        read.zones = zone_sets_.take_new();
        return read;
      },
      [this](base::Result<message::ContactsRead> read) {
        if (read)
          mailbox_.report(std::move(*read));
        else
          spdlog::error("contacts could not be read: {}", base::to_string(read.error()));
      });
}

void Control::withdraw(base::CampaignId campaign, base::ListId list, base::ContactId after) {
  store_.write<message::ListTaken>(
      [campaign, list, after](store::sqlite::Connection& db) -> base::Result<message::ListTaken> {
        auto contacts = store::load_contact_ids(db, list, after, kContactsAtOnce);
        if (!contacts) return tl::unexpected{contacts.error()};
        return message::ListTaken{campaign, list, std::move(*contacts)};
      },
      [this](base::Result<message::ListTaken> read) {
        if (read)
          mailbox_.report(std::move(*read));
        else
          spdlog::critical(
              "a list that was taken from a campaign goes on being dialed until the next start: {}",
              base::to_string(read.error()));
      });
}

void Control::mind_the_pressure() {
  const std::size_t depth = store_.first_lane_depth();
  if (depth > kStoreDepthMax)
    lines_.hold_back(true);
  else if (lines_.held_back() && !draining_ && depth < kStoreDepthMax / 2)
    lines_.hold_back(false);
  settle();
}

void Control::wait_until(const std::function<bool(const View&)>& condition, base::Duration limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  for (bool met = false; !met && std::chrono::steady_clock::now() < until;) {
    std::promise<bool> promise;
    auto future = promise.get_future();
    if (!mailbox_.report(message::Query{[&](const View& view) { promise.set_value(condition(view)); }}))
      return;
    met = future.get();
    if (!met) std::this_thread::sleep_for(base::milliseconds{20});
  }
}

void Control::stop(base::Duration limit) {
  if (!thread_.joinable()) return;
  mailbox_.report(message::Drain{});
  wait_until([](const View& view) { return view.dialer.calls().empty(); }, limit);
  mailbox_.report(message::Query{[this](const View&) { lines_.end_all(); }});
  wait_until([](const View& view) { return view.lines.idle(); }, base::seconds{3});
  mailbox_.report(message::Stop{});
  thread_.join();
  // The answers still owed hold connections of the API, which ends before this object does.
  mailbox_.close();
  waiting_.clear();
}

}  // namespace ziptone::control
