#include "server/control/message_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

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

// Its bytes and its name are on the disk when this returns true.
bool write_whole(const std::string& folder, const std::string& path, const std::vector<std::uint8_t>& bytes) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return false;
  std::size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t count = ::write(file, bytes.data() + written, bytes.size() - written);
    if (count <= 0) break;
    written += static_cast<std::size_t>(count);
  }
  const bool whole = written == bytes.size() && ::fsync(file) == 0;
  ::close(file);
  const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return false;
  const bool named = ::fsync(directory) == 0;
  ::close(directory);
  return whole && named;
}

}  // namespace

base::Result<Samples> read_message(const std::string& path, const std::string& field) {
  if (path.empty()) return Samples{};
  const auto fault = [&field](const std::string& what, const std::string& of) {
    return base::error(fmt::format("{} {}", of, what), field,
                       "give a WAV file: 8 kHz, mono, 16-bit or G.711");
  };
  if (path.front() != '/')
    return base::error(path + " is a relative path", field, "write it from the root: /var/lib/...");
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

std::string prompt_path(const std::string& folder, const std::string& file) {
  return folder + "/" + file + ".wav";
}

base::Result<> write_prompt(const std::string& folder, const std::string& file, const Samples& samples) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  const std::string path = prompt_path(folder, file);
  if (write_whole(folder, path, media::write_wav(samples))) return {};
  return base::error(fmt::format("can't be written: {}", std::strerror(errno)), path,
                     "make room on the disk");
}

void remove_other_prompts(const std::string& folder, const std::vector<std::string>& kept) {
  std::error_code ignored;
  std::vector<std::filesystem::path> gone;
  for (const auto& entry : std::filesystem::directory_iterator{folder, ignored})
    if (std::find(kept.begin(), kept.end(), entry.path().stem().string()) == kept.end())
      gone.push_back(entry.path());
  for (const auto& path : gone) std::filesystem::remove(path, ignored);
}

}  // namespace ziptone::control
