// Requests inside a dialog, in both directions (RFC 3261 12, 15).
#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "server/signalling/call.hpp"

namespace ziptone::signalling {

namespace {

constexpr const char* kAllow = "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK";

bool is_loose(const std::string& route) { return route.find(";lr") != std::string::npos; }

std::string without_brackets(const std::string& route) { return route.substr(1, route.size() - 2); }

// The key of an INFO: "Signal=5" (application/dtmf-relay) or the bare key (application/dtmf); 0: none.
char digit_of(const sip_t* sip) {
  if (!sip->sip_payload || !sip->sip_content_type) return 0;
  const std::string type = text(sip->sip_content_type->c_type);
  std::string body(sip->sip_payload->pl_data, sip->sip_payload->pl_len);
  if (type == "application/dtmf-relay") {
    const auto at = body.find("Signal=");
    if (at == std::string::npos) return 0;
    body = body.substr(at + 7);
  } else if (type != "application/dtmf") {
    return 0;
  }
  const auto first = body.find_first_not_of(" \t");
  if (first == std::string::npos) return 0;
  const char key = static_cast<char>(std::toupper(static_cast<unsigned char>(body[first])));
  return std::string_view("0123456789*#ABCD").find(key) == std::string_view::npos ? '\0' : key;
}

}  // namespace

// RFC 3261 12.2.1.1: loose routing puts the target into the Request-URI, strict routing the first route.
Request Call::to_peer(sip_method_t method, const char* name, const Route& route, std::uint32_t cseq) const {
  Request request;
  request.method = method;
  request.method_name = name;
  request.uri = route.target;
  request.from = plan_.from_uri + ";tag=" + local_tag_;
  request.to = plan_.to_uri + (route.tag.empty() ? "" : ";tag=" + route.tag);
  request.call_id = plan_.names.call_id();
  request.cseq = cseq;
  request.route = route.set;
  request.next_hop = route.target;
  if (!route.set.empty()) {
    request.next_hop = without_brackets(route.set.front());
    if (!is_loose(route.set.front())) {
      request.uri = request.next_hop;
      request.route.erase(request.route.begin());
      request.route.push_back("<" + route.target + ">");
    }
  } else if (plan_.same_hop) {
    request.next_hop = next_hop_;
  }
  return request;
}

Request Call::in_dialog(sip_method_t method, const char* name, std::uint32_t cseq) const {
  return to_peer(method, name, {remote_tag_, remote_target_, route_}, cseq);
}

void Call::send_ack(std::uint32_t cseq) {
  Request request = in_dialog(sip_method_ack, "ACK", cseq);
  // RFC 3261 13.2.2.4: the ACK carries the credentials of its INVITE.
  if (challenge_)
    request.lines.push_back(authorization(*challenge_, *plan_.credentials, {"ACK", request.uri, ""},
                                          ++nonce_count_, random_hex(8)));
  endpoint_.send_ack(request);
}

void Call::ack() {
  if (state_ != State::answered) return;
  acked_ = true;
  state_ = State::confirmed;
  send_ack(invite_cseq_);
}

// A challenge is answered once, under the rule of every challenge: only the configured realm.
std::optional<Request> Call::with_credentials(const Request& request, const Response& response) {
  if (response.local || (response.status != 401 && response.status != 407)) return std::nullopt;
  const auto offered = challenges_of(response.sip);
  const Challenge* mine = plan_.credentials ? choose(offered, plan_.credentials->realm) : nullptr;
  if (!mine) {
    bump(counters_.foreign_realm);
    return std::nullopt;
  }
  Request again = request;
  again.cseq = ++local_cseq_;
  again.lines.push_back(
      authorization(*mine, *plan_.credentials, {again.method_name, again.uri, again.body}, 1, random_hex(8)));
  return again;
}

// Sends a request and forgets it when its final response has come.
void Call::send_inside(const Request& request, const Then& then, bool may_authorize) {
  inside_.emplace_back();
  const auto slot = std::prev(inside_.end());
  *slot = endpoint_.send(request, [this, slot, request, then, may_authorize](const Response& response) {
    if (response.status < 200) return;
    auto done = std::move(*slot);
    inside_.erase(slot);
    endpoint_.loop().bury(std::move(done));
    if (auto again = may_authorize ? with_credentials(request, response) : std::nullopt)
      send_inside(*again, then, false);
    else
      then(response);
  });
  if (!*slot) inside_.erase(slot);
}

void Call::send_bye(int q850, const std::string& text) {
  Request request = in_dialog(sip_method_bye, "BYE", ++local_cseq_);
  std::string reason = fmt::format("Reason: Q.850;cause={}", q850);
  if (!text.empty()) reason += fmt::format(";text=\"{}\"", text);
  request.lines.push_back(std::move(reason));
  send_inside(request, [](const Response&) {});
}

void Call::bye(int q850, const std::string& text, LocalFault fault) {
  if (!is_up()) {
    cancel();
    return;
  }
  if (state_ == State::answered) ack();  // RFC 3261 15: no BYE before the ACK
  send_bye(q850, text);
  SipFacts facts;
  facts.by_us = true;
  facts.q850 = q850;
  facts.q850_text = text;
  facts.fault = fault;
  end(facts);
}

void Call::end(const SipFacts& facts) {
  state_ = State::ended;
  finish();
  listener_.on_hung_up(facts);
}

bool Call::is_from_our_peer(const sip_t* sip) const {
  if (text(sip->sip_to->a_tag) != local_tag_) return false;
  const std::string tag = text(sip->sip_from->a_tag);
  if (!remote_tag_.empty()) return tag == remote_tag_;
  return early_.count(tag) != 0;
}

void Call::on_request(Incoming& request) {
  const sip_t* sip = request.sip();
  const bool from_peer = is_from_our_peer(sip);
  const sip_method_t method = request.method();
  if (!from_peer || (state_ == State::ended && method != sip_method_bye)) {
    request.reply_once({481});
    return;
  }
  // RFC 3261 12.2.2: an older request is a stray. Retransmissions never come here.
  if (remote_cseq_ && sip->sip_cseq->cs_seq <= *remote_cseq_) {
    request.reply({500, "Out of Order"});
    return;
  }
  remote_cseq_ = sip->sip_cseq->cs_seq;
  switch (method) {
    case sip_method_bye:
      return answer_bye(request);
    case sip_method_invite:
    case sip_method_update:
      return answer_offer(request);
    case sip_method_info:
      return answer_info(request);
    case sip_method_options:
      return request.reply({200, nullptr, "", "", {kAllow, "Accept: application/sdp"}});
    case sip_method_refer:
      bump(counters_.refused_refer);
      return request.reply({403, "Transfers Refused"});
    case sip_method_notify:
      return request.reply({489, nullptr, "", "", {"Allow-Events:"}});
    case sip_method_prack:
      return request.reply({481});  // we send nothing reliably
    default:
      return request.reply({method == sip_method_unknown ? 501 : 405, nullptr, "", "", {kAllow}});
  }
}

// Also the BYE that crossed ours (RFC 5407 3.1.4), and the one before our ACK.
void Call::answer_bye(Incoming& request) {
  SipFacts facts = facts_of(request.sip());
  request.reply({200});
  if (!is_up()) return;
  if (state_ == State::answered) ack();
  end(facts);
}

void Call::answer_info(Incoming& request) {
  const char digit = digit_of(request.sip());
  const bool understood = digit != 0 || !request.sip()->sip_payload;  // RFC 2976 2.2: an empty INFO is a ping
  if (understood)
    request.reply({200});
  else
    request.reply({415, nullptr, "", "", {"Accept: application/dtmf-relay, application/dtmf"}});
  if (digit != 0) listener_.on_digit(digit);
}

}  // namespace ziptone::signalling
