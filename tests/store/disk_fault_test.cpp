// The disk refuses one write or sync: the store stops at once, says so once, writes nothing more, and what it
// had promised is there after a restart.
#include <sqlite3.h>

#include "test_vfs.hpp"
#include "workload.hpp"

namespace ziptone::store {
namespace {

struct Case {
  const char* name;
  TestVfs::Operation operation;
  int code;
  std::uint64_t stride;  // every so many-th operation, so that a run stays short
};

class DiskFault : public testing::TestWithParam<Case> {};

TEST_P(DiskFault, AtTheNthOperationStopsTheStoreForGood) {
  const Case& fault = GetParam();
  std::uint64_t runs = 0;
  std::uint64_t refused_opens = 0;
  for (std::uint64_t nth = 1;; nth += fault.stride) {
    TempDir dir;
    Workload workload;
    {
      TestVfs vfs;
      vfs.fail(fault.operation, nth, fault.code);
      workload.run(dir.path(), TestVfs::name());
      if (!vfs.has_failed()) break;  // the workload has no more operations
      // Before the first promise SQLite may still roll the empty file back.
      if (workload.opened()) {
        EXPECT_EQ(vfs.operations_since_fault(), 0u) << "nothing is written or synced again, n = " << nth;
      }
    }
    ++runs;
    if (!workload.opened()) ++refused_opens;
    const auto promised = workload.promised();
    // A checkpoint's fault takes nothing back; one that took a batch was told, and never twice.
    const bool lost = workload.opened() && promised.batches < Workload::kBatches;
    EXPECT_LE(workload.failures_told(), 1) << "n = " << nth;
    EXPECT_GE(workload.failures_told(), lost ? 1 : 0) << "n = " << nth;
    EXPECT_FALSE(promised.promised_after) << "n = " << nth;
    for (const auto& finding : judge(dir.path(), promised)) ADD_FAILURE() << "n = " << nth << ": " << finding;
    if (HasFailure()) break;
  }
  EXPECT_GE(runs, 20u);
  std::printf("%s: %llu runs, %llu refused at opening\n", fault.name, static_cast<unsigned long long>(runs),
              static_cast<unsigned long long>(refused_opens));
}

INSTANTIATE_TEST_SUITE_P(Each, DiskFault,
                         testing::Values(Case{"SyncEio", TestVfs::Operation::sync, SQLITE_IOERR_FSYNC, 2},
                                         Case{"WriteEio", TestVfs::Operation::write, SQLITE_IOERR_WRITE, 23},
                                         Case{"WriteFull", TestVfs::Operation::write, SQLITE_FULL, 29}),
                         [](const testing::TestParamInfo<Case>& one) { return std::string(one.param.name); });

TEST(DiskFaultReport, IsLoudOnceAndEverythingAfterIsRefused) {
  TempDir dir;
  TestVfs vfs;
  std::vector<std::string> told;
  Store::Options options;
  options.directory = dir.path();
  options.vfs = TestVfs::name();
  options.on_failed = [&](const base::Error& error) { told.push_back(base::to_string(error)); };
  auto store = must(Store::open(std::move(options)));
  EXPECT_TRUE(submit(*store, {call_row(1, 1, "a", "b", "c", {})}));
  vfs.fail(TestVfs::Operation::sync, 1, SQLITE_IOERR_FSYNC);
  EXPECT_FALSE(submit(*store, {call_row(2, 1, "a", "b", "c", {})}));
  EXPECT_TRUE(store->failed());
  EXPECT_FALSE(submit(*store, {call_row(3, 1, "a", "b", "c", {})}));
  EXPECT_FALSE(store->write_and_wait<TeamId>([](sqlite::Connection& db) {
                      return put_team(db, {{}, "x"});
                    })
                   .has_value());
  auto import = ImportSink::open(*store, {1}, "x.csv", at(0));
  EXPECT_FALSE(import.has_value());
  ASSERT_EQ(told.size(), 1u);
  EXPECT_NE(told[0].find("the store has failed (disk I/O error)"), std::string::npos) << told[0];
  EXPECT_NE(told[0].find("check the disk"), std::string::npos);
}

}  // namespace
}  // namespace ziptone::store
