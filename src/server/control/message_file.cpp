#include "server/control/message_file.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "media/wav.hpp"

namespace ziptone::control {
namespace {

class File {
 public:
  // O_NONBLOCK: opening a pipe that nobody writes to returns.
  explicit File(const std::string& path) : file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~File() {
    if (file_ >= 0) ::close(file_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int number() const { return file_; }

 private:
  int file_;
};

auto fault(const std::string& what, const std::string& path) {
  return base::error(fmt::format("{} {}", path, what), "message_file",
                     "write the path of a WAV file: 8 kHz, mono, 16-bit or G.711");
}

}  // namespace

base::Result<Samples> read_message(const std::string& path) {
  if (path.empty()) return Samples{};
  if (path.front() != '/')
    return base::error(path + " is a relative path", "message_file", "write it from the root: /var/lib/...");
  const File file{path};
  struct stat status {};
  if (file.number() < 0 || fstat(file.number(), &status) != 0)
    return fault(fmt::format("can't be read: {}", std::strerror(errno)), path);
  if (!S_ISREG(status.st_mode)) return fault("is no regular file", path);
  if (static_cast<std::size_t>(status.st_size) > kMessageBytesMax)
    return fault(fmt::format("is over {} MiB", kMessageBytesMax >> 20), path);
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(status.st_size));
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t count = ::read(file.number(), bytes.data() + filled, bytes.size() - filled);
    if (count < 0) return fault(fmt::format("can't be read: {}", std::strerror(errno)), path);
    if (count == 0) break;  // it has become shorter
    filled += static_cast<std::size_t>(count);
  }
  bytes.resize(filled);
  auto samples = media::parse_wav(bytes, path);
  if (!samples) return fault(samples.error().what, path);
  if (samples->empty()) return fault("holds no sound", path);
  return std::move(*samples);
}

}  // namespace ziptone::control
