#include "carrier/robot/phone.hpp"

#include <algorithm>
#include <random>

#include <fmt/format.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_tag.h>
#include <sofia-sip/su_tag.h>

#include "carrier/digest.hpp"
#include "carrier/sip_agent.hpp"
#include "carrier/sip_text.hpp"

namespace ziptone::carrier {

Phone::Phone(const SipRoot& root, nta_agent_t* agent, const PhonesOptions& options, const Log& log,
             std::string user, std::uint16_t own_port)
    : options_(options), log_(log), user_(std::move(user)), timer_(root) {
  const auto registrar_host = options.registrar.substr(0, options.registrar.rfind(':'));
  address_of_record_ = fmt::format("<sip:{}@{}>", user_, registrar_host);
  contact_ = fmt::format("<sip:{}@{}:{}{}>", user_, host_of(options.address), own_port,
                         options.tcp ? ";transport=tcp" : "");
  // One Call-ID for all registrations of a phone (RFC 3261 10.2). nta would take a leg without one for the
  // default leg and let it swallow every request.
  std::random_device device;
  const std::string call_id = fmt::format("{:08x}{:08x}@{}", device(), device(), options.address);
  leg_ = nta_leg_tcreate(agent, nullptr, nullptr, SIPTAG_CALL_ID_STR(call_id.c_str()),
                         SIPTAG_FROM_STR(address_of_record_.c_str()),
                         SIPTAG_TO_STR(address_of_record_.c_str()), TAG_END());
  nta_leg_tag(leg_, nullptr);
}

Phone::~Phone() {
  if (request_) nta_outgoing_destroy(request_);
  if (leg_) nta_leg_destroy(leg_);
}

void Phone::register_now(int expires_s) {
  expires_s_ = expires_s;
  proved_ = false;
  send({});
}

void Phone::send(const std::string& authorization) {
  timer_.stop();
  if (request_) nta_outgoing_destroy(request_);
  const std::string target =
      fmt::format("sip:{}{}", options_.registrar, options_.tcp ? ";transport=tcp" : "");
  const std::string expires = std::to_string(expires_s_);
  request_ = nta_outgoing_tcreate(
      leg_, &Phone::on_response, reinterpret_cast<nta_outgoing_magic_t*>(this), as_url(target),
      SIP_METHOD_REGISTER, as_url(target), SIPTAG_CONTACT_STR(contact_.c_str()),
      SIPTAG_EXPIRES_STR(expires.c_str()),
      TAG_IF(!authorization.empty(), SIPTAG_AUTHORIZATION_STR(authorization.c_str())), TAG_END());
  if (!request_) set_registered(false, 503);
}

int Phone::on_response(nta_outgoing_magic_t* magic, nta_outgoing_t*, const sip_t* sip) {
  reinterpret_cast<Phone*>(magic)->response(sip);
  return 0;
}

bool Phone::answer_challenge(const sip_t& sip) {
  AuthParams best;
  for (const sip_www_authenticate_t* c = sip.sip_www_authenticate; c; c = c->au_next) {
    if (!c->au_scheme || std::string_view(c->au_scheme) != "Digest") continue;
    auto params = params_of(c->au_params);
    if (best.empty() || params["algorithm"] == "SHA-256") best = std::move(params);
  }
  std::random_device device;
  const std::string uri = "sip:" + options_.registrar;
  const auto text = make_authorization(best, {user_, options_.password}, "REGISTER", uri,
                                       fmt::format("{:08x}{:08x}", device(), device()), 1);
  if (!text) return false;
  proved_ = true;
  send(*text);
  return true;
}

void Phone::response(const sip_t* sip) {
  const int code = sip && sip->sip_status ? sip->sip_status->st_status : 408;
  if (code < 200) return;
  if (code == 401 && !proved_ && answer_challenge(*sip)) return;
  set_registered(code < 300 && expires_s_ > 0, code);
  if (expires_s_ == 0) return;
  int granted = expires_s_;
  if (registered_ && sip->sip_expires) granted = static_cast<int>(sip->sip_expires->ex_delta);
  for (const sip_contact_t* c = sip ? sip->sip_contact : nullptr; registered_ && c; c = c->m_next) {
    if (user_of(c->m_url) == user_ && c->m_expires) granted = std::atoi(c->m_expires);
  }
  const int again_ms = registered_ ? std::max(1000, granted * 500) : 2000;
  timer_.after(again_ms, [this] { register_now(options_.expires_s); });
}

void Phone::set_registered(bool now, int code) {
  if (now != registered_ || (!now && expires_s_ > 0)) {
    const auto* event = now ? "registered" : expires_s_ == 0 ? "unregistered" : "register_failed";
    log_.write(LogLine(event, "").text("phone", user_).number("code", code));
  }
  registered_ = now;
  if (changed) changed();
}

}  // namespace ziptone::carrier
