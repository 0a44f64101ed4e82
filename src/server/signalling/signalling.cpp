#include "server/signalling/signalling.hpp"

#include <future>
#include <thread>

#include <pthread.h>

#include "base/check.hpp"
#include "server/signalling/phone.hpp"
#include "server/signalling/recovery.hpp"
#include "server/signalling/trunks.hpp"

namespace ziptone::signalling {

namespace {

// The only stray response that is not dropped: a 2xx to an INVITE must be ACKed, whoever sent that INVITE.
bool is_answer(const sip_t* response) {
  const int status = response->sip_status->st_status;
  return response->sip_cseq->cs_method == sip_method_invite && status >= 200 && status < 300;
}

}  // namespace

// Everything below Parts lives on the sip thread; the rest is the way in and out.
class Signalling::Impl {
 public:
  Impl(Config config, std::function<void(Report)> on_report)
      : config_(std::move(config)), on_report_(std::move(on_report)) {}
  ~Impl() { stop(base::seconds{0}); }

  base::Result<> start();
  bool post(Command command);
  void stop(base::Duration limit);
  Ports ports() const { return ports_; }
  Counters counters() const;

 private:
  struct Parts {
    Parts(Loop& loop, const Config& config, Counters& counters, const Emit& emit)
        : resolver(loop, config.resolv_conf),
          trunk_listener(loop, config.trunk_listener, config.user_agent),
          phone_listener(loop, config.phone_listener, config.user_agent),
          recovery(loop, config, counters, emit),
          trunks(trunk_listener, resolver, config, counters, emit,
                 [this](Endpoint& at, const sip_t* response, const Target& source) {
                   on_trunk_stray(at, response, source);
                 }),
          phones(phone_listener, config, counters, emit) {}
    void on_trunk_stray(Endpoint& at, const sip_t* response, const Target& source) {
      if (is_answer(response) && !trunks.on_late_answer(response)) recovery.on_orphan(at, response, source);
    }
    void on_phone_stray(const sip_t* response, const Target& source) {
      if (is_answer(response) && !phones.on_late_answer(response))
        recovery.on_orphan(phone_listener, response, source);
    }
    Resolver resolver;
    Endpoint trunk_listener, phone_listener;
    Recovery recovery;
    Trunks trunks;
    Phones phones;
  };
  void run(std::promise<base::Result<>>& started);
  base::Result<> open(Parts& parts);
  void obey(const Command& command);
  void end_when_quiet(base::Instant by);

