#include "server/store/import_sink.hpp"

#include <future>
#include <mutex>
#include <optional>
#include <utility>
#include <variant>

#include "base/check.hpp"
#include "server/store/sqlite.hpp"
#include "server/store/store.hpp"
#include "server/store/words.hpp"

namespace ziptone::store {
namespace {

constexpr std::size_t kChunk = 512;  // rows a piece of the second lane
constexpr std::size_t kBite = 32;    // rows between two looks at the first lane, under half a millisecond

struct Remark {
  ImportProblem problem;
};
using Row = std::variant<ImportContact, ImportProblem, Remark>;

// What has gone into the database: of the writer thread alone until finish() has waited for it.
struct Written {
  std::uint64_t import = 0;
  ListId list;
  ImportCounts counts;
  std::mutex mutex;
  std::optional<base::Error> failure;  // under the mutex
};

base::Result<> put_problem(sqlite::Connection& db, std::uint64_t import, const ImportProblem& problem) {
  return db.run(
      "INSERT INTO import_problems (import_id, kind, line, column_name, what, mend, original)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7)",
      import, word(problem.kind), problem.line, problem.column, problem.what, problem.mend, problem.row);
}

base::Result<> put_numbers(sqlite::Connection& db, std::uint64_t contact,
                           const std::vector<ImportNumber>& numbers) {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const ImportNumber& number = numbers[i];
    auto done = db.run(
        "INSERT INTO numbers (id, contact_id, position, number, type, country, zones, barred)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        contact * 10 + i, contact, i, number.e164, number.type, number.country, number.zones, number.barred);
    if (!done) return done;
  }
  return {};
}

// What the database holds of a key that came again.
struct Known {
  std::uint64_t id = 0;
  std::uint64_t import = 0;
  bool same_texts = false;
};
base::Result<Known> known_of(sqlite::Connection& db, ListId list, const ImportContact& contact) {
  Known known;
  auto done = db.each(
      "SELECT id, import_id, name, fields FROM contacts WHERE list_id = $1 AND key = $2",
      [&](sqlite::Statement& row) {
        known = {static_cast<std::uint64_t>(row.integer(0)), static_cast<std::uint64_t>(row.integer(1)),
                 row.text(2) == contact.name && row.text(3) == contact.fields};
      },
      list, contact.key);
  if (!done) return tl::unexpected(done.error());
  return known;
}
base::Result<bool> same_numbers(sqlite::Connection& db, std::uint64_t contact,
                                const std::vector<ImportNumber>& numbers) {
  std::size_t seen = 0;
  bool same = true;
  auto done = db.each(
      "SELECT number, type, country, zones, barred FROM numbers WHERE id >= $1 AND id < $1 + 10 ORDER BY id",
      [&](sqlite::Statement& row) {
        same = same && seen < numbers.size() && row.text(0) == numbers[seen].e164 &&
               row.text(1) == numbers[seen].type && row.text(2) == numbers[seen].country &&
               row.text(3) == numbers[seen].zones && row.text(4) == numbers[seen].barred;
        ++seen;
      },
      contact * 10);
  if (!done) return tl::unexpected(done.error());
  return same && seen == numbers.size();
}

}  // namespace

struct ImportSink::State {
  Store& store;
  std::shared_ptr<Written> written = std::make_shared<Written>();
  std::vector<Row> chunk;
  bool finished = false;

  explicit State(Store& in) : store(in) {}

