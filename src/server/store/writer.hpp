// The writer thread behind Store: two lanes, group commit, and the state after which nothing is written.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <variant>
#include <vector>

#include "server/store/data_dir.hpp"
#include "server/store/sqlite.hpp"
#include "server/store/store.hpp"

namespace ziptone::store {

class Store::Writer {
 public:
  using Work = std::function<base::Result<>(sqlite::Connection&)>;

  Writer(Options options, DirectoryLock lock, sqlite::Connection connection, std::string database);
  ~Writer();

  std::uint64_t submit(Batch batch, Done done);
  void write(Work work, Saved done);
  void write_later(Slice slice, Saved done);

  std::size_t depth() const { return depth_.load(std::memory_order_relaxed); }
  bool failed() const { return failed_.load(std::memory_order_acquire); }
  const std::string& database() const { return database_; }

 private:
  struct BatchItem {
    std::uint64_t number;
    Batch batch;
    Done done;
  };
  struct WorkItem {
    Work work;
    Saved done;
    base::Result<> result;
  };
  using Item = std::variant<BatchItem, WorkItem>;
  struct SliceItem {
    Slice slice;
    Saved done;
  };

  void run();
  bool wait();  // false: stopped and nothing is left
  void round();
  base::Result<> begin();
  base::Result<> apply_first_lane(std::vector<Item>& group);
  base::Result<> apply_item(Item& item);
  base::Result<> apply_second_lane(std::vector<SliceItem>& finished);
  void answer(std::vector<Item>& group, std::vector<SliceItem>& finished, const base::Result<>& committed);
  void refuse_all();
  void checkpoint_if_due();
  void fail(const base::Error& error);

  Options options_;
  DirectoryLock lock_;
  sqlite::Connection db_;
  std::string database_;

  std::mutex mutex_;
  std::condition_variable work_waits_;
  std::condition_variable room_;
  std::deque<Item> first_;
  std::deque<SliceItem> second_;
  std::uint64_t batches_ = 0;
  bool stopping_ = false;

  std::atomic<std::size_t> depth_{0};  // of the first lane, those being committed included
  std::atomic<bool> first_waits_{false};
  std::atomic<bool> failed_{false};
  base::Error failure_;  // of the writer thread, once failed_
  std::thread thread_;   // last: it starts when all else stands
};

}  // namespace ziptone::store
