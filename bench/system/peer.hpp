// The far ends of the whole-system bench: every callee of the trunk and every agent's phone, on four UDP
// sockets and one thread, so that it costs a fraction of what it measures. It speaks only the SIP that the
// bench needs, and shares no code with the product.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <netinet/in.h>

#include "voice.hpp"

namespace ziptone::bench {

// What one call went through, on CLOCK_MONOTONIC; 0: it did not.
struct Trace {
  Micros invited_at = 0, answered_at = 0, acked_at = 0, ended_at = 0, bye_answered_at = 0;
  Micros sound_at = 0;            // the callee's first packet left
  Micros heard_at = 0;            // the first packet of the callee reached the agent
  Micros spoken_at = 0;           // the first packet of the agent reached the callee
  std::uint32_t first_heard = 0;  // which of the callee's packets it was, from 0
};

// A stream of 20 ms packets to one address.
struct Stream {
  std::uint32_t number = 0;  // in every packet: who speaks
  sockaddr_in to{};
  std::uint32_t packets = 0;
  Micros until = 0;  // 0: for ever
  bool callee = false;
  Trace* trace = nullptr;
};

class Peer {
 public:
  struct Options {
    Micros talk = 200'000;     // answer to the callee's BYE, at least; 0: the callee stays
    Micros talk_more = 0;      // and at random up to so much longer
    bool agents_speak = true;  // 50 packets a second from every phone, as a softphone does
  };
  explicit Peer(Options options);
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  // Runs until standard input ends or says quit. Commands: `report` prints every call that was answered or
  // refused since the last one, a line each, and `.`; `talk MICROS [MICROS MORE]`; `listen` begins the
  // account of what callees hear, `heard` prints it (Ears::text) and how many calls stand.
  void run();

 private:
  struct Call {
    Trace trace;
    std::uint32_t number = 0;
    sockaddr_in server{};
    std::string answer;  // our 200, to be repeated
    std::string bye;
    sockaddr_in media{};
    Micros bye_at = 0;     // when it is sent (again); 0: never
    Micros answer_at = 0;  // when the 200 is repeated; 0: acknowledged
    bool phone = false;
    int tries = 0;
    Ears::Last heard;
  };

  void on_sip(int socket, bool phone);
  void on_message(int socket, bool phone, std::string_view message, const sockaddr_in& from);
  void on_invite(int socket, bool phone, std::string_view message, const sockaddr_in& from);
  void on_rtp(int socket, bool agents_ear);
  void tick(Micros now);
  void send_due(Micros now);
  void repeat(Micros now);
  bool on_command();
  void obey(const std::string& line);
  void report();
  void say(int socket, const std::string& text, const sockaddr_in& to);

  Options options_;
  int trunk_ = -1, phones_ = -1, callee_rtp_ = -1, agent_rtp_ = -1;
  std::map<std::string, Call, std::less<>> calls_;
  std::vector<std::string> over_;     // Call-IDs that end with the next report
  std::vector<Trace*> by_number_;     // of the callees; null once reported
  std::vector<Call*> by_media_port_;  // the server's port of a callee's leg -> the call
  std::vector<Stream> wheel_[20];     // one slot a millisecond
  Micros next_tick_ = 0, next_repeat_ = 0;
  std::uint32_t next_number_ = 0;
  std::string commands_;
  Ears callees_;
};

}  // namespace ziptone::bench
