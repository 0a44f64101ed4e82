// RFC 4028: a session that nobody refreshes is ended, so that no call outlives its far end.
#include <algorithm>

#include <fmt/format.h>

#include "server/signalling/call.hpp"

namespace ziptone::signalling {

// Of the 2xx to our INVITE, re-INVITE or UPDATE. Without a Session-Expires the peer does not play: no timer.
void Call::read_session_timer(const sip_t* response) {
  const sip_session_expires_t* header = response->sip_session_expires;
  if (!header || plan_.session_expires == base::Duration{}) {
    session_timer_.stop();
    return;
  }
  const base::Duration asked = base::seconds{static_cast<std::int64_t>(std::min(header->x_delta, 86400UL))};
  // RFC 4028 7.2: we are the UAC of that request.
  arm_session_timer(std::max(asked, plan_.session_floor), !su_casematch(header->x_refresher, "uas"));
}

// Of the peer's re-INVITE or UPDATE: the lines that our 2xx carries (RFC 4028 9).
std::vector<std::string> Call::agree_session_timer(const sip_t* request) {
  const sip_session_expires_t* header = request->sip_session_expires;
  if (!header) {
    // A refresh without the header ends the timer, unless it is only that the peer leaves it to us.
    if (we_refresh_ && session_timer_.running()) {
      arm_session_timer(session_interval_, true);
    } else {
      session_timer_.stop();
    }
    return {};
  }
  const auto seconds = std::min(static_cast<std::int64_t>(header->x_delta), std::int64_t{86400});
  const bool peer_can = has_token(request->sip_supported, "timer");
  const bool we_refresh = !peer_can || su_casematch(header->x_refresher, "uas");
  arm_session_timer(base::seconds{seconds}, we_refresh);
  std::vector<std::string> lines{
      fmt::format("Session-Expires: {};refresher={}", seconds, we_refresh ? "uas" : "uac")};
  if (peer_can) lines.emplace_back("Require: timer");
  return lines;
}

std::string Call::min_se() const {
  return fmt::format("Min-SE: {}", base::millis(plan_.session_floor) / 1000);
}

void Call::arm_session_timer(base::Duration interval, bool we_refresh) {
  session_interval_ = interval;
  we_refresh_ = we_refresh;
  if (we_refresh) {
    session_timer_.start(interval / 2, [this] { refresh(); });
    return;
  }
  // RFC 4028 10: the side that only waits ends the call a little before the interval is over.
  const base::Duration early = std::min<base::Duration>(base::seconds{32}, interval / 3);
  session_timer_.start(interval - early, [this] { bye(102, "session expired", LocalFault::session_timer); });
}

void Call::refresh() {
  if (state_ != State::confirmed || reinvite_pending_) return;
  const std::uint32_t cseq = ++local_cseq_;
  Request request = peer_updates_ ? in_dialog(sip_method_update, "UPDATE", cseq)
                                  : in_dialog(sip_method_invite, "INVITE", cseq);
  const auto target = target_of(next_hop_);
  request.contact = endpoint_.contact(target ? target->transport : Transport::udp);
  request.lines.push_back(
      fmt::format("Session-Expires: {};refresher=uac", base::millis(session_interval_) / 1000));
  request.lines.push_back(min_se());
  request.lines.emplace_back("Supported: timer");
  request.lines.emplace_back("Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK");
  // If this fails without a word, the other half of the interval is left to notice.
  session_timer_.start(
      session_interval_ / 2 - std::min<base::Duration>(base::seconds{10}, session_interval_ / 6),
      [this] { bye(102, "session expired", LocalFault::session_timer); });
  if (peer_updates_) {
    send_inside(request, [this, cseq](const Response& r) { on_refreshed(r, cseq, true); });
    return;
  }
  request.content_type = "application/sdp";
  request.body = make_offer();
  send_reinvite(request, true);
}

void Call::send_reinvite(const Request& request, bool may_authorize) {
  reinvite_pending_ = true;
  endpoint_.loop().bury(std::move(reinvite_));
  reinvite_ = endpoint_.send(request, [this, request, may_authorize](const Response& response) {
    const auto again = may_authorize ? with_credentials(request, response) : std::nullopt;
    if (again && state_ == State::confirmed)
      send_reinvite(*again, false);
    else
      on_refreshed(response, request.cseq, false);
  });
}

void Call::on_refreshed(const Response& response, std::uint32_t cseq, bool by_update) {
  if (response.status < 200) return;
  if (!by_update) {
    reinvite_pending_ = false;
    if (response.status < 300) send_ack(cseq);  // also for each repetition
  }
  if (state_ != State::confirmed) return;
  if (response.status < 300) {
    if (const std::string sdp = body_of(response.sip); !sdp.empty()) apply_answer(sdp);
    if (!response.sip->sip_session_expires)
      arm_session_timer(session_interval_, true);
    else
      read_session_timer(response.sip);
    return;
  }
  // RFC 3261 12.2.1.2: the dialog is gone.
  if (response.status == 481 || response.status == 408) {
    bye(102, "session expired", LocalFault::session_timer);
    return;
  }
  // RFC 3261 14.1: both sides asked at once; the owner of the Call-ID waits 2.1 to 4 s.
  if (response.status == 491) {
    const auto wait = base::milliseconds{2100 + static_cast<int>(cseq % 19) * 100};
    session_timer_.start(wait, [this] { refresh(); });
    return;
  }
  // A peer that no longer takes UPDATE gets a re-INVITE; any other refusal leaves the timer to decide.
  if (by_update && (response.status == 405 || response.status == 501)) {
    peer_updates_ = false;
    refresh();
  }
}

}  // namespace ziptone::signalling
