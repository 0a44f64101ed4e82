// What is posted to a worker. Sounds are rendered and sockets bound before, on the caller's thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "server/mediaplane/leg.hpp"

namespace ziptone::mediaplane {

class Worker;

struct OpenLeg {
  std::unique_ptr<Leg> leg;
};
struct SetRemote {
  LegId leg = 0;
  media::NegotiatedMedia remote;
  Pinning pinning;
};
struct SetBrowser {
  LegId leg = 0;
  std::unique_ptr<webrtc::Peer> browser;
  media::NegotiatedMedia media;
};
struct CloseLeg {
  LegId leg = 0;
};
struct JoinLegs {
  LegId trunk = 0;
  LegId agent = 0;
  std::shared_ptr<const media::Sound> zip;
  bool catch_up = false;
};
struct PartLegs {
  LegId either = 0;
};
struct HoldLegs {
  LegId either = 0;
  std::shared_ptr<const media::Sound> music;
};
struct ResumeLegs {
  LegId either = 0;
};
struct PlaySound {
  LegId leg = 0;
  std::shared_ptr<const media::Sound> sound;
  bool loop = false;
  bool reports = true;
};
struct StopSound {
  LegId leg = 0;
};
struct SendDigits {
  LegId leg = 0;
  std::string digits;
  std::shared_ptr<const media::Sound> in_band;
};
struct Listen {
  LegId leg = 0;
  std::unique_ptr<FrameSink> sink;
  std::unique_ptr<media::CatchUp> recent;
};  // no sink: stop
struct Answered {
  LegId leg = 0;
};
// A handover: `from` releases the leg to `to`, which was told to expect it and keeps its commands until then.
struct ExpectLeg {
  LegId leg = 0;
};
struct ReleaseLeg {
  LegId leg = 0;
  Worker* to = nullptr;
};
struct AdoptLeg {
  LegId leg = 0;
  std::unique_ptr<Leg> state;
};  // null: the leg was not there
struct StopWorker {};

using Command = std::variant<std::monostate, OpenLeg, SetRemote, SetBrowser, CloseLeg, JoinLegs, PartLegs,
                             HoldLegs, ResumeLegs, PlaySound, StopSound, SendDigits, Listen, Answered,
                             ExpectLeg, ReleaseLeg, AdoptLeg, StopWorker>;

}  // namespace ziptone::mediaplane
