// What people configure, as writes: each runs inside a transaction of the caller (Store::write). put_* takes
// whole values: id 0 makes a new one, else the one of that id is replaced. Errors name the field and how to
// mend it ("name: used by another trunk").
#pragma once

#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "server/store/records.hpp"
#include "server/store/sqlite.hpp"

namespace ziptone::store {

base::Result<TrunkId> put_trunk(sqlite::Connection& db, const TrunkRecord& record);
base::Result<EntryPointId> put_entry_point(sqlite::Connection& db, const EntryPointRecord& record);
base::Result<TeamId> put_team(sqlite::Connection& db, const TeamRecord& record);
base::Result<QueueId> put_queue(sqlite::Connection& db, const QueueRecord& record);
base::Result<AgentId> put_agent(sqlite::Connection& db, const AgentRecord& record);
base::Result<CodeId> put_code(sqlite::Connection& db, const CodeRecord& record);
base::Result<> remove_code(sqlite::Connection& db, CodeId id);  // refused: a system code, one in use
// Refused while anything, or the record of a call, refers to it.
base::Result<> remove_team(sqlite::Connection& db, TeamId id);
base::Result<> remove_trunk(sqlite::Connection& db, TrunkId id);
base::Result<> remove_queue(sqlite::Connection& db, QueueId id);
base::Result<> remove_entry_point(sqlite::Connection& db, EntryPointId id);
base::Result<ListId> put_list(sqlite::Connection& db, const ListRecord& record);
base::Result<CampaignId> put_campaign(sqlite::Connection& db, const CampaignRecord& record);

// do-not-call: of a person's file or hand; the core's own come as SaveDnc. True: it was not there yet.
base::Result<bool> add_dnc(sqlite::Connection& db, std::string_view e164, std::string_view source,
                           WallTime at);
base::Result<bool> remove_dnc(sqlite::Connection& db, std::string_view e164);  // true: it was there

// ---- what the desktop writes (catalog_desk.cpp)
base::Result<> put_note(sqlite::Connection& db, AttemptId attempt, AgentId agent, std::string_view text,
                        WallTime at);
base::Result<> put_idle_code(sqlite::Connection& db, const IdleCodeRecord& record);
// A new version of the guide of this name, or the newest one again when its document is the same.
base::Result<GuideVersion> put_guide(sqlite::Connection& db, const std::string& name,
                                     const std::string& document, WallTime at);
// False, and nothing written: the attempt's answers are submitted already.
base::Result<bool> put_guide_answers(sqlite::Connection& db, const GuideAnswers& answers);

base::Result<std::uint64_t> put_token(sqlite::Connection& db, const TokenRecord& record);
base::Result<bool> remove_token(sqlite::Connection& db, std::uint64_t id);
base::Result<> put_setting(sqlite::Connection& db, std::string_view key, std::string_view value);

}  // namespace ziptone::store
