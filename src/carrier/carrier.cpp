#include "carrier/carrier.hpp"

#include <algorithm>
#include <deque>
#include <fstream>
#include <iterator>
#include <mutex>
#include <random>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_tag.h>
#include <sofia-sip/su_tag.h>

#include "carrier/call.hpp"
#include "carrier/digest.hpp"
#include "carrier/directory.hpp"
#include "carrier/ear_log.hpp"
#include "carrier/sip_agent.hpp"
#include "carrier/sip_text.hpp"
#include "media/wav.hpp"

namespace ziptone::carrier {
namespace {

constexpr const char* kRealm = "carrier.ziptone";

base::Result<std::string> read_file(const std::string& path, std::string_view option) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return base::error("can't be read", fmt::format("{} {}", option, path), "name a file that exists");
  return std::string{std::istreambuf_iterator<char>(in), {}};
}

// How many in the last `window`, and whether there is room for one more.
class RateWindow {
 public:
  std::size_t count(std::int64_t now, std::int64_t window_us) {
    while (!times_.empty() && times_.front() <= now - window_us) times_.pop_front();
    return times_.size();
  }
  void add(std::int64_t now) { times_.push_back(now); }

 private:
  std::deque<std::int64_t> times_;
};

int percentile(std::vector<int> values, double part) {
  if (values.empty()) return 0;
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

void raise_to(std::atomic<std::uint64_t>& peak, std::uint64_t value) {
  if (value > peak.load(std::memory_order_relaxed)) peak.store(value, std::memory_order_relaxed);
}

}  // namespace

struct Carrier::Impl {
  explicit Impl(Options o) : options(std::move(o)) {}

  // Set once at the start.
  Options options;
  SoundLibrary sounds;
  Directory directory;
  Log log;
  Counters counters;
  std::uint16_t port = 0;
  std::string nonce;

  // Of both the media and the SIP thread, under the mutex.
  struct Listened {
    std::string call;
    WallMicros answered_at = 0, hello_ended_at = 0;
  };
  std::mutex mutex;
  std::condition_variable drained;  // no call is open
  std::unordered_map<LineId, Listened> listened;
  std::vector<int> first_sound_ms, after_hello_ms;

  // Of the SIP thread.
  std::unique_ptr<Lines> lines;
  std::unique_ptr<SipRoot> root;
  std::unique_ptr<CallContext> context;
  nta_agent_t* agent = nullptr;
  SipDoor door;
  std::unordered_map<Call*, std::unique_ptr<Call>> calls;
  std::unordered_map<LineId, Call*> by_line;
  std::unordered_map<std::string, std::uint32_t> times_called;
  std::unordered_set<std::string> registered;  // addresses without port
  RateWindow accepted, seen;

  base::Result<void> start();
  base::Result<void> load();
  base::Result<void> listen();
  LinesListener listener();

  bool lets_in(const sip_t& sip);
  void request(nta_incoming_t* irq, const sip_t& sip);
  void invite(nta_incoming_t* irq, const sip_t& sip);
  void register_(nta_incoming_t* irq, const sip_t& sip);
  bool over_limit(std::int64_t now);
  // Replies 401 or 407 and returns true where the request proves nothing.
  bool challenge(nta_incoming_t* irq, const sip_t& sip);
  void respond(nta_incoming_t* irq, const sip_t& sip, int code, const char* phrase);