  base::Result<> failure() const {
    const std::lock_guard guard(written->mutex);
    if (written->failure) return tl::unexpected(*written->failure);
    return {};
  }
  base::Result<> add(Row row) {
    chunk.push_back(std::move(row));
    if (chunk.size() >= kChunk) flush();
    return failure();
  }
  void flush();
  base::Result<> settle(std::string_view state);
};

namespace {

// Another import's row, or none: brought up to date. One of this import: the first row of the file counts.
base::Result<> put_again(sqlite::Connection& db, Written& to, const ImportContact& contact) {
  const auto known = known_of(db, to.list, contact);
  if (!known) return tl::unexpected(known.error());
  if (known->import == to.import) {
    ++to.counts.duplicate;
    return put_problem(db, to.import,
                       {ImportProblem::Kind::duplicate, contact.line, "key",
                        "the key came earlier in this file", "remove one of the rows", contact.row});
  }
  const auto same = same_numbers(db, known->id, contact.numbers);
  if (!same) return tl::unexpected(same.error());
  if (known->same_texts && *same) {
    ++to.counts.unchanged;
    return db.run("UPDATE contacts SET import_id = $2 WHERE id = $1", known->id, to.import);
  }
  ++to.counts.updated;
  auto done = db.run(
      "UPDATE contacts SET import_id = $2, name = $3, fields = $4,"
      " number_index = CASE WHEN number_index < $5 THEN number_index ELSE 0 END,"
      // What only its numbers barred is judged again with the new ones.
      " phase = CASE WHEN $6 AND reason IN ('unknown_zone', 'destination') THEN 'ready' ELSE phase END,"
      " reason = CASE WHEN $6 AND reason IN ('unknown_zone', 'destination') THEN '' ELSE reason END"
      " WHERE id = $1",
      known->id, to.import, contact.name, contact.fields, contact.numbers.size(), std::int64_t{!*same});
  if (done && !*same) done = db.run("DELETE FROM numbers WHERE id >= $1 AND id < $1 + 10", known->id * 10);
  if (done && !*same) done = put_numbers(db, known->id, contact.numbers);
  return done;
}

base::Result<> put_contact(sqlite::Connection& db, Written& to, const ImportContact& contact) {
  auto done = db.run(
      "INSERT INTO contacts (list_id, import_id, key, name, fields) VALUES ($1, $2, $3, $4, $5)"
      " ON CONFLICT (list_id, key) DO NOTHING",
      to.list, to.import, contact.key, contact.name, contact.fields);
  if (!done) return done;
  if (db.changes() == 0) return put_again(db, to, contact);
  ++to.counts.inserted;
  return put_numbers(db, static_cast<std::uint64_t>(db.last_id()), contact.numbers);
}

base::Result<> put(sqlite::Connection& db, Written& to, const Row& row) {
  if (const auto* contact = std::get_if<ImportContact>(&row)) return put_contact(db, to, *contact);
  if (const auto* remark = std::get_if<Remark>(&row)) return put_problem(db, to.import, remark->problem);
  const auto& problem = std::get<ImportProblem>(row);
  ++(problem.kind == ImportProblem::Kind::duplicate ? to.counts.duplicate : to.counts.bad);
  return put_problem(db, to.import, problem);
}

base::Result<> put_counts(sqlite::Connection& db, const Written& from, std::string_view state) {
  const ImportCounts& counts = from.counts;
  return db.run(
      "UPDATE imports SET state = $2, inserted = $3, updated = $4, unchanged = $5, duplicate = $6,"
      " bad = $7 WHERE id = $1",
      from.import, state, counts.inserted, counts.updated, counts.unchanged, counts.duplicate, counts.bad);
}

}  // namespace

void ImportSink::State::flush() {
  if (chunk.empty()) return;
  auto rows = std::make_shared<std::vector<Row>>(std::exchange(chunk, {}));
  auto slice = [rows, to = written,
                next = std::size_t{0}](sqlite::Connection& db) mutable -> base::Result<bool> {
    const std::size_t end = std::min(rows->size(), next + kBite);
    for (; next < end; ++next)
      if (auto done = put(db, *to, (*rows)[next]); !done) return tl::unexpected(done.error());
    if (next < rows->size()) return false;
    if (auto done = put_counts(db, *to, "running"); !done) return tl::unexpected(done.error());
    return true;
  };
  store.write_later(std::move(slice), [to = written](const base::Result<>& done) {
    if (done) return;
    const std::lock_guard guard(to->mutex);
    if (!to->failure) to->failure = done.error();
  });
}

// The last piece: waited for, and with it everything before.
base::Result<> ImportSink::State::settle(std::string_view state) {
  finished = true;
  flush();
  std::promise<base::Result<>> promise;
  auto future = promise.get_future();
  store.write_later(
      [to = written, state](sqlite::Connection& db) -> base::Result<bool> {
        if (auto done = put_counts(db, *to, state); !done) return tl::unexpected(done.error());
        return true;
      },
      [&promise](const base::Result<>& done) { promise.set_value(done); });
  auto settled = future.get();
  if (auto earlier = failure(); !earlier) return earlier;
  return settled;
}

base::Result<ImportSink> ImportSink::open(Store& store, ListId list, const std::string& file, WallTime now) {
  auto state = std::make_unique<State>(store);
  auto import =
      store.write_and_wait<std::uint64_t>([&](sqlite::Connection& db) -> base::Result<std::uint64_t> {
        auto made = db.run("INSERT INTO imports (list_id, file, state, at) VALUES ($1, $2, 'running', $3)",
                           list, file, now);
        if (!made && sqlite::fault_of(made.error()) == sqlite::Fault::constraint)
          return base::error("the contact list does not exist", "list", "make the list first");
        if (!made) return tl::unexpected(made.error());
        return static_cast<std::uint64_t>(db.last_id());
      });
  if (!import) return tl::unexpected(import.error());
  state->written->import = *import;
  state->written->list = list;
  return ImportSink(std::move(state));
}

ImportSink::ImportSink(std::unique_ptr<State> state) : state_(std::move(state)) {}
ImportSink::ImportSink(ImportSink&&) noexcept = default;
ImportSink::~ImportSink() {
  if (state_ && !state_->finished) static_cast<void>(state_->settle("broken_off"));
}

base::Result<> ImportSink::add(ImportContact contact) {
  VERIFY(!contact.key.empty() && !contact.numbers.empty() && contact.numbers.size() <= 10);
  return state_->add(std::move(contact));
}
base::Result<> ImportSink::reject(ImportProblem problem) {
  VERIFY(problem.kind != ImportProblem::Kind::warning);
  return state_->add(std::move(problem));
}
base::Result<> ImportSink::remark(ImportProblem problem) { return state_->add(Remark{std::move(problem)}); }

base::Result<ImportCounts> ImportSink::finish() {
  if (auto settled = state_->settle("done"); !settled) return tl::unexpected(settled.error());
  ImportCounts counts = state_->written->counts;
  counts.read = counts.inserted + counts.updated + counts.unchanged + counts.duplicate + counts.bad;
  return counts;
}
std::uint64_t ImportSink::import_id() const { return state_->written->import; }

}  // namespace ziptone::store
