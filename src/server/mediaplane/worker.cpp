#include "server/mediaplane/worker.hpp"

#include <algorithm>
#include <future>

#include <pthread.h>
#include <sched.h>
#include <sys/socket.h>
#include <time.h>

#include "base/check.hpp"

namespace ziptone::mediaplane {
namespace {

constexpr std::size_t kMailbox = 8192;
constexpr std::size_t kKeptFree = 256;  // for handovers and stopping
constexpr unsigned kCommandsATurn = 256;
constexpr base::Duration kSubTick = base::milliseconds{1};
// Under load a turn gathers some packets; never for longer than a sub-tick.
constexpr unsigned kLegsAWantedPacket = 125;
constexpr unsigned kWantedMax = 32;

base::Instant mono_now() {
  timespec t{};
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  return base::instant_from_micros(t.tv_sec * 1'000'000LL + t.tv_nsec / 1000);
}

void pin_to(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(core), &set);
  ::sched_setaffinity(0, sizeof set, &set);
}

template <class C>
LegId leg_of(const C& c) {
  if constexpr (requires { c.leg->id; })
    return c.leg->id;
  else if constexpr (requires { LegId{c.leg}; })
    return c.leg;
  else if constexpr (requires { c.either; })
    return c.either;
  else
    return 0;
}

}  // namespace

Worker::Worker(const WorkerConfig& config, std::function<void(const Report&)> report)
    : config_{config}, report_{std::move(report)}, mailbox_{kMailbox} {
  // Checks and handshakes are rare: they leave at once, and what they are written in need not stay.
  send_now_ = [this](const Endpoint& to, std::span<const std::uint8_t> bytes) {
    const auto address = to_socket_address(to);
    (void)::sendto(config_.webrtc_socket, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                   address.get(), address.size);
  };
}

Worker::~Worker() { stop(); }

void Worker::stop() {
  if (!thread_.joinable()) return;
  while (!post(StopWorker{}, true)) std::this_thread::yield();
  thread_.join();
}

base::Result<> Worker::start() {
  // Shared: the thread may still be inside set_value when the result is read here.
  const auto promise = std::make_shared<std::promise<base::Result<>>>();
  auto started = promise->get_future();
  try {
    // The ring belongs to the thread that makes it, so the wire is made there.
    thread_ = std::thread{
        [this, promise] { run([promise](base::Result<> r) { promise->set_value(std::move(r)); }); }};
  } catch (const std::system_error& e) {
    return base::error(std::string{"no thread for a media worker: "} + e.what(), "media");
  }
  auto result = started.get();
  if (!result) thread_.join();
  return result;
}

bool Worker::post(Command command, bool urgent) {
  if (!mailbox_.try_push(command, urgent ? 0 : kKeptFree)) return false;
  wire_->wake();
  return true;
}

MediaPlane::Counters Worker::counters() const {
  return {received_.load(),   sent_.load(),        refused_.load(),
          late_ticks_.load(), unknown_leg_.load(), open_.load()};
}

void Worker::run(const std::function<void(base::Result<>)>& started) {
  pthread_setname_np(pthread_self(), "media");
  if (config_.core >= 0) pin_to(config_.core);
  shared_slot_ = config_.legs_max * 2;
  const auto slots = shared_slot_ + 1;
  base::Result<std::unique_ptr<Wire>> wire = base::error("not asked for", "io_uring");
  if (config_.io_uring) wire = make_uring_wire(slots);
  if (!wire) wire = make_epoll_wire(slots);
  if (!wire) return started(tl::unexpected{wire.error()});
  wire_ = std::move(*wire);
  io_model_ = wire_->name();
  now_ = next_tick_ = mono_now();
  if (!wire_->add(shared_slot_, config_.webrtc_socket, true))
    return started(base::error("the WebRTC socket can't be watched", "media"));
  started({});
  while (!stopping_) {
    const auto legs = static_cast<unsigned>(index_.size());
    const auto until_tick = legs == 0 ? base::Duration{base::seconds{1}} : next_tick_ - now_;
    wire_->wait(until_tick, std::clamp(legs / kLegsAWantedPacket, 1u, kWantedMax));
    now_ = mono_now();
    closed_.clear();
    take_commands();
    take_datagrams();
    run_ticks();
  }
}

