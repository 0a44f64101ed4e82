#include "server/signalling/endpoint.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.hpp"
#include "server/signalling/request_line.hpp"
#include "server/signalling/source_filter.hpp"

namespace ziptone::signalling {

namespace {

constexpr unsigned kUdpBuffer = 4 * 1024 * 1024;  // bytes; a burst of 10,000 messages waits, not drops

// A port that is free for UDP and TCP on `address`; 0: none.
std::uint16_t free_port(const std::string& address) {
  const bool v6 = address.find(':') != std::string::npos;
  for (int i = 0; i < 16; ++i) {
    sockaddr_storage name{};
    socklen_t size = v6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
    name.ss_family = v6 ? AF_INET6 : AF_INET;
    if (v6)
      inet_pton(AF_INET6, address.c_str(), &reinterpret_cast<sockaddr_in6*>(&name)->sin6_addr);
    else
      inet_pton(AF_INET, address.c_str(), &reinterpret_cast<sockaddr_in*>(&name)->sin_addr);
    const int udp = socket(name.ss_family, SOCK_DGRAM, 0);
    const int tcp = socket(name.ss_family, SOCK_STREAM, 0);
    bool both = bind(udp, reinterpret_cast<sockaddr*>(&name), size) == 0 &&
                getsockname(udp, reinterpret_cast<sockaddr*>(&name), &size) == 0;
    both = both && bind(tcp, reinterpret_cast<sockaddr*>(&name), size) == 0;
    close(udp);
    close(tcp);
    if (both)
      return ntohs(v6 ? reinterpret_cast<sockaddr_in6*>(&name)->sin6_port
                      : reinterpret_cast<sockaddr_in*>(&name)->sin_port);
  }
  return 0;
}

// The library has checked that the topmost Via names the transport that the request came by.
Target source_of(msg_t* msg) {
  Target source;
  const su_sockaddr_t* from = msg_addr(msg);
  char ip[INET6_ADDRSTRLEN] = "";
  if (from->su_family == AF_INET6)
    inet_ntop(AF_INET6, &from->su_sin6.sin6_addr, ip, sizeof ip);
  else
    inet_ntop(AF_INET, &from->su_sin.sin_addr, ip, sizeof ip);
  source.ip = ip;
  source.port = ntohs(from->su_port);
  const sip_t* sip = sip_object(msg);
  if (sip && sip->sip_via && sip->sip_via->v_protocol) {
    const std::string protocol = sip->sip_via->v_protocol;
    if (protocol == "SIP/2.0/TCP") source.transport = Transport::tcp;
    if (protocol == "SIP/2.0/TLS") source.transport = Transport::tls;
  }
  return source;
}

}  // namespace

// ---- client transactions

Transaction::~Transaction() {
  if (orq_) nta_outgoing_destroy(orq_);
}

void Transaction::cancel(const std::string& reason) {
  if (orq_)
    nta_outgoing_tcancel(orq_, nullptr, nullptr, TAG_IF(!reason.empty(), SIPTAG_REASON_STR(reason.c_str())),
                         TAG_END());
}

int Transaction::on_nta(Transaction* self, nta_outgoing_t* orq, const sip_t* sip) {
  if (!self->orq_) self->orq_ = orq;  // an answer made before send() returned
  Response response;
  response.sip = sip;
  response.status = nta_outgoing_status(orq);
  response.local = !sip || nta_sip_is_internal(sip);
  const auto on_response = self->on_response_;  // the call may end this transaction
  if (on_response) on_response(response);
  return 0;
}

// ---- requests from outside

Incoming::Incoming(Endpoint& endpoint, msg_t* msg, sip_t* sip)
    : endpoint_(endpoint), msg_(msg), sip_(sip), source_(source_of(msg)) {}

Incoming::~Incoming() {
  if (msg_) msg_destroy(msg_);
}

void Incoming::ignore() {
  if (msg_) msg_destroy(msg_);
  msg_ = nullptr;
}

void Incoming::reply_once(const Reply& reply) {
  VERIFY(msg_ != nullptr);
  const std::string lines = fmt::format("{}", fmt::join(reply.lines, "\n"));
  msg_t* msg = msg_;
  msg_ = nullptr;
  nta_msg_treply(endpoint_.agent_, msg, reply.status,
                 reply.phrase ? reply.phrase : sip_status_phrase(reply.status),
                 SIPTAG_SERVER_STR(endpoint_.user_agent_.c_str()),
                 TAG_IF(!reply.contact.empty(), SIPTAG_CONTACT_STR(reply.contact.c_str())),
                 TAG_IF(!lines.empty(), SIPTAG_HEADER_STR(lines.c_str())), TAG_END());
}

void Incoming::reply(const Reply& reply) {
  VERIFY(msg_ != nullptr);
  msg_t* msg = msg_;
  const sip_method_t method = this->method();
  msg_ = nullptr;
  nta_incoming_t* irq = nta_incoming_create(endpoint_.agent_, nullptr, msg, sip_, TAG_END());
  if (!irq) return;
  const std::string lines = fmt::format("{}", fmt::join(reply.lines, "\n"));
  if (!sip_->sip_to->a_tag) nta_incoming_tag(irq, reply.to_tag.empty() ? nullptr : reply.to_tag.c_str());
  nta_incoming_treply(
      irq, reply.status, reply.phrase ? reply.phrase : sip_status_phrase(reply.status),
      SIPTAG_SERVER_STR(endpoint_.user_agent_.c_str()),
      TAG_IF(!reply.contact.empty(), SIPTAG_CONTACT_STR(reply.contact.c_str())),
      TAG_IF(!reply.content_type.empty(), SIPTAG_CONTENT_TYPE_STR(reply.content_type.c_str())),
      TAG_IF(!reply.body.empty(), SIPTAG_PAYLOAD_STR(reply.body.c_str())),
      TAG_IF(!lines.empty(), SIPTAG_HEADER_STR(lines.c_str())), TAG_END());
  // The 2xx of an INVITE is repeated until its ACK comes, which may carry an SDP; of all else no more is
  // heard.
  const bool waits_for_ack = method == sip_method_invite && reply.status >= 200 && reply.status < 300;
  if (waits_for_ack)
    nta_incoming_bind(irq, &Endpoint::on_acknowledged, &endpoint_);
  else
    nta_incoming_destroy(irq);
}

// ---- the listener

Endpoint::Endpoint(Loop& loop, const ListenerConfig& config, std::string user_agent, std::optional<Tls> tls)
    : loop_(loop),
      config_(config),
      user_agent_(std::move(user_agent)),
      tls_(std::move(tls)),
      host_(config.public_host.empty() ? config.address : config.public_host) {}

Endpoint::~Endpoint() {
  if (agent_) nta_agent_destroy(agent_);
}

base::Result<> Endpoint::open(OnRequest on_request, OnAck on_ack, OnStray on_stray) {
  on_request_ = std::move(on_request);
  on_ack_ = std::move(on_ack);
  on_stray_ = std::move(on_stray);
  port_ = config_.port != 0 ? config_.port : free_port(config_.address);
  if (port_ == 0) return base::error("no free port", config_.address, "name another address");
  const auto url = [this](std::uint16_t port, const char* transport) {
    return fmt::format("sip:{}:{};transport={};maddr={}", bracketed(host_), port, transport,
                       bracketed(config_.address));
  };
  // nta.h: minus one is "no transport yet".
  auto* const none = reinterpret_cast<url_string_t*>(-1);  // NOLINT(performance-no-int-to-ptr)
  agent_ =
      nta_agent_create(loop_.root(), none, &Endpoint::on_message, this, NTATAG_MCLASS(strict_messages()),
                       NTATAG_SIPFLAGS(MSG_FLG_EXTRACT_COPY), NTATAG_STATELESS(1), NTATAG_UA(1),
                       NTATAG_SERVER_RPORT(2), NTATAG_CLIENT_RPORT(1), NTATAG_MAX_PROCEEDING(UINT32_MAX),
                       NTATAG_MAXSIZE(kMaxMessage), NTATAG_CANCEL_487(1), NTATAG_MERGE_482(1), TAG_END());
  VERIFY(agent_ != nullptr);
  // One transport a call: the library's own list of several ends in a dangling pointer (nta.c, 1.12.11).
  const auto bind = [&](const char* transport) {
    return nta_agent_add_tport(agent_, url_string(url(port_, transport)), TPTAG_UDP_RMEM(kUdpBuffer),
                               TPTAG_UDP_WMEM(kUdpBuffer), TAG_END()) == 0;
  };
  if ((config_.udp && !bind("udp")) || (config_.tcp && !bind("tcp")))
    return base::error("this address and port can't be bound", fmt::format("{}:{}", config_.address, port_),
                       "stop the other program, or configure another port");
  sockets_ = sockets_on(config_.address, port_);
  return tls_ ? open_tls() : base::Result<>{};
}

base::Result<> Endpoint::open_tls() {
  if (auto filled = certificates_.fill(config_.tls_dir, tls_->ca_file); !filled) return filled;
  tls_port_ = config_.tls_port != 0 ? config_.tls_port : free_port(config_.address);
  const std::string url = fmt::format("sips:{}:{};transport=tls;maddr={}", bracketed(host_), tls_port_,
                                      bracketed(config_.address));
  const unsigned policy = tls_->verify ? TPTLS_VERIFY_OUT | TPTLS_VERIFY_SUBJECTS_OUT : TPTLS_VERIFY_NONE;
  const int bound =
      nta_agent_add_tport(agent_, url_string(url), TPTAG_CERTIFICATE(certificates_.path().c_str()),
                          TPTAG_TLS_VERIFY_POLICY(policy), TAG_END());
  if (bound != 0)
    return base::error("TLS can't be opened here", fmt::format("{}:{}", config_.address, tls_port_),
                       "check the certificate files and the port");
  for (const int fd : sockets_on(config_.address, tls_port_)) sockets_.push_back(fd);
  return {};
}

void Endpoint::allow_only_from(const std::vector<std::string>& networks) {
  for (const int fd : sockets_) VERIFY(allow_only(fd, networks));
}

std::uint64_t Endpoint::dropped() const {
  std::uint64_t sum = 0;
  for (const int fd : sockets_) sum += dropped_on(fd);
  return sum;
}

std::string Endpoint::contact(Transport transport) const {
  const std::uint16_t port = transport == Transport::tls ? tls_port_ : port_;
  const std::string suffix =
      transport == Transport::udp ? "" : fmt::format(";transport={}", to_text(transport));
  return fmt::format("<sip:ziptone@{}:{}{}>", bracketed(host_), port, suffix);
}

msg_t* Endpoint::build(const Request& request) const {
  if (!is_clean(request)) return nullptr;
  msg_t* msg = nta_msg_create(agent_, 0);
  sip_t* sip = sip_object(msg);
  su_home_t* home = msg_home(msg);
  sip_request_t* line =
      sip_request_create(home, request.method, request.method_name.c_str(), url_string(request.uri), nullptr);
  sip_cseq_t* cseq = sip_cseq_create(home, request.cseq, request.method, request.method_name.c_str());
  const std::string route = fmt::format("{}", fmt::join(request.route, ", "));
  const std::string lines = fmt::format("{}", fmt::join(request.lines, "\n"));
  const bool made =
      line && cseq && msg_header_insert(msg, nullptr, reinterpret_cast<msg_header_t*>(line)) == 0 &&
      msg_header_insert(msg, nullptr, reinterpret_cast<msg_header_t*>(cseq)) == 0 &&
      sip_add_tl(msg, sip, TAG_IF(!route.empty(), SIPTAG_ROUTE_STR(route.c_str())),
                 SIPTAG_MAX_FORWARDS_STR("70"), SIPTAG_FROM_STR(request.from.c_str()),
                 SIPTAG_TO_STR(request.to.c_str()), SIPTAG_CALL_ID_STR(request.call_id.c_str()),
                 TAG_IF(!request.contact.empty(), SIPTAG_CONTACT_STR(request.contact.c_str())),
                 SIPTAG_USER_AGENT_STR(user_agent_.c_str()),
                 TAG_IF(!request.content_type.empty(), SIPTAG_CONTENT_TYPE_STR(request.content_type.c_str())),
                 TAG_IF(!request.body.empty(), SIPTAG_PAYLOAD_STR(request.body.c_str())),
                 TAG_IF(!lines.empty(), SIPTAG_HEADER_STR(lines.c_str())), TAG_END()) >= 0 &&
      sip->sip_from && sip->sip_to && sip->sip_call_id;
  if (made) return msg;
  msg_destroy(msg);
  return nullptr;
}

std::unique_ptr<Transaction> Endpoint::send(const Request& request, Transaction::OnResponse on_response) {
  msg_t* msg = build(request);
  if (!msg) return nullptr;
  auto transaction = std::make_unique<Transaction>(std::move(on_response));
  // The library's own answer to a second or repeated 2xx of an INVITE is ACK and BYE; a call that crossed our
  // CANCEL would be lost by it. The flag is read when the transaction is made: without it every 2xx comes to
  // us.
  const bool invite = request.method == sip_method_invite;
  if (invite) nta_agent_set_params(agent_, NTATAG_UA(0), TAG_END());
  nta_outgoing_t* orq = nta_outgoing_mcreate(
      agent_, &Transaction::on_nta, transaction.get(), url_string(request.next_hop), msg,
      TAG_IF(!request.branch.empty(), NTATAG_BRANCH_KEY(request.branch.c_str())), TAG_END());
  if (invite) nta_agent_set_params(agent_, NTATAG_UA(1), TAG_END());
  if (!orq) {
    msg_destroy(msg);
    return nullptr;
  }
  transaction->orq_ = orq;
  return transaction;
}

bool Endpoint::send_ack(const Request& request) {
  msg_t* msg = build(request);
  if (!msg) return false;
  if (nta_outgoing_mcreate(agent_, nullptr, nullptr, url_string(request.next_hop), msg, NTATAG_STATELESS(1),
                           NTATAG_ACK_BRANCH("z9hG4bK-none"), TAG_END()))
    return true;
  msg_destroy(msg);
  return false;
}

// Without a message: the ACK never came.
int Endpoint::on_acknowledged(Endpoint* self, nta_incoming_t* irq, const sip_t* sip) {
  if (sip && sip->sip_request && sip->sip_request->rq_method == sip_method_ack) self->on_ack_(sip);
  nta_incoming_destroy(irq);
  return 0;
}

int Endpoint::on_message(Endpoint* self, nta_agent_t*, msg_t* msg, sip_t* sip) {
  if (sip->sip_request) {
    Incoming incoming(*self, msg, sip);
    self->on_request_(incoming);
  } else {
    self->on_stray_(sip, source_of(msg));
    msg_destroy(msg);
  }
  return 0;
}

}  // namespace ziptone::signalling