  Config config_;
  std::function<void(Report)> on_report_;
  Counters counters_;
  Ports ports_;
  std::thread thread_;
  mutable std::mutex loop_mutex_;  // the loop comes and goes with the thread
  Loop* loop_ = nullptr;
  Parts* parts_ = nullptr;
  std::unique_ptr<Timer> quiet_;
};

base::Result<> Signalling::Impl::start() {
  if (config_.site_key.size() < 16)
    return base::error("the site key is shorter than 16 bytes", "signalling", "let the store make one");
  VERIFY(!thread_.joinable());
  std::promise<base::Result<>> started;
  auto result = started.get_future();
  thread_ = std::thread([this, &started] { run(started); });
  auto outcome = result.get();
  if (!outcome) thread_.join();
  return outcome;
}

void Signalling::Impl::run(std::promise<base::Result<>>& started) {
  pthread_setname_np(pthread_self(), "sip");
  Loop loop;
  {
    const Emit emit = [this](Event event) { on_report_({Loop::now(), std::move(event)}); };
    Parts parts(loop, config_, counters_, emit);
    if (auto opened = open(parts); !opened) {
      started.set_value(opened);
      return;
    }
    {
      const std::lock_guard lock(loop_mutex_);
      loop_ = &loop;
      parts_ = &parts;
    }
    started.set_value({});
    loop.run();
    const std::lock_guard lock(loop_mutex_);
    loop_ = nullptr;
    parts_ = nullptr;
    quiet_.reset();
  }
}

base::Result<> Signalling::Impl::open(Parts& parts) {
  const auto on_trunk = [&parts](Incoming& request) { parts.trunks.on_request(request); };
  const auto on_trunk_ack = [&parts](const sip_t* ack) { parts.trunks.on_ack(ack); };
  const auto on_trunk_stray = [&parts](const sip_t* response, const Target& source) {
    parts.on_trunk_stray(parts.trunk_listener, response, source);
  };
  if (auto opened = parts.trunk_listener.open(on_trunk, on_trunk_ack, on_trunk_stray); !opened) return opened;
  const auto on_phone = [&parts](Incoming& request) { parts.phones.on_request(request); };
  const auto on_phone_ack = [&parts](const sip_t* ack) { parts.phones.on_ack(ack); };
  const auto on_phone_stray = [&parts](const sip_t* response, const Target& source) {
    parts.on_phone_stray(response, source);
  };
  if (auto opened = parts.phone_listener.open(on_phone, on_phone_ack, on_phone_stray); !opened) return opened;
  ports_ = {parts.trunk_listener.port(), parts.trunk_listener.tls_port(), parts.phone_listener.port(),
            parts.phone_listener.tls_port()};
  parts.trunks.set(config_.trunks);
  return {};
}

bool Signalling::Impl::post(Command command) {
  const std::lock_guard lock(loop_mutex_);
  if (!loop_) return false;
  // Only what begins a call can be refused. There is an ACK and a BYE or two for each call that is up, and
  // one lost would leave a person with a call that nobody confirms or ends.
  const bool begins = std::holds_alternative<Invite>(command) || std::holds_alternative<CallPhone>(command);
  const std::size_t limit = begins ? config_.mailbox : SIZE_MAX;
  if (loop_->post([this, command = std::move(command)] { obey(command); }, limit)) return true;
  bump(counters_.mailbox_full);
  return false;
}

void Signalling::Impl::obey(const Command& command) {
  struct Obey {
    Parts& parts;
    void operator()(const Invite& c) const { parts.trunks.invite(c); }
    void operator()(const Ack& c) const { parts.trunks.ack(c.attempt); }
    void operator()(const Cancel& c) const { parts.trunks.cancel(c.attempt); }
    void operator()(const Bye& c) const { parts.trunks.bye(c); }
    void operator()(const CallPhone& c) const { parts.phones.call(c); }
    void operator()(const AckPhone& c) const { parts.phones.ack(c.agent); }
    void operator()(const HangUpPhone& c) const { parts.phones.hang_up(c.agent); }
    void operator()(const SetTrunks& c) const { parts.trunks.set(c.trunks); }
    void operator()(const SetPhones& c) const { parts.phones.set(c.phones); }
    void operator()(const RecoverDialogs& c) const {
      for (const StoredDialog& stored : c.dialogs) {
        Endpoint& endpoint = stored.agent ? parts.phone_listener : parts.trunks.endpoint_of(stored.trunk);
        parts.recovery.recover(stored, endpoint, [&p = parts](const StoredDialog& s) {
          return s.agent ? p.phones.plan_of(s) : p.trunks.plan_of(s);
        });
      }
    }
  };
  std::visit(Obey{*parts_}, command);
}

void Signalling::Impl::stop(base::Duration limit) {
  if (!thread_.joinable()) return;
  const base::Instant by = Loop::now().mono + limit;
  {
    const std::lock_guard lock(loop_mutex_);
    if (loop_)
      loop_->post([this, by] {
        parts_->trunks.end_all();
        parts_->phones.end_all();
        end_when_quiet(by);
      });
  }
  thread_.join();
}

void Signalling::Impl::end_when_quiet(base::Instant by) {
  const bool quiet = parts_->trunks.is_quiet() && parts_->phones.is_quiet() && parts_->recovery.is_quiet();
  if (quiet || Loop::now().mono >= by) {
    loop_->stop();
    return;
  }
  if (!quiet_) quiet_ = std::make_unique<Timer>(*loop_);
  quiet_->start(base::milliseconds{20}, [this, by] { end_when_quiet(by); });
}

Counters Signalling::Impl::counters() const {
  // Each field is read whole; the set is not of one instant.
  const auto read = [](const std::uint64_t& field) {
    return std::atomic_ref<std::uint64_t>(const_cast<std::uint64_t&>(field)).load(std::memory_order_relaxed);
  };
  Counters copy;
  copy.invites_sent = read(counters_.invites_sent);
  copy.refused_source = read(counters_.refused_source);
  copy.refused_auth = read(counters_.refused_auth);
  copy.refused_rate = read(counters_.refused_rate);
  copy.refused_uri = read(counters_.refused_uri);
  copy.refused_refer = read(counters_.refused_refer);
  copy.refused_redirect = read(counters_.refused_redirect);
  copy.foreign_realm = read(counters_.foreign_realm);
  copy.forked_answers = read(counters_.forked_answers);
  copy.late_answers = read(counters_.late_answers);
  copy.orphan_answers = read(counters_.orphan_answers);
  copy.cps_violations = read(counters_.cps_violations);
  copy.mailbox_full = read(counters_.mailbox_full);
  const std::lock_guard lock(loop_mutex_);
  if (parts_) copy.dropped = parts_->trunk_listener.dropped();
  return copy;
}

Signalling::Signalling(Config config, std::function<void(Report)> on_report)
    : impl_(std::make_unique<Impl>(std::move(config), std::move(on_report))) {}
Signalling::~Signalling() = default;
base::Result<> Signalling::start() { return impl_->start(); }
bool Signalling::post(Command command) { return impl_->post(std::move(command)); }
void Signalling::stop(base::Duration limit) { impl_->stop(limit); }
Signalling::Ports Signalling::ports() const { return impl_->ports(); }
Counters Signalling::counters() const { return impl_->counters(); }

}  // namespace ziptone::signalling
