// Agents whose voice path is their browser. The page opens the path, the core uses it: `wanted` from its
// CallAgent on, up while it is also heard.
#include <spdlog/spdlog.h>

#include "media/webrtc_sdp.hpp"
#include "server/control/lines.hpp"

namespace ziptone::control {

namespace event = dialer::event;

Lines::BrowserLine* Lines::browser(base::AgentId agent) {
  const auto at = browsers_.find(agent);
  return at == browsers_.end() ? nullptr : &at->second;
}

mediaplane::LegId Lines::agent_leg(base::AgentId agent) {
  if (const BrowserLine* line = browser(agent)) return line->leg;
  const PhoneLine* line = phone(agent);
  return line ? line->leg : 0;
}

void Lines::offer_webrtc(base::AgentId agent, const std::string& sdp, const WebrtcAnswered& answered) {
  const auto refuse = [&](const char* reason, std::string text) {
    spdlog::warn("agent {}'s browser gets no voice path: {}", agent, text);
    answered({{}, reason, std::move(text)});
  };
  const auto mode = leg_modes_.find(agent);
  if (mode == leg_modes_.end() || mode->second != dialer::LegMode::webrtc)
    return refuse("not_negotiable", "the agent's voice path is a phone");
  if (const auto offer = media::parse_webrtc_offer(sdp); !offer)
    return refuse("not_negotiable", base::to_string(offer.error()));
  BrowserLine& line = browsers_[agent];
  media::LocalMedia unused;
  if (line.leg == 0 && !open_leg(line.leg, unused, mediaplane::LegKind::webrtc, {}))
    return refuse("no_port", "no media leg could be opened");
  agent_of_leg_[line.leg] = agent;
  auto answer = plane_.answer_webrtc(line.leg, sdp);
  if (!answer) return refuse("no_port", base::to_string(answer.error()));
  line.lost = false;
  spdlog::info("agent {}'s browser offers a voice path, leg {}", agent, line.leg);
  answered({std::move(*answer), {}, {}});
}

void Lines::call_browser(base::AgentId agent) {
  BrowserLine& line = browsers_[agent];
  line.wanted = true;
  if (line.heard) browser_heard(agent);
}

// The path stays for the next time: the page is still open. One that is lost would only take room.
void Lines::end_browser(base::AgentId agent) {
  BrowserLine* line = browser(agent);
  if (!line) return;
  line->wanted = line->up = false;
  if (line->lost || line->leg == 0) close_browser(agent);
}

void Lines::browser_heard(base::AgentId agent) {
  BrowserLine* line = browser(agent);
  if (!line) return;
  line->heard = true;
  if (!line->wanted || line->up) return;
  line->up = true;
  events_.push_back(event::LegUp{agent});
}

void Lines::browser_gone(base::AgentId agent, const char* why) {
  BrowserLine* line = browser(agent);
  if (!line) return;
  line->heard = false;
  if (line->up) {
    spdlog::warn("agent {}'s voice path is lost: {}", agent, why);
    line->up = line->wanted = false;
    events_.push_back(event::LegDown{agent});
  }
  if (line->lost && !line->wanted) close_browser(agent);
}

void Lines::close_browser(base::AgentId agent) {
  const auto at = browsers_.find(agent);
  if (at == browsers_.end()) return;
  if (at->second.leg != 0) {
    took(plane_.close(at->second.leg));
    agent_of_leg_.erase(at->second.leg);
  }
  browsers_.erase(at);
}

void Lines::on(const mediaplane::WebrtcConnected& report) {
  spdlog::info("agent {}'s browser is connected, leg {}", agent_of(report.leg), report.leg);
}

void Lines::on(const mediaplane::WebrtcLost& report) {
  const auto agent = agent_of(report.leg);
  BrowserLine* line = browser(agent);
  if (!line) return;
  line->lost = true;
  const auto failure = [&]() -> WebrtcFailure {
    switch (report.why) {
      case mediaplane::WebrtcLoss::consent_expired:
        return {"consent_expired", "nothing was heard of the browser for 30 s"};
      case mediaplane::WebrtcLoss::fingerprint_mismatch:
        return {"fingerprint_mismatch", "the browser's certificate is not the one of its offer"};
      case mediaplane::WebrtcLoss::closed:
        return {"closed", "the browser closed the connection"};
      case mediaplane::WebrtcLoss::handshake_failed:
        break;
    }
    return {"not_negotiable", "the DTLS handshake failed"};
  }();
  spdlog::warn("agent {}'s browser is lost: {}", agent, failure.text);
  if (webrtc_failed_) webrtc_failed_(agent, failure);
  // A page that was closed may be a reload: the new one gets as long as any silent path does.
  if (report.why != mediaplane::WebrtcLoss::closed || !line->heard) browser_gone(agent, failure.text.c_str());
}

}  // namespace ziptone::control
