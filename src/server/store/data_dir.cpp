#include "server/store/data_dir.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ziptone::store {
namespace {

// Who holds the lock, as it wrote itself; empty when unreadable.
std::string holder(int file) {
  std::array<char, 32> text{};
  const ssize_t length = pread(file, text.data(), text.size(), 0);
  std::string pid(text.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
  while (!pid.empty() && pid.back() == '\n') pid.pop_back();
  return pid;
}

}  // namespace

base::Result<DirectoryLock> DirectoryLock::take(const std::string& directory) {
  struct stat status {};
  if (stat(directory.c_str(), &status) != 0) {
    if (errno == ENOENT)
      return base::error("the data directory does not exist", directory,
                         fmt::format("create it: mkdir -p {}", directory));
    return base::error(fmt::format("the data directory cannot be read ({})", std::strerror(errno)), directory,
                       "check the path and its permissions");
  }
  if (!S_ISDIR(status.st_mode))
    return base::error("the data directory is not a directory", directory, "name a directory");
  if (status.st_uid != geteuid())
    return base::error(fmt::format("the data directory belongs to user {} and this process runs as user {}",
                                   status.st_uid, geteuid()),
                       directory, fmt::format("run as its owner, or chown it to {}", geteuid()));
  const std::string path = directory + "/ziptone.lock";
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0)
    return base::error(fmt::format("the data directory is not writable ({})", std::strerror(errno)),
                       directory, "give its owner write permission, or name another directory");
  DirectoryLock lock(file);
  if (flock(file, LOCK_EX | LOCK_NB) != 0)
    return base::error(fmt::format("the data directory is in use by process {}", holder(file)), directory,
                       "stop that process, or name another directory");
  const std::string pid = std::to_string(getpid()) + "\n";
  if (ftruncate(file, 0) != 0 || pwrite(file, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size()))
    return base::error(fmt::format("the lock file cannot be written ({})", std::strerror(errno)), path,
                       "make room on the disk");
  return lock;
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
DirectoryLock& DirectoryLock::operator=(DirectoryLock&& other) noexcept {
  std::swap(file_, other.file_);
  return *this;
}
DirectoryLock::~DirectoryLock() {
  if (file_ >= 0) close(file_);
}

}  // namespace ziptone::store
