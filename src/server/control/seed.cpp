#include "server/control/seed.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "base/named.hpp"
#include "server/store/catalog.hpp"

namespace ziptone::control {
namespace {

using dialer::CodeRule;
using dialer::Outcome;
using store::SystemCode;

template <class Records, class Name>
const typename Records::value_type* find(const Records& records, const Name& name,
                                         const std::string& wanted) {
  for (const auto& record : records)
    if (name(record) == wanted) return &record;
  return nullptr;
}

// The codes that a campaign offers when it names none, and what they do to the contact.
std::vector<CodeRule> default_codes() {
  return {{SystemCode::sale, CodeRule::Effect::success, Outcome::none},
          {SystemCode::no_answer, CodeRule::Effect::retry, Outcome::no_answer},
          {SystemCode::busy, CodeRule::Effect::retry, Outcome::busy},
          {SystemCode::answering_machine, CodeRule::Effect::retry, Outcome::machine},
          {SystemCode::voicemail, CodeRule::Effect::retry, Outcome::machine},
          {SystemCode::fax, CodeRule::Effect::next_number, Outcome::none}};
}

void default_system_codes(dialer::Campaign& rules) {
  const auto set = [&](Outcome outcome, base::CodeId code) {
    rules.system_codes[static_cast<std::size_t>(outcome)] = code;
  };
  set(Outcome::machine, SystemCode::answering_machine);
  set(Outcome::busy, SystemCode::busy);
  set(Outcome::fax, SystemCode::fax);
  set(Outcome::no_answer, SystemCode::no_answer);
  set(Outcome::unreachable, SystemCode::no_answer);
}

// A code of the file is known by its `name` there: what is shown of it, in two languages, may change.
std::string code_key(const std::string& name) { return "code/" + name; }

// By the file's name, by what is shown, or by id.
const store::CodeRecord* code_named(const std::vector<store::CodeRecord>& codes, store::Reader& reader,
                                    const std::string& name) {
  if (const auto id = reader.setting(code_key(name)); id && *id)
    for (const store::CodeRecord& code : codes)
      if (std::to_string(code.id.value) == **id) return &code;
  return base::named(
      codes, name,
      [](const auto& code, const auto& text) { return text == code.name_en || text == code.name_tr; },
      [](const auto& code) { return code.id; });
}

base::Result<> resolve_codes(const config::CampaignSettings& settings,
                             const std::vector<store::CodeRecord>& codes, store::Reader& reader,
                             dialer::Campaign& rules) {
  const auto missing = [](const std::string& field, const std::string& name) {
    return base::error(fmt::format("there is no wrap-up code \"{}\"", name), field,
                       "GET /api/v1/codes lists them");
  };
  default_system_codes(rules);
  rules.codes = settings.codes.empty() ? default_codes() : std::vector<CodeRule>{};
  for (const config::CodeUse& use : settings.codes) {
    const auto* code = code_named(codes, reader, use.code);
    if (!code) return missing("codes", use.code);
    rules.codes.push_back({code->id, use.effect, use.retry_as});
  }
  for (std::size_t i = 0; i < dialer::kOutcomes; ++i) {
    if (settings.on_outcome[i].empty()) continue;
    const auto* code = code_named(codes, reader, settings.on_outcome[i]);
    if (!code) return missing("on_outcome", settings.on_outcome[i]);
    rules.system_codes[i] = code->id;
  }
  if (!settings.auto_code.empty()) {
    const auto* code = code_named(codes, reader, settings.auto_code);
    if (!code) return missing("auto_code", settings.auto_code);
    const auto offered = std::find_if(rules.codes.begin(), rules.codes.end(),
                                      [&](const auto& rule) { return rule.code == code->id; });
    if (offered == rules.codes.end())
      return base::error(fmt::format("{} is not among the campaign's codes", settings.auto_code), "auto_code",
                         "add it to codes with its effect, or choose one of them");
    if (offered->effect == dialer::CodeRule::Effect::callback)
      return base::error(
          fmt::format("{} asks for a callback, and a timer knows no time for it", settings.auto_code),
          "auto_code", "choose a code with another effect");
    rules.wrap_up_auto_code = code->id;
  }
  return {};
}

std::string settings_key(base::CampaignId campaign) { return fmt::format("campaign/{}", campaign); }

template <class T>
base::Result<T> put(store::Store& store, std::function<base::Result<T>(store::sqlite::Connection&)> work) {
  return store.write_and_wait<T>(std::move(work));
}

base::Result<> seed_trunks(const config::Settings& settings, store::Store& store, store::Reader& reader) {
  for (const config::TrunkSettings& trunk : settings.trunks) {
    const auto there = reader.trunks();
    if (!there) return tl::unexpected{there.error()};
    store::TrunkRecord record;
    if (const auto* known = find(
            *there, [](const auto& r) { return r.name; }, trunk.sip.name))
      record = *known;
    record.name = trunk.sip.name;
    record.trunk.cps = trunk.cps;
    record.trunk.channels = trunk.channels;
    if (const auto id = put<base::TrunkId>(store, [&](auto& db) { return store::put_trunk(db, record); });
        !id)
      return tl::unexpected{id.error()};
  }
  const auto trunks = reader.trunks();
  if (!trunks) return tl::unexpected{trunks.error()};
  for (const config::EntryPointSettings& entry : settings.entry_points) {
    const auto there = reader.entry_points();
    if (!there) return tl::unexpected{there.error()};
    store::EntryPointRecord record;
    if (const auto* known = find(
            *there, [](const auto& r) { return r.name; }, entry.name))
      record = *known;
    record.name = entry.name;
    record.caller_ids = {entry.caller_id};
    record.entry_point.trunks.clear();
    for (const std::string& name : entry.trunks)
      if (const auto* trunk = find(
              *trunks, [](const auto& r) { return r.name; }, name))
        record.entry_point.trunks.push_back(trunk->trunk.id);
    if (const auto id =
            put<base::EntryPointId>(store, [&](auto& db) { return store::put_entry_point(db, record); });
        !id)
      return tl::unexpected{id.error()};
  }
  return {};
}

std::vector<base::TeamId> team_ids(const std::vector<store::TeamRecord>& teams,
                                   const std::vector<std::string>& names) {
  std::vector<base::TeamId> ids;
  for (const std::string& name : names)
    if (const auto* team = find(
            teams, [](const auto& r) { return r.name; }, name))
      ids.push_back(team->id);
  return ids;
}

// Whoever is no longer in the file may do nothing any more, and gives back the phone's name for another one.
// The record stays for the attempts that name it.
base::Result<> disable_missing_agents(const config::Settings& settings,
                                      const std::vector<store::AgentRecord>& agents, store::Store& store,
                                      store::Reader& reader) {
  for (store::AgentRecord record : agents) {
    const auto stays = [&](const config::AgentSettings& agent) { return agent.name == record.sign_in; };
    if (!record.enabled || std::any_of(settings.agents.begin(), settings.agents.end(), stays)) continue;
    const auto made = reader.setting(made_by_people_key(record.agent.id));
    if (!made) return tl::unexpected{made.error()};
    if (*made) continue;
    record.enabled = false;
    record.sip_user.clear();
    record.sip_password.clear();
    if (const auto id = put<base::AgentId>(store, [&](auto& db) { return store::put_agent(db, record); });
        !id)
      return tl::unexpected{id.error()};
  }
  return {};
}

base::Result<> seed_people(const config::Settings& settings, store::Store& store, store::Reader& reader) {
  for (const std::string& name : settings.teams) {
    const auto there = reader.teams();
    if (!there) return tl::unexpected{there.error()};
    if (find(
            *there, [](const auto& r) { return r.name; }, name))
      continue;
    const store::TeamRecord record{{}, name};
    if (const auto id = put<base::TeamId>(store, [&](auto& db) { return store::put_team(db, record); }); !id)
      return tl::unexpected{id.error()};
  }
  const auto teams = reader.teams();
  const auto queues = reader.queues();
  const auto agents = reader.agents();
  if (!teams) return tl::unexpected{teams.error()};
  if (!queues) return tl::unexpected{queues.error()};
  if (!agents) return tl::unexpected{agents.error()};
  for (const config::QueueSettings& queue : settings.queues) {
    store::QueueRecord record;
    if (const auto* known = find(
            *queues, [](const auto& r) { return r.name; }, queue.name))
      record = *known;
    record.name = queue.name;
    record.queue.teams = team_ids(*teams, queue.teams);
    if (const auto id = put<base::QueueId>(store, [&](auto& db) { return store::put_queue(db, record); });
        !id)
      return tl::unexpected{id.error()};
  }
  if (auto done = disable_missing_agents(settings, *agents, store, reader); !done) return done;
  for (const config::AgentSettings& agent : settings.agents) {
    store::AgentRecord record;
    if (const auto* known = find(
            *agents, [](const auto& r) { return r.sign_in; }, agent.name))
      record = *known;
    record.sign_in = record.name = agent.name;
    record.agent.teams = team_ids(*teams, agent.teams);
    record.agent.leg_mode = agent.leg_mode;
    record.sip_user = agent.phone_user;
    record.sip_password = agent.phone_password;
    record.sip_address = agent.phone_uri;
    record.enabled = true;
    if (const auto id = put<base::AgentId>(store, [&](auto& db) { return store::put_agent(db, record); });
        !id)
      return tl::unexpected{id.error()};
  }
  return {};
}

// The record of the file's code; one of a database that did not keep the file's names yet is known by its
// texts.
store::CodeRecord code_record(const config::CodeSettings& code, const std::vector<store::CodeRecord>& there,
                              const std::optional<std::string>& kept_as) {
  store::CodeRecord record;
  for (const store::CodeRecord& one : there)
    if (kept_as ? std::to_string(one.id.value) == *kept_as : one.name_tr == code.tr && one.name_en == code.en)
      record = one;
  record.name_tr = code.tr;
  record.name_en = code.en;
  record.description_tr = record.description_en = code.description;
  return record;
}

base::Result<> seed_code(const config::CodeSettings& code, const std::string& where, store::Store& store,
                         store::Reader& reader) {
  const auto there = reader.codes();
  const auto kept_as = reader.setting(code_key(code.name));
  if (!there) return tl::unexpected{there.error()};
  if (!kept_as) return tl::unexpected{kept_as.error()};
  for (const auto& [key, text] : {std::pair{".name", &code.name}, {".tr", &code.tr}, {".en", &code.en}})
    for (const store::CodeRecord& one : *there)
      if (one.system && (*text == one.name_tr || *text == one.name_en))
        return base::error(fmt::format("\"{}\" is a code of the system", *text), where + key,
                           "write another name; campaigns offer the system's codes without a [[code]]");
  const store::CodeRecord record = code_record(code, *there, *kept_as);
  const auto id = put<base::CodeId>(store, [&](store::sqlite::Connection& db) -> base::Result<base::CodeId> {
    auto made = store::put_code(db, record);
    if (!made) return made;
    if (auto kept = store::put_setting(db, code_key(code.name), std::to_string(made->value)); !kept)
      return tl::unexpected{kept.error()};
    return made;
  });
  if (id) return {};
  base::Error error = id.error();
  if (error.where == "name_tr") error.where = where + ".tr";
  if (error.where == "name_en") error.where = where + ".en";
  return tl::unexpected{error};
}

base::Result<> seed_campaigns(const config::Settings& settings, store::Store& store, store::Reader& reader) {
  for (std::size_t i = 0; i < settings.codes.size(); ++i)
    if (auto done = seed_code(settings.codes[i], fmt::format("code[{}]", i), store, reader); !done)
      return done;
  for (const config::CampaignSettings& campaign : settings.campaigns) {
    auto plan = plan_campaign(campaign, reader);
    if (!plan) return tl::unexpected{plan.error()};
    const auto written =
        put<store::CampaignRecord>(store, [&](auto& db) { return write_campaign(db, *plan); });
    if (!written) return tl::unexpected{written.error()};
  }
  return {};
}

}  // namespace

std::string made_by_people_key(base::AgentId agent) { return fmt::format("made_by_people/agent/{}", agent); }

std::optional<base::CodeId> code_of_file(const std::string& name, store::Reader& reader) {
  const auto kept = reader.setting(code_key(name));
  if (!kept || !*kept) return std::nullopt;
  return base::CodeId{std::strtoull((*kept)->c_str(), nullptr, 10)};
}

base::Result<CampaignPlan> plan_campaign(config::CampaignSettings settings, store::Reader& reader) {
  const auto queues = reader.queues();
  const auto entries = reader.entry_points();
  const auto codes = reader.codes();
  const auto campaigns = reader.campaigns();
  if (!queues) return tl::unexpected{queues.error()};
  if (!entries) return tl::unexpected{entries.error()};
  if (!codes) return tl::unexpected{codes.error()};
  if (!campaigns) return tl::unexpected{campaigns.error()};
  CampaignPlan plan;
  const auto by_name = [](const auto& r) { return r.name; };
  const auto* queue = find(*queues, by_name, settings.queue);
  const auto* entry = find(*entries, by_name, settings.entry_point);
  const auto* known = find(*campaigns, by_name, settings.name);
  if (!queue)
    return base::error(fmt::format("there is no outdial queue \"{}\"", settings.queue), "queue",
                       "write a declared name");
  if (!entry)
    return base::error(fmt::format("there is no outdial entry point \"{}\"", settings.entry_point),
                       "entry_point", "write a declared name");
  plan.is_new = !known;
  if (known) plan.record = *known;
  plan.record.name = settings.name;
  plan.record.message = settings.message_file;
  const base::CampaignId id = plan.record.campaign.id;
  plan.record.campaign = settings.rules;
  plan.record.campaign.id = id;
  plan.record.campaign.queue = queue->queue.id;
  plan.record.campaign.entry_point = entry->entry_point.id;
  if (auto resolved = resolve_codes(settings, *codes, reader, plan.record.campaign); !resolved)
    return tl::unexpected{resolved.error()};
  const auto lists = reader.lists();
  if (!lists) return tl::unexpected{lists.error()};
  plan.record.lists.clear();
  for (const std::string& name : settings.lists) {
    const auto* list = find(*lists, by_name, name);
    plan.record.lists.push_back(list ? list->id : base::ListId{});
  }
  plan.settings = std::move(settings);
  return plan;
}

base::Result<store::CampaignRecord> write_campaign(store::sqlite::Connection& db, const CampaignPlan& plan) {
  store::CampaignRecord record = plan.record;
  for (std::size_t i = 0; i < record.lists.size(); ++i) {
    if (record.lists[i]) continue;
    const auto made = store::put_list(db, {{}, plan.settings.lists[i], ""});
    if (!made) return tl::unexpected{made.error()};
    record.lists[i] = *made;
  }
  const auto id = store::put_campaign(db, record);
  if (!id) return tl::unexpected{id.error()};
  record.campaign.id = *id;
  if (auto kept = store::put_setting(db, settings_key(*id), config::to_json(plan.settings)); !kept)
    return tl::unexpected{kept.error()};
  return record;
}

std::optional<config::CampaignSettings> settings_of(store::Reader& reader, base::CampaignId campaign) {
  const auto text = reader.setting(settings_key(campaign));
  if (!text || !*text) return std::nullopt;
  auto settings = config::campaign_from_json(**text);
  if (!settings) return std::nullopt;
  return std::move(*settings);
}

base::Result<store::ListRecord> list_named(store::Store& store, store::Reader& reader,
                                           const std::string& name, const std::string& country) {
  const auto lists = reader.lists();
  if (!lists) return tl::unexpected{lists.error()};
  if (const auto *list = base::named(
          *lists, name, [](const auto& r, const auto& text) { return r.name == text; },
          [](const auto& r) { return r.id; }))
    return *list;
  if (base::could_be_id(name))
    return base::error("there is no list with the id " + name, "list", "write a name with a letter in it");
  store::ListRecord made{{}, name, country};
  const auto id = store.write_and_wait<base::ListId>([&](auto& db) { return store::put_list(db, made); });
  if (!id) return tl::unexpected{id.error()};
  made.id = *id;
  return made;
}

base::Result<> seed(const config::Settings& settings, store::Store& store, store::Reader& reader) {
  for (auto* part : {seed_trunks, seed_people, seed_campaigns})
    if (auto done = part(settings, store, reader); !done) return done;
  return {};
}

}  // namespace ziptone::control
