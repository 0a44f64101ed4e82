// SIP on the wire: trunks to carriers and the agents' phones. Commands go in from any thread, reports come
// out on the sip thread. No type of the SIP library shows here. Who may be called, and when, is the core's
// business; what leaves this folder has been asserted once more (destination, calls per second).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/id.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "media/sdp.hpp"

namespace ziptone::signalling {

enum class Transport { udp, tcp, tls };
enum class Prack { off, supported, required };  // RFC 3262: Supported or Require: 100rel
// Which digests the phones' registrar offers and takes. Many phones know only MD5, and some of them (libre
// before 2.0, so baresip of Debian 12) give up on a challenge that also names SHA-256.
enum class PhoneDigest { md5, sha256, both };
enum class NumberFormat { e164_plus, e164, national };  // +90532..., 90532..., 0532...

struct TrunkConfig {
  base::TrunkId id;
  std::string name;
  Transport transport = Transport::udp;
  std::string host;  // proxy or registrar: an IP address, or a name asked by RFC 3263 (NAPTR, SRV, A/AAAA)
  std::uint16_t port = 0;      // 0: SRV decides; for an IP address the transport's own (5060, TLS 5061)
  std::string outbound_proxy;  // "host" or "host:port", gets every request of this trunk; empty: none
  std::string domain;          // host part of To and From; empty: `host`
  bool registers = false;      // else the carrier trusts our address
  base::Duration register_expires = base::seconds{300};
  std::string username;  // for digest; also the user of the registration
  std::string realm;     // the only realm ever answered; required when there is a password
  std::string password;
  unsigned cps = 1;       // INVITEs in any one-second window (asserted, not paced)
  unsigned channels = 0;  // concurrent calls (asserted); 0: no limit
  base::Duration options_interval = base::seconds{30};  // RFC 3261 11; zero: no health checks
  base::Duration response_limit =
      base::seconds{5};  // INVITE to first response, a target; then the next target
  NumberFormat to_format = NumberFormat::e164_plus;
  NumberFormat caller_id_format = NumberFormat::e164_plus;
  std::string country_code;                              // "90": what `national` strips
  bool p_asserted_identity = true;                       // RFC 3325
  base::Duration session_expires = base::seconds{1800};  // RFC 4028; at least 90 s; zero: no timer
  Prack prack = Prack::supported;
  std::vector<std::string> sources;  // further IP addresses or networks (CIDR) that requests may come from
  std::string tls_ca_file;           // PEM; empty: the system's
  std::uint16_t local_tls_port = 0;  // where a TLS trunk's carrier may call back; 0: any free one
  bool tls_verify = true;            // chain and name

