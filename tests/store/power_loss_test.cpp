// The plug is pulled at every sync: what was promised is there, and nothing is half applied.
#include <atomic>
#include <filesystem>
#include <fstream>

#include "test_vfs.hpp"
#include "workload.hpp"

namespace ziptone::store {
namespace {

void write_image(const TestVfs::Image& image, const std::string& directory) {
  for (const auto& [name, bytes] : image) {
    std::ofstream file(std::filesystem::path(directory) / name, std::ios::binary);
    file << bytes;
  }
}

struct Tally {
  std::uint64_t crashes = 0;
  std::vector<std::string> findings;
};

// One crash at this very moment, restarted on the side while the workload's writer waits in its sync.
void crash(const TestVfs& vfs, TestVfs::Loss loss, base::Random& random, const Promised& promised,
           std::uint64_t sync, Tally& tally) {
  TempDir dir;
  write_image(vfs.image(loss, random), dir.path());
  ++tally.crashes;
  const auto note = [&](const std::string& finding) {
    tally.findings.push_back("sync " + std::to_string(sync) + ", loss " +
                             std::to_string(static_cast<int>(loss)) + ": " + finding);
  };
  try {
    for (const auto& finding : judge(dir.path(), promised)) note(finding);
  } catch (const std::exception& error) {
    note(error.what());
  }
}

TEST(PowerLoss, AtEverySyncKeepsWhatWasPromised) {
  TestVfs vfs;
  TempDir dir;
  Workload workload;
  base::Random random(20261122);
  Tally tally;
  vfs.before_sync([&](std::uint64_t sync) {
    const auto promised = workload.promised();
    crash(vfs, TestVfs::Loss::everything_unsynced, random, promised, sync, tally);
    crash(vfs, TestVfs::Loss::torn, random, promised, sync, tally);
    crash(vfs, TestVfs::Loss::torn, random, promised, sync, tally);
    if (sync % 4 == 0) crash(vfs, TestVfs::Loss::nothing, random, promised, sync, tally);
  });
  workload.run(dir.path(), TestVfs::name());
  const auto syncs = vfs.count(TestVfs::Operation::sync);
  EXPECT_GE(syncs, 50u) << "a workload that hardly syncs proves little";
  EXPECT_EQ(workload.promised().batches, Workload::kBatches);
  EXPECT_TRUE(tally.findings.empty())
      << tally.findings.size() << " findings, the first: " << tally.findings[0];
  RecordProperty("syncs", static_cast<int>(syncs));
  RecordProperty("crashes", static_cast<int>(tally.crashes));
  std::printf("%llu crashes at %llu sync points, %zu findings\n",
              static_cast<unsigned long long>(tally.crashes), static_cast<unsigned long long>(syncs),
              tally.findings.size());
}

// The test can fail: a promise that was never kept is found.
TEST(PowerLoss, ALostPromiseIsFound) {
  TestVfs vfs;
  TempDir dir;
  Workload workload;
  base::Random random(1);
  Tally tally;
  vfs.before_sync([&](std::uint64_t sync) {
    auto promised = workload.promised();
    if (promised.batches == 0 || sync % 4 != 0) return;
    promised.batches += 6;  // more than can be on their way
    crash(vfs, TestVfs::Loss::everything_unsynced, random, promised, sync, tally);
  });
  workload.run(dir.path(), TestVfs::name());
  EXPECT_GT(tally.findings.size(), tally.crashes / 2);
}

}  // namespace
}  // namespace ziptone::store
