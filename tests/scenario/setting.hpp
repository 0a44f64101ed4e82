// The world of a scenario before its story begins: what the lines above `----` say.
#pragma once

#include <map>
#include <vector>

#include "dialer/dialer.hpp"
#include "names.hpp"
#include "phone/destination.hpp"

namespace ziptone::scenario {

struct AgentSetting {
  dialer::Agent config;
  bool signed_out = false;
  bool phone_down = false;
};
struct CampaignSetting {
  dialer::Campaign config;
  bool draft = false;
  bool own_hours = false;  // the first `hours` replaces the default
};
struct ContactSetting {
  base::CampaignId campaign;
  dialer::event::ContactSeed seed;
};

struct Setting {
  Names<base::CampaignId> campaign_names{"a campaign"};
  Names<base::AgentId> agent_names{"an agent"};
  Names<base::TrunkId> trunk_names{"a trunk"};
  Names<base::CodeId> code_names{"a code"};
  Names<base::ContactId> contact_names{"a contact"};
  Names<base::QueueId> queue_names{"a queue"};
  Names<base::TeamId> team_names{"a team"};
  Names<base::Id<struct ZoneTag>> zone_names{"a zone"};

  Moment start{0, base::hours{10}};
  std::vector<base::ZoneRules> zones;  // by name; the first is the one that the times of the file are told in
  std::map<std::vector<std::uint64_t>, dialer::ZoneSetId> zone_sets;
  std::vector<dialer::Trunk> trunks;
  std::vector<dialer::EntryPoint> entry_points;
  std::vector<dialer::Queue> queues;
  std::vector<AgentSetting> agents;
  std::vector<CampaignSetting> campaigns;
  std::vector<ContactSetting> contacts;
  std::vector<dialer::CodeRule> codes;
  std::array<base::CodeId, dialer::kOutcomes> system_codes{};
  std::vector<dialer::NumberKey> do_not_call;
  phone::DestinationList destinations;
};

// Adds what one line above `----` says.
void read_setting(Setting& setting, Words& line);
// Fills in what no line named: Istanbul, one trunk, one queue; and judges every number's destination.
void complete(Setting& setting);

// One line `campaign NAME key value ...` (campaign_line.cpp).
void read_campaign(Setting& setting, Words& line);

dialer::Outcome outcome_of(Words& line);
dialer::NumberKey number_key(const Words& line, const std::string& word);
base::CampaignId the_campaign(const Setting& setting, const Words& line);  // the first one

// The value of a word in a table, or a refusal that lists the words.
template <class Value, std::size_t N>
Value choose(Words& line, std::string_view what, const std::pair<std::string_view, Value> (&table)[N]) {
  const std::string& word = line.take(what);
  std::string known;
  for (const auto& [name, value] : table) {
    if (name == word) return value;
    known += (known.empty() ? "" : ", ") + std::string(name);
  }
  line.refuse("'" + word + "' is no " + std::string(what) + "; write one of " + known);
}

}  // namespace ziptone::scenario
