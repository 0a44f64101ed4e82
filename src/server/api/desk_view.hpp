// The agent's desktop as one JSON value: what the core knows of the agent, copied on its thread, joined with
// what the store knows of the contact.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "dialer/dialer.hpp"
#include "server/config/settings.hpp"
#include "server/control/control.hpp"
#include "server/store/reader.hpp"

namespace ziptone::api {

// What is configured, as far as desktops show it; read again when it is older than a moment.
struct DeskCatalog {
  std::map<base::AgentId, store::AgentRecord> agents;
  std::map<base::TeamId, std::string> teams;
  std::map<base::QueueId, std::vector<base::TeamId>> queues;
  std::map<base::CodeId, store::CodeRecord> codes;
  std::vector<store::IdleCodeRecord> idle_codes;
  std::map<std::string, std::uint64_t> guides;  // by name
  struct Campaign {
    store::CampaignRecord record;
    config::CampaignSettings settings;
  };
  std::map<base::CampaignId, Campaign> campaigns;
};
base::Result<DeskCatalog> read_desk_catalog(store::Reader& reader);
bool serves(const DeskCatalog& catalog, const dialer::AgentView& agent,
            const DeskCatalog::Campaign& campaign);

// What the core knows of some agents at one moment.
struct DeskFacts {
  base::Now now{};
  std::uint64_t sequence = 0;
  std::map<base::AgentId, dialer::AgentView> agents;
  std::map<base::AttemptId, dialer::CallView> calls;  // of these agents
  struct Campaign {
    std::string_view state;
    std::optional<dialer::CampaignCounts> counts;
    std::optional<dialer::Explanation> explanation;
  };
  std::map<base::CampaignId, Campaign> campaigns;
};
// On the control thread.
DeskFacts gather(const control::View& view, const std::vector<base::AgentId>& agents,
                 const std::vector<base::CampaignId>& campaigns);

// The Desk of openapi.yaml. Errors: the store can't be read, or there is no such agent.
base::Result<boost::json::object> render_desk(const DeskFacts& facts, const DeskCatalog& catalog,
                                              store::Reader& reader, base::AgentId agent);

// The guide and version of an attempt: those of its answers, else its campaign's guide as it was when the
// attempt began. Nothing: the campaign has none.
std::optional<store::GuideVersion> guide_of(const DeskCatalog& catalog, store::Reader& reader,
                                            const store::AttemptView& attempt);

}  // namespace ziptone::api
