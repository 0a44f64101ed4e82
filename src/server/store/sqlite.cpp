#include "server/store/sqlite.hpp"

#include <charconv>

#include <fmt/format.h>
#include <sqlite3.h>

#include "base/check.hpp"

namespace ziptone::store::sqlite {
namespace {

constexpr int kBusyWaitMs = 1000;
constexpr std::string_view kWhere = "sqlite ";

tl::unexpected<base::Error> fault(sqlite3* db, int code, std::string_view sql) {
  const std::string what = db != nullptr ? sqlite3_errmsg(db) : sqlite3_errstr(code);
  const int extended = db != nullptr ? sqlite3_extended_errcode(db) : code;
  return base::error(what, fmt::format("{}{}: {}", kWhere, extended, sql.substr(0, 200)));
}

}  // namespace

Fault fault_of(const base::Error& error) {
  int code = 0;
  if (error.where.starts_with(kWhere))
    std::from_chars(error.where.data() + kWhere.size(), error.where.data() + error.where.size(), code);
  switch (code & 0xFF) {
    case SQLITE_CONSTRAINT:
      return Fault::constraint;
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_NOMEM:
      return Fault::disk;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Fault::busy;
    default:
      return Fault::other;
  }
}

// ---- Statement

Statement::Statement(sqlite3* db, sqlite3_stmt* handle) : db_(db), handle_(handle) {
  const int count = sqlite3_bind_parameter_count(handle);
  for (int parameter = 1; parameter <= count; ++parameter) {
    const int found = sqlite3_bind_parameter_index(handle, fmt::format("${}", parameter).c_str());
    VERIFY(found != 0 && "parameters are $1, $2, ... without a gap");
    indexes_.push_back(found);
  }
}
Statement::Statement(Statement&& other) noexcept
    : db_(other.db_), handle_(std::exchange(other.handle_, nullptr)), indexes_(std::move(other.indexes_)) {}
Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(db_, other.db_);
  std::swap(handle_, other.handle_);
  std::swap(indexes_, other.indexes_);
  return *this;
}
Statement::~Statement() { sqlite3_finalize(handle_); }

int Statement::index(int parameter) const {
  VERIFY(parameter >= 1 && static_cast<std::size_t>(parameter) <= indexes_.size());
  return indexes_[static_cast<std::size_t>(parameter) - 1];
}

Statement& Statement::bind(int parameter, std::int64_t value) {
  VERIFY(sqlite3_bind_int64(handle_, index(parameter), value) == SQLITE_OK);
  return *this;
}
Statement& Statement::bind(int parameter, std::string_view value) {
  const char* data = value.data() != nullptr ? value.data() : "";  // a null pointer would bind null
  VERIFY(sqlite3_bind_text(handle_, index(parameter), data, static_cast<int>(value.size()),
                           SQLITE_TRANSIENT) == SQLITE_OK);
  return *this;
}
void Statement::borrow(int parameter, std::string_view value) {
  const char* data = value.data() != nullptr ? value.data() : "";
  VERIFY(sqlite3_bind_text(handle_, index(parameter), data, static_cast<int>(value.size()), SQLITE_STATIC) ==
         SQLITE_OK);
}
Statement& Statement::bind(int parameter, double value) {
  VERIFY(sqlite3_bind_double(handle_, index(parameter), value) == SQLITE_OK);
  return *this;
}
Statement& Statement::bind_null(int parameter) {
  VERIFY(sqlite3_bind_null(handle_, index(parameter)) == SQLITE_OK);
  return *this;
}

base::Result<bool> Statement::step() {
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  auto failed = fault(db_, code, sqlite3_sql(handle_));
  sqlite3_reset(handle_);
  return failed;
}
base::Result<> Statement::run() {
  for (;;) {
    const auto more = step();
    if (!more) return tl::unexpected(more.error());
    if (!*more) break;
  }
  sqlite3_reset(handle_);
  return {};
}
void Statement::reset() { sqlite3_reset(handle_); }

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(handle_, column); }
double Statement::real(int column) const { return sqlite3_column_double(handle_, column); }
std::string_view Statement::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}
bool Statement::is_null(int column) const { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }

// ---- Connection

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

struct Connection::State {
  sqlite3* db = nullptr;
  std::unordered_map<std::string, Statement, TextHash, std::equal_to<>> statements;
  int log_pages = 0;

