// The callers' side of the media plane: which leg is on which worker, and on which port. Its lock is taken by
// commands only; the workers never see it.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <unordered_map>

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/ip.h>
#include <sched.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

#include "media/webrtc_sdp.hpp"
#include "server/mediaplane/analysis_sink.hpp"
#include "server/mediaplane/mediaplane.hpp"
#include "server/mediaplane/port_pool.hpp"
#include "server/mediaplane/sounds.hpp"
#include "server/mediaplane/webrtc/peer.hpp"
#include "server/mediaplane/worker.hpp"

namespace ziptone::mediaplane {
namespace {

constexpr std::size_t kBrowsersMax = 4096;  // WebRTC legs open at once, on one worker if need be

base::Instant mono_now() {
  timespec t{};
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  return base::instant_from_micros(t.tv_sec * 1'000'000LL + t.tv_nsec / 1000);
}

template <class T>
T random_value() {
  T value{};
  // Never short for so few bytes (getrandom(2)).
  (void)!::getrandom(&value, sizeof value, 0);
  return value;
}

base::Result<FileDescriptor> bind_socket(const Endpoint& at) {
  FileDescriptor fd{::socket(at.ip.v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  const auto address = to_socket_address(at);
  if (fd.get() < 0 || ::bind(fd.get(), address.get(), address.size) != 0)
    return base::error(std::strerror(errno),
                       fmt::format("media {} port {}", media::to_string(at.ip), at.port));
  // Expedited forwarding (RFC 3246), for the networks that look at it.
  const int tos = IPTOS_DSCP_EF;
  if (at.ip.v6)
    ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_TCLASS, &tos, sizeof tos);
  else
    ::setsockopt(fd.get(), IPPROTO_IP, IP_TOS, &tos, sizeof tos);
  return fd;
}

std::vector<int> usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<int> cores;
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return cores;
  for (int i = 0; i < CPU_SETSIZE; ++i)
    if (CPU_ISSET(static_cast<std::size_t>(i), &set)) cores.push_back(i);
  return cores;
}

// Two sockets a leg: the soft limit of open files is raised to the hard one.
std::uint32_t raise_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<std::uint32_t>(std::min<rlim_t>(limit.rlim_cur, 1u << 20));
}

// Of an ICE ufrag or password: 64 characters are allowed (RFC 8839 5.4), six bits each.
std::string ice_text(std::size_t length) {
  constexpr std::string_view kCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text(length, ' ');
  for (auto& c : text) c = kCharacters[random_value<std::uint8_t>() % kCharacters.size()];
  return text;
}

media::OutgoingLine random_line(base::Instant now) {
  return {random_value<std::uint32_t>(), random_value<std::uint16_t>(), random_value<std::uint32_t>(), now};
}

tl::unexpected<base::Error> busy(std::size_t worker) {
  return base::error("the media worker's mailbox is full", fmt::format("worker {}", worker),
                     "try again later");
}

class Plane final : public MediaPlane {
 public:
  Plane(const Config& config, std::uint32_t files)
      : config_{config}, ports_{config.port_min, config.port_max, config.port_rest}, files_{files} {
    if (media::is_unspecified(config_.advertised)) config_.advertised = config_.bind;
    zip_ = sound_of(config_.zip_tone);
  }

  Plane(const Plane&) = delete;
  Plane& operator=(const Plane&) = delete;
  // All threads end before the first worker goes: one may still be handing a leg to another.
  ~Plane() override {
    for (const auto& worker : workers_) worker->stop();
  }

  base::Result<> start(const std::function<void(const Report&)>& report);

  base::Result<LocalAddress> open(LegId leg, LegKind kind, std::optional<LegId> beside) override;
  base::Result<std::string> answer_webrtc(LegId leg, const std::string& offer) override;
  bool close(LegId leg) override;
  bool bridge(LegId trunk, LegId agent, const BridgeOptions& options) override;
  bool play(LegId leg, const Source& source, Repeat repeat) override;
  bool send_dtmf(LegId leg, const std::string& digits) override;
  bool hold(LegId either, const HoldMusic& music) override;
  void load_prompt(const std::string& id, const std::vector<std::int16_t>& samples) override;
  Counters counters() const override;