  friend bool operator==(const TrunkConfig&, const TrunkConfig&) = default;
};

// How an agent's phone is reached: it registers here (user, password), or stands at a fixed address.
struct PhoneConfig {
  base::AgentId agent;
  std::string user;
  std::string password;
  std::string fixed_uri;  // "sip:101@10.0.0.7:5060"; empty: it registers
};

struct ListenerConfig {
  std::string address = "127.0.0.1";  // the local IP address to bind, v4 or v6
  std::uint16_t port = 0;             // 0: any free one (tests); see ports()
  bool udp = true;
  bool tcp = true;
  std::string public_host;  // what Via and Contact say behind a static NAT; empty: `address`
  std::string tls_dir;      // folder with agent.pem (certificate and key); empty: no TLS listener
  std::uint16_t tls_port = 0;
};

struct Config {
  ListenerConfig trunk_listener;
  ListenerConfig phone_listener;
  std::string phone_realm = "ziptone";
  PhoneDigest phone_digest = PhoneDigest::md5;
  std::string
      site_key;  // secret of this installation, at least 16 bytes, kept for ever: names derive from it
  std::string user_agent = "Ziptone";
  base::Duration phone_expires = base::seconds{60};  // upper limit we grant a registration: keeps NAT open
  std::string resolv_conf;                           // of the DNS resolver; empty: /etc/resolv.conf
  std::vector<TrunkConfig> trunks;
  std::vector<PhoneConfig> phones;
  // Default-deny, once more: called on the sip thread with E.164 ("+90532..."); empty function: nothing may
  // be dialed.
  std::function<bool(const std::string& e164)> may_dial;
  base::Duration session_floor =
      base::seconds{90};       // RFC 4028 4: shortest session timer; only tests go lower
  std::size_t mailbox = 8192;  // commands waiting; a further Invite or CallPhone is refused, nothing else
};

// ---- what was seen on the wire

// Why a call failed although no response of the far end says so.
enum class LocalFault {
  none,
  no_response,  // Timer B or response_limit: nothing came from any target
  transport,    // ICMP, TCP or TLS error
  dns,          // no target for the trunk's name
  unknown_trunk,
  unregistered,   // the agent's phone has not registered and has no fixed address
  refused,        // destination not allowed, number malformed, channels taken: nothing was sent
  auth,           // challenge of a foreign realm, unknown algorithm, or wrong password twice
  media,          // no usable SDP in the answer
  session_timer,  // the far end stopped refreshing (RFC 4028 10)
  reset,          // the dialog was ended by recovery or a stop
};

// Everything a response, BYE or CANCEL said, verbatim: the mapping to outcomes lives in the core.
struct SipFacts {
  int code = 0;        // 200-699; 0 for a BYE, CANCEL or a local fault
  std::string phrase;  // reason phrase
  std::string reason;  // Reason header(s) as received, joined by ", "
  int q850 = 0;        // cause of `Reason: Q.850`; 0: none
  std::string q850_text;
  int sip_cause = 0;       // cause of `Reason: SIP`; 0: none
  std::string sip_text;    // its text: 603+ ("v=analytics1;...") stands here
  std::string location;    // location parameter of Reason (RFC 8606), e.g. "LN"; empty: none
  int retry_after_s = -1;  // -1: none
  std::string vendor;      // Warning and X-... header lines, Call-Info (608), joined by "\n"
  std::string contact;     // of a 3xx: for the record only, never followed
  LocalFault fault = LocalFault::none;
  bool by_us = false;  // we sent the BYE or CANCEL
};

// What a restart needs to end a dialog (RFC 3261 12). Durable before the ACK leaves.
struct DialogFacts {
  std::string call_id;
  std::string local_tag;
  std::string remote_tag;
  std::string remote_target;           // Contact URI
  std::vector<std::string> route_set;  // in sending order
  std::string local_uri;               // From of our requests
  std::string remote_uri;              // To of our requests
  std::uint32_t local_cseq = 0;
  std::string next_hop;  // "sip:ip:port;transport=udp" the INVITE went to
};

// ---- commands

struct Invite {
  base::AttemptId attempt;
  base::TrunkId trunk;
  std::string to;         // E.164 with +
  std::string caller_id;  // E.164 with +, or empty for the trunk's user
  std::string offer_sdp;
};
struct Ack {
  base::AttemptId attempt;
};  // after Answered, once its DialogFacts are durable
struct Cancel {
  base::AttemptId attempt;
};  // before Answered; after it the same as Bye
struct Bye {
  base::AttemptId attempt;
  int q850 = 16;  // Reason: Q.850;cause=
  std::string text;
};
struct CallPhone {
  base::AgentId agent;
  std::uint64_t leg = 0;  // numbers this agent's legs for ever: the Call-ID derives from (agent, leg)
  std::string offer_sdp;
};  // a phone that registers and has not: it is called at its next REGISTER, unless HangUpPhone comes first
struct AckPhone {
  base::AgentId agent;
};  // after PhoneUp, once its DialogFacts are durable
struct HangUpPhone {
  base::AgentId agent;
};
struct SetTrunks {
  std::vector<TrunkConfig> trunks;
};  // the whole list; calls up stay up, and a trunk that did not change goes on as it is
struct SetPhones {
  std::vector<PhoneConfig> phones;
};

struct StoredDialog {
  base::AttemptId attempt;  // one of attempt, agent
  base::AgentId agent;
  std::uint64_t leg = 0;      // of the agent
  base::TrunkId trunk;        // of the attempt
  std::string to, caller_id;  // as in its Invite: a CANCEL repeats them
  std::optional<DialogFacts>
      dialog;  // known: BYE. Not known: CANCEL, and ACK + BYE for a 200 that still comes
};
struct RecoverDialogs {
  std::vector<StoredDialog> dialogs;
};

using Command = std::variant<Invite, Ack, Cancel, Bye, CallPhone, AckPhone, HangUpPhone, SetTrunks, SetPhones,
                             RecoverDialogs>;

// ---- reports

struct Sent {
  base::AttemptId attempt;
};  // the first byte of the INVITE left
struct Progressed {
  base::AttemptId attempt;
  int code = 180;      // 180-199
  std::string to_tag;  // forked early dialogs differ here
  std::string sdp;     // early media's answer; empty: none
};
// The 200 came. Also after Cancel (`after_cancel`): a person picked up; the core decides, the ACK waits for
// Ack.
struct Answered {
  base::AttemptId attempt;
  std::string sdp;
  DialogFacts dialog;
  bool after_cancel = false;
};
struct Rejected {
  base::AttemptId attempt;
  SipFacts facts;
};  // final, no dialog; also the 487 of our CANCEL
struct HungUp {
  base::AttemptId attempt;
  SipFacts facts;
};  // the dialog ended: BYE of either side, or a fault
struct MediaChanged {
  base::AttemptId attempt;
  media::NegotiatedMedia media;
};  // by a re-INVITE or UPDATE, whoever offered
struct TrunkState {
  base::TrunkId trunk;
  bool up = false;
  std::string why;       // "OPTIONS answered", "no response", "registered", "403 Forbidden", ...
  base::Duration rtt{};  // of OPTIONS; zero: none
  int retry_after_s = -1;
};
struct PhoneRegistered {
  base::AgentId agent;
  std::string contact;
  std::string source_ip;
};
struct PhoneUnregistered {
  base::AgentId agent;
  std::string why;
};
struct PhoneUp {
  base::AgentId agent;
  std::uint64_t leg = 0;
  std::string sdp;
  DialogFacts dialog;
  std::string source_ip;
};
struct PhoneDown {
  base::AgentId agent;
  std::uint64_t leg = 0;
  SipFacts facts;
};  // refused, not answered, ended, or given up before it registered
struct PhoneHeld {
  base::AgentId agent;
};  // the phone's re-INVITE sendonly or inactive
struct PhoneResumed {
  base::AgentId agent;
};  // sendrecv again
struct PhoneMediaChanged {
  base::AgentId agent;
  media::NegotiatedMedia media;
};
struct Digit {
  base::AttemptId attempt;
  base::AgentId agent;
  char digit = 0;
};  // SIP INFO; one of attempt, agent
struct Recovered {
  base::AttemptId attempt;
  base::AgentId agent;
  std::string how;
};  // "BYE 200", "CANCEL 481", ...
using Event = std::variant<Sent, Progressed, Answered, Rejected, HungUp, MediaChanged, TrunkState,
                           PhoneRegistered, PhoneUnregistered, PhoneUp, PhoneDown, PhoneHeld, PhoneResumed,
                           PhoneMediaChanged, Digit, Recovered>;

struct Report {
  base::Now at;  // read when the message was read from, or given to, the socket
  Event event;
};

// Counters since start; each only grows.
struct Counters {
  std::uint64_t invites_sent = 0;
  std::uint64_t refused_source = 0;  // message on the trunk listener from an address not configured
  std::uint64_t refused_auth = 0;    // wrong or missing credentials on the phone listener
  std::uint64_t refused_rate = 0;    // rate limit on the phone listener
  std::uint64_t refused_uri = 0;     // scheme not sip, sips, tel
  std::uint64_t refused_refer = 0;
  std::uint64_t refused_redirect = 0;  // 3xx
  std::uint64_t foreign_realm = 0;     // challenge not answered
  std::uint64_t forked_answers = 0;    // second 200s, ACKed and BYEd
  std::uint64_t late_answers = 0;      // 200 after CANCEL
  std::uint64_t orphan_answers = 0;    // 200 nobody waits for, ACKed and BYEd
  std::uint64_t cps_violations = 0;    // a bug of the caller: the INVITE was delayed
  std::uint64_t mailbox_full = 0;
  std::uint64_t dropped = 0;  // by the kernel on the trunk listener: not an allowed source, or no room
};

// Owns the sip thread. Construct, start, post; stop() or the destructor ends what is up and joins the thread.
class Signalling {
 public:
  // `on_report` runs on the sip thread and must only pass the report on.
  Signalling(Config config, std::function<void(Report)> on_report);
  ~Signalling();
  Signalling(const Signalling&) = delete;
  Signalling& operator=(const Signalling&) = delete;

  // Binds the listeners and starts the thread. Errors: port in use, key too short, unreadable certificate.
  base::Result<> start();
  // Any thread. False: the mailbox is full (pause dialing, refuse with 503) or stop() began.
  [[nodiscard]] bool post(Command command);
  // BYE and CANCEL for everything up, un-REGISTER, then the thread ends: at most `limit`.
  void stop(base::Duration limit = base::seconds{3});

  struct Ports {
    std::uint16_t trunk = 0, trunk_tls = 0, phone = 0, phone_tls = 0;
  };
  Ports ports() const;        // after start()
  Counters counters() const;  // any thread

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// The names on the wire are functions of the attempt and the site key, so that a restart can rebuild them:
// see docs/reference/sip.md.
std::string call_id_of(const std::string& site_key, base::AttemptId attempt);
std::string call_id_of(const std::string& site_key, base::AgentId agent, std::uint64_t leg);

}  // namespace ziptone::signalling