void Worker::run_ticks() {
  constexpr base::Duration kLate = base::milliseconds{5};
  constexpr base::Duration kFrozen = base::milliseconds{500};
  now_ = mono_now();
  if (index_.empty() || now_ - next_tick_ > kFrozen) next_tick_ = std::max(next_tick_, now_ - kSubTick);
  while (now_ >= next_tick_) {
    if (now_ - next_tick_ > kLate) late_ticks_.fetch_add(1, std::memory_order_relaxed);
    const auto& legs = phases_[phase_];
    constexpr std::size_t kFetched = 8;
    for (std::size_t i = 0; i < legs.size(); ++i) {
      if (i + kFetched < legs.size()) legs[i + kFetched]->fetch_to_send();
      tick(*legs[i]);
    }
    phase_ = (phase_ + 1) % phases_.size();
    next_tick_ += kSubTick;
  }
}

void Worker::take_commands() {
  for (unsigned i = 0; i < kCommandsATurn; ++i) {
    auto command = mailbox_.try_pop();
    if (!command) return;
    execute(*command);
  }
  wire_->wake();  // more wait; packets and ticks come first
}

// A command to a leg that is on its way here waits for it, and so does what concerns the same bridge.
bool Worker::must_wait(const Command& command) const {
  if (expected_.empty() || std::holds_alternative<AdoptLeg>(command)) return false;
  const auto names = [](const Command& c, LegId leg) {
    if (const auto* join = std::get_if<JoinLegs>(&c)) return join->trunk == leg || join->agent == leg;
    return std::visit([&](const auto& x) { return leg_of(x) == leg; }, c);
  };
  for (const auto& [leg, unused] : expected_)
    if (names(command, leg)) return true;
  // Handovers go on: two workers that waited for each other's legs would wait for ever.
  if (std::holds_alternative<ReleaseLeg>(command) || std::holds_alternative<ExpectLeg>(command)) return false;
  return std::any_of(waiting_.begin(), waiting_.end(), [&](const Command& earlier) {
    const auto* join = std::get_if<JoinLegs>(&earlier);
    return join != nullptr && (names(command, join->trunk) || names(command, join->agent));
  });
}

void Worker::execute(Command& command) {
  if (must_wait(command)) {
    waiting_.push_back(std::move(command));
    return;
  }
  std::visit([this](auto& c) { on(c); }, command);
}

Leg* Worker::find(LegId id) {
  const auto found = index_.find(id);
  if (found != index_.end()) return legs_[found->second].get();
  unknown_leg_.fetch_add(1, std::memory_order_relaxed);
  return nullptr;
}

void Worker::take_in(std::unique_ptr<Leg> leg) {
  std::uint32_t index = static_cast<std::uint32_t>(legs_.size());
  if (free_.empty()) {
    legs_.emplace_back();
  } else {
    index = free_.back();
    free_.pop_back();
  }
  leg->index = index;
  index_[leg->id] = index;
  const bool has_sockets = leg->kind != LegKind::webrtc;
  if (has_sockets && (!wire_->add(2 * index, leg->rtp.get()) || !wire_->add(2 * index + 1, leg->rtcp.get())))
    BUG("a socket could not be watched");
  phases_[index % phases_.size()].push_back(leg.get());
  legs_[index] = std::move(leg);
  open_.store(index_.size(), std::memory_order_relaxed);
}

std::unique_ptr<Leg> Worker::take_out(Leg& leg) {
  part(leg);
  if (leg.kind == LegKind::webrtc) {
    forget_browser(leg);
  } else {
    wire_->remove(2 * leg.index);
    wire_->remove(2 * leg.index + 1);
  }
  std::erase(phases_[leg.index % phases_.size()], &leg);
  index_.erase(leg.id);
  free_.push_back(leg.index);
  open_.store(index_.size(), std::memory_order_relaxed);
  return std::move(legs_[leg.index]);
}

