// The sound of all calls: one thread with a 20 ms tick that sends what each actor says and listens to what
// arrives.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/random.hpp"
#include "base/result.hpp"
#include "carrier/actor.hpp"
#include "carrier/ear.hpp"
#include "media/sdp.hpp"

namespace ziptone::carrier {

using LineId = std::uint64_t;

struct LinesOptions {
  media::IpAddress ip;           // bound, and written to SDP
  std::uint16_t first_port = 0;  // even; 0: any free even port from 20000 up
  std::uint16_t last_port = 0;
  std::vector<std::uint8_t> message;  // envelope of the safe-harbour message, may be empty
  double loss = 0;                    // of the packets sent, 0 to 1
  int jitter_ms = 0;                  // a packet is so late at most
  std::uint64_t seed = 1;             // of both
};

// Called on the media thread; must be quick and must not call back into Lines.
struct LinesListener {
  std::function<void(LineId, const Said&, WallMicros)> deed;
  std::function<void(LineId, const EarEvent&)> heard;
  std::function<void(LineId, const EarSummary&, WallMicros)> closed;
};

class Lines {
 public:
  Lines(LinesOptions options, LinesListener listener);
  ~Lines();
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;

  struct Opened {
    LineId id;
    std::uint16_t port;
  };
  // Binds a port. Fails when none is free or the process has no descriptors left.
  base::Result<Opened> open();
  // Where to send and what: from the next tick on. Again for a re-INVITE.
  void connect(LineId id, const media::NegotiatedMedia& media);
  // Gives the line to another actor. `answered`: silence is measured from now on.
  void act(LineId id, std::unique_ptr<Actor> actor, bool answered);
  // The last thing said of this line is `closed`.
  void close(LineId id);

  std::uint64_t packets_in() const { return packets_in_.load(std::memory_order_relaxed); }
  std::uint64_t packets_out() const { return packets_out_.load(std::memory_order_relaxed); }

 private:
  struct Line;
  struct Command;
  static constexpr int kGroups =
      4;  // a quarter of the lines every 5 ms: no burst of thousands of packets at once

  void run();
  void take_commands();
  void apply(Command& command);
  void tick(Line& line, WallMicros now);
  void receive(Line& line, WallMicros now);
  void send(Line& line, const Said& said, WallMicros now);
  // Puts on the wire what is due.
  void deliver(Line& line, WallMicros now);

  LinesOptions options_;
  LinesListener listener_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Command> commands_;
  LineId next_id_ = 1;
  std::uint16_t next_port_ = 0;
  bool stop_ = false;
  std::atomic<std::uint64_t> packets_in_{0}, packets_out_{0};
  std::vector<std::unique_ptr<Line>> groups_[kGroups];  // of the media thread, as is the next
  base::Random network_;
  std::thread thread_;
};

}  // namespace ziptone::carrier
