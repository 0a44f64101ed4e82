#include "dialer/dial/sip_outcome.hpp"

#include <algorithm>
#include <iterator>

namespace ziptone::dialer {
namespace {

struct CodeRow {
  std::uint16_t code;
  Reading reading;
};

// By SIP status, in order.
constexpr CodeRow kCodes[] = {
    {400, {Outcome::bad_request, Fault::us, "bad_request"}},
    {401, {Outcome::trunk_failed, Fault::us, "auth_failed"}},
    {402, {Outcome::trunk_failed, Fault::us, "no_funds"}},
    {403, {Outcome::forbidden, Fault::carrier, "forbidden"}},
    {404, {Outcome::invalid_number, Fault::unknown, "not_found"}},
    {405, {Outcome::trunk_failed, Fault::carrier, "not_implemented"}},
    {406, {Outcome::bad_request, Fault::us, "codec_mismatch"}},
    {407, {Outcome::trunk_failed, Fault::us, "auth_failed"}},
    {408, {Outcome::unreachable, Fault::carrier, "network_timeout"}},
    {410, {Outcome::invalid_number, Fault::callee, "gone"}},
    {413, {Outcome::bad_request, Fault::us, "protocol_error"}},
    {414, {Outcome::bad_request, Fault::us, "protocol_error"}},
    {415, {Outcome::bad_request, Fault::us, "codec_mismatch"}},
    {420, {Outcome::bad_request, Fault::us, "protocol_error"}},
    {421, {Outcome::bad_request, Fault::us, "protocol_error"}},
    {422, {Outcome::bad_request, Fault::us, "session_timer"}},
    {423, {Outcome::bad_request, Fault::us, "protocol_error"}},
    {428, {Outcome::forbidden, Fault::carrier, "identity_required"}},
    {433, {Outcome::forbidden, Fault::us, "anonymity_refused"}},
    {436, {Outcome::forbidden, Fault::carrier, "bad_identity"}},
    {437, {Outcome::forbidden, Fault::carrier, "bad_identity"}},
    {438, {Outcome::forbidden, Fault::carrier, "bad_identity"}},
    {480, {Outcome::unreachable, Fault::callee, "temporarily_unavailable"}},
    {481, {Outcome::trunk_failed, Fault::carrier, "glitch"}},
    {482, {Outcome::trunk_failed, Fault::carrier, "routing_loop"}},
    {483, {Outcome::trunk_failed, Fault::carrier, "routing_loop"}},
    {484, {Outcome::invalid_number, Fault::us, "bad_format"}},
    {485, {Outcome::invalid_number, Fault::unknown, "ambiguous"}},
    {486, {Outcome::busy, Fault::callee, "busy"}},
    {487, {Outcome::no_answer, Fault::none, "cancelled"}},
    {488, {Outcome::bad_request, Fault::us, "codec_mismatch"}},
    {491, {Outcome::trunk_failed, Fault::carrier, "glitch"}},
    {494, {Outcome::bad_request, Fault::us, "protocol_error"}},
    {500, {Outcome::trunk_failed, Fault::carrier, "server_error"}},
    {501, {Outcome::trunk_failed, Fault::carrier, "not_implemented"}},
    {502, {Outcome::unreachable, Fault::carrier, "destination_out_of_order"}},
    {503, {Outcome::congestion, Fault::carrier, "congestion"}},
    {504, {Outcome::trunk_failed, Fault::carrier, "gateway_timeout"}},
    {505, {Outcome::bad_request, Fault::us, "protocol_error"}},
    {513, {Outcome::bad_request, Fault::us, "protocol_error"}},
    {555, {Outcome::bad_request, Fault::us, "protocol_error"}},
    {580, {Outcome::bad_request, Fault::us, "protocol_error"}},
    {600, {Outcome::busy, Fault::callee, "busy_everywhere"}},
    {603, {Outcome::rejected, Fault::callee, "declined"}},
    {604, {Outcome::invalid_number, Fault::unknown, "does_not_exist"}},
    {606, {Outcome::bad_request, Fault::us, "codec_mismatch"}},
    {607, {Outcome::unwanted, Fault::callee, "unwanted"}},
    {608, {Outcome::blocked, Fault::carrier, "blocked_by_analytics"}},
};

// By Q.850 cause, in order: RFC 3398 7.2.4.1 and what carriers send.
constexpr CodeRow kCauses[] = {
    {1, {Outcome::invalid_number, Fault::unknown, "unallocated"}},
    {2, {Outcome::invalid_number, Fault::unknown, "no_route"}},
    {3, {Outcome::invalid_number, Fault::unknown, "no_route"}},
    {17, {Outcome::busy, Fault::callee, "busy"}},
    {18, {Outcome::no_answer, Fault::callee, "no_user_responding"}},
    {19, {Outcome::no_answer, Fault::callee, "no_answer"}},
    {20, {Outcome::unreachable, Fault::callee, "subscriber_absent"}},
    {21, {Outcome::rejected, Fault::callee, "call_rejected"}},
    {22, {Outcome::invalid_number, Fault::callee, "number_changed"}},
    {27, {Outcome::unreachable, Fault::carrier, "destination_out_of_order"}},
    {28, {Outcome::invalid_number, Fault::us, "bad_format"}},
    {31, {Outcome::unreachable, Fault::carrier, "normal_unspecified"}},
    {34, {Outcome::congestion, Fault::carrier, "no_circuit"}},
    {38, {Outcome::congestion, Fault::carrier, "network_out_of_order"}},
    {41, {Outcome::congestion, Fault::carrier, "temporary_failure"}},
    {42, {Outcome::congestion, Fault::carrier, "switch_congestion"}},
    {47, {Outcome::congestion, Fault::carrier, "resource_unavailable"}},
    {57, {Outcome::forbidden, Fault::carrier, "bearer_not_authorised"}},
    {58, {Outcome::congestion, Fault::carrier, "bearer_not_available"}},
    {87, {Outcome::forbidden, Fault::carrier, "not_in_user_group"}},
    {102, {Outcome::unreachable, Fault::carrier, "timer_expired"}},
};

template <std::size_t N>
const Reading* look_up(const CodeRow (&rows)[N], std::uint16_t code) {
  const auto* at = std::lower_bound(std::begin(rows), std::end(rows), code,
                                    [](const CodeRow& row, std::uint16_t c) { return row.code < c; });
  return at != std::end(rows) && at->code == code ? &at->reading : nullptr;
}

// Statuses that switches send for anything: the cause beats them (carriers.md 3.2, rule 1).
constexpr bool is_generic(std::uint16_t code) {
  return code == 480 || code == 500 || code == 502 || code == 503 || code == 603;
}

}  // namespace

Reading read_refusal(const SipFacts& facts, Outcome ours) {
  // Somebody took the phone off the hook and heard nothing.
  if (facts.local == SipFacts::Local::media) return {Outcome::abandoned, Fault::carrier, "no_usable_media"};
  if (facts.local == SipFacts::Local::transport)
    return {Outcome::trunk_failed, Fault::carrier, "transport_error"};
  if (ours != Outcome::none && (facts.code == 487 || facts.local == SipFacts::Local::timeout)) {
    return {ours, ours == Outcome::stopped ? Fault::us : Fault::callee, name(ours)};
  }
  if (facts.local == SipFacts::Local::timeout) return {Outcome::trunk_failed, Fault::carrier, "no_reply"};
  if (facts.network_blocked) return {Outcome::blocked, Fault::carrier, "blocked_by_analytics"};
  if (facts.code >= 300 && facts.code < 400)
    return {Outcome::redirect_refused, Fault::callee, "redirect_refused"};
  if (facts.q850 != 0 && is_generic(facts.code)) {
    if (const Reading* cause = look_up(kCauses, facts.q850)) return *cause;
  }
  if (const Reading* code = look_up(kCodes, facts.code)) return *code;
  if (facts.code >= 600) return {Outcome::rejected, Fault::callee, "declined"};
  if (facts.code >= 500) return {Outcome::trunk_failed, Fault::carrier, "server_error"};
  return {Outcome::bad_request, Fault::us, "refused"};
}

}  // namespace ziptone::dialer
