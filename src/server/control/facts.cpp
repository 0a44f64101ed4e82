#include "server/control/facts.hpp"

#include <array>

namespace ziptone::control {
namespace {

using Local = dialer::SipFacts::Local;

Local local_of(signalling::LocalFault fault) {
  using signalling::LocalFault;
  switch (fault) {
    case LocalFault::none:
      return Local::none;
    case LocalFault::no_response:
    case LocalFault::session_timer:
      return Local::timeout;
    case LocalFault::media:
      return Local::media;
    case LocalFault::transport:
    case LocalFault::dns:
    case LocalFault::unknown_trunk:
    case LocalFault::unregistered:
    case LocalFault::refused:
    case LocalFault::auth:
    case LocalFault::reset:
      return Local::transport;
  }
  return Local::transport;
}

}  // namespace

dialer::SipFacts to_core(const signalling::SipFacts& facts) {
  dialer::SipFacts core;
  const int code = facts.code != 0 ? facts.code : facts.sip_cause;
  if (code >= 300 && code <= 699) core.code = static_cast<std::uint16_t>(code);
  if (facts.q850 >= 1 && facts.q850 <= 127) core.q850 = static_cast<std::uint8_t>(facts.q850);
  // 608 (RFC 8688), and the 603 whose Reason text says that an analytics engine spoke (ATIS-1000099).
  core.network_blocked =
      code == 608 || (code == 603 && facts.sip_text.find("analytics") != std::string::npos);
  core.local = local_of(facts.fault);
  if (facts.retry_after_s > 0) core.retry_after = base::seconds{facts.retry_after_s};
  core.text = facts.phrase;
  const auto append = [&](const std::string& more) {
    if (more.empty()) return;
    if (!core.text.empty()) core.text += "; ";
    core.text += more;
  };
  append(facts.reason);
  append(facts.vendor);
  return core;
}

dialer::event::Verdict to_core(analysis::Verdict verdict) {
  using Core = dialer::event::Verdict;
  // In the order of analysis::Verdict.
  constexpr std::array<Core, analysis::kVerdicts> kVerdicts = {
      Core::person,   Core::machine, Core::fax,     Core::busy,      Core::reorder,      Core::sit,
      Core::ringback, Core::music,   Core::silence, Core::screening, Core::announcement, Core::unsure};
  return kVerdicts[static_cast<std::size_t>(verdict)];
}

store::DialogFacts to_store(const signalling::DialogFacts& f) {
  return {f.call_id,   f.local_tag,  f.remote_tag, f.remote_target, f.route_set,
          f.local_uri, f.remote_uri, f.local_cseq, f.next_hop};
}

signalling::DialogFacts to_signalling(const store::DialogFacts& f) {
  return {f.call_id,   f.local_tag,  f.remote_tag, f.remote_target, f.route_set,
          f.local_uri, f.remote_uri, f.local_cseq, f.next_hop};
}

}  // namespace ziptone::control
