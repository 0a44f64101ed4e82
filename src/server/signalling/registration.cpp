#include "server/signalling/registration.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace ziptone::signalling {

namespace {

// One for the challenge, one for a stale nonce or a longer expiry.
constexpr unsigned kTriesMax = 3;
constexpr base::Duration kAgainMax = base::minutes{1};
constexpr base::Duration kAgainAfterRefusal = base::minutes{1};  // a wrong password is not hammered at

}  // namespace

CarrierRegistration::CarrierRegistration(Endpoint& endpoint, Counters& counters, Plan plan, OnState on_state)
    : endpoint_(endpoint),
      counters_(counters),
      plan_(std::move(plan)),
      on_state_(std::move(on_state)),
      // RFC 3261 10.2: one Call-ID, and a CSeq that only grows, also over a restart.
      cseq_(static_cast<std::uint32_t>(base::micros(Loop::now().wall) / 1'000'000) & 0x7FFFFFFF),
      again_(endpoint.loop()) {}

void CarrierRegistration::start(const Target& target) {
  const bool moved = !target_ || !(*target_ == target);
  target_ = target;
  if (stopped_ || (!moved && (registered_ || transaction_))) return;
  send(plan_.expires, challenge_, 1);
}

void CarrierRegistration::stop() {
  stopped_ = true;
  again_.stop();
  if (registered_ && target_) send(base::Duration{}, challenge_, 1);
  registered_ = false;
}

void CarrierRegistration::send(base::Duration expires, const std::optional<Challenge>& challenge,
                               unsigned tries) {
  Request request;
  request.method = sip_method_register;
  request.method_name = "REGISTER";
  request.uri = plan_.registrar;
  request.from = plan_.aor + ";tag=" + random_hex(4);
  request.to = plan_.aor;
  request.call_id = plan_.call_id;
  request.cseq = ++cseq_;
  request.contact = endpoint_.contact(target_->transport);
  request.lines.push_back(fmt::format("Expires: {}", base::millis(expires) / 1000));
  request.lines.emplace_back("Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK");
  if (challenge && plan_.credentials)
    request.lines.push_back(authorization(*challenge, *plan_.credentials, {"REGISTER", request.uri, ""},
                                          ++nonce_count_, random_hex(8)));
  request.next_hop = to_uri(*target_);
  endpoint_.loop().bury(std::move(transaction_));
  transaction_ = endpoint_.send(
      request, [this, expires, tries, had_proof = challenge.has_value()](const Response& response) {
        if (response.status >= 200) on_response(response, expires, tries, had_proof);
      });
  if (!transaction_) fail("the REGISTER could not be made", -1, kAgainMax);
}

void CarrierRegistration::on_response(const Response& response, base::Duration asked, unsigned tries,
                                      bool had_proof) {
  endpoint_.loop().bury(std::move(transaction_));
  const int status = response.status;
  if (response.local) {
    fail(status == 503 ? "the registrar can't be reached" : "the registrar does not answer", -1,
         std::min<base::Duration>(base::seconds{5} * (1 << std::min(failures_, 4u)), kAgainMax));
    return;
  }
  const SipFacts facts = facts_of(response.sip);
  const std::string said = fmt::format("{} {}", status, facts.phrase);
  if (status < 300) {
    failures_ = 0;
    const base::Duration interval = granted(response.sip, asked);
    if (stopped_ || asked == base::Duration{}) return;
    // Early enough that a lost refresh can be repeated.
    again_.start(std::max<base::Duration>(interval * 8 / 10, base::seconds{1}),
                 [this] { send(plan_.expires, challenge_, 1); });
    if (!registered_) {
      registered_ = true;
      on_state_(true, "registered", -1);
    }
    return;
  }
  if (status == 401 || status == 407) {
    const auto offered = challenges_of(response.sip);
    const Challenge* mine = plan_.credentials ? choose(offered, plan_.credentials->realm) : nullptr;
    if (!mine) {
      bump(counters_.foreign_realm);
      return fail(said + ", of a realm that is not the configured one", -1, kAgainAfterRefusal);
    }
    // The first proof of a refresh may be made with an outdated nonce; the second one is not.
    const bool wrong = had_proof && tries > 1 && !mine->stale;
    if (wrong || tries >= kTriesMax)
      return fail(said + ": wrong user name or password?", -1, kAgainAfterRefusal);
    challenge_ = *mine;
    nonce_count_ = 0;
    return send(asked, challenge_, tries + 1);
  }
  if (status == 423 && response.sip->sip_min_expires && tries < kTriesMax) {
    const auto least = std::min<std::uint64_t>(response.sip->sip_min_expires->me_delta, 86400);
    plan_.expires = std::max<base::Duration>(plan_.expires, base::seconds{static_cast<std::int64_t>(least)});
    return send(plan_.expires, challenge_, tries + 1);
  }
  const base::Duration again =
      facts.retry_after_s > 0 ? base::Duration{base::seconds{facts.retry_after_s}} : kAgainAfterRefusal;
  fail(said, facts.retry_after_s, again);
}

void CarrierRegistration::fail(const std::string& why, int retry_after_s, base::Duration again) {
  if (stopped_) return;
  ++failures_;
  again_.start(again, [this] { send(plan_.expires, challenge_, 1); });
  registered_ = false;
  on_state_(false, why, retry_after_s);
}

// RFC 3261 10.2.4: the expiry stands with our Contact, or in Expires.
base::Duration CarrierRegistration::granted(const sip_t* sip, base::Duration asked) const {
  std::int64_t seconds = base::millis(asked) / 1000;
  if (sip->sip_expires) seconds = static_cast<std::int64_t>(sip->sip_expires->ex_delta);
  const std::string ours = endpoint_.contact(target_->transport);
  for (const sip_contact_t* c = sip->sip_contact; c; c = c->m_next)
    if (c->m_expires && ours.find(printed(c->m_url)) != std::string::npos) {
      const char* end = c->m_expires + std::char_traits<char>::length(c->m_expires);
      std::from_chars(c->m_expires, end, seconds);
    }
  return base::seconds{std::clamp<std::int64_t>(seconds, 0, base::millis(asked) / 1000)};
}

}  // namespace ziptone::signalling
