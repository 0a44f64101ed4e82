// The sip thread's event loop: timers, work posted from elsewhere, and a place where objects wait to be
// destroyed until the callback that ended them has returned.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/time.hpp"
#include "server/signalling/sofia.hpp"

namespace ziptone::signalling {

// Created, run and destroyed on one thread; only post() and stop() may come from others.
class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  su_root_t* root() const { return root_; }
  void run();   // until stop()
  void stop();  // any thread
  // Any thread. Runs `work` on the loop, in order. False when `limit` pieces wait already.
  bool post(std::function<void()> work, std::size_t limit = SIZE_MAX);
  // Destroys `object` once the present callback is over.
  template <class T>
  void bury(std::unique_ptr<T> object) {
    if (object) lay_down(std::shared_ptr<void>(std::move(object)));
  }
  static base::Now now();

 private:
  static int on_wake(su_root_magic_t*, su_wait_t*, su_wakeup_arg_t* arg);
  void lay_down(std::shared_ptr<void> object);
  void wake();

  su_root_t* root_ = nullptr;
  int wake_fd_ = -1;
  int wait_index_ = -1;
  std::vector<std::shared_ptr<void>> graves_;
  std::mutex mutex_;
  std::deque<std::function<void()>> work_;
  bool stopping_ = false;
};

// One shot. Destroying or restarting it, also from its own callback, is fine.
class Timer {
 public:
  explicit Timer(Loop& loop) : loop_(loop) {}
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  void start(base::Duration after, std::function<void()> fire);
  void stop();
  bool running() const { return static_cast<bool>(fire_); }

 private:
  static void on_fire(su_root_magic_t*, su_timer_t*, su_timer_arg_t* arg);
  Loop& loop_;
  su_timer_t* timer_ = nullptr;
  std::function<void()> fire_;
};

}  // namespace ziptone::signalling
