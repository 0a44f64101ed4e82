#include "setting.hpp"

#include "phone/number.hpp"

namespace ziptone::scenario {
namespace {

using dialer::CodeRule;
using dialer::event::ContactPhase;

// start [DAY] TIME
void read_start(Setting& setting, Words& line) {
  setting.start = line.moment();
  if (setting.start.weekday < 0) setting.start.weekday = 0;
}

// zone NAME +03:00 | unknown
void read_zone(Setting& setting, Words& line) {
  setting.zone_names.add(line, line.take("a zone's name"));
  const std::string& word = line.take("an offset");
  if (word == "unknown") return setting.zones.emplace_back(), void();
  const auto ahead = time_of_day(word.substr(1));
  if (!ahead || (word[0] != '+' && word[0] != '-'))
    line.refuse("'" + word + "' is not an offset like +03:00");
  const auto seconds = static_cast<std::int32_t>(*ahead / base::seconds{1});
  setting.zones.push_back({{base::WallTime{}, word[0] == '-' ? -seconds : seconds}});
}

// trunk NAME [cps N] [channels N]
void read_trunk(Setting& setting, Words& line) {
  dialer::Trunk trunk{setting.trunk_names.add(line, line.take("a trunk's name")), 100.0, 10};
  while (!line.done()) {
    if (line.take_if("cps")) {
      trunk.cps = static_cast<double>(line.number("calls per second"));
    } else {
      line.require("channels");
      trunk.channels = static_cast<std::uint32_t>(line.number("channels"));
    }
  }
  if (trunk.cps <= 0 || trunk.channels == 0)
    line.refuse("a trunk has at least one call a second and a channel");
  setting.trunks.push_back(trunk);
}

base::TeamId team(Setting& setting, const Words& line, const std::string& name) {
  return setting.team_names.knows(name) ? setting.team_names.find(line, name)
                                        : setting.team_names.append(name);
}

// queue NAME teams A,B
void read_queue(Setting& setting, Words& line) {
  dialer::Queue queue{setting.queue_names.add(line, line.take("a queue's name")), {}};
  line.require("teams");
  for (const std::string& name : split(line.take("teams"), ','))
    queue.teams.push_back(team(setting, line, name));
  setting.queues.push_back(queue);
}

// agent NAME [team A,B] [on-demand] [signed-out] [phone-down]
void read_agent(Setting& setting, Words& line) {
  AgentSetting agent;
  agent.config.id = setting.agent_names.add(line, line.take("an agent's name"));
  while (!line.done()) {
    if (line.take_if("team")) {
      for (const std::string& name : split(line.take("teams"), ',')) {
        agent.config.teams.push_back(team(setting, line, name));
      }
    } else if (line.take_if("on-demand")) {
      agent.config.leg_mode = dialer::LegMode::on_demand;
    } else if (line.take_if("signed-out")) {
      agent.signed_out = true;
    } else {
      line.require("phone-down");
      agent.phone_down = true;
    }
  }
  setting.agents.push_back(agent);
}

// code NAME EFFECT [as OUTCOME] | code NAME for OUTCOME, the system's when no agent talked
void read_code(Setting& setting, Words& line) {
  static constexpr std::pair<std::string_view, CodeRule::Effect> kEffects[] = {
      {"close", CodeRule::Effect::close},       {"success", CodeRule::Effect::success},
      {"retry", CodeRule::Effect::retry},       {"next-number", CodeRule::Effect::next_number},
      {"callback", CodeRule::Effect::callback}, {"do-not-call", CodeRule::Effect::do_not_call}};
  CodeRule rule;
  rule.code = setting.code_names.add(line, line.take("a code's name"));
  if (line.take_if("for")) {
    setting.system_codes[static_cast<std::size_t>(outcome_of(line))] = rule.code;
    return;
  }
  rule.effect = choose(line, "effect of a code", kEffects);
  if (line.take_if("as")) rule.retry_as = outcome_of(line);
  setting.codes.push_back(rule);
}

// The set of zones that a number may lie in: `in istanbul` or `in berlin,lisbon`.
dialer::ZoneSetId zone_set(Setting& setting, const Words& line, const std::string& names) {
  std::vector<std::uint64_t> zones;
  for (const std::string& name : split(names, ','))
    zones.push_back(setting.zone_names.find(line, name).value);
  const auto id = static_cast<dialer::ZoneSetId>(setting.zone_sets.size() + 2);  // 1: the file's own zone
  return setting.zone_sets.try_emplace(zones, id).first->second;
}

// contact NAME NUMBER [in ZONES] [NUMBER ...] [of CAMPAIGN]
void read_contact(Setting& setting, Words& line) {
  ContactSetting contact;
  contact.campaign = the_campaign(setting, line);
  contact.seed.id = setting.contact_names.add(line, line.take("a contact's name"));
  auto& numbers = contact.seed.numbers;
  while (!line.done()) {
    if (line.take_if("of")) {
      contact.campaign = setting.campaign_names.take(line);
    } else if (line.take_if("in")) {
      if (numbers.empty()) line.refuse("a number stands before its zones");
      numbers.back().zones = zone_set(setting, line, line.take("zones"));
    } else {
      numbers.push_back({number_key(line, line.take("a number")), 1, 0, false});
    }
  }
  if (numbers.empty() || numbers.size() > 10) line.refuse("a contact has one to ten numbers");
  setting.contacts.push_back(contact);
}

// allow COUNTRY [TYPE ...]
void read_allow(Setting& setting, Words& line) {
  const auto country = phone::parse_country(line.take("a country"));
  if (!country) line.refuse(base::to_string(country.error()));
  phone::DestinationRule rule{*country, "", {}};
  static constexpr std::pair<std::string_view, phone::TypeSet> kTypes[] = {
      {"fixed", {phone::NumberType::fixed}},
      {"mobile", {phone::NumberType::mobile}},
      {"ordinary", phone::kOrdinaryTypes},
      {"premium", {phone::NumberType::premium}}};
  rule.types = choose(line, "type of numbers", kTypes);
  if (const auto added = setting.destinations.add(rule); !added) line.refuse(base::to_string(added.error()));
}

dialer::CountryKey country_key(dialer::NumberKey number) {
  const phone::Country country = phone::country_of(phone::Number{number});
  const std::string_view letters = country.text();
  if (letters.size() != 2) return 0;
  return static_cast<dialer::CountryKey>(letters[0] * 256 + letters[1]);
}

}  // namespace

base::CampaignId the_campaign(const Setting& setting, const Words& line) {
  if (setting.campaigns.empty()) line.refuse("a campaign stands above its contacts");
  return setting.campaigns.front().config.id;
}

dialer::Outcome outcome_of(Words& line) {
  const std::string& word = line.take("an outcome");
  for (std::size_t i = 0; i < dialer::kOutcomes; ++i) {
    if (dialer::kOutcomeNames[i] == word) return static_cast<dialer::Outcome>(i);
  }
  line.refuse("'" + word + "' is no outcome; src/dialer/outcome.hpp has them");
}

dialer::NumberKey number_key(const Words& line, const std::string& word) {
  const auto number = phone::from_e164(word);
  if (!number) line.refuse("'" + word + "': " + number.error().what);
  return number->packed;
}

void read_setting(Setting& setting, Words& line) {
  using Reader = void (*)(Setting&, Words&);
  static constexpr std::pair<std::string_view, Reader> kReaders[] = {
      {"start", read_start},
      {"zone", read_zone},
      {"trunk", read_trunk},
      {"queue", read_queue},
      {"agent", read_agent},
      {"code", read_code},
      {"allow", read_allow},
      {"contact", read_contact},
      {"campaign", read_campaign},
      {"do-not-call", [](Setting& in, Words& words) {
         in.do_not_call.push_back(number_key(words, words.take("a number")));
       }}};
  choose(line, "line above ----", kReaders)(setting, line);
  line.end();
}

void complete(Setting& setting) {
  if (setting.zones.empty()) {
    setting.zone_names.append("istanbul");
    setting.zones.push_back({{base::WallTime{}, 3 * 3600}});
  }
  if (setting.trunks.empty()) setting.trunks.push_back({setting.trunk_names.append("T1"), 100.0, 10});
  dialer::EntryPoint all{base::EntryPointId{setting.entry_points.size() + 1}, {}};
  for (const dialer::Trunk& trunk : setting.trunks) all.trunks.push_back(trunk.id);
  setting.entry_points.push_back(all);
  if (setting.queues.empty())
    setting.queues.push_back({setting.queue_names.append("desk"), {base::TeamId{1}}});
  if (setting.team_names.size() == 0) setting.team_names.append("desk");
  for (AgentSetting& agent : setting.agents) {
    if (agent.config.teams.empty()) agent.config.teams.push_back(base::TeamId{1});
  }
  for (CampaignSetting& campaign : setting.campaigns) {
    if (!campaign.config.queue) campaign.config.queue = base::QueueId{1};
    if (!campaign.config.entry_point) campaign.config.entry_point = all.id;
    campaign.config.codes = setting.codes;
    campaign.config.system_codes = setting.system_codes;
  }
  if (setting.destinations.rules().empty()) {
    static_cast<void>(setting.destinations.add({phone::Country{"TR"}, "", phone::kOrdinaryTypes}));
  }
  for (ContactSetting& contact : setting.contacts) {
    for (dialer::event::NumberSeed& number : contact.seed.numbers) {
      number.country = country_key(number.number);
      number.barred = !phone::allowed(setting.destinations, phone::Number{number.number}).allowed();
    }
  }
}

}  // namespace ziptone::scenario
