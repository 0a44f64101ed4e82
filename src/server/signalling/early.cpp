// Provisional responses: ringing, early media, forks, and PRACK for those sent reliably (RFC 3262).
#include <fmt/format.h>

#include "server/signalling/call.hpp"

namespace ziptone::signalling {

void Call::on_provisional(const sip_t* sip) {
  const int code = sip->sip_status->st_status;
  if (code == 100 || is_up()) return;
  const std::string tag = text(sip->sip_to->a_tag);
  Early& early = early_[tag];
  if (early.cseq == 0) early.cseq = cseq_;
  if (sip->sip_rseq && plan_.prack != Prack::off && !tag.empty() && has_token(sip->sip_require, "100rel")) {
    const std::uint32_t rseq = sip->sip_rseq->rs_response;
    // RFC 3262 4: what was seen is not answered again, and nothing is answered out of order.
    if (early.rseq != 0 && rseq != early.rseq + 1) return;
    early.rseq = rseq;
    send_prack(sip);
  }
  const std::string sdp = body_of(sip);
  if (early.code == code && (sdp.empty() || sdp == early.sdp)) return;
  early.code = code;
  if (!sdp.empty()) early.sdp = sdp;
  if (code >= 180) listener_.on_progressed(code, tag, sdp);
}

void Call::send_prack(const sip_t* sip) {
  const std::string tag = text(sip->sip_to->a_tag);
  Route route{tag, contact_target(sip), route_of(sip)};
  if (route.target.empty()) route.target = plan_.request_uri;
  Request request = to_peer(sip_method_prack, "PRACK", route, ++early_[tag].cseq);
  request.lines.push_back(
      fmt::format("RAck: {} {} INVITE", sip->sip_rseq->rs_response, sip->sip_cseq->cs_seq));
  send_inside(request, [](const Response&) {});
}

}  // namespace ziptone::signalling
