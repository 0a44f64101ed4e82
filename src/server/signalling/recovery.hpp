// What a crash left behind: dialogs that nobody ends, INVITEs that nobody waits for, answers that nobody
// ACKed.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "server/signalling/call.hpp"

namespace ziptone::signalling {

class Recovery {
 public:
  using Emit = std::function<void(Event)>;
  // How the INVITE of a stored attempt looked; nothing while the trunk's addresses are not known or for ever.
  using PlanOf = std::function<std::optional<Call::Plan>(const StoredDialog&)>;

  Recovery(Loop& loop, const Config& config, Counters& counters, Emit emit);

  void recover(const StoredDialog& stored, Endpoint& endpoint, const PlanOf& plan_of);
  // A 2xx to an INVITE that nobody knows. When its names derive from our key it is ours, from before the
  // crash: it is ended and ACKed (RFC 3261 13.2.2.4), every time it comes. Others are ignored. The BYE goes
  // first (15: the caller may) and the ACK only when it is answered: until then the far end repeats the 200,
  // which is all that another death would leave to know the call by.
  void on_orphan(Endpoint& endpoint, const sip_t* answer, const Target& source);
  bool is_quiet() const { return under_way_.empty(); }

 private:
  void end_dialog(const StoredDialog& stored, Endpoint& endpoint, const DialogFacts& dialog,
                  const PlanOf& plan_of);
  // A phone's old way is dead (its TCP connection died with the process): the way of its next REGISTER.
  void end_when_registered(Request bye, const StoredDialog& stored, Endpoint& endpoint, const PlanOf& plan_of,
                           int patience);
  void cancel(const StoredDialog& stored, Endpoint& endpoint, const PlanOf& plan_of, int patience);
  // `unreachable`: what to do when nothing answers; empty: that is the end of it.
  void send(Endpoint& endpoint, const Request& request, const StoredDialog& stored,
            std::function<void()> unreachable = {});
  void send_after_ack(Endpoint& endpoint, Request bye, const StoredDialog& stored);
  void wait(base::Duration after, std::function<void()> then);

  Loop& loop_;
  const Config& config_;
  Counters& counters_;
  Emit emit_;
  std::list<std::unique_ptr<Transaction>> under_way_;
  std::set<std::string> catching_;  // Call-ID and To of answers whose BYE is on its way
  std::list<std::unique_ptr<Timer>> waiting_;
};

}  // namespace ziptone::signalling
