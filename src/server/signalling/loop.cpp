#include "server/signalling/loop.hpp"

#include <chrono>

#include <sofia-sip/su_log.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/check.hpp"

// The library writes to standard error what our reports say better.
extern "C" su_log_t nta_log[];
extern "C" su_log_t tport_log[];

namespace ziptone::signalling {

Loop::Loop() {
  VERIFY(su_init() == 0);
  for (su_log_t* log : {su_log_default, su_log_global, nta_log, tport_log}) su_log_set_level(log, 0);
  root_ = su_root_create(nullptr);
  VERIFY(root_ != nullptr);
  wake_fd_ = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  VERIFY(wake_fd_ >= 0);
  su_wait_t wait[1] = {SU_WAIT_INIT};
  VERIFY(su_wait_create(wait, wake_fd_, SU_WAIT_IN) == 0);
  wait_index_ = su_root_register(root_, wait, &Loop::on_wake, reinterpret_cast<su_wakeup_arg_t*>(this), 0);
  VERIFY(wait_index_ >= 0);
}

Loop::~Loop() {
  graves_.clear();
  su_root_deregister(root_, wait_index_);
  close(wake_fd_);
  su_root_destroy(root_);
  su_deinit();
}

void Loop::run() { su_root_run(root_); }

void Loop::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake();
}

bool Loop::post(std::function<void()> work, std::size_t limit) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || work_.size() >= limit) return false;
    work_.push_back(std::move(work));
  }
  wake();
  return true;
}

void Loop::lay_down(std::shared_ptr<void> object) {
  graves_.push_back(std::move(object));
  wake();
}

void Loop::wake() {
  const std::uint64_t one = 1;
  // A full counter means that a wake-up is under way already.
  [[maybe_unused]] const auto written = write(wake_fd_, &one, sizeof one);
}

int Loop::on_wake(su_root_magic_t*, su_wait_t*, su_wakeup_arg_t* arg) {
  auto* self = reinterpret_cast<Loop*>(arg);
  std::uint64_t count = 0;
  [[maybe_unused]] const auto got = read(self->wake_fd_, &count, sizeof count);
  for (;;) {
    std::function<void()> work;
    {
      const std::lock_guard lock(self->mutex_);
      if (self->work_.empty()) {
        if (self->stopping_) su_root_break(self->root_);
        break;
      }
      work = std::move(self->work_.front());
      self->work_.pop_front();
    }
    work();
  }
  const auto dead = std::move(self->graves_);
  self->graves_.clear();
  return 0;
}

base::Now Loop::now() {
  using std::chrono::duration_cast;
  return {base::Instant{duration_cast<base::Duration>(std::chrono::steady_clock::now().time_since_epoch())},
          base::WallTime{duration_cast<base::Duration>(std::chrono::system_clock::now().time_since_epoch())}};
}

Timer::~Timer() {
  if (timer_) su_timer_destroy(timer_);
}

void Timer::start(base::Duration after, std::function<void()> fire) {
  if (!timer_) {
    timer_ = su_timer_create(su_root_task(loop_.root()), 0);
    VERIFY(timer_ != nullptr);
  }
  fire_ = std::move(fire);
  su_timer_set_interval(timer_, &Timer::on_fire, reinterpret_cast<su_timer_arg_t*>(this),
                        static_cast<su_duration_t>(base::millis(after)));
}

void Timer::stop() {
  if (timer_) su_timer_reset(timer_);
  fire_ = nullptr;
}

void Timer::on_fire(su_root_magic_t*, su_timer_t*, su_timer_arg_t* arg) {
  auto* self = reinterpret_cast<Timer*>(arg);
  const auto fire = std::move(self->fire_);
  self->fire_ = nullptr;
  if (fire) fire();
}

}  // namespace ziptone::signalling
