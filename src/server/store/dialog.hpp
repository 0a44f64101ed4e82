// Dialogs as rows: written before the ACK leaves, listed after a crash, ended when the far side knows it.
#pragma once

#include <vector>

#include "base/result.hpp"
#include "server/store/load.hpp"
#include "server/store/records.hpp"
#include "server/store/sqlite.hpp"

namespace ziptone::store {

// A known dialog gets the new facts; an ended one stays ended.
base::Result<> put_dialog(sqlite::Connection& db, const DialogKey& key, const DialogFacts& facts);
base::Result<> put_leg(sqlite::Connection& db, AgentId agent, std::uint64_t leg);
base::Result<> close_dialog(sqlite::Connection& db, const DialogKey& key);
base::Result<std::vector<OpenDialog>> open_dialogs(sqlite::Connection& db);

}  // namespace ziptone::store
