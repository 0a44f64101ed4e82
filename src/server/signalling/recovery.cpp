#include "server/signalling/recovery.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

#include <fmt/format.h>

namespace ziptone::signalling {

namespace {

// Above every CSeq that the dialog can have reached by PRACK, UPDATE and refreshes since its facts were
// stored.
constexpr std::uint32_t kCseqLeap = 100'000;
// The INVITE may have been the first, the one with credentials, or the one with a fresh nonce.
constexpr std::uint32_t kCseqTried = 3;
constexpr int kPatience = 20;  // half seconds until the trunk's addresses must be known
// The same until the agent's phone has registered again: a registration lasts a minute at most.
constexpr int kPhonePatience = 130;

std::string unbracketed(const std::string& route) {
  const auto open = route.find('<');
  return open == std::string::npos ? route : route.substr(open + 1, route.find('>', open) - open - 1);
}

struct Origin {
  base::AttemptId attempt;
  base::AgentId agent;
};

// Whose Call-ID is this? Nothing when the key does not confirm it.
std::optional<Origin> origin_of(const std::string& site_key, const std::string& call_id,
                                const std::string& tag) {
  if (call_id.size() < 2) return std::nullopt;
  const char* at = call_id.data() + 1;
  const char* end = call_id.data() + call_id.size();
  std::uint64_t first = 0, leg = 0;
  at = std::from_chars(at, end, first).ptr;
  const bool phone = call_id.front() == 'p';
  if (phone && at != end && *at == '-') std::from_chars(at + 1, end, leg);
  const Names names =
      phone ? Names(site_key, base::AgentId{first}, leg) : Names(site_key, base::AttemptId{first});
  if (names.call_id() != call_id || names.from_tag() != tag) return std::nullopt;
  return phone ? Origin{{}, base::AgentId{first}} : Origin{base::AttemptId{first}, {}};
}

}  // namespace

Recovery::Recovery(Loop& loop, const Config& config, Counters& counters, Emit emit)
    : loop_(loop), config_(config), counters_(counters), emit_(std::move(emit)) {}

void Recovery::recover(const StoredDialog& stored, Endpoint& endpoint, const PlanOf& plan_of) {
  if (stored.dialog)
    end_dialog(stored, endpoint, *stored.dialog, plan_of);
  else
    cancel(stored, endpoint, plan_of, stored.agent ? kPhonePatience : kPatience);
}

void Recovery::end_dialog(const StoredDialog& stored, Endpoint& endpoint, const DialogFacts& dialog,
                          const PlanOf& plan_of) {
  Request request;
  request.method = sip_method_bye;
  request.method_name = "BYE";
  request.uri = dialog.remote_target;
  request.from = dialog.local_uri + ";tag=" + dialog.local_tag;
  request.to = dialog.remote_uri + ";tag=" + dialog.remote_tag;
  request.call_id = dialog.call_id;
  request.cseq = dialog.local_cseq + kCseqLeap;
  request.route = dialog.route_set;
  request.lines.emplace_back("Reason: Q.850;cause=41;text=\"restarted\"");  // temporary failure
  const bool phone = static_cast<bool>(stored.agent);
  // The phone's Contact may be behind a NAT; the INVITE's way is known to work.
  request.next_hop = phone && dialog.route_set.empty() ? dialog.next_hop : dialog.remote_target;
  if (!dialog.route_set.empty()) request.next_hop = unbracketed(dialog.route_set.front());
  if (!target_of(request.next_hop) && !dialog.next_hop.empty()) request.next_hop = dialog.next_hop;
  if (!phone) return send(endpoint, request, stored);
  send(endpoint, request, stored, [this, request, stored, &endpoint, plan_of] {
    end_when_registered(request, stored, endpoint, plan_of, kPhonePatience);
  });
}

void Recovery::end_when_registered(Request bye, const StoredDialog& stored, Endpoint& endpoint,
                                   const PlanOf& plan_of, int patience) {
  const auto plan = plan_of(stored);
  if (plan && !plan->targets.empty()) {
    bye.next_hop = to_uri(plan->targets.front());
    send(endpoint, bye, stored);
  } else if (patience > 0) {
    wait(base::milliseconds{500}, [this, bye = std::move(bye), stored, &endpoint, plan_of, patience] {
      end_when_registered(bye, stored, endpoint, plan_of, patience - 1);
    });
  } else {
    emit_(Recovered{stored.attempt, stored.agent, "no address to send BYE to"});
  }
}

void Recovery::cancel(const StoredDialog& stored, Endpoint& endpoint, const PlanOf& plan_of, int patience) {
  const auto plan = plan_of(stored);
  if (!plan) {
    if (patience > 0)
      wait(base::milliseconds{500},
           [this, stored, &endpoint, plan_of, patience] { cancel(stored, endpoint, plan_of, patience - 1); });
    else
      emit_(Recovered{stored.attempt, stored.agent, "no address to send CANCEL to"});
    return;
  }
  for (const Target& target : plan->targets)
    for (std::uint32_t cseq = 1; cseq <= kCseqTried; ++cseq) {
      Request request;
      request.method = sip_method_cancel;
      request.method_name = "CANCEL";
      request.uri = plan->request_uri;
      request.from = plan->from_uri + ";tag=" + plan->names.from_tag();
      request.to = plan->to_uri;
      request.call_id = plan->names.call_id();
      request.cseq = cseq;
      request.next_hop = to_uri(target);
      request.branch = plan->names.branch(cseq, request.next_hop);
      send(endpoint, request, stored);
    }
}

void Recovery::send(Endpoint& endpoint, const Request& request, const StoredDialog& stored,
                    std::function<void()> unreachable) {
  under_way_.emplace_back();
  const auto slot = std::prev(under_way_.end());
  *slot = endpoint.send(request, [this, slot, &endpoint, stored, name = request.method_name,
                                  unreachable = std::move(unreachable)](const Response& r) {
    if (r.status < 200) return;
    const auto otherwise = r.local ? unreachable : nullptr;
    endpoint.loop().bury(std::move(*slot));
    under_way_.erase(slot);
    if (otherwise) return otherwise();
    emit_(Recovered{stored.attempt, stored.agent,
                    fmt::format("{} {}{}", name, r.status, r.local ? " (local)" : "")});
  });
  if (*slot) return;
  under_way_.erase(slot);
  emit_(Recovered{stored.attempt, stored.agent, request.method_name + " could not be made"});
}

void Recovery::wait(base::Duration after, std::function<void()> then) {
  waiting_.push_back(std::make_unique<Timer>(loop_));
  const auto slot = std::prev(waiting_.end());
  (*slot)->start(after, [this, slot, then = std::move(then)] {
    loop_.bury(std::move(*slot));
    waiting_.erase(slot);
    then();
  });
}

void Recovery::on_orphan(Endpoint& endpoint, const sip_t* answer, const Target& source) {
  const auto origin =
      origin_of(config_.site_key, text(answer->sip_call_id->i_id), text(answer->sip_from->a_tag));
  if (!origin) return;
  bump(counters_.orphan_answers);
  Request ack;
  ack.method = sip_method_ack;
  ack.method_name = "ACK";
  ack.uri = contact_target(answer);
  if (ack.uri.empty()) ack.uri = to_uri(source);
  ack.from = printed(reinterpret_cast<const sip_header_t*>(answer->sip_from));
  ack.to = printed(reinterpret_cast<const sip_header_t*>(answer->sip_to));
  ack.call_id = text(answer->sip_call_id->i_id);
  ack.cseq = answer->sip_cseq->cs_seq;
  ack.route = route_of(answer);
  ack.next_hop = ack.route.empty() ? ack.uri : unbracketed(ack.route.front());
  if (!target_of(ack.next_hop) || origin->agent) ack.next_hop = to_uri(source);
  const std::string dialog = ack.call_id + " " + ack.to;  // forks have a To tag each
  if (!catching_.insert(dialog).second) return;           // repeated while its BYE is on its way
  StoredDialog stored;
  stored.attempt = origin->attempt;
  stored.agent = origin->agent;
  Request bye = ack;
  bye.method = sip_method_bye;
  bye.method_name = "BYE";
  bye.cseq += kCseqLeap;
  under_way_.emplace_back();
  const auto slot = std::prev(under_way_.end());
  *slot = endpoint.send(bye, [this, slot, &endpoint, stored, ack, bye, dialog](const Response& r) {
    if (r.status < 200) return;
    endpoint.loop().bury(std::move(*slot));
    under_way_.erase(slot);
    catching_.erase(dialog);
    if (!r.local) endpoint.send_ack(ack);
    if (r.local || r.status < 300 || r.status == 481)
      emit_(Recovered{stored.attempt, stored.agent,
                      fmt::format("BYE {}{}", r.status, r.local ? " (local)" : "")});
    else
      send_after_ack(endpoint, bye, stored);
  });
  if (*slot) return;
  under_way_.erase(slot);
  catching_.erase(dialog);
}

// A far end that takes no BYE before the ACK.
void Recovery::send_after_ack(Endpoint& endpoint, Request bye, const StoredDialog& stored) {
  ++bye.cseq;
  send(endpoint, bye, stored);
}

}  // namespace ziptone::signalling
