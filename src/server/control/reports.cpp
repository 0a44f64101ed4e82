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
  std::visit([this](const auto& r) { on(r); }, report.what);
}

bool Lines::set_remote(mediaplane::LegId leg, const media::LocalMedia& local, const std::string& sdp,
                       const mediaplane::Pinning& pinning) {
  const auto parsed = media::parse_sdp(sdp);
  if (!parsed) {
    spdlog::warn("unusable SDP: {}", base::to_string(parsed.error()));
    return false;
  }
  const auto negotiated = media::accept_answer(local, *parsed);
  if (!negotiated) {
    spdlog::warn("unusable SDP answer: {}", base::to_string(negotiated.error()));
    return false;
  }
  took(plane_.set_remote(leg, *negotiated, pinning));
  return true;
}

void Lines::on(const signalling::Progressed& report) {
  CallLine* line = call(report.attempt);
  if (!line) return;
  const bool early = !report.sdp.empty() && set_remote(line->leg, line->local, report.sdp, {});
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
  const bool usable = set_remote(line->leg, line->local, report.sdp, {});
  line->saved = true;
  store_.save_dialog({report.attempt, {}, 0}, to_store(report.dialog),
                     [this, attempt = report.attempt](base::Result<>) {
                       static_cast<void>(signalling_.post(signalling::Ack{attempt}));
                     });
  if (!usable) {
    post(signalling::Bye{report.attempt, 65, "no usable media"});
    dialer::SipFacts facts;
    facts.code = 488;
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
  if (CallLine* line = call(report.attempt)) set_remote(line->leg, line->local, report.sdp, {});
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
}
void Lines::on(const signalling::PhoneUnregistered& report) {
  registered_ip_.erase(report.agent);
  spdlog::info("agent {}'s phone is not registered any more: {}", report.agent, report.why);
}

void Lines::on(const signalling::PhoneUp& report) {
  PhoneLine* line = phone(report.agent);
  if (!line || line->number != report.leg) return;
  mediaplane::Pinning pinning;
  const auto registered = registered_ip_.find(report.agent);
  if (registered != registered_ip_.end()) pinning.registered_ip = media::parse_ip(registered->second);
  const bool usable = set_remote(line->leg, line->local, report.sdp, pinning);
  line->saved = true;
  store_.save_dialog({{}, report.agent, report.leg}, to_store(report.dialog),
                     [this, agent = report.agent](base::Result<>) {
                       static_cast<void>(signalling_.post(signalling::AckPhone{agent}));
                     });
  if (!usable) {
    post(signalling::HangUpPhone{report.agent});
    return;
  }
  line->up = true;
  events_.push_back(event::LegUp{report.agent});
}

void Lines::on(const signalling::PhoneDown& report) {
  const PhoneLine* line = phone(report.agent);
  if (!line || line->number != report.leg) return;
  spdlog::info("agent {}'s leg is down: {} {}", report.agent, report.facts.code, report.facts.phrase);
  forget_phone(report.agent);
  events_.push_back(event::LegDown{report.agent});
}

void Lines::on(const signalling::PhoneHeld& report) { events_.push_back(event::LegHeld{report.agent}); }
void Lines::on(const signalling::PhoneResumed& report) { events_.push_back(event::LegResumed{report.agent}); }
void Lines::on(const signalling::PhoneMediaChanged& report) {
  if (PhoneLine* line = phone(report.agent)) set_remote(line->leg, line->local, report.sdp, {});
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

void Lines::on(const mediaplane::Bridged& report) {
  if (const auto attempt = attempt_of(report.trunk)) events_.push_back(event::Bridged{attempt});
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
  spdlog::debug("attempt {}: {}", attempt, analysis::describe(report.event));
  if (std::holds_alternative<analysis::SpeechStarted>(report.event))
    events_.push_back(event::SpeechStarted{attempt});
  else if (std::holds_alternative<analysis::SpeechEnded>(report.event))
    events_.push_back(event::SpeechEnded{attempt});
  else if (const auto* reached = std::get_if<analysis::VerdictReached>(&report.event))
    events_.push_back(event::VerdictReached{attempt, to_core(reached->verdict)});
}

}  // namespace ziptone::control