  bool set_remote(LegId leg, const media::NegotiatedMedia& remote, const Pinning& pinning) override {
    return post(leg, SetRemote{leg, remote, pinning});
  }
  bool unbridge(LegId either) override { return post(either, PartLegs{either}); }
  bool resume(LegId either) override { return post(either, ResumeLegs{either}); }
  bool stop_play(LegId leg) override { return post(leg, StopSound{leg}); }
  bool analyse(LegId leg, const analysis::Parameters& parameters, const AnalysisOptions& options) override {
    return post(leg, Listen{leg, std::make_unique<AnalysisSink>(parameters, options.clip),
                            options.catch_up ? std::make_unique<media::CatchUp>() : nullptr});
  }
  bool listen(LegId leg, std::unique_ptr<FrameSink> sink) override {
    return post(leg, Listen{leg, std::move(sink), nullptr});
  }
  bool answered(LegId leg) override { return post(leg, Answered{leg}); }
  bool stop_analysis(LegId leg) override { return post(leg, Listen{leg, nullptr, nullptr}); }
  std::string io_model() const override { return workers_.front()->io_model(); }

 private:
  struct Place {
    std::size_t worker = 0;
    std::uint16_t port = 0;  // 0: a browser's, which has none of its own
    std::uint32_t ssrc = 0;
    std::uint64_t answers = 0;
  };

  base::Result<> start_worker(WorkerConfig& worker, unsigned number,
                              const std::function<void(const Report&)>& report);
  bool post(LegId leg, Command command);
  bool move(LegId leg, Place& place, std::size_t to);
  base::Result<std::unique_ptr<Leg>> bind(LegId leg, LegKind kind, std::uint16_t& port, base::Instant now);

