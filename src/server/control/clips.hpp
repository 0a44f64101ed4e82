// The clips of analysed calls as files in DATA/clips, each named by a row, for as many days as their campaign
// says. What the disk asks for is done on a thread of its own, which ends with this.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/id.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "server/mediaplane/clip.hpp"
#include "server/store/store.hpp"

namespace ziptone::control {

class Clips {
 public:
  // `folder` is made when it is first needed. The store outlives this.
  Clips(store::Store& store, std::string folder);
  ~Clips();  // what waits is written
  Clips(const Clips&) = delete;
  Clips& operator=(const Clips&) = delete;

  // Any thread, never waits: one of too many that wait for the disk is dropped, and told.
  void keep(base::AttemptId attempt, base::CampaignId campaign, std::shared_ptr<const mediaplane::Clip> clip,
            base::WallTime at);

 private:
  struct Item {
    base::AttemptId attempt;
    base::CampaignId campaign;
    std::shared_ptr<const mediaplane::Clip> clip;
    base::WallTime at;
  };
  void run();
  void write(const Item& item);

  store::Store& store_;
  const std::string folder_;
  std::mutex mutex_;
  std::condition_variable work_;
  std::deque<Item> items_;
  bool stopping_ = false;
  std::thread thread_;
};

std::string clip_path(const std::string& folder, const std::string& file);
// Takes away what is older than its campaign's clip_days at `now`, the row first, and files that no row
// names. Done every hour by Clips.
base::Result<> sweep_clips(store::Store& store, const std::string& folder, base::WallTime now);

}  // namespace ziptone::control
