// One thread that owns legs and their sockets: takes commands, moves packets, ticks. No lock, no allocation
// and no log call a packet; what it has to say is a report. mediaplane.hpp has the contract, worker_media.cpp
// the path of a packet.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <random>
#include <span>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "server/mediaplane/command.hpp"
#include "server/mediaplane/mailbox.hpp"
#include "server/mediaplane/wire.hpp"

namespace ziptone::mediaplane {

struct WorkerConfig {
  unsigned number = 0;
  int core = -1;  // -1: any
  bool io_uring = true;
  std::uint32_t legs_max = 0;
  base::Duration silent_after{};  // these five as in Config
  base::Duration phone_silent_after{};
  base::Duration bridged_silent_after{};
  base::Duration webrtc_silent_after{};
  base::Duration webrtc_bridged_silent_after{};
  int webrtc_socket = -1;  // bound; the caller's, open as long as the worker
  std::array<std::shared_ptr<const media::Sound>, 16> keys;  // by telephone event
};

class Worker {
 public:
  Worker(const WorkerConfig& config, std::function<void(const Report&)> report);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker();

  base::Result<> start();
  // Ends the thread and reports the legs still open as closed. Commands posted later go nowhere.
  void stop();
  // Any thread. `urgent` may use the cells that are kept free for handovers.
  bool post(Command command, bool urgent = false);

  MediaPlane::Counters counters() const;
  const std::string& io_model() const { return io_model_; }

 private:
  void run(const std::function<void(base::Result<>)>& started);
  void take_commands();
  void execute(Command& command);
  bool must_wait(const Command& command) const;

  void on(std::monostate&) {}
  void on(OpenLeg& c);
  void on(SetRemote& c);
  void on(SetBrowser& c);
  void on(CloseLeg& c);
  void on(JoinLegs& c);
  void on(PartLegs& c);
  void on(HoldLegs& c);
  void on(ResumeLegs& c);
  void on(PlaySound& c);
  void on(StopSound& c);
  void on(SendDigits& c);
  void on(Listen& c);
  void on(Answered& c);
  void on(ExpectLeg& c);
  void on(ReleaseLeg& c);
  void on(AdoptLeg& c);
  void on(StopWorker& c);

  // The path of a packet.
  void take_datagrams();
  void on_datagram(const Received& received);
  void on_rtp(Leg& leg, const Received& received);
  bool believe(Leg& leg, const Endpoint& from);
  bool learn(Leg& leg, const Endpoint& from);
  void lock(Leg& leg, const Endpoint& from);
  void heard(Leg& leg);
  void on_event(Leg& leg, const media::RtpPacket& packet);
  void hear_keys(Leg& leg, media::Codec codec, std::span<const std::uint8_t> payload);
  void forward(Leg& to, const media::RtpHeader& header, media::Codec codec, std::span<std::uint8_t> payload);
  void forward_event(Leg& to, const media::RtpPacket& packet, std::span<std::uint8_t> payload);
  void on_rtcp(Leg& leg, const Received& received);

  // Browsers' legs (worker_webrtc.cpp).
  void on_shared(const Received& received);
  void on_check(const Received& received);
  void on_secured(Leg& leg, const Received& received);
  void mind_browser(Leg& leg);
  void aim(Leg& leg);
  void forget_browser(Leg& leg);
  void transmit_secured(Leg& leg, std::span<std::uint8_t> bytes, bool rtcp);

  // Our own clock.
  void run_ticks();
  void tick(Leg& leg);
  void mind_silence(Leg& leg);
  void fell_silent(Leg& leg);
  void tick_digits(Leg& leg);
  void send_frame(Leg& leg);
  void fill_frame(Leg& leg, std::span<std::uint8_t, media::kFrameSamples> payload);
  void send_rtcp(Leg& leg, bool bye);
  // kRoomBehind bytes behind it may be written.
  void transmit(Leg& leg, std::span<std::uint8_t> bytes);

  Leg* find(LegId id);
  Leg* leg_at(std::uint32_t slot) const {
    const auto index = slot / 2;
    return index < legs_.size() ? legs_[index].get() : nullptr;
  }
  void take_in(std::unique_ptr<Leg> leg);
  std::unique_ptr<Leg> take_out(Leg& leg);
  void part(Leg& leg);
  void part_one(Leg& leg);
  void address(Leg& leg, const Endpoint& to);
  base::Duration rtcp_interval(base::Duration mean);
  void push_frame(Leg& leg, std::span<const std::int16_t, media::kFrameSamples> samples,
                  const FrameInfo& info);
  void stop_listening(Leg& leg);  // hands over what was recorded
  void tell_audio(Leg& agent);
  template <class What>
  void report(What what) {
    report_(Report{now_, std::move(what)});
  }

  WorkerConfig config_;
  std::function<void(const Report&)> report_;
  std::string io_model_;
  Mailbox<Command> mailbox_;
  std::unique_ptr<Wire> wire_;
  std::vector<std::unique_ptr<Leg>> legs_;  // by index
  std::vector<std::uint32_t> free_;
  std::unordered_map<LegId, std::uint32_t> index_;
  std::unordered_map<LegId, bool> expected_;
  // Browsers' legs by what their datagrams show: the ufrag of a check, then the address that it proved.
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  std::unordered_map<std::string, Leg*, TextHash, std::equal_to<>> by_ufrag_;
  std::unordered_map<Endpoint, Leg*, EndpointHash> by_address_;
  std::uint32_t shared_slot_ = 0;
  webrtc::Peer::Send send_now_;
  std::vector<std::unique_ptr<Leg>> closed_;  // browsers', until what names their address has left
  std::vector<Command> waiting_;              // commands to legs that are on their way here
  std::array<std::vector<Leg*>, media::kFrameMs> phases_;
  unsigned phase_ = 0;
  base::Instant now_{};
  base::Instant next_tick_{};
  std::minstd_rand dice_{std::random_device{}()};
  bool stopping_ = false;
  std::atomic<std::uint64_t> received_{0};
  std::atomic<std::uint64_t> sent_{0};
  std::atomic<std::uint64_t> refused_{0};
  std::atomic<std::uint64_t> late_ticks_{0};
  std::atomic<std::uint64_t> unknown_leg_{0};
  std::atomic<std::uint64_t> open_{0};
  std::thread thread_;
};

}  // namespace ziptone::mediaplane