  ~State() {
    statements.clear();
    sqlite3_close_v2(db);
  }
};

Connection::Connection(std::unique_ptr<State> state) : state_(std::move(state)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

base::Result<Connection> Connection::open(const std::string& file, const Options& options) {
  // Its statistics take a process-wide lock for each allocation; nobody reads them. Refused once SQLite has
  // begun, which does no harm.
  static const int statistics_off = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(statistics_off);
  auto state = std::make_unique<State>();
  const int mode = options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  const int code =
      sqlite3_open_v2(file.c_str(), &state->db, mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                      options.vfs.empty() ? nullptr : options.vfs.c_str());
  if (code != SQLITE_OK) return fault(state->db, code, file);
  sqlite3_busy_timeout(state->db, kBusyWaitMs);
  Connection connection(std::move(state));
  // Checkpoints are the writer's own decision, also when it closes the last connection after a fault.
  std::string settings =
      "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 0;";
  if (options.read_only)
    settings += "PRAGMA query_only = ON;";
  else
    settings += "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;";
  if (auto set = connection.execute(settings); !set) {
    connection.abandon();
    return tl::unexpected(set.error());
  }
  sqlite3_wal_hook(
      connection.state_->db,
      [](void* log_pages, sqlite3*, const char*, int pages) {
        *static_cast<int*>(log_pages) = pages;
        return SQLITE_OK;
      },
      &connection.state_->log_pages);
  return connection;
}

base::Result<Statement> Connection::prepare(std::string_view sql) {
  sqlite3_stmt* handle = nullptr;
  const int code = sqlite3_prepare_v3(state_->db, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  if (code != SQLITE_OK) return fault(state_->db, code, sql);
  return Statement(state_->db, handle);
}

Use Connection::cached(std::string_view sql) {
  auto found = state_->statements.find(sql);
  if (found == state_->statements.end()) {
    auto prepared = prepare(sql);
    if (!prepared) {
      std::fprintf(stderr, "%s\n", base::to_string(prepared.error()).c_str());
      VERIFY(prepared.has_value());
    }
    found = state_->statements.emplace(std::string(sql), std::move(*prepared)).first;
  }
  return Use(found->second);
}

base::Result<> Connection::execute(const std::string& script) {
  const int code = sqlite3_exec(state_->db, script.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return fault(state_->db, code, script);
  return {};
}

std::int64_t Connection::changes() const { return sqlite3_changes64(state_->db); }
std::int64_t Connection::last_id() const { return sqlite3_last_insert_rowid(state_->db); }

base::Result<> Connection::begin() { return run("BEGIN IMMEDIATE"); }
base::Result<> Connection::commit() { return run("COMMIT"); }
void Connection::rollback() {
  if (in_transaction()) sqlite3_exec(state_->db, "ROLLBACK", nullptr, nullptr, nullptr);
}
bool Connection::in_transaction() const { return sqlite3_get_autocommit(state_->db) == 0; }

base::Result<> Connection::nested(const std::function<base::Result<>()>& work) {
  if (auto opened = run("SAVEPOINT nested"); !opened) return opened;
  auto done = work();
  // A disk fault may have ended the whole transaction; there is then no savepoint to go back to.
  if (!done && in_transaction()) {
    if (auto undone = run("ROLLBACK TO SAVEPOINT nested"); !undone) return undone;
  }
  if (in_transaction()) {
    if (auto released = run("RELEASE SAVEPOINT nested"); !released && done) return released;
  }
  return done;
}

base::Result<> Connection::transaction(const std::function<base::Result<>()>& work) {
  if (auto begun = begin(); !begun) return begun;
  auto done = work();
  if (done) done = commit();
  if (!done) rollback();
  return done;
}

base::Result<int> Connection::checkpoint() {
  int in_log = 0;
  int copied = 0;
  const int code =
      sqlite3_wal_checkpoint_v2(state_->db, nullptr, SQLITE_CHECKPOINT_PASSIVE, &in_log, &copied);
  if (code != SQLITE_OK) return fault(state_->db, code, "checkpoint");
  state_->log_pages = in_log - copied;
  return state_->log_pages;
}
int Connection::log_pages() const { return state_->log_pages; }

void Connection::abandon() {
  sqlite3_db_config(state_->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  rollback();
}

}  // namespace ziptone::store::sqlite
