// What a browser's leg costs beside a phone's: the same bridged calls twice, contact to phone (RTP to RTP)
// and contact to browser (RTP to SRTP, AES-GCM). The plane has one worker; the far ends are another process
// on the other core, each with a socket of its own, and unseal what they get. Printed: packets a second that
// arrived, loss, CPU of the plane's process, and what that is for one packet in and out.
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <sched.h>
#include <sys/prctl.h>

#include "browser_end.hpp"

namespace {

using namespace ziptone;
using mediaplane::BrowserEnd;
using mediaplane::Clock;
using mediaplane::FarEnd;
using mediaplane::LegId;
using mediaplane::LegKind;

void pin(std::size_t core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  ::sched_setaffinity(0, sizeof set, &set);
}

double cpu_seconds() {
  timespec t{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

void put(int fd, const std::string& text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  (void)!::write(fd, &size, sizeof size);
  for (std::size_t at = 0; at < text.size();) {
    const auto n = ::write(fd, text.data() + at, text.size() - at);
    if (n <= 0) std::exit(1);
    at += static_cast<std::size_t>(n);
  }
}

std::string get(int fd) {
  std::uint32_t size = 0;
  if (::read(fd, &size, sizeof size) != sizeof size) std::exit(1);
  std::string text(size, '\0');
  for (std::size_t at = 0; at < text.size();) {
    const auto n = ::read(fd, text.data() + at, text.size() - at);
    if (n <= 0) std::exit(1);
    at += static_cast<std::size_t>(n);
  }
  return text;
}

struct Options {
  std::vector<unsigned> calls{100, 200, 400};
  unsigned seconds = 5;
};

// The far ends of all calls. Asks the plane's process for each leg, speaks when told, and tells what it
// heard.
class FarEnds {
 public:
  FarEnds(int fd, unsigned calls, bool browsers) : fd_{fd}, browsers_{browsers} {
    for (unsigned i = 0; i < calls; ++i) {
      contacts_.push_back(std::make_unique<FarEnd>(2));
      trunks_.push_back(ask(std::to_string(contacts_.back()->at().port)));
      if (browsers_) {
        pages_.push_back(std::make_unique<BrowserEnd>());
        put(fd_, pages_.back()->page.offer());
        pages_.back()->take_answer(get(fd_));
        if (!pages_.back()->connect()) std::exit(1);
      } else {
        phones_.push_back(std::make_unique<FarEnd>(3));
        agents_.push_back(ask(std::to_string(phones_.back()->at().port)));
      }
    }
  }

  void run(unsigned seconds) {
    speak(100);
    clear();
    put(fd_, "begin");
    const auto frames = seconds * 50;
    speak(frames);
    std::size_t heard = 0;
    for (const auto& one : contacts_) heard += one->packets.size();
    for (const auto& one : phones_) heard += one->packets.size();
    for (const auto& one : pages_) heard += one->packets.size();
    put(fd_, fmt::format("{} {}", frames * contacts_.size() * 2, heard));
  }

 private:
  mediaplane::Endpoint ask(const std::string& port) {
    put(fd_, port);
    return {mediaplane::loopback(), static_cast<std::uint16_t>(std::stoul(get(fd_)))};
  }
  void clear() {
    for (const auto& one : contacts_) one->packets.clear();
    for (const auto& one : phones_) one->packets.clear();
    for (const auto& one : pages_) one->packets.clear();
  }
  // A frame of each, spread over its 20 ms.
  void speak(unsigned frames) {
    const auto begin = Clock::now();
    for (unsigned ms = 0; ms < frames * 20; ++ms) {
      while (Clock::now() < begin + std::chrono::milliseconds{ms}) ::poll(nullptr, 0, 0);
      for (std::size_t i = ms % 20; i < contacts_.size(); i += 20) {
        contacts_[i]->receive();
        contacts_[i]->send_tone(trunks_[i], 600, media::Codec::pcmu);
        if (browsers_) {
          pages_[i]->receive();
          pages_[i]->send_tone(400);
        } else {
          phones_[i]->receive();
          phones_[i]->send_tone(agents_[i], 400, media::Codec::pcmu);
        }
      }
    }
  }

  int fd_;
  bool browsers_;
  std::vector<std::unique_ptr<FarEnd>> contacts_;
  std::vector<std::unique_ptr<FarEnd>> phones_;
  std::vector<std::unique_ptr<BrowserEnd>> pages_;
  std::vector<mediaplane::Endpoint> trunks_;
  std::vector<mediaplane::Endpoint> agents_;
};

// Opens a leg for the far end that the other process names, and gives its port.
bool open_phone(mediaplane::MediaPlane& plane, int fd, LegId leg, LegKind kind, std::uint8_t last) {
  const auto port = static_cast<std::uint16_t>(std::stoul(get(fd)));
  const auto local = plane.open(leg, kind);
  if (!local) return false;
  plane.set_remote(leg,
                   {.ip = mediaplane::loopback(last),
                    .port = port,
                    .send = {media::Codec::pcmu, 0},
                    .receive = {{media::Codec::pcmu, 0}}},
                   {});
  put(fd, std::to_string(local->port));
  return true;
}

bool open_browser(mediaplane::MediaPlane& plane, int fd, LegId leg) {
  if (!plane.open(leg, LegKind::webrtc)) return false;
  const auto answer = plane.answer_webrtc(leg, get(fd));
  if (answer) put(fd, *answer);
  return answer.has_value();
}

bool measure(const Options& options, unsigned calls, bool browsers) {
  int pair[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) return false;
  const auto child = ::fork();
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    pin(1);
    FarEnds{pair[1], calls, browsers}.run(options.seconds);
    ::_exit(0);
  }
  pin(0);
  mediaplane::Config config;
  config.bind = mediaplane::loopback();
  config.port_min = 10'000;
  config.port_max = 32'000;
  auto plane = mediaplane::MediaPlane::start(config, [](const mediaplane::Report&) {});
  bool ok = plane.has_value();
  for (unsigned i = 0; i < calls && ok; ++i) {
    const LegId trunk = 2 * i + 1;
    ok = open_phone(**plane, pair[0], trunk, LegKind::trunk, 2) &&
         (browsers ? open_browser(**plane, pair[0], trunk + 1)
                   : open_phone(**plane, pair[0], trunk + 1, LegKind::phone, 3)) &&
         (*plane)->bridge(trunk, trunk + 1, {});
  }
  if (!ok) {
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    return false;
  }
  get(pair[0]);
  const auto before = cpu_seconds();
  const auto heard = get(pair[0]);
  const auto cpu = cpu_seconds() - before;
  const auto sent = std::stod(heard);
  const auto got = std::stod(heard.substr(heard.find(' ')));
  fmt::print("{:<9} {:<9} {:>6} {:>10.0f} {:>8.3f} {:>7.1f} {:>10.2f}\n", (*plane)->io_model(),
             browsers ? "RTP-SRTP" : "RTP-RTP", calls, got / options.seconds, 100 * (1 - got / sent),
             100 * cpu / options.seconds, 1e6 * cpu / got);
  ::waitpid(child, nullptr, 0);
  ::close(pair[0]);
  ::close(pair[1]);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"bridged calls to phones and to browsers"};
  app.add_option("--calls", options.calls, "calls of each row")->delimiter(',');
  app.add_option("--seconds", options.seconds, "measured time of each row")->check(CLI::Range(1, 3600));
  CLI11_PARSE(app, argc, argv);
  fmt::print("{:<9} {:<9} {:>6} {:>10} {:>8} {:>7} {:>10}\n", "io", "legs", "calls", "packets/s", "loss %",
             "cpu %", "us/packet");
  bool ok = true;
  for (const auto calls : options.calls)
    for (const bool browsers : {false, true}) ok = measure(options, calls, browsers) && ok;
  return ok ? 0 : 1;
}
