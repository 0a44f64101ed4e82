// One call as the called side lives it: the persona's timeline of responses, the dialog, and its end.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sofia-sip/nta.h>

#include "carrier/carrier.hpp"
#include "carrier/lines.hpp"
#include "carrier/log.hpp"
#include "carrier/persona.hpp"
#include "carrier/sip_root.hpp"
#include "carrier/sounds.hpp"

namespace ziptone::carrier {

class Call;

// What a call uses of the carrier around it; all on the SIP thread.
struct CallContext {
  SipRoot& root;
  nta_agent_t* agent = nullptr;
  Lines& lines;
  const Log& log;
  const SoundLibrary& sounds;
  Counters& counters;
  media::IpAddress ip;
  int slow_ms = 0;
  // Who speaks on an answered line.
  std::function<std::unique_ptr<Actor>(const Persona&, std::uint64_t pick)> make_actor;
  std::function<void(LineId, Call&)> line_opened;
  std::function<void(LineId, std::int64_t at)> answered;
  // The call is to be destroyed later, not within the current callback. line: 0 where it had none.
  std::function<void(Call&, LineId line)> ended;
};

class Call {
 public:
  // Takes over the INVITE transaction and replies 100. `pick` chooses voices and words.
  Call(CallContext& context, nta_incoming_t* invite, const sip_t& sip, Persona persona, std::uint64_t pick);
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  const std::string& id() const { return id_; }
  // What the media thread asked for: a persona hangs up.
  void hang_up(std::string_view why);
  // The network ends the call now: 503 before the answer, BYE after it.
  void stop();

 private:
  enum class Stage : std::uint8_t { waiting, progressing, answered, talking, leaving, ended };

  static int on_request(nta_leg_magic_t*, nta_leg_t*, nta_incoming_t*, const sip_t*);
  static int on_ack_or_cancel(nta_incoming_magic_t*, nta_incoming_t*, const sip_t*);
  static int on_prack(nta_reliable_magic_t*, nta_reliable_t*, nta_incoming_t*, const sip_t*);
  static int on_bye_response(nta_outgoing_magic_t*, nta_outgoing_t*, const sip_t*);

  void progress();
  void after_progress();
  void answer();
  void refuse(int code);
  void reply(int code, const std::string& phrase, const std::string& sdp = {});
  void reply_reliably(int code, const std::string& phrase, const std::string& sdp);
  int request(nta_incoming_t* irq, const sip_t& sip);
  int renegotiate(nta_incoming_t* irq, const sip_t& sip);
  void ack(const sip_t& sip);
  void cancel(const sip_t& sip);
  void bye_received(const sip_t& sip);
  std::string session_sdp();
  void end(std::string_view by);

  CallContext& context_;
  nta_incoming_t* invite_;
  nta_leg_t* leg_ = nullptr;
  nta_outgoing_t* bye_ = nullptr;
  std::vector<nta_incoming_t*> reinvites_;
  std::vector<nta_reliable_t*> reliables_;
  Persona persona_;
  std::uint64_t pick_;
  std::string id_, offer_;
  std::string session_expires_;  // echoed, with the caller as refresher
  bool supports_100rel_ = false, requires_100rel_ = false;
  Stage stage_ = Stage::waiting;
  SipTimer timer_;
  std::optional<Lines::Opened> line_;
  media::LocalMedia local_;
  std::string sdp_;
  std::int64_t answered_at_ = 0;
};

}  // namespace ziptone::carrier