  void deed(LineId line, const Said& said, WallMicros at);
  void heard(LineId line, const EarEvent& event);
  void closed(LineId line, const EarSummary& summary, WallMicros at);
  std::string call_of(LineId line);
  void stop();
  std::string summary();
  std::string finish();
};

base::Result<void> Carrier::Impl::load() {
  if (!options.directory_file.empty()) {
    const auto text = read_file(options.directory_file, "--directory");
    if (!text) return tl::unexpected(text.error());
    if (auto done = directory.add_toml(*text, options.directory_file); !done) return done;
  }
  if (!options.mix.empty()) {
    auto mix = parse_mix(options.mix);
    if (!mix) return tl::unexpected(mix.error());
    directory.set_mix(std::move(*mix));
  }
  if (!options.log_file.empty()) {
    auto opened = Log::open(options.log_file);
    if (!opened) return tl::unexpected(opened.error());
    log = std::move(*opened);
  }
  sounds = SoundLibrary::load(options.sounds_folder);
  for (const auto& file : directory.recordings())
    if (auto added = sounds.add_recording(file); !added) return added;
  return {};
}

base::Result<void> Carrier::Impl::start() {
  directory = Directory(options.seed);
  directory.set_vary(options.vary);
  if (auto done = load(); !done) return done;
  const auto ip = media::parse_ip(options.address);
  if (!ip)
    return base::error("not an IP address", "--address " + options.address,
                       "write 127.0.0.1 or another of this host");
  LinesOptions line_options{.ip = *ip,
                            .first_port = options.media_first,
                            .last_port = options.media_last,
                            .message = {},
                            .loss = options.loss,
                            .jitter_ms = options.jitter_ms,
                            .seed = options.seed};
  if (!options.message_file.empty()) {
    const auto bytes = read_file(options.message_file, "--message");
    if (!bytes) return tl::unexpected(bytes.error());
    const auto wav = media::parse_wav({reinterpret_cast<const std::uint8_t*>(bytes->data()), bytes->size()},
                                      options.message_file);
    if (!wav) return tl::unexpected(wav.error());
    line_options.message = envelope_of(*wav);
  }
  std::random_device device;
  nonce = fmt::format("{:08x}{:08x}{:08x}", device(), device(), device());
  lines = std::make_unique<Lines>(std::move(line_options), listener());
  root = std::make_unique<SipRoot>();
  base::Result<void> listening;
  root->run([&] {
    listening = listen();
    if (!listening) return;
    context.reset(
        new CallContext{*root, agent, *lines, log, sounds, counters, *ip, options.slow_ms, {}, {}, {}, {}});
    context->line_opened = [this](LineId line, Call& call) {
      by_line[line] = &call;
      const std::lock_guard lock(mutex);
      listened[line].call = call.id();
    };
    context->make_actor = [this](const Persona& persona, std::uint64_t pick) {
      return std::make_unique<Callee>(persona, sounds, pick);
    };
    context->answered = [this](LineId line, std::int64_t at) {
      const std::lock_guard lock(mutex);
      listened[line].answered_at = at;
    };
    context->ended = [this](Call& call, LineId line) {
      by_line.erase(line);
      {
        const std::lock_guard lock(mutex);
        --counters.open;
      }
      drained.notify_all();
      root->post([this, &call] { calls.erase(&call); });
    };
  });
  return listening;
}

base::Result<void> Carrier::Impl::listen() {
  door = {
      this, [](void* self, const sip_t& sip) { return static_cast<Impl*>(self)->lets_in(sip); },
      [](void* self, nta_incoming_t* irq, const sip_t& sip) { static_cast<Impl*>(self)->request(irq, sip); }};
  const auto opened = open_agent(*root, options.address, options.port, door);
  if (!opened) return tl::unexpected(opened.error());
  agent = opened->agent;
  port = opened->port;
  log.write(LogLine("started", "")
                .text("address", options.address)
                .number("port", port)
                .number("seed", static_cast<std::int64_t>(options.seed)));
  return {};
}

LinesListener Carrier::Impl::listener() {
  return {[this](LineId line, const Said& said, WallMicros at) { deed(line, said, at); },
          [this](LineId line, const EarEvent& event) { heard(line, event); },
          [this](LineId line, const EarSummary& summary, WallMicros at) { closed(line, summary, at); }};
}

bool Carrier::Impl::lets_in(const sip_t& sip) {
  const bool to_the_dead = sip.sip_request->rq_method == sip_method_invite &&
                           directory.choose(user_of(sip.sip_request->rq_url)).kind == Kind::dead;
  if (!options.dead && !to_the_dead) return true;
  log.write(LogLine("ignored", sip.sip_call_id->i_id).text("method", sip.sip_request->rq_method_name));
  return false;
}

void Carrier::Impl::request(nta_incoming_t* irq, const sip_t& sip) {
  const auto method = sip.sip_request->rq_method;
  if (method != sip_method_register && sip.sip_to->a_tag) return respond(irq, sip, SIP_481_NO_TRANSACTION);
  switch (method) {
    case sip_method_invite:
      return invite(irq, sip);
    case sip_method_register:
      return register_(irq, sip);
    case sip_method_options:
      ++counters.options;
      return respond(irq, sip, SIP_200_OK);
    case sip_method_cancel:
    case sip_method_bye:
    case sip_method_update:
    case sip_method_prack:
      return respond(irq, sip, SIP_481_NO_TRANSACTION);
    default:
      return respond(irq, sip, SIP_501_NOT_IMPLEMENTED);
  }
}

void Carrier::Impl::respond(nta_incoming_t* irq, const sip_t& sip, int code, const char* phrase) {
  log.write(LogLine("response", sip.sip_call_id->i_id)
                .text("method", sip.sip_request->rq_method_name)
                .number("code", code)
                .text("source", source_of(irq)));
  const std::string retry = std::to_string(options.retry_after_s);
  nta_incoming_treply(irq, code, phrase, TAG_IF(code == 503, SIPTAG_RETRY_AFTER_STR(retry.c_str())),
                      SIPTAG_ALLOW_STR("INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO, PRACK, REGISTER"),
                      TAG_END());
  nta_incoming_destroy(irq);
}

bool Carrier::Impl::challenge(nta_incoming_t* irq, const sip_t& sip) {
  if (options.user.empty()) return false;
  const bool registers = sip.sip_request->rq_method == sip_method_register;
  const sip_authorization_t* answer = registers ? sip.sip_authorization : sip.sip_proxy_authorization;
  if (answer && verify_authorization(params_of(answer->au_params), {options.user, options.password},
                                     sip.sip_request->rq_method_name, nonce)) {
    return false;
  }
  ++counters.challenged;
  const auto text = make_challenge(options.sha256 ? Algorithm::sha256 : Algorithm::md5, kRealm, nonce);
  const int code = registers ? 401 : 407;
  log.write(LogLine("response", sip.sip_call_id->i_id)
                .text("method", sip.sip_request->rq_method_name)
                .number("code", code));
  nta_incoming_treply(irq, code, registers ? "Unauthorized" : "Proxy Authentication Required",
                      TAG_IF(registers, SIPTAG_WWW_AUTHENTICATE_STR(text.c_str())),
                      TAG_IF(!registers, SIPTAG_PROXY_AUTHENTICATE_STR(text.c_str())), TAG_END());
  nta_incoming_destroy(irq);
  return true;
}

void Carrier::Impl::register_(nta_incoming_t* irq, const sip_t& sip) {
  ++counters.registers;
  if (challenge(irq, sip)) return;
  const std::string source = source_of(irq);
  const unsigned expires = sip.sip_expires ? static_cast<unsigned>(sip.sip_expires->ex_delta) : 3600;
  const auto host = source.substr(0, source.rfind(':'));
  if (expires > 0) {
    registered.insert(host);
  } else {
    registered.erase(host);
  }
  log.write(LogLine("register", sip.sip_call_id->i_id).text("source", source).number("expires", expires));
  const std::string text = std::to_string(expires);
  nta_incoming_treply(irq, SIP_200_OK, SIPTAG_CONTACT(sip.sip_contact), SIPTAG_EXPIRES_STR(text.c_str()),
                      TAG_END());
  nta_incoming_destroy(irq);
}

bool Carrier::Impl::over_limit(std::int64_t now) {
  if (options.calls > 0 && counters.open >= options.calls) return true;
  if (options.cps <= 0) return false;
  const auto window = static_cast<std::int64_t>(1e6 * std::max(1.0, 1 / options.cps));
  return static_cast<double>(accepted.count(now, window)) >= std::max(1.0, options.cps);
}

void Carrier::Impl::invite(nta_incoming_t* irq, const sip_t& sip) {
  const std::int64_t now = wall_now();
  ++counters.invites;
  seen.add(now);
  raise_to(counters.invites_in_a_second_peak, seen.count(now, 1'000'000));
  const std::string number = user_of(sip.sip_request->rq_url), source = source_of(irq);
  LogLine line("invite", sip.sip_call_id->i_id, now);
  line.text("to", number).text("from", user_of(sip.sip_from->a_url)).text("source", source);
  line.number("cseq", sip.sip_cseq->cs_seq).number("offer", sip.sip_payload ? 1 : 0);
  const auto refuse = [&](int code, const char* phrase) {
    log.write(line);
    return respond(irq, sip, code, phrase);
  };
  if (!has_sip_contact(sip)) return refuse(SIP_400_BAD_REQUEST);
  if (options.registered_only && !registered.contains(source.substr(0, source.rfind(':'))))
    return refuse(SIP_403_FORBIDDEN);
  if (!options.user.empty() && challenge(irq, sip)) {
    log.write(line);
    return;
  }
  if (over_limit(now)) {
    ++counters.limited;
    return refuse(SIP_503_SERVICE_UNAVAILABLE);
  }
  accepted.add(now);
  const std::uint32_t nth = times_called[number]++;
  Persona persona = directory.choose(number, nth);
  log.write(line.text("persona", persona.name).number("nth", nth));
  raise_to(counters.open_peak, ++counters.open);
  const std::uint64_t pick = std::hash<std::string>{}(number) + nth;
  auto call = std::make_unique<Call>(*context, irq, sip, std::move(persona), pick);
  Call* key = call.get();
  calls.emplace(key, std::move(call));
}

std::string Carrier::Impl::call_of(LineId line) {
  const std::lock_guard lock(mutex);
  return listened[line].call;
}

void Carrier::Impl::deed(LineId line, const Said& said, WallMicros at) {
  log.write(LogLine("deed", call_of(line), at).text("deed", to_string(*said.deed)).maybe("why", said.why));
  if (*said.deed == Deed::ended_hello) {
    const std::lock_guard lock(mutex);
    listened[line].hello_ended_at = at;
  } else if (*said.deed == Deed::hangs_up) {
    root->post([this, line, why = std::string(said.why)] {
      if (const auto found = by_line.find(line); found != by_line.end()) found->second->hang_up(why);
    });
  }
}

void Carrier::Impl::heard(LineId line, const EarEvent& event) { log.write(line_of(event, call_of(line))); }

void Carrier::Impl::closed(LineId line, const EarSummary& s, WallMicros at) {
  const std::lock_guard lock(mutex);
  const Listened who = listened[line];
  listened.erase(line);
  counters.silences += s.silences;
  LogLine text("heard", who.call, at);
  add(text, s);
  if (!options.message_file.empty()) text.decimal("message_match", s.message_match);
  if (who.answered_at && s.first_sound_at) {
    const int ms = static_cast<int>((*s.first_sound_at - who.answered_at) / 1000);
    first_sound_ms.push_back(ms);
    text.number("first_sound_ms", ms);
  }
  if (who.hello_ended_at && s.sound_after_at) {
    const int ms = static_cast<int>((*s.sound_after_at - who.hello_ended_at) / 1000);
    after_hello_ms.push_back(ms);
    text.number("after_hello_ms", ms);
  }
  log.write(text);
}

void Carrier::Impl::stop() {
  if (root) root->run([this] { calls.clear(); });
  lines.reset();
  if (!root) return;
  root->run([this] {
    if (agent) nta_agent_destroy(agent);
  });
  root.reset();
}

std::string Carrier::Impl::summary() {
  const auto line = [](std::string_view name, std::uint64_t value) {
    return fmt::format("  {:<34}{:>10}\n", name, value);
  };
  const auto& c = counters;
  std::string out = "carrier: what it saw\n";
  out += line("INVITE", c.invites) + line("  most in any one second", c.invites_in_a_second_peak);
  out += line("answered", c.answered) + line("  acknowledged", c.acknowledged) +
         line("  never acknowledged", c.never_acknowledged);
  out += line("refused by the persona", c.refused) + line("refused by the limits", c.limited) +
         line("cancelled", c.cancelled);
  out += line("BYE from the caller", c.byes_in) + line("BYE from the called", c.byes_out) +
         line("most calls at once", c.open_peak);
  out += line("RTP packets in", c.packets_in) + line("RTP packets out", c.packets_out);
  out += line("silences over 2 s heard", c.silences);
  const std::lock_guard lock(mutex);
  for (const auto& [name, values] : {std::pair{"answer -> first sound heard, ms", &first_sound_ms},
                                     std::pair{"end of hello -> sound heard, ms", &after_hello_ms}}) {
    out += fmt::format("  {:<34}{:>10} p50 {:>6} p99 ({} calls)\n", name, percentile(*values, 0.5),
                       percentile(*values, 0.99), values->size());
  }
  log.write(LogLine("summary", "")
                .number("invites", static_cast<std::int64_t>(c.invites))
                .number("answered", static_cast<std::int64_t>(c.answered))
                .number("cancelled", static_cast<std::int64_t>(c.cancelled))
                .number("refused", static_cast<std::int64_t>(c.refused))
                .number("limited", static_cast<std::int64_t>(c.limited))
                .number("open", static_cast<std::int64_t>(c.open))
                .number("first_sound_ms_p50", percentile(first_sound_ms, 0.5))
                .number("first_sound_ms_p99", percentile(first_sound_ms, 0.99))
                .number("after_hello_ms_p50", percentile(after_hello_ms, 0.5))
                .number("after_hello_ms_p99", percentile(after_hello_ms, 0.99)));
  return out;
}

std::string Carrier::Impl::finish() {
  root->run([this] {
    for (auto& [key, call] : calls) call->stop();
  });
  {
    // A BYE that nobody answers must not hold the process.
    std::unique_lock lock(mutex);
    drained.wait_for(lock, std::chrono::seconds(2), [this] { return counters.open == 0; });
  }
  counters.packets_in = lines->packets_in();
  counters.packets_out = lines->packets_out();
  stop();
  return summary();
}

Carrier::Carrier(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Carrier::~Carrier() {
  if (impl_->root) impl_->finish();
}

base::Result<std::unique_ptr<Carrier>> Carrier::start(const Options& options) {
  auto impl = std::make_unique<Impl>(options);
  if (auto done = impl->start(); !done) {
    impl->stop();
    return tl::unexpected(done.error());
  }
  return std::unique_ptr<Carrier>(new Carrier(std::move(impl)));
}

std::uint16_t Carrier::port() const { return impl_->port; }
bool Carrier::speaks() const { return impl_->sounds.synthesized(); }

const Counters& Carrier::counters() const {
  if (impl_->lines) {
    impl_->counters.packets_in = impl_->lines->packets_in();
    impl_->counters.packets_out = impl_->lines->packets_out();
  }
  return impl_->counters;
}

void Carrier::set_dead(bool dead) {
  impl_->root->post([this, dead] { impl_->options.dead = dead; });
}
void Carrier::set_slow(int ms) {
  impl_->root->post([this, ms] { impl_->context->slow_ms = ms; });
}
void Carrier::set_limits(double cps, std::uint32_t calls) {
  impl_->root->post([this, cps, calls] {
    impl_->options.cps = cps;
    impl_->options.calls = calls;
  });
}
void Carrier::hang_up_all() {
  impl_->root->post([this] {
    for (auto& [key, call] : impl_->calls) call->stop();
  });
}
std::string Carrier::finish() { return impl_->root ? impl_->finish() : impl_->summary(); }

}  // namespace ziptone::carrier
