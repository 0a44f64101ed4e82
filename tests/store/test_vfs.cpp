#include "test_vfs.hpp"

#include <condition_variable>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include <sqlite3.h>

namespace ziptone::store {
namespace {

constexpr std::size_t kSector = 512;

TestVfs* current = nullptr;
sqlite3_vfs* real_vfs = nullptr;
sqlite3_vfs test_vfs;

// SQLite allocates szOsFile bytes for each: this head, then the real file.
struct File {
  sqlite3_file head;
  std::string* path;  // null for a temporary file
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
File* of(sqlite3_file* file) { return reinterpret_cast<File*>(file); }
sqlite3_file* real_of(sqlite3_file* file) { return of(file)->real(); }

int close_file(sqlite3_file* file) {
  const int code = real_of(file)->pMethods->xClose(real_of(file));
  delete of(file)->path;
  return code;
}
int read_file(sqlite3_file* file, void* to, int size, sqlite3_int64 offset) {
  return real_of(file)->pMethods->xRead(real_of(file), to, size, offset);
}
int write_file(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  if (of(file)->path != nullptr)
    if (const int code = current->on_write(*of(file)->path, offset, data, size); code != SQLITE_OK)
      return code;
  return real_of(file)->pMethods->xWrite(real_of(file), data, size, offset);
}
int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  if (of(file)->path != nullptr) current->truncated(*of(file)->path, size);
  return real_of(file)->pMethods->xTruncate(real_of(file), size);
}
// What a sync would do is modelled, unless there is no memory to model it in.
int sync_file(sqlite3_file* file, int flags) {
  if (of(file)->path == nullptr) return SQLITE_OK;
  if (const int code = current->on_sync(*of(file)->path); code != SQLITE_OK) return code;
  if (!current->remembers()) return real_of(file)->pMethods->xSync(real_of(file), flags);
  current->synced(*of(file)->path);
  return SQLITE_OK;
}
int file_size(sqlite3_file* file, sqlite3_int64* size) {
  return real_of(file)->pMethods->xFileSize(real_of(file), size);
}
int lock(sqlite3_file* file, int level) { return real_of(file)->pMethods->xLock(real_of(file), level); }
int unlock(sqlite3_file* file, int level) { return real_of(file)->pMethods->xUnlock(real_of(file), level); }
int check_lock(sqlite3_file* file, int* held) {
  return real_of(file)->pMethods->xCheckReservedLock(real_of(file), held);
}
int control(sqlite3_file* file, int what, void* value) {
  return real_of(file)->pMethods->xFileControl(real_of(file), what, value);
}
int sector_size(sqlite3_file*) { return kSector; }
int characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }
int shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** to) {
  return real_of(file)->pMethods->xShmMap(real_of(file), region, size, extend, to);
}
int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
  return real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
}
void shm_barrier(sqlite3_file* file) { real_of(file)->pMethods->xShmBarrier(real_of(file)); }
int shm_unmap(sqlite3_file* file, int remove) {
  return real_of(file)->pMethods->xShmUnmap(real_of(file), remove);
}

// Version 2: shared memory, no memory mapping of the database itself.
constexpr sqlite3_io_methods kMethods = {
    2,        close_file,  read_file,  write_file, truncate_file, sync_file,       file_size,
    lock,     unlock,      check_lock, control,    sector_size,   characteristics, shm_map,
    shm_lock, shm_barrier, shm_unmap,  nullptr,    nullptr};

int open_file(sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* out) {
  of(file)->head.pMethods = nullptr;
  of(file)->path = nullptr;
  const int code = real_vfs->xOpen(real_vfs, path, of(file)->real(), flags, out);
  if (code != SQLITE_OK) return code;
  of(file)->head.pMethods = &kMethods;
  if (path != nullptr) of(file)->path = new std::string(path);
  return SQLITE_OK;
}
int delete_file(sqlite3_vfs*, const char* path, int sync_directory) {
  current->deleted(path);
  return real_vfs->xDelete(real_vfs, path, sync_directory);
}

void put(std::string& to, std::int64_t offset, std::string_view bytes) {
  const auto end = static_cast<std::size_t>(offset) + bytes.size();
  if (to.size() < end) to.resize(end);
  std::memcpy(to.data() + offset, bytes.data(), bytes.size());
}

