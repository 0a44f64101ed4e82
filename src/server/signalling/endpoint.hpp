// One listener: the sockets, the transactions on them, and the door that every request from outside comes
// through. There is one for the trunks and one for the phones.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "server/signalling/certificate.hpp"
#include "server/signalling/loop.hpp"
#include "server/signalling/message.hpp"
#include "server/signalling/sofia.hpp"

namespace ziptone::signalling {

// A response to a request of ours. `local`: made here, because nothing came (408) or nothing could leave
// (503).
struct Response {
  const sip_t* sip = nullptr;
  int status = 0;
  bool local = false;
};

// A client transaction of ours. Destroying it forgets the answers; an INVITE's retransmissions stop.
class Transaction {
 public:
  using OnResponse = std::function<void(const Response&)>;
  explicit Transaction(OnResponse on_response) : on_response_(std::move(on_response)) {}
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  // CANCEL of an INVITE; leaves when the first provisional response has come (RFC 3261 9.1).
  void cancel(const std::string& reason);

 private:
  friend class Endpoint;
  static int on_nta(Transaction* self, nta_outgoing_t* orq, const sip_t* sip);
  nta_outgoing_t* orq_ = nullptr;
  OnResponse on_response_;
};

// A request from outside, answered exactly once (an INVITE may get provisional responses before).
class Incoming {
 public:
  Incoming(Endpoint& endpoint, msg_t* msg, sip_t* sip);
  ~Incoming();
  Incoming(const Incoming&) = delete;
  Incoming& operator=(const Incoming&) = delete;

  const sip_t* sip() const { return sip_; }
  sip_method_t method() const { return sip_->sip_request->rq_method; }
  std::string method_name() const { return text(sip_->sip_request->rq_method_name); }
  const Target& source() const { return source_; }
  Endpoint& endpoint() { return endpoint_; }

  struct Reply {
    int status = 200;
    const char* phrase = nullptr;    // null: the standard one
    std::string to_tag;              // for a reply that has no To tag yet; empty: made up
    std::string contact;             // "<sip:...>"
    std::vector<std::string> lines;  // "Name: value"
    std::string content_type, body;
  };
  // With a server transaction: retransmissions of the request get the same reply again.
  void reply(const Reply& reply);
  // Without one: a source that has proven nothing costs us no memory and no retransmission.
  void reply_once(const Reply& reply);
  void ignore();

 private:
  Endpoint& endpoint_;
  msg_t* msg_;
  sip_t* sip_;
  Target source_;
};

class Endpoint {
 public:
  // The request handler answers or ignores; the ACK handler gets the ACK of a 2xx of ours; the stray handler
  // gets responses that fit no transaction.
  using OnRequest = std::function<void(Incoming&)>;
  using OnAck = std::function<void(const sip_t*)>;
  using OnStray = std::function<void(const sip_t*, const Target& source)>;

  // How the far end of our TLS connections is judged. Without it there is no TLS.
  struct Tls {
    std::string ca_file;  // PEM; empty: the system's
    bool verify = true;   // chain, and the name of the target (Target::host)
  };
  Endpoint(Loop& loop, const ListenerConfig& config, std::string user_agent,
           std::optional<Tls> tls = std::nullopt);
  ~Endpoint();
  base::Result<> open(OnRequest on_request, OnAck on_ack, OnStray on_stray);

  // Null: the request could not be made (unclean field, bad URI); nothing was sent and nothing is reported.
  std::unique_ptr<Transaction> send(const Request& request, Transaction::OnResponse on_response);
  // An ACK of a 2xx: no transaction, sent again whenever the 2xx comes again.
  bool send_ack(const Request& request);

  // From now on the kernel drops what comes from elsewhere; "192.0.2.0/24", "2001:db8::1".
  void allow_only_from(const std::vector<std::string>& networks);
  std::uint64_t dropped() const;  // datagrams, any thread

  Loop& loop() { return loop_; }
  std::uint16_t port() const { return port_; }
  std::uint16_t tls_port() const { return tls_port_; }
  // Our Contact for a dialog over `transport`.
  std::string contact(Transport transport) const;
  const std::string& host() const { return host_; }

 private:
  friend class Incoming;
  static int on_message(Endpoint* self, nta_agent_t* agent, msg_t* msg, sip_t* sip);
  static int on_acknowledged(Endpoint* self, nta_incoming_t* irq, const sip_t* sip);
  msg_t* build(const Request& request) const;

  Loop& loop_;
  ListenerConfig config_;
  base::Result<> open_tls();

  std::string user_agent_;
  std::optional<Tls> tls_;
  CertificateFolder certificates_;
  std::string host_;
  std::uint16_t port_ = 0, tls_port_ = 0;
  nta_agent_t* agent_ = nullptr;
  std::vector<int> sockets_;
  OnRequest on_request_;
  OnAck on_ack_;
  OnStray on_stray_;
};

}  // namespace ziptone::signalling
