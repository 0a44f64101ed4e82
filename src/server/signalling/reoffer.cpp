// Offers inside the call: re-INVITE (RFC 3261 14) and UPDATE (RFC 3311), answered here with the leg's own
// media.
#include <fmt/format.h>

#include "server/signalling/call.hpp"

namespace ziptone::signalling {

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
  std::optional<media::NegotiatedMedia> agreed;
  if (!offer.empty()) {
    const auto parsed = media::parse_sdp(offer);
    if (!parsed) {
      request.reply({488, nullptr, "", "", {"Warning: 399 ziptone \"" + parsed.error().what + "\""}});
      return;
    }
    auto answer = media::make_answer(*parsed, local_);
    if (!answer) {
      request.reply({488, nullptr, "", "", {"Warning: 399 ziptone \"" + answer.error().what + "\""}});
      return;
    }
    // RFC 3264 8: the version says that our SDP is another than before.
    if (answer->text != local_sdp_) {
      ++local_.version;
      answer = media::make_answer(*parsed, local_);
    }
    agreed = answer->media;
    reply.content_type = "application/sdp";
    reply.body = local_sdp_ = answer->text;
  } else if (sip->sip_payload && sip->sip_payload->pl_len > 0) {
    request.reply({415, nullptr, "", "", {"Accept: application/sdp"}});
    return;
  } else if (invite) {
    // RFC 3261 14.2: an empty re-INVITE asks for our offer; the answer comes in the ACK.
    reply.content_type = "application/sdp";
    reply.body = make_offer();
  }
  if (const std::string target = contact_target(sip); !target.empty()) remote_target_ = target;
  reply.lines = agree_session_timer(sip);
  reply.lines.emplace_back("Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK");
  reply.lines.emplace_back("Supported: timer");
  request.reply(reply);
  if (agreed) apply(*agreed);
}

void Call::on_ack(const sip_t* sip) {
  if (state_ != State::confirmed || !is_from_our_peer(sip)) return;
  if (const std::string answer = body_of(sip); !answer.empty()) apply_answer(answer);
}

void Call::apply_answer(const std::string& sdp) {
  const auto answer = media::parse_sdp(sdp);
  if (!answer) return;
  if (const auto media = media::accept_answer(local_, *answer)) apply(*media);
}

void Call::apply(const media::NegotiatedMedia& media) {
  if (media == negotiated_) return;
  negotiated_ = media;
  listener_.on_media_changed(media);
}

// Our whole offer again; a version more when the peer has seen another text meanwhile (RFC 3264 8).
std::string Call::make_offer() {
  if (media::make_offer(local_) != local_sdp_) ++local_.version;
  local_sdp_ = media::make_offer(local_);
  return local_sdp_;
}

}  // namespace ziptone::signalling
