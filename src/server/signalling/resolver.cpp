#include "server/signalling/resolver.hpp"

#include <algorithm>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sofia-sip/sresolv.h>

#include "base/check.hpp"

namespace ziptone::signalling {

namespace {

constexpr base::Duration kQuestionLimit =
    base::seconds{2};                        // a silent server costs this much, once a question
constexpr std::uint32_t kTtlDefault = 3600;  // seconds, when no record says less

std::uint16_t default_port(Transport transport) { return transport == Transport::tls ? 5061 : 5060; }

std::string ip_text(int family, const void* address) {
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(family, address, text, sizeof text);
  return text;
}

// RFC 3263 4.1: the NAPTR service and the SRV label of a transport.
const char* naptr_service(Transport transport) {
  return transport == Transport::udp ? "SIP+D2U" : transport == Transport::tcp ? "SIP+D2T" : "SIPS+D2T";
}
const char* srv_label(Transport transport) {
  return transport == Transport::udp   ? "_sip._udp."
         : transport == Transport::tcp ? "_sip._tcp."
                                       : "_sips._tcp.";
}

}  // namespace

struct Resolver::Record {
  std::uint32_t ttl = 0;
  std::string ip;                     // A, AAAA
  unsigned priority = 0, weight = 0;  // SRV; of NAPTR order and preference
  std::uint16_t port = 0;             // SRV
  std::string name;                   // SRV target, NAPTR replacement
  std::string service, flags;         // NAPTR
};

// One question to the server, with its own deadline.
class Resolver::Question {
 public:
  Question(Resolver& owner, std::function<void(const Records&)> answer)
      : owner_(owner), answer_(std::move(answer)), limit_(owner.loop_) {}
  ~Question() {
    if (query_) sres_query_bind(query_, nullptr, nullptr);
  }
  void ask(int type, const std::string& name) {
    if (sres_record_t** cached =
            sres_cached_answers(owner_.sres_, static_cast<std::uint16_t>(type), name.c_str())) {
      // Answered from memory: but not before the caller has its question in hand.
      auto records = std::make_shared<Records>(read(cached));
      limit_.start(base::milliseconds{0}, [this, records] { finish(*records); });
      return;
    }
    limit_.start(kQuestionLimit, [this] { finish({}); });
    query_ = sres_query(owner_.sres_, &Question::on_answer, reinterpret_cast<sres_context_t*>(this),
                        static_cast<std::uint16_t>(type), name.c_str());
    if (!query_) limit_.start(base::milliseconds{0}, [this] { finish({}); });
  }

 private:
  static void on_answer(sres_context_t* context, sres_query_t*, sres_record_t** answers) {
    auto* self = reinterpret_cast<Question*>(context);
    self->query_ = nullptr;
    self->finish(self->read(answers));
  }
  Records read(sres_record_t** answers) const;
  void finish(const Records& records) {
    limit_.stop();
    const auto answer = std::move(answer_);
    auto& all = owner_.questions_;
    const auto at = std::find_if(all.begin(), all.end(), [this](const auto& q) { return q.get() == this; });
    owner_.loop_.bury(std::move(*at));
    all.erase(at);
    answer(records);
  }
  Resolver& owner_;
  std::function<void(const Records&)> answer_;
  sres_query_t* query_ = nullptr;
  Timer limit_;
};

Resolver::Records Resolver::Question::read(sres_record_t** answers) const {
  Records records;
  for (sres_record_t** a = answers; a && *a; ++a) {
    const sres_record_t& found = **a;
    if (found.sr_record->r_status != 0) continue;
    Record record;
    record.ttl = found.sr_record->r_ttl;
    switch (found.sr_record->r_type) {
      case sres_type_a:
        record.ip = ip_text(AF_INET, &found.sr_a->a_addr);
        break;
      case sres_type_aaaa:
        record.ip = ip_text(AF_INET6, &found.sr_aaaa->aaaa_addr);
        break;
      case sres_type_srv:
        record.priority = found.sr_srv->srv_priority;
        record.weight = found.sr_srv->srv_weight;
        record.port = found.sr_srv->srv_port;
        record.name = text(found.sr_srv->srv_target);
        break;
      case sres_type_naptr:
        record.priority = found.sr_naptr->na_order;
        record.weight = found.sr_naptr->na_prefer;
        record.service = text(found.sr_naptr->na_services);
        record.flags = text(found.sr_naptr->na_flags);
        record.name = text(found.sr_naptr->na_replace);
        break;
      default:
        continue;  // CNAMEs are followed by the server
    }
    records.push_back(std::move(record));
  }
  sres_free_answers(owner_.sres_, answers);
  return records;
}

// One name on its way through NAPTR, SRV and addresses.
class Resolver::Search {
 public:
  Search(Resolver& owner, std::string host, std::uint16_t port, Transport transport, Done done)
      : owner_(owner), host_(std::move(host)), port_(port), transport_(transport), done_(std::move(done)) {}

