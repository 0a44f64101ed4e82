// A thin layer over libsqlite3: connections, statements, transactions; errors are values. The SQL that goes
// through here uses $1, $2, ... and keeps to what PostgreSQL understands too.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/id.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace ziptone::store::sqlite {

// What became of a statement, beyond its sentence: who may go on and who must not.
enum class Fault : std::uint8_t {
  constraint,  // the data contradicts itself; the statement alone is undone
  disk,        // I/O error, full disk, failed sync, corrupt file: nothing may be written any more
  busy,        // another process holds the database
  other        // misuse, schema, memory
};
// Of an error that this layer made: kept in Error::where as "sqlite <extended code>: <sql>".
Fault fault_of(const base::Error& error);

// A prepared statement. Bind all, step through the rows, reset. Parameters are numbered from 1, columns from
// 0.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&& other) noexcept;
  ~Statement();

  Statement& bind(int parameter, std::int64_t value);
  Statement& bind(int parameter, std::string_view value);  // copied
  Statement& bind(int parameter, double value);
  Statement& bind_null(int parameter);
  Statement& bind(int parameter, base::WallTime value) { return bind(parameter, base::micros(value)); }
  Statement& bind(int parameter, base::Duration value) { return bind(parameter, value.count()); }
  // 0 is stored as null: an absent reference.
  template <class Tag>
  Statement& bind(int parameter, base::Id<Tag> id) {
    return id ? bind(parameter, static_cast<std::int64_t>(id.value)) : bind_null(parameter);
  }
  // All parameters in order, from 1. Texts are not copied: they must outlive the statement's use.
  template <class... Values>
  Statement& bind_all(const Values&... values) {
    int parameter = 0;
    (bind_one(++parameter, values), ...);
    return *this;
  }

  // True: a row is there. False: done.
  base::Result<bool> step();
  // Steps to the end, for statements whose rows nobody reads, and resets.
  base::Result<> run();
  void reset();

  std::int64_t integer(int column) const;  // null reads as 0
  double real(int column) const;
  std::string_view text(int column) const;  // valid until the next step or reset; null reads as ""
  bool is_null(int column) const;
  base::WallTime time(int column) const { return base::wall_from_micros(integer(column)); }
  template <class Id>
  Id id(int column) const {
    return Id{static_cast<std::uint64_t>(integer(column))};
  }

 private:
  friend class Connection;
  Statement(sqlite3* db, sqlite3_stmt* handle);
  int index(int parameter) const;
  void borrow(int parameter, std::string_view value);

  template <class Value>
  void bind_one(int parameter, const Value& value) {
    if constexpr (std::is_integral_v<Value> || std::is_enum_v<Value>)
      bind(parameter, static_cast<std::int64_t>(value));
    else if constexpr (std::is_convertible_v<const Value&, std::string_view>)
      borrow(parameter, value);
    else
      bind(parameter, value);
  }

  sqlite3* db_ = nullptr;
  sqlite3_stmt* handle_ = nullptr;
  std::vector<int> indexes_;  // of $1, $2, ...: SQLite numbers them by first use, not by their name
};

// A cached statement on loan: reset when it goes out of scope, so that no read outlives its use.
class Use {
 public:
  explicit Use(Statement& statement) : statement_(&statement) {}
  ~Use() { statement_->reset(); }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;
  Statement* operator->() { return statement_; }
  Statement& operator*() { return *statement_; }

 private:
  Statement* statement_;
};

// One connection; used by one thread at a time.
class Connection {
 public:
  struct Options {
    bool read_only = false;
    std::string vfs;  // empty: the system's
  };
  // Opens, or creates unless read_only; sets WAL, synchronous=FULL, foreign keys, no automatic checkpoints.
  static base::Result<Connection> open(const std::string& file, const Options& options);
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  ~Connection();

  base::Result<Statement> prepare(std::string_view sql);
  // Prepared once for each text. Aborts when the SQL is wrong: it is ours.
  Use cached(std::string_view sql);
  base::Result<> execute(const std::string& script);  // several statements, no parameters
  // A cached statement with all its values, to the end.
  template <class... Values>
  base::Result<> run(std::string_view sql, const Values&... values) {
    Use use = cached(sql);
    use->bind_all(values...);
    return use->run();
  }
  // The same, calling `each_row(Statement&)` for each row.
  template <class EachRow, class... Values>
  base::Result<> each(std::string_view sql, EachRow each_row, const Values&... values) {
    Use use = cached(sql);
    use->bind_all(values...);
    for (;;) {
      const auto more = use->step();
      if (!more) return tl::unexpected(more.error());
      if (!*more) return {};
      each_row(*use);
    }
  }
  std::int64_t changes() const;  // of the last statement
  std::int64_t last_id() const;  // of the last insert

  base::Result<> begin();  // takes the write lock at once
  base::Result<> commit();
  void rollback();
  bool in_transaction() const;
  // `work` inside a savepoint of the open transaction: undone alone when it fails.
  base::Result<> nested(const std::function<base::Result<>()>& work);
  // `work` in a transaction of its own.
  base::Result<> transaction(const std::function<base::Result<>()>& work);

  // Copies the log into the database, as far as readers allow; says how many pages of the log remain.
  base::Result<int> checkpoint();
  int log_pages() const;  // of the write-ahead log, after the last commit
  // After a failed sync: closing must not write or sync again.
  void abandon();

 private:
  struct State;
  explicit Connection(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ziptone::store::sqlite
