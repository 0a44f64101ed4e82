// One INVITE of ours and the dialog that it makes: to a carrier for an attempt, or to an agent's phone. The
// procedures stand in files of their own: invite_client.cpp, early.cpp (18x, PRACK), dialog.cpp (requests
// inside), reoffer.cpp (re-INVITE, UPDATE), session_timer.cpp.
//
//   calling -> proceeding -> answered -> confirmed -> ended
//   calling | proceeding -> cancelling -> answered | ended
#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "media/sdp.hpp"
#include "server/signalling/digest.hpp"
#include "server/signalling/endpoint.hpp"
#include "server/signalling/names.hpp"

namespace ziptone::signalling {

class Call {
 public:
  // What differs between a carrier and a phone.
  struct Plan {
    Names names;
    std::string request_uri;
    std::string from_uri, to_uri;    // "<sip:...>", without tags
    std::vector<std::string> lines;  // further headers of the INVITE
    std::string offer;
    std::vector<Target> targets;  // tried in order while nothing answers (RFC 3263 4.3)
    std::optional<Credentials> credentials;
    base::Duration session_expires{};  // zero: no session timer
    base::Duration session_floor = base::seconds{90};
    Prack prack = Prack::supported;
    base::Duration response_limit = base::seconds{5};
    bool same_hop =
        false;  // requests inside the dialog go where the INVITE went: outbound proxy, phone behind NAT
  };
  // Whoever placed the call. Every call ends with exactly one on_rejected or on_hung_up.
  struct Listener {
    virtual void on_sent() = 0;
    virtual void on_progressed(int code, const std::string& to_tag, const std::string& sdp) = 0;
    virtual void on_answered(const std::string& sdp, const DialogFacts& dialog, bool after_cancel) = 0;
    virtual void on_rejected(const SipFacts& facts) = 0;
    virtual void on_hung_up(const SipFacts& facts) = 0;
    virtual void on_media_changed(const media::NegotiatedMedia& media) = 0;
    virtual void on_digit(char digit) = 0;
    virtual void on_target_silent(const Target& target, const SipFacts& why) = 0;  // the next one is tried
    virtual void on_gone() = 0;  // the late answers' time is over too: destroy the call
    virtual ~Listener() = default;
  };

  Call(Endpoint& endpoint, Counters& counters, Plan plan, Listener& listener);
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  void invite();
  void ack();     // of the 2xx, once; answers to its repetitions follow by themselves
  void cancel();  // before the answer; after it the same as bye()
  void bye(int q850, const std::string& text, LocalFault fault = LocalFault::none);
  bool is_over() const { return state_ == State::ended; }
  bool is_quiet() const { return is_over() && inside_.empty(); }  // nothing of ours is unanswered
  bool is_up() const { return state_ == State::answered || state_ == State::confirmed; }

  // A request with our Call-ID and From tag in its To.
  void on_request(Incoming& request);
  // An ACK of our 2xx to a re-INVITE; may carry the answer to our offer.
  void on_ack(const sip_t* sip);
  // A 2xx of our INVITE that comes when its transaction is gone.
  void on_late_answer(const sip_t* sip);
  const std::string& local_tag() const { return local_tag_; }

 private:
  enum class State { calling, proceeding, cancelling, answered, confirmed, ended };

  // invite_client.cpp
  void send_invite();
  void on_response(const Response& response);
  void on_final(const Response& response);
  void retry();
  bool retry_with_credentials(const sip_t* sip);
  bool retry_with_longer_session(const sip_t* sip);
  bool try_next_target(const SipFacts& why);
  void on_no_response();
  void on_answer(const sip_t* sip);
  void on_fork(const sip_t* sip);
  void reject(const SipFacts& facts);
  void finish();

  // early.cpp
  void on_provisional(const sip_t* sip);
  void send_prack(const sip_t* sip);

  // dialog.cpp
  struct Route {
    std::string tag, target;
    std::vector<std::string> set;
  };
  Request to_peer(sip_method_t method, const char* name, const Route& route, std::uint32_t cseq) const;
  Request in_dialog(sip_method_t method, const char* name, std::uint32_t cseq) const;
  void send_ack(std::uint32_t cseq);
  void send_bye(int q850, const std::string& text);
  using Then = std::function<void(const Response&)>;
  void send_inside(const Request& request, const Then& then, bool may_authorize = true);
  std::optional<Request> with_credentials(const Request& request, const Response& response);
  void end(const SipFacts& facts);
  bool is_from_our_peer(const sip_t* sip) const;
  void answer_bye(Incoming& request);
  void answer_info(Incoming& request);

  // reoffer.cpp
  void answer_offer(Incoming& request);
  void apply_answer(const std::string& sdp);
  void apply(const media::NegotiatedMedia& media);
  std::string make_offer();

  // session_timer.cpp
  void read_session_timer(const sip_t* response);
  std::vector<std::string> agree_session_timer(const sip_t* request);
  std::string min_se() const;
  void arm_session_timer(base::Duration interval, bool we_refresh);
  void refresh();
  void send_reinvite(const Request& request, bool may_authorize);
  void on_refreshed(const Response& response, std::uint32_t cseq, bool by_update);

  Endpoint& endpoint_;
  Counters& counters_;
  Plan plan_;
  Listener& listener_;
  State state_ = State::calling;

  // the INVITE
  std::size_t target_ = 0;
  std::uint32_t cseq_ = 1;
  unsigned tries_ = 1;  // with credentials or a longer session; two at most beyond the first
  std::uint32_t nonce_count_ = 0;
  std::optional<Challenge> challenge_;
  bool sent_reported_ = false;
  bool cancelled_ = false;
  std::unique_ptr<Transaction> invite_;
  std::list<std::unique_ptr<Transaction>> inside_;  // PRACK, BYE, UPDATE under way; INVITEs given up
  Timer response_timer_, linger_;

  // early dialogs, by To tag
  struct Early {
    std::uint32_t rseq = 0;  // the last reliable response; 0: none yet
    std::uint32_t cseq = 0;  // our last request in it
    int code = 0;            // last reported
    std::string sdp;
  };
  std::map<std::string, Early> early_;

  // the dialog (RFC 3261 12)
  std::string local_tag_, remote_tag_, remote_target_;
  std::vector<std::string> route_;
  std::uint32_t local_cseq_ = 1;
  std::optional<std::uint32_t> remote_cseq_;
  std::uint32_t invite_cseq_ = 1;  // of the INVITE that was answered: its ACK repeats it
  std::string next_hop_;
  bool acked_ = false;
  bool peer_updates_ = false;  // Allow: UPDATE
  std::unique_ptr<Transaction> reinvite_;
  bool reinvite_pending_ = false;

  // media
  media::LocalMedia local_;
  std::string local_sdp_;  // what the peer saw last
  media::NegotiatedMedia negotiated_;

  // the session timer
  base::Duration session_interval_{};
  bool we_refresh_ = false;
  Timer session_timer_;
};

}  // namespace ziptone::signalling