// Each sector of the write reaches the disk or not, as chance has it.
void put_torn(std::string& to, std::int64_t offset, std::string_view bytes, base::Random& random) {
  while (!bytes.empty()) {
    const std::size_t room = kSector - static_cast<std::size_t>(offset) % kSector;
    const auto piece = bytes.substr(0, room);
    if (random.chance(0.5)) put(to, offset, piece);
    offset += static_cast<std::int64_t>(piece.size());
    bytes.remove_prefix(piece.size());
  }
}

}  // namespace

TestVfs::TestVfs(Memory memory) : memory_(memory) {
  if (current != nullptr) throw std::logic_error("one TestVfs at a time");
  current = this;
  real_vfs = sqlite3_vfs_find(nullptr);
  test_vfs = *real_vfs;
  test_vfs.pNext = nullptr;
  test_vfs.zName = name();
  test_vfs.szOsFile = static_cast<int>(sizeof(File)) + real_vfs->szOsFile;
  test_vfs.xOpen = open_file;
  test_vfs.xDelete = delete_file;
  sqlite3_vfs_register(&test_vfs, 0);
}
TestVfs::~TestVfs() {
  sqlite3_vfs_unregister(&test_vfs);
  current = nullptr;
}

void TestVfs::fail(Operation operation, std::uint64_t nth, int code) {
  const std::lock_guard guard(mutex_);
  fault_ = Fault{operation, count(operation) + nth, code};
}

int TestVfs::count_and_judge(Operation operation) {
  if (after_fault_) ++*after_fault_;
  const auto now = ++counts_[static_cast<std::size_t>(operation)];
  if (!fault_ || fault_->operation != operation || fault_->at != now) return SQLITE_OK;
  after_fault_ = 0;
  return fault_->code;
}

int TestVfs::on_write(const std::string& path, std::int64_t offset, const void* data, int size) {
  const std::lock_guard guard(mutex_);
  if (const int code = count_and_judge(Operation::write); code != SQLITE_OK) return code;
  if (!remembers()) return SQLITE_OK;
  files_[path].pending.emplace_back(
      Write{offset, std::string(static_cast<const char*>(data), static_cast<std::size_t>(size))});
  return SQLITE_OK;
}

int TestVfs::on_sync(const std::string&) {
  if (delay_.count() > 0) {  // a disk that takes its time: nobody wakes this wait
    std::mutex mutex;
    std::unique_lock guard(mutex);
    std::condition_variable().wait_for(guard, delay_, [] { return false; });
  }
  const std::lock_guard guard(mutex_);
  if (hook_) hook_(count(Operation::sync) + 1);
  return count_and_judge(Operation::sync);
}

void TestVfs::synced(const std::string& path) {
  const std::lock_guard guard(mutex_);
  File& file = files_[path];
  file.on_disk = true;
  for (const auto& change : file.pending) {
    if (const auto* write = std::get_if<Write>(&change))
      put(file.durable, write->offset, write->bytes);
    else
      file.durable.resize(static_cast<std::size_t>(std::get<Truncate>(change).size));
  }
  file.pending.clear();
}

void TestVfs::truncated(const std::string& path, std::int64_t size) {
  const std::lock_guard guard(mutex_);
  if (remembers()) files_[path].pending.emplace_back(Truncate{size});
}
void TestVfs::deleted(const std::string& path) {
  const std::lock_guard guard(mutex_);
  files_.erase(path);
}

TestVfs::Image TestVfs::image(Loss loss, base::Random& random) const {
  const std::lock_guard guard(mutex_);
  Image image;
  for (const auto& [path, file] : files_) {
    const bool there = file.on_disk || loss == Loss::nothing || (loss == Loss::torn && random.chance(0.5));
    if (!there) continue;
    std::string bytes = file.durable;
    for (const auto& change : file.pending) {
      if (loss == Loss::everything_unsynced) break;
      if (const auto* write = std::get_if<Write>(&change)) {
        if (loss == Loss::nothing)
          put(bytes, write->offset, write->bytes);
        else
          put_torn(bytes, write->offset, write->bytes, random);
      } else if (loss == Loss::nothing || random.chance(0.5)) {
        bytes.resize(static_cast<std::size_t>(std::get<Truncate>(change).size));
      }
    }
    image[std::filesystem::path(path).filename()] = std::move(bytes);
  }
  return image;
}

}  // namespace ziptone::store