void Worker::part_one(Leg& leg) {
  leg.line.cut();
  if (leg.held) leg.playing.reset();
  leg.held = leg.owes_bridged = leg.owes_audio = false;
  leg.go_live();
  leg.zip.reset();
  leg.peer = nullptr;
}

void Worker::part(Leg& leg) {
  if (leg.peer != nullptr) part_one(*leg.peer);
  part_one(leg);
}

// RTCP goes to the port that the SDP names, at the IP that RTP goes to. Behind a NAT that port was rewritten
// too; the far end's first report will show it.
void Worker::address(Leg& leg, const Endpoint& to) {
  leg.to = to;
  leg.to_address = to_socket_address(to);
  leg.rtcp_to = {to.ip, leg.remote->rtcp_port};
  leg.rtcp_address = to_socket_address(leg.rtcp_to);
}

void Worker::on(OpenLeg& c) {
  const auto id = c.leg->id;
  if (index_.count(id) != 0) return BUG("a leg was opened twice");
  take_in(std::move(c.leg));
}

void Worker::on(SetRemote& c) {
  auto* leg = find(c.leg);
  if (leg == nullptr) return;
  const Endpoint to{c.remote.ip, c.remote.port};
  // 0.0.0.0 is the old way to say hold: the stream stays where it was.
  const bool same =
      leg->remote && (media::is_unspecified(to.ip) || to == Endpoint{leg->remote->ip, leg->remote->port});
  const bool allows_same = leg->pinning.registered_ip == c.pinning.registered_ip;
  if (same && media::is_unspecified(to.ip)) {
    c.remote.ip = leg->remote->ip;
    c.remote.port = leg->remote->port;
  }
  leg->agree(std::move(c.remote));
  leg->pinning = c.pinning;
  leg->unheard = {};
  leg->is_silent = false;
  if (same && allows_same) return;
  if (leg->connected) {
    sockaddr none{};
    none.sa_family = AF_UNSPEC;
    // Only parts the socket from where it sent to; one that was not connected says so, and is as wanted.
    (void)::connect(leg->rtp.get(), &none, sizeof none);
  }
  if (leg->locked) {
    leg->left = leg->to;
    leg->left_at = now_;
  }
  leg->candidate = {};
  leg->connected = leg->locked = false;
  address(*leg, to);
  constexpr base::Duration kFirstRtcp = base::milliseconds{2500};  // RFC 3550 6.2: half of the 5 s
  leg->rtcp_due = now_ + rtcp_interval(kFirstRtcp);
}

void Worker::on(CloseLeg& c) {
  auto* leg = find(c.leg);
  if (leg == nullptr) return;
  send_rtcp(*leg, true);
  stop_listening(*leg);
  if (leg->browser != nullptr) leg->browser->say_goodbye(send_now_);
  auto closed = take_out(*leg);
  LegStatistics s;
  s.received = closed->reception.received();
  s.sent = closed->line.packets();
  s.refused = closed->refused;
  s.lost = closed->reception.lost();
  s.jitter_us = closed->reception.jitter_us();
  s.far_loss_permille = closed->far_loss_permille;
  s.round_trip_us = closed->round_trip_us;
  report(LegClosed{closed->id, s});
  // Its own sockets' sends have left with them; those on the shared socket still point to its address.
  if (closed->browser != nullptr) closed_.push_back(std::move(closed));
}

void Worker::on(JoinLegs& c) {
  auto* trunk = find(c.trunk);
  auto* agent = find(c.agent);
  if (trunk == nullptr || agent == nullptr || trunk == agent) return;
  for (auto* leg : {trunk, agent}) {
    part(*leg);
    leg->playing.reset();
    leg->forwarded_at = {};
  }
  trunk->peer = agent;
  agent->peer = trunk;
  agent->owes_audio = true;
  agent->zip = c.zip;
  agent->zip_position = 0;
  if (c.catch_up && trunk->listening && trunk->listening->recent && trunk->listening->recent->begin()) {
    agent->recent = std::move(trunk->listening->recent);
    agent->catches_up = true;
  }
  constexpr base::Duration kProven = base::seconds{1};
  agent->owes_bridged = agent->must_hear() && (!agent->locked || agent->unheard > kProven);
  if (!agent->owes_bridged) report(Bridged{trunk->id, agent->id});
}

