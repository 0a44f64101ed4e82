#include "server/store/store.hpp"

#include "server/store/dialog.hpp"
#include "server/store/migrate.hpp"
#include "server/store/writer.hpp"

namespace ziptone::store {

base::Result<std::unique_ptr<Store>> Store::open(Options options) {
  auto lock = DirectoryLock::take(options.directory);
  if (!lock) return tl::unexpected(lock.error());
  const std::string file = options.directory + "/ziptone.db";
  const auto refused = [&](base::Error error) {
    // The database's own sentence says what; the file and the mend are what the operator needs besides.
    if (sqlite::fault_of(error) != sqlite::Fault::other)
      error = {"the database cannot be used (" + error.what + ")", file,
               "check the disk and the file's permissions, or restore a backup"};
    if (error.where.empty()) error.where = file;
    return tl::unexpected(error);
  };
  auto connection = sqlite::Connection::open(file, {.read_only = false, .vfs = options.vfs});
  if (!connection) return refused(connection.error());
  if (auto migrated = migrate(*connection); !migrated) {
    connection->abandon();
    return refused(migrated.error());
  }
  return std::unique_ptr<Store>(new Store(
      std::make_unique<Writer>(std::move(options), std::move(*lock), std::move(*connection), file)));
}

Store::Store(std::unique_ptr<Writer> writer) : writer_(std::move(writer)) {}
Store::~Store() = default;

base::Result<Recovered> Store::recover(WallTime now) {
  return write_and_wait<Recovered>([now](sqlite::Connection& db) { return store::recover(db, now); });
}
base::Result<Loaded> Store::load(WallTime now) {
  return write_and_wait<Loaded>([now](sqlite::Connection& db) { return store::load(db, now); });
}
base::Result<dialer::event::ContactsLoaded> Store::load_contacts(
    CampaignId campaign, std::size_t limit, ContactCursor& cursor,
    const std::function<dialer::ZoneSetId(std::string_view zones)>& zone_set) {
  return write_and_wait<dialer::event::ContactsLoaded>(
      [&](sqlite::Connection& db) { return store::load_contacts(db, campaign, limit, cursor, zone_set); });
}

std::uint64_t Store::submit(Batch batch, Done done) {
  return writer_->submit(std::move(batch), std::move(done));
}
void Store::save_dialog(DialogKey key, DialogFacts facts, Saved done) {
  writer_->write(
      [key, facts = std::move(facts)](sqlite::Connection& db) { return put_dialog(db, key, facts); },
      std::move(done));
}
void Store::begin_leg(AgentId agent, std::uint64_t leg, Saved done) {
  writer_->write([=](sqlite::Connection& db) { return put_leg(db, agent, leg); }, std::move(done));
}
void Store::end_dialog(DialogKey key, Saved done) {
  writer_->write([key](sqlite::Connection& db) { return close_dialog(db, key); }, std::move(done));
}
void Store::write_untyped(std::function<base::Result<>(sqlite::Connection&)> work, Saved done) {
  writer_->write(std::move(work), std::move(done));
}
void Store::write_later(Slice slice, Saved done) { writer_->write_later(std::move(slice), std::move(done)); }

std::size_t Store::first_lane_depth() const { return writer_->depth(); }
bool Store::failed() const { return writer_->failed(); }
const std::string& Store::database() const { return writer_->database(); }

}  // namespace ziptone::store
