// Opening: the schema, the refusals in one sentence, the lock, the layer over SQLite.
#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

#include "fixture.hpp"
#include "server/store/migrate.hpp"

namespace ziptone::store {
namespace {

base::Error refusal(const std::string& directory) {
  Store::Options options;
  options.directory = directory;
  auto store = Store::open(std::move(options));
  EXPECT_FALSE(store.has_value());
  return store ? base::Error{} : store.error();
}

TEST(Open, MakesTheDatabaseWithTheSixSystemCodes) {
  TempDir dir;
  auto store = open_store(dir.path());
  auto codes = must(open_reader(*store).codes());
  ASSERT_EQ(codes.size(), 6u);
  const std::vector<std::pair<std::string, std::string>> names = {
      {"Telesekreter Algılama", "Answering Machine"},
      {"Meşgul", "Busy"},
      {"FAKS", "Fax"},
      {"Yanıt Yok", "No Answer"},
      {"Satış", "Sale"},
      {"Sesli Posta", "Voicemail"}};
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(codes[i].name_tr, names[i].first);
    EXPECT_EQ(codes[i].name_en, names[i].second);
    EXPECT_TRUE(codes[i].system);
    EXPECT_FALSE(codes[i].description_tr.empty());
    EXPECT_FALSE(codes[i].description_en.empty());
  }
  EXPECT_EQ(codes[4].id, SystemCode::sale);
}

TEST(Open, AgainFindsWhatWasWritten) {
  TempDir dir;
  { make_world(*open_store(dir.path())); }
  auto store = open_store(dir.path());
  EXPECT_EQ(must(open_reader(*store).campaigns()).size(), 1u);
}

TEST(Open, RefusesASecondProcess) {
  TempDir dir;
  auto store = open_store(dir.path());
  const auto error = refusal(dir.path());
  EXPECT_EQ(error.what, "the data directory is in use by process " + std::to_string(getpid()));
  EXPECT_FALSE(error.mend.empty());
  store.reset();
  EXPECT_NO_THROW(open_store(dir.path())) << "the lock went with the store";
}

TEST(Open, RefusesAMissingDirectoryAndAFile) {
  TempDir dir;
  EXPECT_EQ(refusal(dir.path() + "/none").what, "the data directory does not exist");
  std::ofstream(dir.path() + "/file") << "x";
  EXPECT_EQ(refusal(dir.path() + "/file").what, "the data directory is not a directory");
}

TEST(Open, RefusesAReadOnlyDirectory) {
  // Root writes where permissions forbid it, so root is shown a file system that is read-only by nature.
  const auto error = geteuid() == 0 ? refusal("/proc/self") : [] {
    TempDir dir;
    chmod(dir.path().c_str(), 0555);
    return refusal(dir.path());
  }();
  EXPECT_TRUE(error.what.starts_with("the data directory is not writable")) << base::to_string(error);
}

TEST(Open, RefusesAnotherOwnersDirectory) {
  std::string path = "/";
  TempDir dir;
  if (geteuid() == 0) {
    ASSERT_EQ(chown(dir.path().c_str(), 12345, static_cast<gid_t>(-1)), 0);
    path = dir.path();
  }
  const auto error = refusal(path);
  EXPECT_TRUE(error.what.starts_with("the data directory belongs to user ")) << base::to_string(error);
}

TEST(Open, RefusesANewerSchema) {
  TempDir dir;
  const int newest = migrations().back().version;
  must(open_store(dir.path())->write_and_wait<int>([&](sqlite::Connection& db) -> base::Result<int> {
    must(db.run("INSERT INTO schema_versions (version, name) VALUES ($1, 'of tomorrow')", newest + 1));
    return 0;
  }));
  const auto error = refusal(dir.path());
  EXPECT_NE(error.what.find("has schema version " + std::to_string(newest + 1)), std::string::npos);
  EXPECT_NE(error.mend.find("newer ziptone"), std::string::npos);
  EXPECT_EQ(error.where, dir.path() + "/ziptone.db");
}

TEST(Open, RefusesAFileThatIsNoDatabase) {
  TempDir dir;
  std::ofstream(dir.path() + "/ziptone.db") << std::string(5000, 'x');
  const auto error = refusal(dir.path());
  EXPECT_TRUE(error.what.starts_with("the database cannot be used")) << base::to_string(error);
}

TEST(Migration, NumbersHaveNoGap) {
  for (std::size_t i = 0; i < migrations().size(); ++i)
    EXPECT_EQ(migrations()[i].version, static_cast<int>(i) + 1) << migrations()[i].name;
}

TEST(Sqlite, ParametersGoByTheirNumber) {
  TempDir dir;
  auto db = must(sqlite::Connection::open(dir.path() + "/x.db", {}));
  std::string seen;
  must(db.each(
      "SELECT $2 || $1 || $2", [&](sqlite::Statement& row) { seen = row.text(0); }, "a", "b"));
  EXPECT_EQ(seen, "bab");
}

TEST(Sqlite, NestedWorkIsUndoneAlone) {
  TempDir dir;
  auto db = must(sqlite::Connection::open(dir.path() + "/x.db", {}));
  must(db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY)"));
  must(db.transaction([&]() -> base::Result<> {
    must(db.run("INSERT INTO t (id) VALUES (1)"));
    const auto failed = db.nested([&]() -> base::Result<> {
      must(db.run("INSERT INTO t (id) VALUES (2)"));
      return db.run("INSERT INTO t (id) VALUES (1)");
    });
    EXPECT_FALSE(failed.has_value());
    EXPECT_EQ(sqlite::fault_of(failed.error()), sqlite::Fault::constraint);
    return db.run("INSERT INTO t (id) VALUES (3)");
  }));
  std::vector<std::int64_t> ids;
  must(db.each("SELECT id FROM t ORDER BY id",
               [&](sqlite::Statement& row) { ids.push_back(row.integer(0)); }));
  EXPECT_EQ(ids, (std::vector<std::int64_t>{1, 3}));
}

TEST(Sqlite, SyncsFullyAndKeepsForeignKeys) {
  TempDir dir;
  auto store = open_store(dir.path());
  must(store->write_and_wait<int>([](sqlite::Connection& db) -> base::Result<int> {
    std::string mode;
    std::int64_t sync = 0;
    std::int64_t keys = 0;
    must(db.each("PRAGMA journal_mode", [&](sqlite::Statement& row) { mode = row.text(0); }));
    must(db.each("PRAGMA synchronous", [&](sqlite::Statement& row) { sync = row.integer(0); }));
    must(db.each("PRAGMA foreign_keys", [&](sqlite::Statement& row) { keys = row.integer(0); }));
    EXPECT_EQ(mode, "wal");
    EXPECT_EQ(sync, 2) << "FULL";
    EXPECT_EQ(keys, 1);
    return 0;
  }));
}

}  // namespace
}  // namespace ziptone::store
