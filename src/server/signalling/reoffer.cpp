// Offers inside the call: re-INVITE (RFC 3261 14) and UPDATE (RFC 3311), answered here with the leg's own
// media.
#include <fmt/format.h>

#include "server/signalling/call.hpp"

namespace ziptone::signalling {

namespace {

// What media and the agent's state depend on; the rest of an SDP may change without anybody being told.
bool same_stream(const media::Sdp& a, const media::Sdp& b) {
  return a.ip == b.ip && a.port == b.port && a.codecs == b.codecs && a.telephone_event == b.telephone_event &&
         a.direction == b.direction;
}

}  // namespace

void Call::answer_offer(Incoming& request) {
  const sip_t* sip = request.sip();
  const bool invite = request.method() == sip_method_invite;
  // RFC 3261 14.2, RFC 3311 5.2: two offers at once.
  if (reinvite_pending_ || (invite && state_ != State::confirmed)) {
    request.reply({491});
    return;
  }
  if (sip->sip_session_expires &&
      base::seconds{static_cast<std::int64_t>(sip->sip_session_expires->x_delta)} < plan_.session_floor) {
    request.reply({422, nullptr, "", "", {min_se()}});
    return;
  }
  const Target& source = request.source();
  Incoming::Reply reply;
  reply.contact = endpoint_.contact(source.transport);
  const std::string offer = body_of(sip);
  if (!offer.empty()) {
    const auto parsed = media::parse_sdp(offer);
    if (!parsed) {
      request.reply({488, nullptr, "", "", {"Warning: 399 ziptone \"" + parsed.error().what + "\""}});
      return;
    }
    media::LocalMedia answerer = local_;
    if (offer != remote_sdp_) ++answerer.version;
    const auto answer = media::make_answer(*parsed, answerer);
    if (!answer) {
      request.reply({488, nullptr, "", "", {"Warning: 399 ziptone \"" + answer.error().what + "\""}});
      return;
    }
    local_.version = answerer.version;
    reply.content_type = "application/sdp";
    reply.body = answer->text;
  } else if (sip->sip_payload && sip->sip_payload->pl_len > 0) {
    request.reply({415, nullptr, "", "", {"Accept: application/sdp"}});
    return;
  } else if (invite) {
    // RFC 3261 14.2: an empty re-INVITE asks for our offer; the answer comes in the ACK.
    reply.content_type = "application/sdp";
    reply.body = media::make_offer(local_);
  }
  if (const std::string target = contact_target(sip); !target.empty()) remote_target_ = target;
  reply.lines = agree_session_timer(sip);
  reply.lines.emplace_back("Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK");
  reply.lines.emplace_back("Supported: timer");
  request.reply(reply);
  if (!offer.empty()) apply_remote(offer);
}

void Call::on_ack(const sip_t* sip) {
  if (state_ != State::confirmed || !is_from_our_peer(sip)) return;
  if (const std::string answer = body_of(sip); !answer.empty()) apply_remote(answer);
}

void Call::apply_remote(const std::string& sdp) {
  const auto before = media::parse_sdp(remote_sdp_);
  const auto now = media::parse_sdp(sdp);
  if (!now) return;
  remote_sdp_ = sdp;
  if (before && same_stream(*before, *now)) return;
  held_ = now->is_hold();
  listener_.on_media_changed(sdp, held_);
}

}  // namespace ziptone::signalling