  Config config_;
  mutable std::mutex mutex_;
  PortPool ports_;
  std::uint32_t files_;
  std::unordered_map<LegId, Place> places_;
  Sounds sounds_;
  std::vector<std::size_t> load_;  // legs by worker
  SoundRef zip_;
  mutable std::uint64_t unknown_leg_ = 0;
  std::shared_ptr<const webrtc::DtlsContext> dtls_;
  std::uint32_t legs_max_ = 0;  // that a worker has slots for: handovers may bring them all to one
  std::size_t browsers_ = 0;
  std::vector<FileDescriptor> webrtc_sockets_;  // by worker; open as long as they run
  std::vector<std::uint16_t> webrtc_ports_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

base::Result<> Plane::start(const std::function<void(const Report&)>& report) {
  if (config_.workers == 0 || config_.workers > kWorkersMax)
    return base::error(fmt::format("{} workers", config_.workers), "media.workers", "give 1 to 64");
  if (media::is_unspecified(config_.advertised))
    return base::error("every SDP would name no address", "media.address " + media::to_string(config_.bind),
                       "write the address that carriers and phones reach, or give media.public_address");
  if (config_.advertised.v6 != config_.bind.v6)
    return base::error("is of another IP family than media.address",
                       "media.public_address " + media::to_string(config_.advertised),
                       "give both as IPv4 or both as IPv6");
  if (ports_.size() == 0)
    return base::error(fmt::format("no even port and its next in {}-{}", config_.port_min, config_.port_max),
                       "media.ports", "give a range like 20000-29999");
  // A socket on any port shows whether the address is ours.
  if (auto probe = bind_socket({config_.bind, 0}); !probe)
    return base::error(probe.error().what, "media.bind " + media::to_string(config_.bind),
                       "give an address of this host");
  WorkerConfig worker;
  worker.io_uring = config_.io_uring;
  legs_max_ = std::min(static_cast<std::uint32_t>(ports_.size() + kBrowsersMax), (files_ - 1) / 2);
  worker.legs_max = legs_max_;
  worker.silent_after = config_.silent_after;
  worker.phone_silent_after = config_.phone_silent_after;
  worker.bridged_silent_after = config_.bridged_silent_after;
  worker.webrtc_silent_after = config_.webrtc_silent_after;
  worker.webrtc_bridged_silent_after = config_.webrtc_bridged_silent_after;
  auto dtls = webrtc::DtlsContext::make();
  if (!dtls) return tl::unexpected{dtls.error()};
  dtls_ = std::move(*dtls);
  for (std::size_t event = 0; event < worker.keys.size(); ++event)
    worker.keys[event] =
        sound_of_keys(std::string(1, *media::digit_of_event(static_cast<std::uint8_t>(event))));
  const auto cores = usable_cores();
  for (unsigned i = 0; i < config_.workers; ++i) {
    worker.core = config_.pin_cores && !cores.empty() ? cores[i % cores.size()] : -1;
    if (auto started = start_worker(worker, i, report); !started) return started;
  }
  load_.resize(config_.workers);
  return {};
}

base::Result<> Plane::start_worker(WorkerConfig& worker, unsigned number,
                                   const std::function<void(const Report&)>& report) {
  const auto wanted = config_.webrtc_port == 0 ? 0u : config_.webrtc_port + number;
  if (wanted > 65535)
    return base::error(fmt::format("{} leaves no port for worker {}", config_.webrtc_port, number),
                       "media.webrtc_port", "give a lower one");
  auto socket = bind_socket({config_.bind, static_cast<std::uint16_t>(wanted)});
  if (!socket)
    return base::error(socket.error().what, fmt::format("media.webrtc_port {}", wanted),
                       "give a port that is free, or 0");
  // Hundreds of browsers send here; as much of it as the system allows.
  const int bytes = 4 << 20;
  ::setsockopt(socket->get(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  sockaddr_storage got{};
  socklen_t size = sizeof got;
  ::getsockname(socket->get(), reinterpret_cast<sockaddr*>(&got), &size);
  webrtc_ports_.push_back(to_endpoint(&got).port);
  webrtc_sockets_.push_back(std::move(*socket));
  worker.number = number;
  worker.webrtc_socket = webrtc_sockets_.back().get();
  workers_.push_back(std::make_unique<Worker>(worker, report));
  auto started = workers_.back()->start();
  if (!started) workers_.pop_back();
  return started;
}

// Binds the next pair of ports that nobody else on this host has.
base::Result<std::unique_ptr<Leg>> Plane::bind(LegId leg, LegKind kind, std::uint16_t& port,
                                               base::Instant now) {
  constexpr int kAttemptsMax = 1000;
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    const auto next = ports_.take(now);
    if (!next)
      return base::error("all RTP ports are in use or rest", "media.ports",
                         "widen the range or shorten the rest");
    auto rtp = bind_socket({config_.bind, *next});
    auto rtcp = bind_socket({config_.bind, static_cast<std::uint16_t>(*next + 1)});
    if (rtp && rtcp) {
      port = *next;
      return std::make_unique<Leg>(leg, kind, std::move(*rtp), std::move(*rtcp), random_line(now));
    }
    ports_.give_back(*next, now);
    if (errno == EMFILE || errno == ENFILE)
      return base::error("no file descriptor is left", "media", "raise the limit of open files");
  }
  return base::error("1,000 ports in turn are taken by others", "media.ports",
                     "give a range that is ours alone");
}

base::Result<LocalAddress> Plane::open(LegId leg, LegKind kind, std::optional<LegId> beside) {
  const std::lock_guard lock{mutex_};
  if (leg == 0 || places_.count(leg) != 0)
    return base::error("the leg's id is 0 or taken", fmt::format("leg {}", leg));
  std::size_t worker = static_cast<std::size_t>(std::min_element(load_.begin(), load_.end()) - load_.begin());
  if (beside)
    if (const auto found = places_.find(*beside); found != places_.end()) worker = found->second.worker;
  const auto now = mono_now();
  if (places_.size() >= legs_max_)
    return base::error(fmt::format("{} legs are open", places_.size()), "media",
                       "raise the limit of open files");
  const bool browser = kind == LegKind::webrtc;
  if (browser && browsers_ == kBrowsersMax)
    return base::error(fmt::format("{} WebRTC legs are open", browsers_), "media", "start another server");
  std::uint16_t port = 0;
  base::Result<std::unique_ptr<Leg>> made =
      browser ? std::make_unique<Leg>(leg, kind, FileDescriptor{}, FileDescriptor{}, random_line(now))
              : bind(leg, kind, port, now);
  if (!made) return tl::unexpected{made.error()};
  const auto ssrc = (*made)->line.ssrc();
  if (!workers_[worker]->post(OpenLeg{std::move(*made)})) {
    if (!browser) ports_.give_back(port, now);
    return busy(worker);
  }
  places_[leg] = {worker, port, ssrc};
  ++load_[worker];
  if (browser) ++browsers_;
  return LocalAddress{config_.advertised, browser ? webrtc_ports_[worker] : port};
}

base::Result<std::string> Plane::answer_webrtc(LegId leg, const std::string& text) {
  const auto offer = media::parse_webrtc_offer(text);
  if (!offer) return tl::unexpected{offer.error()};
  const std::lock_guard lock{mutex_};
  const auto found = places_.find(leg);
  if (found == places_.end() || found->second.port != 0)
    return base::error("is not open, or no browser's", fmt::format("leg {}", leg));
  auto& place = found->second;
  constexpr std::size_t kUfrag = 8;
  constexpr std::size_t kPassword = 24;  // over 128 bits, as RFC 8445 5.3 asks
  const webrtc::IceCredentials local{ice_text(kUfrag), ice_text(kPassword)};
  auto browser = webrtc::Peer::make(dtls_, *offer, local, mono_now());
  if (!browser) return tl::unexpected{browser.error()};
  if (!workers_[place.worker]->post(SetBrowser{leg, std::move(*browser), media::webrtc_media(*offer)}))
    return busy(place.worker);
  ++place.answers;
  return media::make_webrtc_answer(*offer, {.ip = config_.advertised,
                                            .port = webrtc_ports_[place.worker],
                                            .ufrag = local.ufrag,
                                            .pwd = local.pwd,
                                            .fingerprint = dtls_->fingerprint(),
                                            .ssrc = place.ssrc,
                                            .session_id = leg,
                                            .version = place.answers});
}

bool Plane::post(LegId leg, Command command) {
  const std::lock_guard lock{mutex_};
  const auto found = places_.find(leg);
  if (found == places_.end()) {
    ++unknown_leg_;
    return true;
  }
  return workers_[found->second.worker]->post(std::move(command));
}

bool Plane::close(LegId leg) {
  const std::lock_guard lock{mutex_};
  const auto found = places_.find(leg);
  if (found == places_.end()) {
    ++unknown_leg_;
    return true;
  }
  const auto place = found->second;
  if (!workers_[place.worker]->post(CloseLeg{leg}, true)) return false;
  places_.erase(found);
  --load_[place.worker];
  if (place.port != 0)
    ports_.give_back(place.port, mono_now());
  else
    --browsers_;
  return true;
}

// Asks the leg's worker to hand it to another one, which keeps the leg's commands until it has come.
bool Plane::move(LegId leg, Place& place, std::size_t to) {
  if (!workers_[to]->post(ExpectLeg{leg}, true)) return false;
  if (!workers_[place.worker]->post(ReleaseLeg{leg, workers_[to].get()}, true)) {
    // The expectation is ended by an adoption of nothing: the leg stays where it is.
    workers_[to]->post(AdoptLeg{leg, nullptr}, true);
    return false;
  }
  --load_[place.worker];
  ++load_[to];
  place.worker = to;
  return true;
}

bool Plane::bridge(LegId trunk, LegId agent, const BridgeOptions& options) {
  const std::lock_guard lock{mutex_};
  const auto a = places_.find(trunk);
  const auto b = places_.find(agent);
  if (a == places_.end() || b == places_.end()) {
    ++unknown_leg_;
    return true;
  }
  if (a->second.worker != b->second.worker && !move(trunk, a->second, b->second.worker)) return false;
  const SoundRef own = sounds_.of(Prompt{options.zip_prompt});
  const SoundRef& zip = own == nullptr ? zip_ : own;
  return workers_[b->second.worker]->post(
      JoinLegs{trunk, agent, options.zip_tone ? zip : nullptr, options.catch_up});
}

bool Plane::play(LegId leg, const Source& source, Repeat repeat) {
  SoundRef sound;
  {
    const std::lock_guard lock{mutex_};
    sound = sounds_.of(source);
  }
  const bool silence = std::holds_alternative<Silence>(source);
  return post(leg, PlaySound{leg, std::move(sound), repeat == Repeat::loop, !silence});
}

bool Plane::send_dtmf(LegId leg, const std::string& digits) {
  return post(leg, SendDigits{leg, digits, sound_of_keys(digits)});
}

bool Plane::hold(LegId either, const HoldMusic& music) {
  SoundRef sound;
  {
    const std::lock_guard lock{mutex_};
    sound = sounds_.of(music);
  }
  return post(either, HoldLegs{either, std::move(sound)});
}

void Plane::load_prompt(const std::string& id, const std::vector<std::int16_t>& samples) {
  auto sound = media::make_sound(samples);
  const std::lock_guard lock{mutex_};
  sounds_.load(id, std::move(sound));
}

MediaPlane::Counters Plane::counters() const {
  Counters sum;
  for (const auto& worker : workers_) {
    const auto c = worker->counters();
    sum.received += c.received;
    sum.sent += c.sent;
    sum.refused += c.refused;
    sum.late_ticks += c.late_ticks;
    sum.unknown_leg += c.unknown_leg;
    sum.legs += c.legs;
  }
  const std::lock_guard lock{mutex_};
  sum.unknown_leg += unknown_leg_;
  return sum;
}

}  // namespace

base::Result<std::unique_ptr<MediaPlane>> MediaPlane::start(
    const Config& config, const std::function<void(const Report&)>& report) {
  auto plane = std::make_unique<Plane>(config, raise_file_limit());
  if (auto started = plane->start(report); !started) return tl::unexpected{started.error()};
  return plane;
}

}  // namespace ziptone::mediaplane
