// The world's end of every call and of every agent's voice path: which media leg, which SDP, which dialog.
// Effects go out through carry_out(); what the network says comes back as the core's events, in events().
// Owned by the control thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "analysis/parameters.hpp"
#include "dialer/effect.hpp"
#include "dialer/event.hpp"
#include "server/control/evidence.hpp"
#include "server/control/latencies.hpp"
#include "server/control/mailbox.hpp"
#include "server/control/message_file.hpp"
#include "server/control/sounds.hpp"
#include "server/control/webrtc.hpp"
#include "server/mediaplane/mediaplane.hpp"
#include "server/signalling/signalling.hpp"
#include "server/store/store.hpp"

namespace ziptone::control {

class Clips;

class Lines {
 public:
  struct Parts {
    Mailbox& mailbox;
    store::Store& store;
    signalling::Signalling& signalling;
    mediaplane::MediaPlane& plane;
    Clips* clips = nullptr;  // none are kept
  };
  explicit Lines(Parts parts)
      : mailbox_(parts.mailbox),
        store_(parts.store),
        signalling_(parts.signalling),
        plane_(parts.plane),
        clips_(parts.clips) {}

  // What the shell keeps of the configuration.
  void set_caller_id(base::EntryPointId entry_point, std::string e164) {
    caller_ids_[entry_point] = std::move(e164);
  }
  const std::string& caller_id(base::EntryPointId entry_point) const;
  // Without samples of its own the campaign plays ours.
  void set_campaign(base::CampaignId campaign, const CampaignSounds& sounds, const Samples& message);
  // Any thread.
  bool tell(signalling::Command command) { return signalling_.post(std::move(command)); }
  void load_prompt(const std::string& id, const Samples& samples) { plane_.load_prompt(id, samples); }
  // What ("safe_harbour/tr", "hold_music/any") the campaign sounds by a prompt of this id; empty: by ours.
  void set_prompt(base::CampaignId campaign, const std::string& what, const std::string& prompt);
  // The rules, with what the campaign's sounds make possible.
  dialer::Campaign with_sounds(dialer::Campaign rules) const;

  // Who is a phone's from now on gives up the browser's path.
  void set_leg_mode(base::AgentId agent, dialer::LegMode mode) {
    leg_modes_[agent] = mode;
    if (mode != dialer::LegMode::webrtc) close_browser(agent);
  }
  void tell_webrtc_failures(WebrtcFailed told) { webrtc_failed_ = std::move(told); }
  // Answers on the calling thread.
  void offer_webrtc(base::AgentId agent, const std::string& sdp, const WebrtcAnswered& answered);

  // Everything but the store's effects and the answers to people, which are control's.
  void carry_out(const dialer::Effect& effect, base::Now now);
  void committed(const dialer::effect::CommitAttempt& intent);
  void ended(const dialer::effect::SaveOutcome& outcome);

  void hear(const signalling::Event& report);
  void hear(const mediaplane::Report& report);
  void recover(const std::vector<store::OpenDialog>& dialogs);

  // What follows for the core, oldest first; taking empties it.
  std::vector<dialer::Event> take_events();

  // What the last seconds of the agent's line were like; nullptr: none is up, or nothing was counted yet.
  const mediaplane::LegQuality* quality(base::AgentId agent) const;

  struct TrunkView {
    bool up = false;
    std::string why;
  };
  const std::map<base::TrunkId, TrunkView>& trunks() const { return trunks_; }
  // Trunks look down to the core while the shell can't keep up; calls go on.
  void hold_back(bool back);
  bool held_back() const { return held_back_; }
  // From the end of the person's first turn to the first packet of theirs that the agent is sent.
  const Latencies& speech_to_agent() const { return speech_to_agent_; }
  // Ends every call and leg that is up. Then idle() becomes true.
  void end_all();
  bool idle() const { return calls_.empty() && phones_.empty(); }

 private:
  struct CallLine {
    dialer::effect::CommitAttempt intent;
    mediaplane::LegId leg = 0;
    media::LocalMedia local;
    std::string country;  // of the number
    bool placed = false;  // an INVITE was asked for
    bool over = false;    // the network has said its last word
    bool answered = false;
    bool saved = false;  // its dialog is in the store
    bool playing_message = false;
    bool listens_on = false;           // analysis goes on when it is bridged
    bool greeting_over = false;        // a machine's
    std::optional<Evidence> evidence;  // since its analysis began
  };
  // A voice path is up when sound comes from it: from the answer to the first packet it is only answered.
  struct PhoneLine {
    mediaplane::LegId leg = 0;
    std::uint64_t number = 0;
    media::LocalMedia local;
    std::optional<media::NegotiatedMedia> remote;
    mediaplane::Pinning pinning;
    bool up = false;
    bool held = false;  // by the phone, which may rest until it resumes
  };
  // A browser's path stands while its page is open; the core's leg is up on it while it is wanted and heard.
  struct BrowserLine {
    mediaplane::LegId leg = 0;
    bool wanted = false;  // the core called it and has not been told that it is gone
    bool heard = false;   // sound comes from it now
    bool up = false;      // and the core knows
    bool lost = false;    // only a new offer brings it back
  };
  struct Shape {
    analysis::Parameters analysis;
    bool keeps_clips = false;
    bool catch_up = false;
    unsigned review_share = 0;
    std::string zip;                         // id of its zip tone; empty: the usual one
    std::string prompt;                      // id of the message that its settings name; empty: none
    std::map<std::string, std::string> own;  // ids of what people uploaded, by what it is
  };

