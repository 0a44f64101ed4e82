// Reading configuration back: shared by the start-up load and the read side.
#pragma once

#include <vector>

#include "base/result.hpp"
#include "server/store/records.hpp"
#include "server/store/sqlite.hpp"

namespace ziptone::store {

base::Result<std::vector<TrunkRecord>> all_trunks(sqlite::Connection& db);
base::Result<std::vector<EntryPointRecord>> all_entry_points(sqlite::Connection& db);
base::Result<std::vector<QueueRecord>> all_queues(sqlite::Connection& db);
base::Result<std::vector<AgentRecord>> all_agents(sqlite::Connection& db);
base::Result<std::vector<CampaignRecord>> all_campaigns(sqlite::Connection& db);

}  // namespace ziptone::store
