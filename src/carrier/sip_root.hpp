// One thread with a sofia-sip root: everything of nta happens on it, the rest of the program posts work to
// it.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <sofia-sip/su_wait.h>

namespace ziptone::carrier {

class SipRoot {
 public:
  SipRoot();
  ~SipRoot();  // finishes what was posted, then ends the thread
  SipRoot(const SipRoot&) = delete;
  SipRoot& operator=(const SipRoot&) = delete;

  // From any thread; runs in the order posted.
  void post(std::function<void()> work);
  // Posts and waits. Not from the root's own thread.
  void run(const std::function<void()>& work);
  su_root_t* root() const { return root_; }

 private:
  static int wake(su_root_magic_t*, su_wait_t*, su_wakeup_arg_t* self);
  void drain();

  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;
  int event_fd_ = -1;
  su_root_t* root_ = nullptr;
  std::thread thread_;
};

// A one-shot timer on the root's thread. Setting it again replaces what it waits for.
class SipTimer {
 public:
  explicit SipTimer(const SipRoot& root);
  ~SipTimer();
  SipTimer(const SipTimer&) = delete;
  SipTimer& operator=(const SipTimer&) = delete;

  void after(int ms, std::function<void()> work);
  void stop();

 private:
  static void fired(su_root_magic_t*, su_timer_t*, su_timer_arg_t* self);
  su_timer_t* timer_;
  std::function<void()> work_;
};

}  // namespace ziptone::carrier
