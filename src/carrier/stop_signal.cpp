#include "carrier/stop_signal.hpp"

#include <signal.h>
#include <sys/signalfd.h>

namespace ziptone::carrier {

int stop_signal() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  return ::signalfd(-1, &set, SFD_CLOEXEC);
}

}  // namespace ziptone::carrier
