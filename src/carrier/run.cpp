#include <charconv>
#include <cstdio>
#include <iostream>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "carrier/carrier.hpp"
#include "carrier/options.hpp"
#include "carrier/stop_signal.hpp"

namespace ziptone::carrier {
namespace {

template <class T>
T number_after(std::string_view line, T otherwise) {
  const auto space = line.find(' ');
  if (space == std::string_view::npos) return otherwise;
  T value = otherwise;
  std::from_chars(line.data() + space + 1, line.data() + line.size(), value);
  return value;
}

// False: quit.
bool command(Carrier& carrier, Options& now, std::string_view line) {
  const auto word = line.substr(0, line.find(' '));
  if (word == "dead") {
    carrier.set_dead(true);
  } else if (word == "well") {
    carrier.set_dead(false);
    carrier.set_slow(0);
  } else if (word == "slow") {
    carrier.set_slow(number_after(line, 3000));
  } else if (word == "cps") {
    now.cps = number_after(line, 0.0);
    carrier.set_limits(now.cps, now.calls);
  } else if (word == "calls") {
    now.calls = number_after<std::uint32_t>(line, 0);
    carrier.set_limits(now.cps, now.calls);
  } else if (word == "hangup") {
    carrier.hang_up_all();
  } else if (word == "quit") {
    return false;
  } else if (!word.empty()) {
    std::cout << "unknown command; there are: dead, well, slow MS, cps N, calls N, hangup, quit\n"
              << std::flush;
  }
  return true;
}

// Reads what is there and runs the whole lines of it; false: quit or end of input.
bool commands(Carrier& carrier, Options& now, std::string& buffer) {
  char bytes[512];
  const ssize_t got = ::read(STDIN_FILENO, bytes, sizeof bytes);
  if (got <= 0) return false;
  buffer.append(bytes, static_cast<std::size_t>(got));
  for (auto end = buffer.find('\n'); end != std::string::npos; end = buffer.find('\n')) {
    const std::string line = buffer.substr(0, end);
    buffer.erase(0, end + 1);
    if (!command(carrier, now, line)) return false;
  }
  return true;
}

void print_stats(const Counters& c) {
  std::cout << fmt::format(
                   "open {} invites {} answered {} refused {} limited {} cancelled {} bye in {} out {} rtp "
                   "in {} out {}\n",
                   c.open.load(), c.invites.load(), c.answered.load(), c.refused.load(), c.limited.load(),
                   c.cancelled.load(), c.byes_in.load(), c.byes_out.load(), c.packets_in.load(),
                   c.packets_out.load())
            << std::flush;
}

}  // namespace

int run(const Options& options) {
  const int stop = stop_signal();
  auto started = Carrier::start(options);
  if (!started) {
    std::cerr << "carrier: " << base::to_string(started.error()) << "\n";
    return 1;
  }
  Carrier& carrier = **started;
  Options now = options;
  std::cout << fmt::format("carrier: listening on {}:{} (UDP and TCP)\n", options.address, carrier.port())
            << std::flush;
  if (!carrier.speaks()) {
    std::cout << "carrier: espeak-ng is not installed, people will babble; script/setup installs it\n"
              << std::flush;
  }
  std::string buffer;
  for (bool go = true; go;) {
    pollfd waits[2] = {{stop, POLLIN, 0}, {options.commands ? STDIN_FILENO : -1, POLLIN, 0}};
    const int ready = ::poll(waits, 2, options.stats ? 1000 : -1);
    if (ready == 0) print_stats(carrier.counters());
    if (waits[0].revents) go = false;
    if (waits[1].revents && !commands(carrier, now, buffer)) go = false;
  }
  ::close(stop);
  std::cout << carrier.finish() << std::flush;
  return 0;
}

}  // namespace ziptone::carrier
