// Settings whose names have become ids: what the file declares is put into the store at every start (added or
// changed, never removed), and a campaign of the API goes the same way.
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "server/config/settings.hpp"
#include "server/store/reader.hpp"
#include "server/store/store.hpp"

namespace ziptone::control {

// A campaign ready to be written; lists that are not there yet are made with it.
struct CampaignPlan {
  config::CampaignSettings settings;
  store::CampaignRecord record;  // id 0: a new one; its lists are set by write_campaign
  bool is_new = false;
};
// Errors name the field: "queue: there is no queue \"x\"".
base::Result<CampaignPlan> plan_campaign(config::CampaignSettings settings, store::Reader& reader);
// On the store thread, in the caller's transaction. The record has its ids afterwards.
base::Result<store::CampaignRecord> write_campaign(store::sqlite::Connection& db, const CampaignPlan& plan);
// The settings document of a campaign, as it was written last.
std::optional<config::CampaignSettings> settings_of(store::Reader& reader, base::CampaignId campaign);
base::Result<store::ListRecord> list_named(store::Store& store, store::Reader& reader,
                                           const std::string& name, const std::string& country);

// The setting that stands beside an agent whom the API made: the file's silence does not disable that one.
std::string made_by_people_key(base::AgentId agent);
// The code that the file declares under this name, once it has been put into the store.
std::optional<base::CodeId> code_of_file(const std::string& name, store::Reader& reader);

// Everything the file declares.
base::Result<> seed(const config::Settings& settings, store::Store& store, store::Reader& reader);

}  // namespace ziptone::control