void Worker::on(PartLegs& c) {
  if (auto* leg = find(c.either)) part(*leg);
}

void Worker::on(HoldLegs& c) {
  auto* leg = find(c.either);
  if (leg == nullptr || leg->peer == nullptr || leg->held) return;
  auto& trunk = leg->kind == LegKind::trunk ? *leg : *leg->peer;
  trunk.held = trunk.peer->held = true;
  trunk.peer->playing.reset();
  trunk.peer->zip.reset();
  trunk.peer->go_live();
  trunk.playing = Leg::Playing{c.music, true, false};
}

void Worker::on(ResumeLegs& c) {
  auto* leg = find(c.either);
  if (leg == nullptr || leg->peer == nullptr || !leg->held) return;
  for (auto* side : {leg, leg->peer}) {
    side->held = false;
    side->playing.reset();
    side->forwarded_at = {};
  }
}

void Worker::on(PlaySound& c) {
  auto* leg = find(c.leg);
  if (leg == nullptr) return;
  if (c.sound == nullptr || c.sound->size() == 0) {
    leg->playing.reset();
    if (c.reports && !c.loop) report(Played{leg->id});
    return;
  }
  leg->playing = Leg::Playing{std::move(c.sound), c.loop, c.reports};
}

void Worker::on(StopSound& c) {
  if (auto* leg = find(c.leg); leg != nullptr && !leg->held) leg->playing.reset();
}

void Worker::on(SendDigits& c) {
  auto* leg = find(c.leg);
  if (leg == nullptr || !leg->remote) return;
  if (leg->remote->send_event)
    leg->digits.add(c.digits);
  else
    leg->playing = Leg::Playing{std::move(c.in_band), false, false};
}

void Worker::on(Listen& c) {
  auto* leg = find(c.leg);
  if (leg == nullptr) return;
  if (c.sink == nullptr && leg->listening) {
    auto& here = *leg->listening;
    if (!here.stopped) here.records = here.sink->stop(here.framer.position_ms());
    here.stopped = true;
    if (here.records || (leg->peer != nullptr && leg->peer->catches_up)) return;
  }
  stop_listening(*leg);
  if (c.sink != nullptr)
    leg->listening = std::make_unique<Leg::Listening>(
        Leg::Listening{std::move(c.sink), media::Framer{now_}, std::move(c.recent)});
}

void Worker::on(Answered& c) {
  auto* leg = find(c.leg);
  if (leg == nullptr) return;
  leg->answered = true;
  if (leg->listening) leg->listening->sink->answered(leg->listening->framer.position_ms());
}

void Worker::on(ExpectLeg& c) { expected_[c.leg] = true; }

void Worker::on(ReleaseLeg& c) {
  AdoptLeg adopt{c.leg, nullptr};
  if (auto* leg = find(c.leg)) adopt.state = take_out(*leg);
  // The other worker waits for this; its mailbox keeps room for it.
  if (!c.to->post(std::move(adopt), true)) BUG("a handover found no room");
}

void Worker::on(AdoptLeg& c) {
  expected_.erase(c.leg);
  if (c.state != nullptr) take_in(std::move(c.state));
  auto commands = std::move(waiting_);
  waiting_.clear();
  for (auto& command : commands) execute(command);
}

void Worker::on(StopWorker&) {
  stopping_ = true;
  std::vector<LegId> open;
  for (const auto& [id, index] : index_) open.push_back(id);
  for (const auto id : open) {
    CloseLeg close{id};
    on(close);
  }
}

}  // namespace ziptone::mediaplane
