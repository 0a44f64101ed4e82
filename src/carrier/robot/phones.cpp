#include "carrier/robot/phones.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_tag.h>
#include <sofia-sip/su_tag.h>

#include "carrier/call.hpp"
#include "carrier/ear_log.hpp"
#include "carrier/robot/phone.hpp"
#include "carrier/sip_agent.hpp"
#include "carrier/sip_text.hpp"

namespace ziptone::carrier {
namespace {

// "1001" + 3 = "1004", "phone09" + 1 = "phone10".
base::Result<std::string> user_number(const std::string& first, int plus) {
  auto digits = first.size();
  while (digits > 0 && std::isdigit(static_cast<unsigned char>(first[digits - 1])) &&
         first.size() - digits < 9)
    --digits;
  if (digits == first.size())
    return base::error("does not end in digits", "--first " + first, "write 1001, or agent01");
  const auto width = first.size() - digits;
  return fmt::format("{}{:0{}}", first.substr(0, digits), std::stoi(first.substr(digits)) + plus, width);
}

// An agent's phone answers by itself, at once.
Persona phone_persona(Language language) {
  return {.name = "phone", .language = language, .post_dial_ms = 0, .ring_ms = 0, .progress = false};
}

}  // namespace

struct Phones::Impl {
  explicit Impl(PhonesOptions o) : options(std::move(o)) {}

  PhonesOptions options;
  SoundLibrary sounds;
  Log log;
  PhoneCounters counters;
  Counters call_counters;
  std::uint16_t port = 0;

  struct Leg {
    std::string phone, call;
  };
  std::mutex mutex;
  std::condition_variable changed;
  std::unordered_map<LineId, Leg> legs;  // of the SIP and the media thread, under the mutex

  std::unique_ptr<Lines> lines;
  std::unique_ptr<SipRoot> root;
  std::unique_ptr<CallContext> context;
  nta_agent_t* agent = nullptr;
  SipDoor door;
  std::vector<std::unique_ptr<Phone>> phones;
  std::unordered_map<Call*, std::pair<std::unique_ptr<Call>, std::string>> calls;  // with the phone's user

