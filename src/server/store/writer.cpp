#include "server/store/writer.hpp"

#include <chrono>
#include <iterator>

#include <pthread.h>

#include "base/check.hpp"

namespace ziptone::store {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kImportSlice = std::chrono::milliseconds{20};  // the longest transaction of the second lane
constexpr std::size_t kSecondLane = 8;                        // pieces that wait
constexpr int kBusyTries = 10;          // of one second each: somebody's shell holds the database
constexpr int kOverdueCheckpoint = 20;  // times checkpoint_pages: then also while the first lane has work

}  // namespace

Store::Writer::Writer(Options options, DirectoryLock lock, sqlite::Connection connection,
                      std::string database)
    : options_(std::move(options)),
      lock_(std::move(lock)),
      db_(std::move(connection)),
      database_(std::move(database)),
      thread_([this] { run(); }) {}

Store::Writer::~Writer() {
  {
    const std::lock_guard guard(mutex_);
    stopping_ = true;
  }
  work_waits_.notify_one();
  thread_.join();
}

std::uint64_t Store::Writer::submit(Batch batch, Done done) {
  depth_.fetch_add(1, std::memory_order_relaxed);
  std::uint64_t number = 0;
  {
    const std::lock_guard guard(mutex_);
    number = ++batches_;
    first_.emplace_back(BatchItem{number, std::move(batch), std::move(done)});
    first_waits_.store(true, std::memory_order_relaxed);
  }
  work_waits_.notify_one();
  return number;
}

void Store::Writer::write(Work work, Saved done) {
  depth_.fetch_add(1, std::memory_order_relaxed);
  {
    const std::lock_guard guard(mutex_);
    first_.emplace_back(WorkItem{std::move(work), std::move(done), {}});
    first_waits_.store(true, std::memory_order_relaxed);
  }
  work_waits_.notify_one();
}

void Store::Writer::write_later(Slice slice, Saved done) {
  {
    std::unique_lock guard(mutex_);
    room_.wait(guard, [this] { return second_.size() < kSecondLane; });
    second_.push_back({std::move(slice), std::move(done)});
  }
  work_waits_.notify_one();
}

void Store::Writer::run() {
  pthread_setname_np(pthread_self(), "store");
  while (wait()) {
    round();
    checkpoint_if_due();
  }
}

bool Store::Writer::wait() {
  std::unique_lock guard(mutex_);
  work_waits_.wait(guard, [this] { return stopping_ || !first_.empty() || !second_.empty(); });
  return !first_.empty() || !second_.empty();
}

// One transaction. The first lane goes in; then the second for as long as the first is empty, one piece at
// least so that an import ends at all; what has come to the first lane meanwhile shares the commit.
void Store::Writer::round() {
  if (failed()) return refuse_all();
  std::vector<Item> group;
  std::vector<SliceItem> finished;
  auto done = begin();
  if (done) done = apply_first_lane(group);
  if (done) done = apply_second_lane(finished);
  if (done) done = apply_first_lane(group);
  if (done) done = db_.commit();
  if (!done) fail(done.error());
  answer(group, finished, done);
}

base::Result<> Store::Writer::begin() {
  for (int i = 1;; ++i) {
    auto begun = db_.begin();
    if (begun || sqlite::fault_of(begun.error()) != sqlite::Fault::busy || i == kBusyTries) return begun;
  }
}

base::Result<> Store::Writer::apply_first_lane(std::vector<Item>& group) {
  std::size_t next = group.size();
  {
    const std::lock_guard guard(mutex_);
    std::move(first_.begin(), first_.end(), std::back_inserter(group));
    first_.clear();
    first_waits_.store(false, std::memory_order_relaxed);
  }
  for (; next < group.size(); ++next)
    if (auto applied = apply_item(group[next]); !applied) return applied;
  return {};
}

// An error is the disk's. A write that its own data forbids is undone alone and answered with the reason.
base::Result<> Store::Writer::apply_item(Item& item) {
  if (auto* batch = std::get_if<BatchItem>(&item)) return apply(db_, batch->batch);
  auto& work = std::get<WorkItem>(item);
  work.result = db_.nested([&] { return work.work(db_); });
  if (!work.result && sqlite::fault_of(work.result.error()) == sqlite::Fault::disk) return work.result;
  return {};
}

base::Result<> Store::Writer::apply_second_lane(std::vector<SliceItem>& finished) {
  const auto until = Clock::now() + kImportSlice;
  do {
    SliceItem* front = nullptr;  // stays in place: others only append, and this thread alone takes away
    {
      const std::lock_guard guard(mutex_);
      if (second_.empty()) return {};
      front = &second_.front();
    }
    const auto ended = front->slice(db_);
    if (!ended) return tl::unexpected(ended.error());
    if (!*ended) continue;
    {
      const std::lock_guard guard(mutex_);
      finished.push_back(std::move(second_.front()));
      second_.pop_front();
    }
    room_.notify_one();
  } while (!first_waits_.load(std::memory_order_relaxed) && Clock::now() < until);
  return {};
}

void Store::Writer::answer(std::vector<Item>& group, std::vector<SliceItem>& finished,
                           const base::Result<>& committed) {
  for (Item& item : group) {
    depth_.fetch_sub(1, std::memory_order_relaxed);  // before its answer: what is acknowledged does not wait
    if (auto* batch = std::get_if<BatchItem>(&item)) {
      if (batch->done) batch->done(batch->number, committed.has_value());
    } else if (auto& work = std::get<WorkItem>(item); work.done) {
      work.done(committed ? work.result : committed);
    }
  }
  for (SliceItem& item : finished)
    if (item.done) item.done(committed);
}

void Store::Writer::refuse_all() {
  std::vector<Item> group;
  std::vector<SliceItem> finished;
  {
    const std::lock_guard guard(mutex_);
    std::move(first_.begin(), first_.end(), std::back_inserter(group));
    first_.clear();
    std::move(second_.begin(), second_.end(), std::back_inserter(finished));
    second_.clear();
  }
  room_.notify_all();
  answer(group, finished, tl::unexpected(failure_));
}

void Store::Writer::checkpoint_if_due() {
  if (failed() || db_.log_pages() < options_.checkpoint_pages) return;
  const bool overdue = db_.log_pages() >= kOverdueCheckpoint * options_.checkpoint_pages;
  if (first_waits_.load(std::memory_order_relaxed) && !overdue) return;
  // Readers may hold back a part of the log; busy is no fault, the next round tries again.
  const auto done = db_.checkpoint();
  if (!done && sqlite::fault_of(done.error()) == sqlite::Fault::disk) fail(done.error());
}

void Store::Writer::fail(const base::Error& error) {
  failure_ = {"the store has failed (" + error.what + ")", database_,
              "check the disk, then start again: nothing is written any more"};
  db_.abandon();
  failed_.store(true, std::memory_order_release);
  if (options_.on_failed) options_.on_failed(failure_);
}

}  // namespace ziptone::store
