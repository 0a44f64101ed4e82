// What signalling and the media plane report, as events of the core.
#include <spdlog/spdlog.h>

#include "media/sdp.hpp"
#include "server/control/facts.hpp"
#include "server/control/lines.hpp"

namespace ziptone::control {

namespace event = dialer::event;

void Lines::hear(const signalling::Event& report) {
  std::visit([this](const auto& r) { on(r); }, report);
}
void Lines::hear(const mediaplane::Report& report) {
  heard_at_ = report.at;
  std::visit([this](const auto& r) { on(r); }, report.what);
}

namespace {

std::optional<media::NegotiatedMedia> read_answer(const media::LocalMedia& local, const std::string& sdp) {
  const auto parsed = media::parse_sdp(sdp);
  if (!parsed) {
    spdlog::warn("unusable SDP: {}", base::to_string(parsed.error()));
    return std::nullopt;
  }
  const auto negotiated = media::accept_answer(local, *parsed);
  if (!negotiated) {
    spdlog::warn("unusable SDP answer: {}", base::to_string(negotiated.error()));
    return std::nullopt;
  }
  return *negotiated;
}

}  // namespace

bool Lines::set_remote(const CallLine& line, const std::string& sdp) {
  const auto remote = read_answer(line.local, sdp);
  if (remote) took(plane_.set_remote(line.leg, *remote, {}));
  return remote.has_value();
}

// Behind a NAT the phone's SDP names an address that nothing comes from: its REGISTER's is believed too.
void Lines::pin_phone(base::AgentId agent, PhoneLine& line) {
  if (const auto at = registered_ip_.find(agent); at != registered_ip_.end())
    line.pinning.registered_ip = media::parse_ip(at->second);
  if (line.remote) took(plane_.set_remote(line.leg, *line.remote, line.pinning));
}

void Lines::came_up(base::AgentId agent, PhoneLine& line) {
  line.up = true;
  events_.push_back(event::LegUp{agent});
}

// The path is gone though no BYE says so.
void Lines::lose_phone(base::AgentId agent, const char* why) {
  spdlog::warn("agent {}'s leg is given up: {}", agent, why);
  end_phone(agent);
  events_.push_back(event::LegDown{agent});
}

void Lines::on(const signalling::Progressed& report) {
  CallLine* line = call(report.attempt);
  if (!line) return;
  const bool early = !report.sdp.empty() && set_remote(*line, report.sdp);
  events_.push_back(event::Progressed{report.attempt, static_cast<std::uint16_t>(report.code), early});
}

void Lines::on(const signalling::Answered& report) {
  CallLine* line = call(report.attempt);
  if (!line) {  // the attempt is over for us: end what nobody holds
    post(signalling::Ack{report.attempt});
    post(signalling::Bye{report.attempt});
    return;
  }
  // Media does not wait for the disk, the ACK does.
  const bool usable = set_remote(*line, report.sdp);
  line->saved = true;
  store_.save_dialog({report.attempt, {}, 0}, to_store(report.dialog),
                     [this, attempt = report.attempt](const base::Result<>&) {
                       static_cast<void>(signalling_.post(signalling::Ack{attempt}));
                     });
  if (!usable) {
    post(signalling::Bye{report.attempt, 65, "no usable media"});
    dialer::SipFacts facts;
    facts.local = dialer::SipFacts::Local::media;
    facts.text = "the answer's SDP has nothing that we speak";
    events_.push_back(event::Rejected{report.attempt, facts});
    return;
  }
  line->answered = true;
  took(plane_.answered(line->leg));
  events_.push_back(event::Answered{report.attempt});
}

void Lines::on(const signalling::Rejected& report) {
  events_.push_back(event::Rejected{report.attempt, to_core(report.facts)});
  forget(report.attempt);
}

void Lines::on(const signalling::HungUp& report) {
  events_.push_back(event::HungUp{report.attempt, to_core(report.facts)});
  forget(report.attempt);
}

void Lines::on(const signalling::MediaChanged& report) {
  if (const CallLine* line = call(report.attempt)) took(plane_.set_remote(line->leg, report.media, {}));
}

void Lines::on(const signalling::TrunkState& report) {
  TrunkView& view = trunks_[report.trunk];
  if (view.up != report.up || view.why.empty())
    spdlog::info("trunk {} is {}: {}", report.trunk, report.up ? "up" : "down", report.why);
  view = {report.up, report.why};
  if (!report.up)
    events_.push_back(event::TrunkDown{report.trunk});
  else if (!held_back_)
    events_.push_back(event::TrunkUp{report.trunk});
}

void Lines::on(const signalling::PhoneRegistered& report) {
  registered_ip_[report.agent] = report.source_ip;
  spdlog::info("agent {}'s phone registered", report.agent);
  if (PhoneLine* line = phone(report.agent)) pin_phone(report.agent, *line);
}
void Lines::on(const signalling::PhoneUnregistered& report) {
  registered_ip_.erase(report.agent);
  spdlog::info("agent {}'s phone is not registered any more: {}", report.agent, report.why);
  // One that is heard lives, registered or not. One on hold rests, and nothing else would say that it died.
  const PhoneLine* line = phone(report.agent);
  if (line && line->held) lose_phone(report.agent, "it is on hold and not registered any more");
}

void Lines::on(const signalling::PhoneUp& report) {
  PhoneLine* line = phone(report.agent);
  if (!line || line->number != report.leg) return;
  line->remote = read_answer(line->local, report.sdp);
  pin_phone(report.agent, *line);
  store_.save_dialog({{}, report.agent, report.leg}, to_store(report.dialog),
                     [this, agent = report.agent](const base::Result<>&) {
                       static_cast<void>(signalling_.post(signalling::AckPhone{agent}));
                     });
  if (!line->remote) {
    post(signalling::HangUpPhone{report.agent});
    return;
  }
  // Up when it is heard; a phone that answers on hold may rest, and PhoneHeld follows.
  if (line->remote->direction != media::Direction::sendrecv) came_up(report.agent, *line);
}

void Lines::on(const signalling::PhoneDown& report) {
  const PhoneLine* line = phone(report.agent);
  if (!line || line->number != report.leg) return;
  spdlog::info("agent {}'s leg is down: {} {}", report.agent, report.facts.code, report.facts.phrase);
  forget_phone(report.agent);
  events_.push_back(event::LegDown{report.agent});
}

void Lines::on(const signalling::PhoneHeld& report) {
  PhoneLine* line = phone(report.agent);
  if (!line || !line->remote) return;
  line->held = true;
  if (!line->up) came_up(report.agent, *line);
  events_.push_back(event::LegHeld{report.agent});
}
void Lines::on(const signalling::PhoneResumed& report) {
  PhoneLine* line = phone(report.agent);
  if (!line || !line->held) return;
  line->held = false;
  events_.push_back(event::LegResumed{report.agent});
}
void Lines::on(const signalling::PhoneMediaChanged& report) {
  PhoneLine* line = phone(report.agent);
  if (!line || !line->remote) return;
  line->remote = report.media;
  pin_phone(report.agent, *line);
}

void Lines::on(const signalling::Digit& report) {
  if (report.attempt) events_.push_back(event::DigitPressed{report.attempt, report.digit});
}

void Lines::on(const signalling::Recovered& report) {
  const auto leg = recovering_legs_.find(report.agent);
  spdlog::info("recovered {} {}: {}", report.attempt ? "attempt" : "leg of agent",
               report.attempt ? report.attempt.value : report.agent.value, report.how);
  if (report.attempt)
    store_.end_dialog({report.attempt, {}, 0});
  else if (leg != recovering_legs_.end())
    store_.end_dialog({{}, report.agent, leg->second});
}

void Lines::on(const mediaplane::FirstPacket& report) {
  const base::AgentId agent = agent_of(report.leg);
  PhoneLine* line = phone(agent);
  if (line && !line->up) came_up(agent, *line);
  browser_heard(agent);
}

// A contact may be silent for as long as it likes; a phone that sends nothing is a person who is not there.
void Lines::on(const mediaplane::Silent& report) {
  const auto agent = agent_of(report.leg);
  if (browser(agent))
    browser_gone(agent, "no sound comes from the browser");
  else if (agent)
    lose_phone(agent, "no sound comes from the phone");
}

// A contact's says nothing: people pause. A silent phone was given up; a browser comes back by itself.
void Lines::on(const mediaplane::Heard& report) { browser_heard(agent_of(report.leg)); }

void Lines::on(const mediaplane::LegQuality& report) {
  if (const auto agent = agent_of(report.leg)) qualities_[agent] = report;
}

const mediaplane::LegQuality* Lines::quality(base::AgentId agent) const {
  const auto at = qualities_.find(agent);
  return at != qualities_.end() && agent_of(at->second.leg) == agent ? &at->second : nullptr;
}

void Lines::on(const mediaplane::Bridged& report) {
  const auto attempt = attempt_of(report.trunk);
  if (!attempt) return;
  // A person listens now: what the analysis would still say changes nothing, unless the core waits for it.
  if (!call(attempt)->listens_on) took(plane_.stop_analysis(report.trunk));
  if (auto& evidence = call(attempt)->evidence) {
    evidence->merged(heard_at_);
    keep_evidence(*call(attempt));
  }
  events_.push_back(event::Bridged{attempt});
}

void Lines::on(const mediaplane::LegClosed& report) {
  clips_of_.erase(report.leg);
  const auto& s = report.statistics;
  spdlog::info(
      "media leg {} closed: {} packets in, {} out, {} lost, {} refused, jitter {} us, round trip {} us, "
      "{} per mille lost at the far end",
      report.leg, s.received, s.sent, s.lost, s.refused, s.jitter_us, s.round_trip_us.value_or(0),
      s.far_loss_permille.value_or(0));
}

void Lines::on(const mediaplane::Played& report) {
  CallLine* line = call(attempt_of(report.leg));
  if (!line || !line->playing_message) return;
  line->playing_message = false;
  events_.push_back(event::MessagePlayed{line->intent.attempt});
}

void Lines::on(const mediaplane::DtmfReceived& report) {
  if (const auto attempt = attempt_of(report.leg))
    events_.push_back(event::DigitPressed{attempt, report.digit});
}

void Lines::on(const mediaplane::AnalysisEvent& report) {
  const auto attempt = attempt_of(report.leg);
  if (!attempt) return;
  CallLine& line = *call(attempt);
  heard(report);
  // What the network played while it rang says nothing about the person who has answered meanwhile.
  if (report.early && line.answered) return;
  spdlog::debug("attempt {}: {}", attempt, analysis::describe(report.event));
  if (std::holds_alternative<analysis::SpeechStarted>(report.event))
    events_.push_back(event::SpeechStarted{attempt});
  else if (const auto* quiet = std::get_if<analysis::SpeechEnded>(&report.event))
    events_.push_back(event::SpeechEnded{
        attempt, base::milliseconds{std::max<std::int64_t>(0, report.position_ms - quiet->at_ms)}});
  else if (const auto* reached = std::get_if<analysis::VerdictReached>(&report.event))
    events_.push_back(event::VerdictReached{attempt, to_core(reached->verdict)});
  else if (const auto* ended = std::get_if<analysis::GreetingEnded>(&report.event)) {
    line.greeting_over = true;
    // That it did not end within its limit is known to the core, which has the same one.
    if (ended->by != analysis::GreetingEnded::By::limit) events_.push_back(event::GreetingEnded{attempt});
  } else if (const auto* tone = std::get_if<analysis::ToneHeard>(&report.event);
             tone != nullptr && tone->which == analysis::Tone::beep && line.greeting_over) {
    events_.push_back(event::GreetingEnded{attempt});  // the beep that counts comes only now
  }
}

}  // namespace ziptone::control
