// The INVITE until it is decided: targets, challenges, the answer, forks, CANCEL (RFC 3261 13, 9).
#include <algorithm>

#include <fmt/format.h>

#include "base/check.hpp"
#include "server/signalling/call.hpp"

namespace ziptone::signalling {

namespace {

// A 2xx is repeated for 64 * T1 (RFC 3261 13.3.1.4): so long we know the call and answer it.
constexpr base::Duration kLinger = base::seconds{33};
// Beyond the first INVITE: one more for a challenge and one for a stale nonce or a longer session.
constexpr unsigned kTriesMax = 3;
// When the process stood still past the limit (a paused machine), the answer lies unread in the socket:
// timers run before sockets, so what has come is read before anybody is said to have been silent.
constexpr base::Duration kReadFirst = base::milliseconds{50};

}  // namespace

Call::Call(Endpoint& endpoint, Counters& counters, Plan plan, Listener& listener)
    : endpoint_(endpoint),
      counters_(counters),
      plan_(std::move(plan)),
      listener_(listener),
      response_timer_(endpoint.loop()),
      linger_(endpoint.loop()),
      local_tag_(plan_.names.from_tag()),
      session_timer_(endpoint.loop()) {
  // Our own offer, read back: what later offers of the peer are answered with.
  if (const auto offer = media::parse_sdp(plan_.offer)) {
    local_.ip = offer->ip;
    local_.port = offer->port;
    local_.session_id = offer->session_id;
    local_.version = offer->version;
    local_.codecs.clear();
    for (const auto& format : offer->codecs) local_.codecs.push_back(format.codec);
    local_.telephone_event = offer->telephone_event;
    local_sdp_ = plan_.offer;
  }
}

Call::~Call() = default;

void Call::invite() {
  if (plan_.targets.empty()) {
    SipFacts facts;
    facts.fault = LocalFault::dns;
    reject(facts);
    return;
  }
  send_invite();
}

void Call::send_invite() {
  const Target& target = plan_.targets[target_];
  Request request;
  request.method = sip_method_invite;
  request.method_name = "INVITE";
  request.uri = plan_.request_uri;
  request.from = plan_.from_uri + ";tag=" + local_tag_;
  request.to = plan_.to_uri;
  request.call_id = plan_.names.call_id();
  request.cseq = cseq_;
  request.contact = endpoint_.contact(target.transport);
  request.lines = plan_.lines;
  request.lines.emplace_back("Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK");
  std::string supported = plan_.session_expires > base::Duration{} ? "timer" : "";
  if (plan_.prack == Prack::supported) supported += supported.empty() ? "100rel" : ", 100rel";
  if (!supported.empty()) request.lines.push_back("Supported: " + supported);
  if (plan_.prack == Prack::required) request.lines.emplace_back("Require: 100rel");
  if (plan_.session_expires > base::Duration{}) {
    const auto interval = base::millis(plan_.session_expires) / 1000;
    request.lines.push_back(fmt::format("Session-Expires: {};refresher=uac", interval));
    request.lines.push_back(min_se());
  }
  if (challenge_)
    request.lines.push_back(authorization(*challenge_, *plan_.credentials,
                                          {"INVITE", request.uri, plan_.offer}, ++nonce_count_,
                                          random_hex(8)));
  request.content_type = "application/sdp";
  request.body = plan_.offer;
  next_hop_ = to_uri(target);
  request.next_hop = next_hop_;
  request.branch = plan_.names.branch(cseq_, next_hop_);
  bump(counters_.invites_sent);
  invite_ = endpoint_.send(request, [this, cseq = cseq_, target = target_](const Response& response) {
    if (cseq == cseq_ && target == target_)
      on_response(response);
    else if (response.status >= 200 && response.status < 300)
      on_late_answer(response.sip);
  });
  if (!invite_) {
    SipFacts facts;
    facts.fault = LocalFault::refused;
    reject(facts);
    return;
  }
  response_timer_.start(plan_.response_limit,
                        [this] { response_timer_.start(kReadFirst, [this] { on_no_response(); }); });
  if (!sent_reported_) {
    sent_reported_ = true;
    listener_.on_sent();
  }
}

void Call::on_response(const Response& response) {
  if (response.status < 200) {
    if (!response.sip || state_ == State::ended) return;
    response_timer_.stop();
    if (state_ == State::calling) state_ = State::proceeding;
    on_provisional(response.sip);
    return;
  }
  if (response.status < 300) {
    on_late_answer(response.sip);
    return;
  }
  if (state_ == State::calling || state_ == State::proceeding || state_ == State::cancelling)
    on_final(response);
}

// Every 2xx comes here: the first answers the call, its repetitions are ACKed again, others are forks.
void Call::on_late_answer(const sip_t* sip) {
  const std::string tag = text(sip->sip_to->a_tag);
  const bool undecided =
      state_ == State::calling || state_ == State::proceeding || state_ == State::cancelling;
  if (undecided)
    on_answer(sip);
  else if (!remote_tag_.empty() && tag == remote_tag_) {
    if (acked_) send_ack(invite_cseq_);
  } else {
    on_fork(sip);
  }
}

void Call::on_final(const Response& response) {
  response_timer_.stop();
  SipFacts facts = facts_of(response.sip);
  facts.by_us = cancelled_;
  if (response.local) {
    // The library speaks of a silent or unreachable target as if it had answered 408 or 503.
    facts.code = 0;
    facts.fault = response.status == 503 ? LocalFault::transport : LocalFault::no_response;
    if (state_ == State::calling && !cancelled_ && try_next_target(facts)) return;
    reject(facts);
    return;
  }
  const int status = response.status;
  if (!cancelled_) {
    if ((status == 401 || status == 407) && retry_with_credentials(response.sip)) return;
    if (status == 422 && retry_with_longer_session(response.sip)) return;
    if (status == 401 || status == 407) facts.fault = LocalFault::auth;
    if (status >= 300 && status < 400) bump(counters_.refused_redirect);
  }
  reject(facts);
}

bool Call::retry_with_credentials(const sip_t* sip) {
  const auto offered = challenges_of(sip);
  if (!plan_.credentials) {
    if (!offered.empty()) bump(counters_.foreign_realm);
    return false;
  }
  const Challenge* challenge = choose(offered, plan_.credentials->realm);
  if (!challenge) {
    bump(counters_.foreign_realm);
    return false;
  }
  // The second challenge to the same nonce means that the password is wrong; a stale nonce may be renewed
  // once.
  if (tries_ >= kTriesMax || (challenge_ && !challenge->stale)) return false;
  challenge_ = *challenge;
  nonce_count_ = 0;
  retry();
  return true;
}

bool Call::retry_with_longer_session(const sip_t* sip) {
  if (!sip->sip_min_se || tries_ >= kTriesMax) return false;
  const auto least = base::seconds{static_cast<std::int64_t>(std::min(sip->sip_min_se->min_delta, 86400UL))};
  if (least <= plan_.session_expires) return false;
  plan_.session_expires = least;
  retry();
  return true;
}

// The same call, one CSeq on (RFC 3261 8.1.3.5): still one attempt.
void Call::retry() {
  ++tries_;
  ++cseq_;
  state_ = State::calling;
  endpoint_.loop().bury(std::move(invite_));
  send_invite();
}

// RFC 3263 4.3: the same request (Call-ID, CSeq) with a new branch. Should both targets turn out to be alive,
// the far end sees one call twice and refuses the second (RFC 3261 8.2.2.2).
bool Call::try_next_target(const SipFacts& why) {
  listener_.on_target_silent(plan_.targets[target_], why);
  if (target_ + 1 >= plan_.targets.size()) return false;
  // Should the silent target wake up, its first response releases the CANCEL.
  invite_->cancel("");
  inside_.push_back(std::move(invite_));
  ++target_;
  send_invite();
  return true;
}

void Call::on_no_response() {
  SipFacts facts;
  facts.fault = LocalFault::no_response;
  facts.by_us = cancelled_;
  if (!cancelled_ && try_next_target(facts)) return;
  // A CANCEL may only follow a provisional response; the library keeps it until one comes.
  if (invite_) invite_->cancel("");
  reject(facts);
}

void Call::on_answer(const sip_t* sip) {
  response_timer_.stop();
  const bool after_cancel = state_ == State::cancelling;
  if (after_cancel) bump(counters_.late_answers);
  // A target that we had given up answered: the one being tried now is not wanted any more.
  if (text(sip->sip_via->v_branch) != plan_.names.branch(cseq_, next_hop_) && invite_) invite_->cancel("");
  remote_tag_ = text(sip->sip_to->a_tag);
  remote_target_ = contact_target(sip);
  route_ = route_of(sip);
  invite_cseq_ = sip->sip_cseq->cs_seq;
  local_cseq_ = cseq_;
  if (const auto early = early_.find(remote_tag_); early != early_.end())
    local_cseq_ = std::max(local_cseq_, early->second.cseq);
  peer_updates_ = allows(sip, "UPDATE");
  // Without an SDP here the answer is the one of a reliable 18x of the same fork; without that there is no
  // media.
  std::string sdp = body_of(sip);
  if (const auto early = early_.find(remote_tag_); sdp.empty() && early != early_.end())
    sdp = early->second.sdp;
  const auto agreed = media::parse_sdp(sdp).and_then(
      [this](const media::Sdp& answer) { return media::accept_answer(local_, answer); });
  state_ = State::answered;
  if (remote_target_.empty() || !agreed) {
    // Nothing to talk over, or nowhere to send to: the answer is ACKed and ended (RFC 3261 13.2.2.4).
    SipFacts facts = facts_of(sip);
    facts.fault = LocalFault::media;
    if (remote_target_.empty()) remote_target_ = plan_.request_uri;
    send_ack(invite_cseq_);
    send_bye(65, "no usable SDP or Contact");
    reject(facts);
    return;
  }
  negotiated_ = *agreed;
  read_session_timer(sip);
  DialogFacts dialog;
  dialog.call_id = plan_.names.call_id();
  dialog.local_tag = local_tag_;
  dialog.remote_tag = remote_tag_;
  dialog.remote_target = remote_target_;
  dialog.route_set = route_;
  dialog.local_uri = plan_.from_uri;
  dialog.remote_uri = plan_.to_uri;
  dialog.local_cseq = local_cseq_;
  dialog.next_hop = next_hop_;
  listener_.on_answered(sdp, dialog, after_cancel);
}

// Another branch of a forking proxy answered too: one call is enough (RFC 3261 13.2.2.4).
void Call::on_fork(const sip_t* sip) {
  bump(counters_.forked_answers);
  Route route{text(sip->sip_to->a_tag), contact_target(sip), route_of(sip)};
  if (route.target.empty()) route.target = plan_.request_uri;
  endpoint_.send_ack(to_peer(sip_method_ack, "ACK", route, sip->sip_cseq->cs_seq));
  Request bye = to_peer(sip_method_bye, "BYE", route, sip->sip_cseq->cs_seq + 1);
  bye.lines.emplace_back("Reason: SIP;cause=200;text=\"Call completed elsewhere\"");
  send_inside(bye, [](const Response&) {});
}

void Call::cancel() {
  if (is_up()) {
    bye(16, "");
    return;
  }
  if (state_ == State::ended || cancelled_) return;
  cancelled_ = true;
  state_ = State::cancelling;
  if (invite_) invite_->cancel("");
}

void Call::reject(const SipFacts& facts) {
  response_timer_.stop();
  state_ = State::ended;
  finish();
  listener_.on_rejected(facts);
}

void Call::finish() {
  session_timer_.stop();
  linger_.start(kLinger, [this] { listener_.on_gone(); });
}

}  // namespace ziptone::signalling