  void start() {
    // RFC 3263 4.2: a port leaves nothing for SRV to say.
    if (port_ != 0) {
      add_host(host_, port_, 0, 0);
      return;
    }
    owner_.ask(sres_type_naptr, host_, [this](const Records& records) { on_naptr(records); });
  }

 private:
  void on_naptr(const Records& records) {
    const Record* best = nullptr;
    for (const Record& r : records) {
      note_ttl(r);
      const bool fits =
          su_casematch(r.service.c_str(), naptr_service(transport_)) && su_casematch(r.flags.c_str(), "s");
      if (fits && (!best || std::pair(r.priority, r.weight) < std::pair(best->priority, best->weight)))
        best = &r;
    }
    const std::string name = best ? best->name : srv_label(transport_) + host_;
    owner_.ask(sres_type_srv, name, [this](const Records& found) { on_srv(found); });
  }
  void on_srv(const Records& records) {
    bool any = false;
    for (const Record& r : records) {
      if (r.name.empty() || r.name == ".") continue;  // RFC 2782: the service is decidedly not there
      any = true;
      note_ttl(r);
      add_host(r.name, r.port, r.priority, r.weight);
    }
    if (records.empty())
      add_host(host_, default_port(transport_), 0, 0);
    else if (!any)
      finish();
  }
  void add_host(const std::string& name, std::uint16_t port, unsigned priority, unsigned weight) {
    for (const int type : {sres_type_a, sres_type_aaaa}) {
      ++open_;
      owner_.ask(type, name, [this, name, port, priority, weight](const Records& records) {
        for (const Record& r : records) {
          note_ttl(r);
          targets_.push_back({{r.ip, port, transport_, host_}, priority, weight});
        }
        if (--open_ == 0) finish();
      });
    }
  }
  void note_ttl(const Record& record) { ttl_ = std::min(ttl_, record.ttl); }
  void finish() {
    const auto done = std::move(done_);
    auto targets = std::move(targets_);
    const auto ttl = base::seconds{ttl_};
    owner_.forget(this);
    done(std::move(targets), ttl);
  }

  Resolver& owner_;
  std::string host_;
  std::uint16_t port_;
  Transport transport_;
  Done done_;
  int open_ = 0;
  std::vector<Ranked> targets_;
  std::uint32_t ttl_ = kTtlDefault;
};

Resolver::Resolver(Loop& loop, const std::string& resolv_conf) : loop_(loop) {
  sres_ = sres_resolver_create(loop_.root(), resolv_conf.empty() ? nullptr : resolv_conf.c_str(), TAG_END());
  VERIFY(sres_ != nullptr);
}

Resolver::~Resolver() {
  searches_.clear();
  questions_.clear();
  sres_resolver_destroy(sres_);
}

void Resolver::find(const std::string& host, std::uint16_t port, Transport transport, Done done) {
  searches_.push_back(std::make_unique<Search>(*this, host, port, transport, std::move(done)));
  searches_.back()->start();
}

void Resolver::ask(int type, const std::string& name, std::function<void(const Records&)> answer) {
  questions_.push_back(std::make_unique<Question>(*this, std::move(answer)));
  questions_.back()->ask(type, name);
}

void Resolver::forget(Search* search) {
  const auto at =
      std::find_if(searches_.begin(), searches_.end(), [search](const auto& s) { return s.get() == search; });
  loop_.bury(std::move(*at));
  searches_.erase(at);
}

}  // namespace ziptone::signalling
