#include "server/control/clips.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include <fmt/format.h>
#include <pthread.h>
#include <spdlog/spdlog.h>

#include "media/wav.hpp"
#include "server/control/clock.hpp"
#include "server/control/seed.hpp"
#include "server/store/analyses.hpp"
#include "server/store/reader.hpp"

namespace ziptone::control {
namespace {

constexpr std::size_t kWaitingMax = 256;  // 20 MB
constexpr std::size_t kSweptAtOnce = 500;
constexpr auto kSweepEvery = std::chrono::hours{1};

std::string text_of(const std::vector<mediaplane::Clip::Lost>& lost) {
  std::string text;
  for (const auto& one : lost)
    text += fmt::format("{}[{},{}]", text.empty() ? "" : ",", one.at_ms, one.length_ms);
  return "[" + text + "]";
}

base::Result<> remove_clips(store::Store& store, const std::string& folder,
                            const std::vector<store::ClipRecord>& old) {
  auto removed = store.write_and_wait<bool>([&](store::sqlite::Connection& db) -> base::Result<bool> {
    for (const auto& clip : old)
      if (auto done = store::remove_clip(db, clip.attempt); !done) return tl::unexpected{done.error()};
    return true;
  });
  if (!removed) return tl::unexpected{removed.error()};
  std::error_code ignored;
  for (const auto& clip : old) std::filesystem::remove(clip_path(folder, clip.file), ignored);
  return {};
}

// A crash between file and row, or between row and file, leaves these behind.
base::Result<> remove_unnamed(store::Reader& reader, const std::string& folder) {
  std::error_code failed;
  std::set<std::string> there;  // before the rows are read: a file that comes later is not looked at
  for (const auto& entry : std::filesystem::directory_iterator{folder, failed})
    there.insert(entry.path().stem().string());
  if (there.empty()) return {};
  const auto named = reader.clip_files();
  if (!named) return tl::unexpected{named.error()};
  for (const std::string& file : *named) there.erase(file);
  for (const std::string& file : there) std::filesystem::remove(clip_path(folder, file), failed);
  return {};
}

}  // namespace

std::string clip_path(const std::string& folder, const std::string& file) {
  return folder + "/" + file + ".wav";
}

base::Result<> sweep_clips(store::Store& store, const std::string& folder, base::WallTime now) {
  auto reader = store::Reader::open(store.database());
  if (!reader) return tl::unexpected{reader.error()};
  const auto campaigns = reader->campaigns();
  if (!campaigns) return tl::unexpected{campaigns.error()};
  for (const auto& campaign : *campaigns) {
    const auto settings = settings_of(*reader, campaign.campaign.id);
    const auto days = settings ? settings->clip_days : 0;
    const base::WallTime cut = now - base::hours{24} * days;
    for (bool more = true; more;) {
      const auto old = reader->clips(campaign.campaign.id, {}, cut, kSweptAtOnce);
      if (!old) return tl::unexpected{old.error()};
      if (auto done = remove_clips(store, folder, *old); !done) return done;
      more = old->size() == kSweptAtOnce;
    }
  }
  return remove_unnamed(*reader, folder);
}

Clips::Clips(store::Store& store, std::string folder)
    : store_{store}, folder_{std::move(folder)}, thread_{[this] { run(); }} {}

Clips::~Clips() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  work_.notify_one();
  thread_.join();
}

void Clips::keep(base::AttemptId attempt, base::CampaignId campaign,
                 std::shared_ptr<const mediaplane::Clip> clip, base::WallTime at) {
  {
    const std::lock_guard lock{mutex_};
    if (items_.size() >= kWaitingMax) {
      spdlog::warn("attempt {}: its clip is dropped, the disk can't keep up", attempt);
      return;
    }
    items_.push_back({attempt, campaign, std::move(clip), at});
  }
  work_.notify_one();
}

void Clips::run() {
  pthread_setname_np(pthread_self(), "clips");
  auto sweep_at = std::chrono::steady_clock::now();
  std::unique_lock lock{mutex_};
  while (!stopping_ || !items_.empty()) {
    if (items_.empty() && std::chrono::steady_clock::now() >= sweep_at) {
      lock.unlock();
      // With the lock open a clip may come: its file is written by this thread, later.
      if (const auto swept = sweep_clips(store_, folder_, wall_now()); !swept)
        spdlog::error("old clips can't be taken away: {}", base::to_string(swept.error()));
      sweep_at = std::chrono::steady_clock::now() + kSweepEvery;
      lock.lock();
    }
    work_.wait_until(lock, sweep_at, [this] { return stopping_ || !items_.empty(); });
    if (items_.empty()) continue;
    const Item item = std::move(items_.front());
    items_.pop_front();
    lock.unlock();
    write(item);
    lock.lock();
  }
}

// Not synced: a clip that a power failure takes is no loss, and its row says no more than that it was there.
void Clips::write(const Item& item) {
  std::error_code failed;
  std::filesystem::create_directories(folder_, failed);
  store::ClipRecord record;
  record.attempt = item.attempt;
  record.campaign = item.campaign;
  record.at = item.at;
  record.file = fmt::format("{}", item.attempt);
  record.from_ms = item.clip->from_ms;
  record.duration = base::Duration{static_cast<std::int64_t>(item.clip->codes.size()) * 125};
  record.lost = text_of(item.clip->lost);
  const auto bytes = media::write_wav(item.clip->codec, item.clip->codes);
  const std::string path = clip_path(folder_, record.file);
  std::ofstream out{path, std::ios::binary | std::ios::trunc};
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) {
    spdlog::error("attempt {}: its clip can't be written to {}", item.attempt, path);
    std::filesystem::remove(path, failed);
    return;
  }
  const auto kept = store_.write_and_wait<bool>([&](store::sqlite::Connection& db) -> base::Result<bool> {
    if (auto put = store::put_clip(db, record); !put) return tl::unexpected{put.error()};
    return true;
  });
  if (kept) return;
  spdlog::error("attempt {}: its clip is not kept: {}", item.attempt, base::to_string(kept.error()));
  std::filesystem::remove(path, failed);
}

}  // namespace ziptone::control
