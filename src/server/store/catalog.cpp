#include "server/store/catalog.hpp"

#include <fmt/format.h>

#include "server/store/number_text.hpp"
#include "server/store/put.hpp"
#include "server/store/words.hpp"

namespace ziptone::store {
namespace {

base::Result<> named(const std::string& name) {
  if (name.empty()) return base::error("must not be empty", "name", "write a name");
  return {};
}

template <class T>
const auto kBindId = [](sqlite::Statement& statement, const T& id) { statement.bind(3, id); };

}  // namespace

base::Error worded(const base::Error& error) {
  if (sqlite::fault_of(error) != sqlite::Fault::constraint) return error;
  constexpr std::string_view kUnique = "UNIQUE constraint failed: ";  // "... trunks.name" or "..., t.b"
  if (error.what.starts_with(kUnique)) {
    std::string column = error.what.substr(error.what.rfind('.') + 1);
    return {"is in use already", std::move(column), "choose another one"};
  }
  if (error.what.starts_with("FOREIGN KEY"))
    return {"refers to something that does not exist, or is still referred to", {}, "check the ids"};
  return {"a value is out of its range", error.what, "check the values"};
}

base::Result<TrunkId> put_trunk(sqlite::Connection& db, const TrunkRecord& record) {
  if (auto ok = named(record.name); !ok) return tl::unexpected(ok.error());
  if (!(record.trunk.cps > 0)) return base::error("must be over 0", "cps", "write the calls per second");
  if (record.trunk.channels < 1) return base::error("must be at least 1", "channels", "write the limit");
  return put_row(db,
                 "INSERT INTO trunks (id, name, cps, channels, settings) VALUES ($1, $2, $3, $4, $5)"
                 " ON CONFLICT (id) DO UPDATE SET name = excluded.name, cps = excluded.cps,"
                 " channels = excluded.channels, settings = excluded.settings RETURNING id",
                 record.trunk.id, record.name, record.trunk.cps, record.trunk.channels, record.settings);
}

base::Result<EntryPointId> put_entry_point(sqlite::Connection& db, const EntryPointRecord& record) {
  if (auto ok = named(record.name); !ok) return tl::unexpected(ok.error());
  for (const std::string& number : record.caller_ids)
    if (number_key(number) == 0)
      return base::error("is not an E.164 number", "caller_ids", "write it as +902121234567");
  auto id = put_row(db,
                    "INSERT INTO entry_points (id, name) VALUES ($1, $2)"
                    " ON CONFLICT (id) DO UPDATE SET name = excluded.name RETURNING id",
                    record.entry_point.id, record.name);
  if (!id) return id;
  auto done =
      put_children(db, *id, "DELETE FROM entry_point_trunks WHERE entry_point_id = $1",
                   "INSERT INTO entry_point_trunks (entry_point_id, position, trunk_id) VALUES ($1, $2, $3)",
                   record.entry_point.trunks, kBindId<TrunkId>);
  if (done)
    done = put_children(
        db, *id, "DELETE FROM entry_point_caller_ids WHERE entry_point_id = $1",
        "INSERT INTO entry_point_caller_ids (entry_point_id, position, number) VALUES ($1, $2, $3)",
        record.caller_ids, kBindId<std::string>);
  if (!done) return tl::unexpected(done.error());
  return id;
}

base::Result<TeamId> put_team(sqlite::Connection& db, const TeamRecord& record) {
  if (auto ok = named(record.name); !ok) return tl::unexpected(ok.error());
  return put_row(db,
                 "INSERT INTO teams (id, name) VALUES ($1, $2)"
                 " ON CONFLICT (id) DO UPDATE SET name = excluded.name RETURNING id",
                 record.id, record.name);
}

base::Result<QueueId> put_queue(sqlite::Connection& db, const QueueRecord& record) {
  if (auto ok = named(record.name); !ok) return tl::unexpected(ok.error());
  auto id = put_row(db,
                    "INSERT INTO queues (id, name) VALUES ($1, $2)"
                    " ON CONFLICT (id) DO UPDATE SET name = excluded.name RETURNING id",
                    record.queue.id, record.name);
  if (!id) return id;
  auto done = put_children(db, *id, "DELETE FROM queue_teams WHERE queue_id = $1",
                           "INSERT INTO queue_teams (queue_id, position, team_id) VALUES ($1, $2, $3)",
                           record.queue.teams, kBindId<TeamId>);
  if (!done) return tl::unexpected(done.error());
  return id;
}

base::Result<AgentId> put_agent(sqlite::Connection& db, const AgentRecord& record) {
  if (record.sign_in.empty()) return base::error("must not be empty", "sign_in", "write a sign-in name");
  auto id = put_row(
      db,
      "INSERT INTO agents (id, sign_in, name, password_hash, leg_mode, sip_user, sip_password, sip_address,"
      " enabled) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
      " ON CONFLICT (id) DO UPDATE SET sign_in = excluded.sign_in, name = excluded.name,"
      " password_hash = excluded.password_hash, leg_mode = excluded.leg_mode, sip_user = excluded.sip_user,"
      " sip_password = excluded.sip_password, sip_address = excluded.sip_address, enabled = excluded.enabled"
      " RETURNING id",
      record.agent.id, record.sign_in, record.name, record.password_hash, word(record.agent.leg_mode),
      record.sip_user, record.sip_password, record.sip_address, record.enabled);
  if (!id) return id;
  auto done = put_children(db, *id, "DELETE FROM agent_teams WHERE agent_id = $1",
                           "INSERT INTO agent_teams (agent_id, position, team_id) VALUES ($1, $2, $3)",
                           record.agent.teams, kBindId<TeamId>);
  if (!done) return tl::unexpected(done.error());
  return id;
}

base::Result<CodeId> put_code(sqlite::Connection& db, const CodeRecord& record) {
  if (record.name_tr.empty()) return base::error("must not be empty", "name_tr", "write a Turkish name");
  if (record.name_en.empty()) return base::error("must not be empty", "name_en", "write an English name");
  return put_row(db,
                 "INSERT INTO codes (id, name_tr, name_en, description_tr, description_en, effect)"
                 " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO UPDATE SET name_tr = excluded.name_tr,"
                 " name_en = excluded.name_en, description_tr = excluded.description_tr,"
                 " description_en = excluded.description_en, effect = excluded.effect RETURNING id",
                 record.id, record.name_tr, record.name_en, record.description_tr, record.description_en,
                 word(record.effect));
}

base::Result<> remove_code(sqlite::Connection& db, CodeId id) {
  bool system = false;
  auto done = db.each(
      "SELECT 1 FROM system_codes WHERE code_id = $1", [&](sqlite::Statement&) { system = true; }, id);
  if (!done) return done;
  if (system)
    return base::error("is a system code and cannot be deleted", fmt::format("code {}", id),
                       "take it off the campaigns that offer it instead");
  done = db.run("DELETE FROM codes WHERE id = $1", id);
  if (!done && sqlite::fault_of(done.error()) == sqlite::Fault::constraint)
    return base::error("is in use by a campaign or a wrap-up", fmt::format("code {}", id),
                       "take it off the campaigns; a code that was ever given stays");
  if (done && db.changes() == 0) return base::error("does not exist", fmt::format("code {}", id));
  return done;
}

namespace {

// The statements in order, each with the id; the last one removes the row itself.
base::Result<> remove_row(sqlite::Connection& db, std::initializer_list<std::string_view> statements,
                          std::string_view what, std::uint64_t id) {
  base::Result<> done;
  for (const std::string_view statement : statements) {
    done = db.run(statement, base::Id<struct RowTag>{id});
    if (!done) break;
  }
  if (!done && sqlite::fault_of(done.error()) == sqlite::Fault::constraint)
    return base::error("is in use, or calls were made with it", std::string{what},
                       "take it off what uses it; what calls were made with stays");
  if (done && db.changes() == 0) return base::error("does not exist", std::string{what});
  return done;
}

}  // namespace

base::Result<> remove_team(sqlite::Connection& db, TeamId id) {
  return remove_row(db, {"DELETE FROM teams WHERE id = $1"}, "team", id.value);
}
base::Result<> remove_trunk(sqlite::Connection& db, TrunkId id) {
  return remove_row(db, {"DELETE FROM trunks WHERE id = $1"}, "trunk", id.value);
}
base::Result<> remove_queue(sqlite::Connection& db, QueueId id) {
  return remove_row(db, {"DELETE FROM queue_teams WHERE queue_id = $1", "DELETE FROM queues WHERE id = $1"},
                    "queue", id.value);
}
base::Result<> remove_entry_point(sqlite::Connection& db, EntryPointId id) {
  return remove_row(db,
                    {"DELETE FROM entry_point_trunks WHERE entry_point_id = $1",
                     "DELETE FROM entry_point_caller_ids WHERE entry_point_id = $1",
                     "DELETE FROM entry_points WHERE id = $1"},
                    "entry point", id.value);
}

base::Result<ListId> put_list(sqlite::Connection& db, const ListRecord& record) {
  if (auto ok = named(record.name); !ok) return tl::unexpected(ok.error());
  return put_row(db,
                 "INSERT INTO lists (id, name, country) VALUES ($1, $2, $3)"
                 " ON CONFLICT (id) DO UPDATE SET name = excluded.name, country = excluded.country"
                 " RETURNING id",
                 record.id, record.name, record.country);
}

base::Result<bool> add_dnc(sqlite::Connection& db, std::string_view e164, std::string_view source,
                           WallTime at) {
  if (number_key(e164) == 0)
    return base::error("is not an E.164 number", "number", "write it as +905321234567");
  auto done =
      db.run("INSERT INTO dnc (number, source, at) VALUES ($1, $2, $3) ON CONFLICT (number) DO NOTHING", e164,
             source, at);
  if (!done) return tl::unexpected(done.error());
  return db.changes() == 1;
}

base::Result<bool> remove_dnc(sqlite::Connection& db, std::string_view e164) {
  if (auto done = db.run("DELETE FROM dnc WHERE number = $1", e164); !done)
    return tl::unexpected(done.error());
  return db.changes() == 1;
}

base::Result<std::uint64_t> put_token(sqlite::Connection& db, const TokenRecord& record) {
  const auto id =
      put_row(db,
              "INSERT INTO tokens (id, hash, name, role, agent_id, created_at, expires_at, created_by)"
              " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET hash = excluded.hash,"
              " name = excluded.name, role = excluded.role, agent_id = excluded.agent_id,"
              " created_at = excluded.created_at, expires_at = excluded.expires_at,"
              " created_by = excluded.created_by RETURNING id",
              base::Id<struct TokenTag>{record.id}, record.hash, record.name, record.role, record.agent,
              record.created_at, record.expires_at, record.created_by);
  if (!id) return tl::unexpected(id.error());
  return id->value;
}

base::Result<bool> remove_token(sqlite::Connection& db, std::uint64_t id) {
  if (auto done = db.run("DELETE FROM tokens WHERE id = $1", id); !done) return tl::unexpected(done.error());
  return db.changes() == 1;
}

base::Result<> put_setting(sqlite::Connection& db, std::string_view key, std::string_view value) {
  return db.run(
      "INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = "
      "excluded.value",
      key, value);
}

}  // namespace ziptone::store
