#include <iostream>

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "carrier/robot/options.hpp"
#include "carrier/robot/phones.hpp"
#include "carrier/stop_signal.hpp"

namespace ziptone::carrier {

int run_phones(const PhonesOptions& options) {
  const int stop = stop_signal();
  auto started = Phones::start(options);
  if (!started) {
    std::cerr << "phones: " << base::to_string(started.error()) << "\n";
    return 1;
  }
  Phones& phones = **started;
  // With the log on standard output every line there is JSON, for the program that drives the agents.
  if (options.log_file != "-") {
    std::cout << fmt::format("phones: {} of them on {}:{}, registering at {}\n", options.count,
                             options.address, phones.port(), options.registrar)
              << std::flush;
  }
  pollfd wait{stop, POLLIN, 0};
  while (::poll(&wait, 1, -1) <= 0) {
  }
  ::close(stop);
  phones.finish();
  if (options.log_file != "-") {
    const auto& c = phones.counters();
    std::cout << fmt::format("phones: legs {}, zip tones {}, ringbacks {}, conversations {}, done {}\n",
                             c.legs_total.load(), c.zips.load(), c.ringbacks.load(), c.talks.load(),
                             c.done.load());
  }
  return 0;
}

}  // namespace ziptone::carrier
