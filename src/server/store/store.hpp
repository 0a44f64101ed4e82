// The durable memory: one SQLite database in the data directory, one writer thread with two lanes.
//
//   auto store = Store::open({.directory = "/var/lib/ziptone"});
//   (*store)->recover(now); (*store)->load(now); (*store)->load_contacts(...)   // before submit()
//   (*store)->submit(std::move(batch), done);      // the core's batches, in order
//   (*store)->write<TrunkId>(work, done);          // configuration, from the API
//   Reader::open(...)                              // reader.hpp, from any other thread
//
// First lane: batches, dialogs, do-not-call, configuration, in the order of their arrival. What waits is
// committed together and never waited for. Second lane: imports, in transactions of at most 20 ms that end
// early when the first lane has work. Checkpoints when the first lane is empty.
//
// When a sync, a write or the disk fails, the store has failed for the life of the process: on_failed is
// called once, everything that waits and comes is refused, and nothing is written or synced again.
#pragma once

#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "base/result.hpp"
#include "server/store/batch.hpp"
#include "server/store/load.hpp"
#include "server/store/records.hpp"

namespace ziptone::store {

class Store {
 public:
  struct Options {
    std::string directory;        // exists, ours, writable
    std::string vfs;              // a registered SQLite VFS; empty = the system's
    int checkpoint_pages = 2000;  // of 4 KiB in the log before a checkpoint is worth it
    // On the writer thread, once, with a sentence for the operator. May be empty.
    std::function<void(const base::Error&)> on_failed;
  };
  // On the writer thread, after the commit and its sync, in the order of submission. `durable` false: the
  // store has failed; what was in the batch may or may not be on the disk. Must only pass the news on.
  using Done = std::function<void(std::uint64_t batch, bool durable)>;

  // Creates or migrates the database. Refusals in one sentence: directory missing, read-only, of another
  // owner, in use by another process, database of a newer version, damaged.
  static base::Result<std::unique_ptr<Store>> open(Options options);
  // Finishes what waits, then closes.
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Start-up; each waits for the writer thread. See load.hpp.
  base::Result<Recovered> recover(WallTime now);
  base::Result<Loaded> load(WallTime now);
  base::Result<dialer::event::ContactsLoaded> load_contacts(
      CampaignId campaign, std::size_t limit, ContactCursor& cursor,
      const std::function<dialer::ZoneSetId(std::string_view zones)>& zone_set);

  // Any thread, never waits, never refuses for being full: its depth is bounded by what is live, and control
  // pauses dialing by first_lane_depth(). Returns the batch's number: 1, 2, ... in order of submission.
  std::uint64_t submit(Batch batch, Done done);
  // `done` (may be empty) as in write().
  using Saved = std::function<void(base::Result<>)>;
  // Before the ACK leaves: the ACK waits for `done`. Again for a changed target or CSeq.
  void save_dialog(DialogKey key, DialogFacts facts, Saved done);
  // Before the agent's phone is called: from here on a restart cancels that leg.
  void begin_leg(AgentId agent, std::uint64_t leg, Saved done);
  void end_dialog(DialogKey key, Saved done = {});

  // `work` on the writer thread in the first lane, in a savepoint of its own; `done` on the writer thread
  // with its result once that is durable. A constraint broken by `work` (a name used twice) undoes `work`
  // alone and is `done`'s error.
  template <class T>
  void write(std::function<base::Result<T>(sqlite::Connection&)> work,
             std::function<void(base::Result<T>)> done) {
    auto result = std::make_shared<base::Result<T>>(base::error("not run"));
    write_untyped(
        [result, work = std::move(work)](sqlite::Connection& db) -> base::Result<> {
          *result = work(db);
          if (!*result) return tl::unexpected(result->error());
          return {};
        },
        [result, done = std::move(done)](base::Result<> committed) {
          if (!done) return;
          if (committed) return done(std::move(*result));
          done(tl::unexpected(committed.error()));
        });
  }
  // The same, waited for; not from the writer thread, control or a media worker.
  template <class T>
  base::Result<T> write_and_wait(std::function<base::Result<T>(sqlite::Connection&)> work) {
    std::promise<base::Result<T>> promise;
    auto future = promise.get_future();
    write<T>(std::move(work), [&promise](base::Result<T> result) { promise.set_value(std::move(result)); });
    return future.get();
  }

  // A piece of second-lane work: called again and again on the writer thread, under a millisecond each,
  // inside a transaction, until it says that it is done. Its error is the disk's. Waits while the lane holds
  // eight.
  using Slice = std::function<base::Result<bool>(sqlite::Connection&)>;  // true: done
  void write_later(Slice slice, Saved done);

  std::size_t first_lane_depth() const;  // batches and writes that wait; any thread
  bool failed() const;                   // any thread
  const std::string& database() const;   // the file, for Reader::open

 private:
  class Writer;
  explicit Store(std::unique_ptr<Writer> writer);
  void write_untyped(std::function<base::Result<>(sqlite::Connection&)> work, Saved done);
  std::unique_ptr<Writer> writer_;
};

}  // namespace ziptone::store
