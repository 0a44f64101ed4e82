// The data directory: whether it may be used at all, and the lock that keeps a second process out.
#pragma once

#include <string>

#include "base/result.hpp"

namespace ziptone::store {

// Held while alive; the kernel gives it back when the process dies.
class DirectoryLock {
 public:
  // One sentence with its mend for each reason not to: missing, not a directory, of another owner, not
  // writable, in use.
  static base::Result<DirectoryLock> take(const std::string& directory);
  DirectoryLock(DirectoryLock&& other) noexcept;
  DirectoryLock& operator=(DirectoryLock&& other) noexcept;
  ~DirectoryLock();

 private:
  explicit DirectoryLock(int file) : file_(file) {}
  int file_ = -1;
};

}  // namespace ziptone::store