  base::Result<void> start();
  base::Result<void> listen(const std::vector<std::string>& users);
  void fill_context(const media::IpAddress& ip);
  LinesListener listener();
  void request(nta_incoming_t* irq, const sip_t& sip);
  void invite(nta_incoming_t* irq, const sip_t& sip);
  void respond(nta_incoming_t* irq, int code, const char* phrase);
  Leg leg_of(LineId line);
  void heard(LineId line, const EarEvent& event);
  void deed(LineId line, const Said& said, WallMicros at);
  void finish();
  void stop();
};

base::Result<void> Phones::Impl::start() {
  const auto ip = media::parse_ip(options.address);
  if (!ip)
    return base::error("not an IP address", "--address " + options.address,
                       "write 127.0.0.1 or another of this host");
  if (options.registrar.find(':') == std::string::npos) {
    return base::error("has no port", "--registrar " + options.registrar, "write address:port");
  }
  if (options.count < 1 || options.count > 5000) return base::error("not from 1 to 5000", "--count", "");
  std::vector<std::string> users;
  for (int i = 0; i < options.count; ++i) {
    auto user = user_number(options.first_user, i);
    if (!user) return tl::unexpected(user.error());
    users.push_back(std::move(*user));
  }
  if (!options.log_file.empty()) {
    auto opened = Log::open(options.log_file);
    if (!opened) return tl::unexpected(opened.error());
    log = std::move(*opened);
  }
  sounds = SoundLibrary::load(options.sounds_folder);
  lines = std::make_unique<Lines>(LinesOptions{.ip = *ip, .message = {}}, listener());
  root = std::make_unique<SipRoot>();
  base::Result<void> listening;
  root->run([&] {
    listening = listen(users);
    if (listening) fill_context(*ip);
  });
  return listening;
}

base::Result<void> Phones::Impl::listen(const std::vector<std::string>& users) {
  door = {
      this, [](void*, const sip_t&) { return true; },
      [](void* self, nta_incoming_t* irq, const sip_t& sip) { static_cast<Impl*>(self)->request(irq, sip); }};
  const auto opened = open_agent(*root, options.address, options.port, door);
  if (!opened) return tl::unexpected(opened.error());
  agent = opened->agent;
  port = opened->port;
  for (const auto& user : users) {
    auto& phone = phones.emplace_back(std::make_unique<Phone>(*root, agent, options, log, user, port));
    phone->changed = [this] {
      std::uint64_t count = 0;
      for (const auto& p : phones) count += p->registered();
      {
        const std::lock_guard lock(mutex);
        counters.registered = count;
      }
      changed.notify_all();
    };
    phone->register_now(options.expires_s);
  }
  return {};
}

void Phones::Impl::fill_context(const media::IpAddress& ip) {
  context.reset(new CallContext{*root, agent, *lines, log, sounds, call_counters, ip, 0, {}, {}, {}, {}});
  context->make_actor = [this](const Persona& persona, std::uint64_t pick) {
    return std::make_unique<RobotAgent>(sounds, persona.language, options.talk_ms, pick);
  };
  context->line_opened = [this](LineId line, Call& call) {
    const std::lock_guard lock(mutex);
    legs[line] = {calls.at(&call).second, call.id()};
  };
  context->answered = [this](LineId line, std::int64_t at) {
    ++counters.legs_total;
    ++counters.legs_up;
    const auto leg = leg_of(line);
    log.write(LogLine("leg_up", leg.call, at).text("phone", leg.phone));
  };
  context->ended = [this](Call& call, LineId line) {
    if (line) {
      // Not leg_of(): the media thread may have summed the line up and forgotten it already.
      log.write(LogLine("leg_down", call.id()).text("phone", calls.at(&call).second));
      const std::lock_guard lock(mutex);
      --counters.legs_up;
    }
    changed.notify_all();
    root->post([this, &call] { calls.erase(&call); });
  };
}

void Phones::Impl::respond(nta_incoming_t* irq, int code, const char* phrase) {
  nta_incoming_treply(irq, code, phrase,
                      SIPTAG_ALLOW_STR("INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO, PRACK"), TAG_END());
  nta_incoming_destroy(irq);
}

void Phones::Impl::request(nta_incoming_t* irq, const sip_t& sip) {
  const auto method = sip.sip_request->rq_method;
  if (sip.sip_to->a_tag) return respond(irq, SIP_481_NO_TRANSACTION);
  if (method == sip_method_invite) return invite(irq, sip);
  if (method == sip_method_options) return respond(irq, SIP_200_OK);
  return respond(irq, SIP_501_NOT_IMPLEMENTED);
}

void Phones::Impl::invite(nta_incoming_t* irq, const sip_t& sip) {
  const std::string user = user_of(sip.sip_request->rq_url);
  const bool ours = std::ranges::any_of(phones, [&](const auto& p) { return p->user() == user; });
  log.write(LogLine("invite", sip.sip_call_id->i_id).text("phone", user).text("source", source_of(irq)));
  if (!ours) return respond(irq, SIP_404_NOT_FOUND);
  if (!has_sip_contact(sip)) return respond(irq, SIP_400_BAD_REQUEST);
  // A server that was restarted does not know its old leg: the new one takes its place.
  for (auto& [key, call] : calls) {
    if (call.second == user) call.first->hang_up("replaced");
  }
  const auto language = options.language == "en" ? Language::en : Language::tr;
  auto call =
      std::make_unique<Call>(*context, irq, sip, phone_persona(language), std::hash<std::string>{}(user));
  Call* key = call.get();
  calls.emplace(key, std::pair{std::move(call), user});
}

Phones::Impl::Leg Phones::Impl::leg_of(LineId line) {
  const std::lock_guard lock(mutex);
  const auto found = legs.find(line);
  return found == legs.end() ? Leg{} : found->second;
}

LinesListener Phones::Impl::listener() {
  return {[this](LineId line, const Said& said, WallMicros at) { deed(line, said, at); },
          [this](LineId line, const EarEvent& event) { heard(line, event); },
          [this](LineId line, const EarSummary& summary, WallMicros at) {
            const auto leg = leg_of(line);
            LogLine text("heard", leg.call, at);
            text.text("phone", leg.phone);
            add(text, summary);
            log.write(text);
            const std::lock_guard lock(mutex);
            legs.erase(line);
          }};
}

void Phones::Impl::heard(LineId line, const EarEvent& event) {
  // Between calls an agent's leg is silent by design.
  if (event.kind == EarEvent::Kind::silence) return;
  const auto leg = leg_of(line);
  if (event.kind == EarEvent::Kind::tone) {
    const bool zip = event.ms < kShortToneMs;
    ++(zip ? counters.zips : counters.ringbacks);
    log.write(LogLine(zip ? "zip" : "ringback", leg.call, event.at)
                  .text("phone", leg.phone)
                  .number("ms", event.ms)
                  .decimal("hz", event.hz)
                  .decimal("dbfs", event.dbfs));
    return;
  }
  auto text = line_of(event, leg.call);
  log.write(text.text("phone", leg.phone));
}

void Phones::Impl::deed(LineId line, const Said& said, WallMicros at) {
  const auto leg = leg_of(line);
  const bool talk = *said.deed == Deed::conversation;
  ++(talk ? counters.talks : counters.done);
  log.write(LogLine(talk ? "talk" : "done", leg.call, at).text("phone", leg.phone));
}

void Phones::Impl::finish() {
  root->run([this] {
    for (auto& [key, call] : calls) call.first->stop();
    for (auto& phone : phones) phone->unregister();
  });
  std::unique_lock lock(mutex);
  changed.wait_for(lock, std::chrono::seconds(2),
                   [this] { return counters.legs_up == 0 && counters.registered == 0; });
  lock.unlock();
  stop();
}

void Phones::Impl::stop() {
  if (root) {
    root->run([this] {
      calls.clear();
      phones.clear();
    });
  }
  lines.reset();
  if (!root) return;
  root->run([this] {
    if (agent) nta_agent_destroy(agent);
  });
  root.reset();
}

Phones::Phones(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Phones::~Phones() {
  if (impl_->root) impl_->finish();
}

base::Result<std::unique_ptr<Phones>> Phones::start(const PhonesOptions& options) {
  auto impl = std::make_unique<Impl>(options);
  if (auto done = impl->start(); !done) {
    impl->stop();
    return tl::unexpected(done.error());
  }
  return std::unique_ptr<Phones>(new Phones(std::move(impl)));
}

std::uint16_t Phones::port() const { return impl_->port; }

const PhoneCounters& Phones::counters() const {
  if (impl_->lines) {
    impl_->counters.packets_in = impl_->lines->packets_in();
    impl_->counters.packets_out = impl_->lines->packets_out();
  }
  return impl_->counters;
}

void Phones::finish() {
  if (impl_->root) impl_->finish();
}

}  // namespace ziptone::carrier
