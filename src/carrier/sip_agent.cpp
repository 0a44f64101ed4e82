#include "carrier/sip_agent.hpp"

#include <fmt/format.h>
#include <sofia-sip/su_tag.h>
#include <sofia-sip/tport_tag.h>

namespace ziptone::carrier {

namespace {

int on_message(nta_agent_magic_t* magic, nta_agent_t* agent, msg_t* msg, sip_t* sip) {
  const auto& door = *reinterpret_cast<SipDoor*>(magic);
  // A response without its transaction is late news; an ACK without one belongs to a call that has ended.
  if (!sip->sip_request || sip->sip_request->rq_method == sip_method_ack || !door.lets_in(door.self, *sip)) {
    nta_msg_discard(agent, msg);
    return 0;
  }
  nta_incoming_t* irq = nta_incoming_create(agent, nullptr, msg, sip, TAG_END());
  if (irq) door.request(door.self, irq, *sip);
  return 0;
}

}  // namespace

std::string host_of(const std::string& address) {
  return address.find(':') == std::string::npos ? address : "[" + address + "]";
}

base::Result<SipAgent> open_agent(const SipRoot& root, const std::string& address, std::uint16_t port,
                                  SipDoor& door) {
  const std::string url = fmt::format("sip:{}:{}", host_of(address), port ? std::to_string(port) : "*");
  // CANCEL is answered by the call itself: a persona may let its 200 cross it.
  nta_agent_t* agent = nta_agent_create(
      root.root(), as_url(url), &on_message, reinterpret_cast<nta_agent_magic_t*>(&door), NTATAG_UA(1),
      NTATAG_CANCEL_487(0), NTATAG_MAX_PROCEEDING(100000), NTATAG_SERVER_RPORT(2), NTATAG_UDP_MTU(65535),
      TPTAG_UDP_RMEM(8 << 20), TPTAG_UDP_WMEM(4 << 20), TAG_END());
  if (!agent) {
    return base::error("can't listen for SIP", fmt::format("--address {} --port {}", address, port),
                       "free the port, or choose another with --port");
  }
  const sip_contact_t* contact = nta_agent_contact(agent);
  const char* bound = contact ? contact->m_url->url_port : nullptr;
  return SipAgent{agent, static_cast<std::uint16_t>(bound ? std::stoi(bound) : 5060)};
}

}  // namespace ziptone::carrier
