#include "carrier/call.hpp"

#include <fmt/format.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_tag.h>
#include <sofia-sip/su_tag.h>

#include "carrier/actor.hpp"
#include "carrier/sip_text.hpp"

namespace ziptone::carrier {
namespace {

constexpr const char* kAllow = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO, PRACK";

std::string phrase_of(int code) {
  if (code == 607) return "Unwanted";  // RFC 8197
  if (code == 608) return "Rejected";  // RFC 8688
  const char* known = sip_status_phrase(code);
  return known ? known : "Refused";
}

}  // namespace

Call::Call(CallContext& context, nta_incoming_t* invite, const sip_t& sip, Persona persona,
           std::uint64_t pick)
    : context_(context),
      invite_(invite),
      persona_(std::move(persona)),
      pick_(pick),
      id_(sip.sip_call_id->i_id),
      offer_(body_of(sip)),
      timer_(context.root) {
  leg_ = nta_leg_tcreate(context_.agent, &Call::on_request, reinterpret_cast<nta_leg_magic_t*>(this),
                         SIPTAG_CALL_ID(sip.sip_call_id), SIPTAG_FROM(sip.sip_to), SIPTAG_TO(sip.sip_from),
                         TAG_END());
  nta_leg_tag(leg_, nullptr);
  nta_incoming_tag(invite_, nta_leg_get_tag(leg_));
  nta_leg_server_route(leg_, sip.sip_record_route, sip.sip_contact);
  nta_incoming_bind(invite_, &Call::on_ack_or_cancel, reinterpret_cast<nta_incoming_magic_t*>(this));
  supports_100rel_ = sip_has_feature(sip.sip_supported, "100rel") != 0;
  requires_100rel_ = sip_has_feature(sip.sip_require, "100rel") != 0;
  if (sip.sip_session_expires && sip_has_feature(sip.sip_supported, "timer")) {
    session_expires_ = fmt::format("{};refresher=uac", sip.sip_session_expires->x_delta);
  }
  local_.ip = context_.ip;
  local_.session_id = pick | 1;

  reply(100, "Trying");
  const int first = persona_.post_dial_ms + context_.slow_ms;
  if (persona_.progress) {
    timer_.after(first, [this] { progress(); });
  } else if (persona_.kind == Kind::rejects) {
    timer_.after(first, [this] { refuse(persona_.code); });
  } else if (persona_.kind != Kind::no_answer) {
    timer_.after(first + persona_.ring_ms, [this] { answer(); });
  }
}

Call::~Call() {
  if (line_) context_.lines.close(line_->id);
  for (auto* reliable : reliables_) nta_reliable_destroy(reliable);
  for (auto* irq : reinvites_) nta_incoming_destroy(irq);
  if (invite_) nta_incoming_destroy(invite_);
  if (bye_) nta_outgoing_destroy(bye_);
  if (leg_) nta_leg_destroy(leg_);
}

void Call::progress() {
  stage_ = Stage::progressing;
  ++context_.counters.ringing;
  const bool announces = persona_.kind == Kind::announcement;
  const std::string sdp = announces || persona_.early_media ? session_sdp() : std::string{};
  if (!sdp.empty()) {
    const Sound* sound = announces ? context_.sounds.named(persona_.sound, persona_.language) : nullptr;
    const Sound& early = sound ? *sound : context_.sounds.get(Use::ringback, persona_.language);
    context_.lines.act(line_->id, std::make_unique<Announcer>(early, announces ? 800 : 0), false);
  }
  const int code = sdp.empty() ? 180 : 183;
  if (requires_100rel_ || (persona_.reliable && supports_100rel_)) {
    reply_reliably(code, phrase_of(code), sdp);
  } else {
    reply(code, phrase_of(code), sdp);
  }
  if (persona_.kind != Kind::no_answer || persona_.ring_ms > 0) {
    timer_.after(persona_.ring_ms, [this] { after_progress(); });
  }
}

void Call::after_progress() {
  if (persona_.code != 0) {
    refuse(persona_.code);
  } else {
    answer();
  }
}

// Opens the line at the first need and agrees on the sound. Without an offer we make one, which the ACK
// answers.
std::string Call::session_sdp() {
  if (!sdp_.empty()) return sdp_;
  if (line_) return {};  // tried before, and the offer was none that we can answer
  auto opened = context_.lines.open();
  if (!opened) {
    context_.log.write(LogLine("fault", id_).text("what", base::to_string(opened.error())));
    return {};
  }
  line_ = *opened;
  local_.port = opened->port;
  context_.line_opened(line_->id, *this);
  if (offer_.empty()) return sdp_ = media::make_offer(local_);
  const auto offer = media::parse_sdp(offer_);
  auto answer = offer ? media::make_answer(*offer, local_) : tl::unexpected(offer.error());
  if (!answer) {
    context_.log.write(LogLine("bad_sdp", id_).text("what", base::to_string(answer.error())));
    return {};
  }
  context_.lines.connect(line_->id, answer->media);
  return sdp_ = answer->text;
}

void Call::answer() {
  timer_.stop();
  const std::string sdp = session_sdp();
  if (sdp.empty()) {
    refuse(line_ ? 488 : 503);
    return;
  }
  stage_ = Stage::answered;
  answered_at_ = wall_now();
  ++context_.counters.answered;
  if (persona_.kind == Kind::false_answer) {
    const Sound* sound = context_.sounds.named(persona_.sound, persona_.language);
    const Sound& played = sound ? *sound : context_.sounds.get(Use::ringback, persona_.language);
    context_.lines.act(line_->id, std::make_unique<Announcer>(played, 500), true);
    if (persona_.talk_ms > 0) timer_.after(persona_.talk_ms, [this] { hang_up("time"); });
  } else {
    context_.lines.act(line_->id, context_.make_actor(persona_, pick_), true);
  }
  context_.answered(line_->id, answered_at_);
  reply(200, "OK", sdp);
}

void Call::refuse(int code) {
  timer_.stop();
  ++context_.counters.refused;
  reply(code, persona_.reason.empty() ? phrase_of(code) : "Network Blocked");
  end("refused");
}

void Call::reply(int code, const std::string& phrase, const std::string& sdp) {
  std::string reason = persona_.reason;
  if (reason.empty() && persona_.q850 > 0) reason = fmt::format("Q.850;cause={}", persona_.q850);
  const std::string reason_line = "Reason: " + reason;
  const std::string retry = std::to_string(persona_.retry_after_s);
  const bool refuses = code == persona_.code && code >= 300;
  const bool ok = code >= 200 && code < 300;
  context_.log.write(LogLine("response", id_)
                         .text("method", "INVITE")
                         .number("code", code)
                         .maybe("reason", refuses ? reason : ""));
  nta_incoming_treply(
      invite_, code, phrase.c_str(),
      TAG_IF(code > 100 && code < 300, SIPTAG_CONTACT(nta_agent_contact(context_.agent))),
      TAG_IF(ok, SIPTAG_ALLOW_STR(kAllow)),
      TAG_IF(ok && !session_expires_.empty(), SIPTAG_SESSION_EXPIRES_STR(session_expires_.c_str())),
      TAG_IF(ok && !session_expires_.empty(), SIPTAG_REQUIRE_STR("timer")),
      TAG_IF(refuses && !reason.empty(), SIPTAG_HEADER_STR(reason_line.c_str())),
      TAG_IF(refuses && persona_.retry_after_s > 0, SIPTAG_RETRY_AFTER_STR(retry.c_str())),
      TAG_IF(!sdp.empty(), SIPTAG_CONTENT_TYPE_STR("application/sdp")),
      TAG_IF(!sdp.empty(), SIPTAG_PAYLOAD_STR(sdp.c_str())), TAG_END());
}

// RFC 3262: nta repeats it until its PRACK, and keeps a 200 back until then.
void Call::reply_reliably(int code, const std::string& phrase, const std::string& sdp) {
  context_.log.write(
      LogLine("response", id_).text("method", "INVITE").number("code", code).text("reliable", "yes"));
  auto* reliable =
      nta_reliable_treply(invite_, &Call::on_prack, reinterpret_cast<nta_reliable_magic_t*>(this), code,
                          phrase.c_str(), SIPTAG_CONTACT(nta_agent_contact(context_.agent)),
                          TAG_IF(!sdp.empty(), SIPTAG_CONTENT_TYPE_STR("application/sdp")),
                          TAG_IF(!sdp.empty(), SIPTAG_PAYLOAD_STR(sdp.c_str())), TAG_END());
  if (reliable) reliables_.push_back(reliable);
}

int Call::on_prack(nta_reliable_magic_t* magic, nta_reliable_t*, nta_incoming_t*, const sip_t* sip) {
  auto& self = *reinterpret_cast<Call*>(magic);
  self.context_.log.write(LogLine(sip ? "prack" : "no_prack", self.id_));
  return 200;
}

int Call::on_ack_or_cancel(nta_incoming_magic_t* magic, nta_incoming_t* irq, const sip_t* sip) {
  auto& self = *reinterpret_cast<Call*>(magic);
  if (irq != self.invite_) {
    self.context_.log.write(LogLine(sip ? "ack" : "no_ack", self.id_).text("method", "re-INVITE"));
  } else if (!sip) {
    if (self.stage_ == Stage::answered) {
      ++self.context_.counters.never_acknowledged;
      self.context_.log.write(LogLine("no_ack", self.id_));
      self.hang_up("no ACK");  // RFC 3261 13.3.1.4
    }
  } else if (sip->sip_request->rq_method == sip_method_ack) {
    self.ack(*sip);
  } else if (sip->sip_request->rq_method == sip_method_cancel) {
    self.cancel(*sip);
  }
  return 0;
}

void Call::ack(const sip_t& sip) {
  context_.log.write(LogLine("ack", id_));
  if (stage_ != Stage::answered) return;
  ++context_.counters.acknowledged;
  stage_ = Stage::talking;
  if (!offer_.empty()) return;
  // Our offer went out in the 200; the answer comes here.
  const auto answer = media::parse_sdp(body_of(sip));
  const auto agreed = answer ? media::accept_answer(local_, *answer) : tl::unexpected(answer.error());
  if (agreed) {
    context_.lines.connect(line_->id, *agreed);
  } else {
    context_.log.write(LogLine("bad_sdp", id_).text("what", base::to_string(agreed.error())));
    hang_up("no sound agreed");
  }
}

void Call::cancel(const sip_t& sip) {
  context_.log.write(LogLine("cancel", id_).maybe("reason", reason_of(sip)));
  if (stage_ != Stage::waiting && stage_ != Stage::progressing) return;
  ++context_.counters.cancelled;
  timer_.stop();
  if (persona_.answers_cancel) {
    answer();
    return;
  }
  reply(487, "Request Terminated");
  end("cancel");
}

int Call::on_request(nta_leg_magic_t* magic, nta_leg_t*, nta_incoming_t* irq, const sip_t* sip) {
  return reinterpret_cast<Call*>(magic)->request(irq, *sip);
}

int Call::request(nta_incoming_t* irq, const sip_t& sip) {
  switch (sip.sip_request->rq_method) {
    case sip_method_bye:
      bye_received(sip);
      return 200;
    case sip_method_invite:
    case sip_method_update:
      return renegotiate(irq, sip);
    case sip_method_info:
      context_.log.write(LogLine("info", id_).maybe("body", body_of(sip)));
      return 200;
    case sip_method_options:
      context_.log.write(LogLine("options", id_));
      return 200;
    case sip_method_prack:
      return 481;  // one that fits a reliable response went to on_prack
    case sip_method_ack:
      return 0;
    default:
      return 501;
  }
}

int Call::renegotiate(nta_incoming_t* irq, const sip_t& sip) {
  const bool invite = sip.sip_request->rq_method == sip_method_invite;
  const std::string body = body_of(sip);
  std::string sdp = invite ? sdp_ : std::string{};
  std::string_view direction;
  if (!body.empty() && line_) {
    const auto offer = media::parse_sdp(body);
    ++local_.version;
    auto answer = offer ? media::make_answer(*offer, local_) : tl::unexpected(offer.error());
    if (!answer) return 488;
    context_.lines.connect(line_->id, answer->media);
    sdp = sdp_ = answer->text;
    direction = media::to_string(answer->media.direction);
  }
  context_.log.write(LogLine(invite ? "reinvite" : "update", id_).maybe("direction", direction));
  if (invite) {
    nta_incoming_bind(irq, &Call::on_ack_or_cancel, reinterpret_cast<nta_incoming_magic_t*>(this));
    reinvites_.push_back(irq);
  }
  nta_incoming_treply(irq, 200, "OK", SIPTAG_CONTACT(nta_agent_contact(context_.agent)),
                      SIPTAG_ALLOW_STR(kAllow),
                      TAG_IF(!session_expires_.empty(), SIPTAG_SESSION_EXPIRES_STR(session_expires_.c_str())),
                      TAG_IF(!session_expires_.empty(), SIPTAG_REQUIRE_STR("timer")),
                      TAG_IF(!sdp.empty(), SIPTAG_CONTENT_TYPE_STR("application/sdp")),
                      TAG_IF(!sdp.empty(), SIPTAG_PAYLOAD_STR(sdp.c_str())), TAG_END());
  if (invite) return 0;
  nta_incoming_destroy(irq);
  return 0;
}

void Call::bye_received(const sip_t& sip) {
  ++context_.counters.byes_in;
  context_.log.write(LogLine("bye", id_).text("direction", "in").maybe("reason", reason_of(sip)));
  if (stage_ == Stage::waiting || stage_ == Stage::progressing) reply(487, "Request Terminated");
  end("caller");
}

void Call::hang_up(std::string_view why) {
  if (stage_ != Stage::answered && stage_ != Stage::talking) return;
  // RFC 3261 15: the called side waits for the ACK before it says BYE.
  if (stage_ == Stage::answered && why != "no ACK") {
    timer_.after(200, [this, reason = std::string(why)] { hang_up(reason); });
    return;
  }
  stage_ = Stage::leaving;
  timer_.stop();
  ++context_.counters.byes_out;
  context_.log.write(LogLine("bye", id_).text("direction", "out").text("why", why));
  bye_ = nta_outgoing_tcreate(leg_, &Call::on_bye_response, reinterpret_cast<nta_outgoing_magic_t*>(this),
                              nullptr, SIP_METHOD_BYE, nullptr, SIPTAG_HEADER_STR("Reason: Q.850;cause=16"),
                              TAG_END());
  if (!bye_) end("callee");
}

void Call::stop() {
  if (stage_ == Stage::waiting || stage_ == Stage::progressing) {
    reply(503, "Service Unavailable");
    end("carrier");
  } else {
    hang_up("carrier");
  }
}

int Call::on_bye_response(nta_outgoing_magic_t* magic, nta_outgoing_t*, const sip_t* sip) {
  auto& self = *reinterpret_cast<Call*>(magic);
  const int code = sip && sip->sip_status ? sip->sip_status->st_status : 408;
  if (code < 200) return 0;
  self.context_.log.write(LogLine("bye_answered", self.id_).number("code", code));
  self.end("callee");
  return 0;
}

void Call::end(std::string_view by) {
  if (stage_ == Stage::ended) return;
  stage_ = Stage::ended;
  timer_.stop();
  LogLine line("end", id_);
  line.text("by", by);
  if (answered_at_) line.number("talk_ms", (wall_now() - answered_at_) / 1000);
  context_.log.write(line);
  const LineId line_id = line_ ? line_->id : 0;
  if (line_) context_.lines.close(line_id);
  line_.reset();
  context_.ended(*this, line_id);
}

}  // namespace ziptone::carrier