  void place(const dialer::effect::PlaceCall& effect);
  void call_agent(base::AgentId agent, base::Now now);
  void start_analysis(const dialer::effect::StartAnalysis& effect, base::Instant now);
  void play_message(const dialer::effect::PlayMessage& effect);
  void keep_evidence(const CallLine& line);
  void heard(const mediaplane::AnalysisEvent& report);
  // Id of the campaign's own; empty: ours.
  std::string own_prompt(base::CampaignId campaign, const std::string& what) const;
  // Of several languages the one that the number's country speaks, else the one for all, else any.
  std::string own_message(base::CampaignId campaign, const std::string& kind,
                          const std::string& language) const;
  void merge(const dialer::effect::Merge& effect);
  void stop_message(const dialer::effect::StopMessage& effect);
  std::string hold_music(base::AttemptId attempt) const;
  std::string zip_tone(base::AttemptId attempt) const;
  bool open_leg(mediaplane::LegId& leg, media::LocalMedia& local, mediaplane::LegKind kind,
                std::optional<mediaplane::LegId> beside);
  bool set_remote(const CallLine& line, const std::string& sdp);
  void pin_phone(base::AgentId agent, PhoneLine& line);
  void came_up(base::AgentId agent, PhoneLine& line);
  void lose_phone(base::AgentId agent, const char* why);
  void call_browser(base::AgentId agent);
  void end_browser(base::AgentId agent);
  void browser_heard(base::AgentId agent);
  void browser_gone(base::AgentId agent, const char* why);
  void close_browser(base::AgentId agent);
  void failed_here(base::AttemptId attempt, const char* text);
  void forget(base::AttemptId attempt);
  void end_phone(base::AgentId agent);
  void forget_phone(base::AgentId agent);
  void post(signalling::Command command);
  void took(bool taken);

  void on(const signalling::Sent&) {}
  void on(const signalling::Progressed& report);
  void on(const signalling::Answered& report);
  void on(const signalling::Rejected& report);
  void on(const signalling::HungUp& report);
  void on(const signalling::MediaChanged& report);
  void on(const signalling::TrunkState& report);
  void on(const signalling::PhoneRegistered& report);
  void on(const signalling::PhoneUnregistered& report);
  void on(const signalling::PhoneUp& report);
  void on(const signalling::PhoneDown& report);
  void on(const signalling::PhoneHeld& report);
  void on(const signalling::PhoneResumed& report);
  void on(const signalling::PhoneMediaChanged& report);
  void on(const signalling::Digit& report);
  void on(const signalling::Recovered& report);
  void on(const mediaplane::Bridged& report);
  void on(const mediaplane::Played& report);
  void on(const mediaplane::DtmfReceived& report);
  void on(const mediaplane::AnalysisEvent& report);
  void on(const mediaplane::AgentHears& report);
  void on(const mediaplane::ClipTaken& report);
  void on(const mediaplane::FirstPacket& report);
  void on(const mediaplane::Silent& report);
  void on(const mediaplane::Heard& report);
  void on(const mediaplane::LegQuality& report);
  void on(const mediaplane::WebrtcConnected& report);
  void on(const mediaplane::WebrtcLost& report);
  void on(const mediaplane::LegClosed& report);

  CallLine* call(base::AttemptId attempt);
  PhoneLine* phone(base::AgentId agent);
  BrowserLine* browser(base::AgentId agent);
  mediaplane::LegId agent_leg(base::AgentId agent);  // 0: none
  base::AttemptId attempt_of(mediaplane::LegId leg) const;
  base::AgentId agent_of(mediaplane::LegId leg) const;

  Mailbox& mailbox_;
  store::Store& store_;
  signalling::Signalling& signalling_;
  mediaplane::MediaPlane& plane_;
  Clips* clips_;
  std::vector<dialer::Event> events_;
  std::unordered_map<base::AttemptId, CallLine> calls_;
  std::unordered_map<base::AgentId, PhoneLine> phones_;
  std::unordered_map<mediaplane::LegId, base::AttemptId> attempt_of_leg_;
  std::unordered_map<mediaplane::LegId, base::AgentId> agent_of_leg_;
  std::unordered_map<base::AgentId, mediaplane::LegQuality> qualities_;  // of a leg that may be gone
  std::unordered_map<base::AgentId, BrowserLine> browsers_;
  std::unordered_map<base::AgentId, dialer::LegMode> leg_modes_;
  WebrtcFailed webrtc_failed_;
  std::unordered_map<base::AgentId, std::string> registered_ip_;
  std::unordered_map<base::AgentId, std::uint64_t> recovering_legs_;
  std::unordered_map<base::EntryPointId, std::string> caller_ids_;
  std::unordered_map<base::CampaignId, Shape> shapes_;
  std::map<base::TrunkId, TrunkView> trunks_;
  // Of legs whose clips are still to come: the call may be over by then.
  std::unordered_map<mediaplane::LegId, std::pair<base::AttemptId, base::CampaignId>> clips_of_;
  Latencies speech_to_agent_;
  base::Instant heard_at_{};  // of the report that is being heard
  mediaplane::LegId next_leg_ = 1;
  bool held_back_ = false;
};

}  // namespace ziptone::control
