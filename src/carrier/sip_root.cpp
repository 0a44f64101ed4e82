#include "carrier/sip_root.hpp"

#include <future>
#include <utility>

#include <sys/eventfd.h>
#include <unistd.h>

#include "base/check.hpp"

namespace ziptone::carrier {

SipRoot::SipRoot() : event_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  VERIFY(event_fd_ >= 0);
  std::promise<void> ready;
  // The root belongs to the thread that creates it.
  thread_ = std::thread([this, &ready] {
    su_init();
    root_ = su_root_create(nullptr);
    VERIFY(root_ != nullptr);
    su_wait_t waiting[1];
    su_wait_create(waiting, event_fd_, SU_WAIT_IN);
    su_root_register(root_, waiting, &SipRoot::wake, reinterpret_cast<su_wakeup_arg_t*>(this), 0);
    ready.set_value();
    su_root_run(root_);
    drain();
    su_root_unregister(root_, waiting, &SipRoot::wake, reinterpret_cast<su_wakeup_arg_t*>(this));
    su_root_destroy(root_);
    su_deinit();
  });
  ready.get_future().wait();
}

SipRoot::~SipRoot() {
  post([this] { su_root_break(root_); });
  thread_.join();
  ::close(event_fd_);
}

void SipRoot::post(std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(work));
  }
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(event_fd_, &one, sizeof one);
}

void SipRoot::run(const std::function<void()>& work) {
  std::promise<void> done;
  post([&] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

int SipRoot::wake(su_root_magic_t*, su_wait_t*, su_wakeup_arg_t* self) {
  reinterpret_cast<SipRoot*>(self)->drain();
  return 0;
}

void SipRoot::drain() {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = ::read(event_fd_, &count, sizeof count);
  std::vector<std::function<void()>> taken;
  {
    const std::lock_guard lock(mutex_);
    taken.swap(posted_);
  }
  for (const auto& work : taken) work();
}

SipTimer::SipTimer(const SipRoot& root) : timer_(su_timer_create(su_root_task(root.root()), 0)) {}
SipTimer::~SipTimer() { su_timer_destroy(timer_); }

void SipTimer::after(int ms, std::function<void()> work) {
  work_ = std::move(work);
  su_timer_set_interval(timer_, &SipTimer::fired, reinterpret_cast<su_timer_arg_t*>(this),
                        static_cast<su_duration_t>(ms));
}

void SipTimer::stop() {
  su_timer_reset(timer_);
  work_ = nullptr;
}

void SipTimer::fired(su_root_magic_t*, su_timer_t*, su_timer_arg_t* self) {
  // The work may set the timer again or destroy it.
  const auto work = std::exchange(reinterpret_cast<SipTimer*>(self)->work_, nullptr);
  if (work) work();
}

}  // namespace ziptone::carrier
