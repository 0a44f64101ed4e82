#include "fixture.hpp"

#include <cstdlib>
#include <map>

#include <fmt/format.h>

#include "server/store/number_text.hpp"

namespace ziptone::store {

TempDir::TempDir() {
  std::string pattern = std::filesystem::temp_directory_path() / "ziptone-store-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
  path_ = pattern;
}
TempDir::~TempDir() { std::filesystem::remove_all(path_); }

Store::Done Acknowledged::done() {
  return [this](std::uint64_t batch, bool durable) {
    const std::lock_guard guard(mutex_);
    durable_[batch] = durable;
    order_.push_back(batch);
    said_.notify_all();
  };
}
bool Acknowledged::wait_for(std::uint64_t batch) {
  std::unique_lock guard(mutex_);
  return said_.wait_for(guard, std::chrono::seconds{10}, [&] { return durable_.contains(batch); });
}
bool Acknowledged::durable(std::uint64_t batch) const {
  const std::lock_guard guard(mutex_);
  const auto found = durable_.find(batch);
  return found != durable_.end() && found->second;
}
std::vector<std::uint64_t> Acknowledged::order() const {
  const std::lock_guard guard(mutex_);
  return order_;
}

CampaignRecord campaign_record(QueueId queue, EntryPointId entry_point, ListId list) {
  CampaignRecord record;
  record.name = "Autumn";
  record.campaign.queue = queue;
  record.campaign.entry_point = entry_point;
  record.lists = {list};
  return record;
}

World make_world(Store& store) {
  return must(store.write_and_wait<World>([](sqlite::Connection& db) -> base::Result<World> {
    World world;
    world.trunk = must(put_trunk(db, {{{}, 2.5, 30}, "carrier", "{\"host\":\"127.0.0.1\"}"}));
    world.entry_point = must(put_entry_point(db, {{{}, {world.trunk}}, "Istanbul", {"+902121234567"}}));
    world.team = must(put_team(db, {{}, "Sales"}));
    world.queue = must(put_queue(db, {{{}, {world.team}}, "Outdial"}));
    AgentRecord agent;
    agent.agent.teams = {world.team};
    agent.sign_in = "ayse";
    agent.name = "Ayşe";
    agent.sip_user = "101";
    world.agent = must(put_agent(db, agent));
    agent.sign_in = "mehmet";
    agent.name = "Mehmet";
    agent.sip_user = "102";
    world.other_agent = must(put_agent(db, agent));
    world.list = must(put_list(db, {{}, "November", "TR"}));
    world.campaign = must(put_campaign(db, campaign_record(world.queue, world.entry_point, world.list)));
    return world;
  }));
}

ImportContact import_contact(int n) {
  ImportContact contact;
  contact.line = static_cast<std::uint64_t>(n) + 1;
  contact.key = fmt::format("K{:07}", n);
  contact.name = fmt::format("Contact {}", n);
  contact.fields = fmt::format("{{\"city\":\"İzmir\",\"debt\":\"{}\"}}", n);
  contact.numbers = {{fmt::format("+90532{:07}", n), "Europe/Istanbul", "mobile", "", "TR"},
                     {fmt::format("+90212{:07}", n), "Europe/Istanbul", "fixed", "", "TR"}};
  contact.row = fmt::format("K{:07};Contact {}", n, n);
  return contact;
}

ImportCounts import_contacts(Store& store, ListId list, int first, int count) {
  auto sink = must(ImportSink::open(store, list, "list.csv", at(0)));
  for (int n = first; n < first + count; ++n) must(sink.add(import_contact(n)));
  return must(sink.finish());
}

dialer::effect::CommitAttempt intent(const World& world, std::uint64_t attempt, std::uint64_t contact,
                                     WallTime when) {
  dialer::effect::CommitAttempt effect;
  effect.attempt = {attempt};
  effect.campaign = world.campaign;
  effect.contact = {contact};
  effect.agent = world.agent;
  effect.trunk = world.trunk;
  effect.entry_point = world.entry_point;
  effect.number = number_key(fmt::format("+90532{:07}", contact));
  effect.at = when;
  return effect;
}

dialer::effect::SaveOutcome outcome(std::uint64_t attempt, dialer::Outcome what, WallTime when) {
  dialer::effect::SaveOutcome effect;
  effect.attempt = {attempt};
  effect.outcome = what;
  effect.fault = dialer::Fault::callee;
  effect.reason = "test";
  effect.ended_at = when;
  return effect;
}

dialer::effect::AppendRow call_row(std::uint64_t sequence, std::uint64_t attempt, std::string_view from,
                                   std::string_view event, std::string_view to, AgentId agent) {
  dialer::effect::AppendRow row;
  row.sequence = sequence;
  row.at = at(static_cast<std::int64_t>(sequence));
  row.machine = "call";
  row.id = attempt;
  row.from = from;
  row.event = event;
  row.to = to;
  row.agent = agent;
  row.attempt = {attempt};
  return row;
}

bool submit(Store& store, std::vector<StoreEffect> effects) {
  std::map<dialer::AttemptId, std::string> caller_ids;
  for (const auto& effect : effects)
    if (const auto* intent = std::get_if<dialer::effect::CommitAttempt>(&effect))
      caller_ids.emplace(intent->attempt, "+902121234567");
  Acknowledged acknowledged;
  const auto batch = store.submit({std::move(effects), std::move(caller_ids)}, acknowledged.done());
  return acknowledged.wait_for(batch) && acknowledged.durable(batch);
}

std::unique_ptr<Store> open_store(const std::string& directory, const std::string& vfs) {
  Store::Options options;
  options.directory = directory;
  options.vfs = vfs;
  return must(Store::open(std::move(options)));
}
Reader open_reader(const Store& store) { return must(Reader::open(store.database())); }

}  // namespace ziptone::store
