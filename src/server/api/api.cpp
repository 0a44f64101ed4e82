#include "server/api/api.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include <spdlog/spdlog.h>

#include "server/api/audit.hpp"
#include "server/api/certificate.hpp"
#include "server/api/desk.hpp"
#include "server/api/kept_answers.hpp"
#include "server/api/limits.hpp"
#include "server/api/page.hpp"
#include "server/api/rights.hpp"
#include "server/api/server.hpp"
#include "server/api/service.hpp"
#include "server/api/session.hpp"
#include "server/api/set_up.hpp"
#include "server/api/shift.hpp"
#include "server/api/tokens.hpp"
#include "server/api/user_fields.hpp"
#include "server/api/webhooks.hpp"
#include "server/certificate/machine_names.hpp"
#include "server/control/clock.hpp"
#include "server/webhooks/outbox.hpp"

namespace ziptone::api {
namespace {

// Of the files that the administrator gave, else of our own; nullptr where HTTPS is not asked for.
base::Result<std::shared_ptr<Certificate>> certificate_of(const config::ApiSettings& settings,
                                                          const std::string& data_dir) {
  if (settings.https_address.empty()) return nullptr;
  if (!settings.https_certificate.empty())
    return Certificate::from_files(settings.https_certificate, settings.https_key);
  return Certificate::own(data_dir,
                          certificate::names_of_machine(settings.https_address, settings.https_names));
}

// Where programs of this machine find a port that the system chose.
void write_port(const std::string& path, std::uint16_t port) {
  std::error_code ignored;
  if (port == 0)
    std::filesystem::remove(path, ignored);
  else
    std::ofstream{path, std::ios::trunc} << port << '\n';
}

constexpr int kHashesWaitingMax = 32;  // passwords; three seconds of work

// Imports, or files that are read, one after the other, away from every thread that must not wait.
class Background {
 public:
  Background() : thread_{[this] { run(); }} {}
  ~Background() { stop(); }
  // Ends with the work that is being done; what still waits, or comes now, is not done any more.
  void stop() {
    {
      const std::lock_guard lock{mutex_};
      stopping_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
  }
  void post(std::function<void()> work) {
    {
      const std::lock_guard lock{mutex_};
      waiting_.push_back(std::move(work));
    }
    changed_.notify_one();
  }

 private:
  void run() {
    for (;;) {
      std::unique_lock lock{mutex_};
      changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (stopping_) return;
      const auto work = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      work();
    }
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace

struct Api::State {
  State(store::Reader opened, store::Users who, store::Office kept, store::Webhooks hooks)
      : reader(std::move(opened)),
        users(std::move(who)),
        office(std::move(kept)),
        webhook_reader(std::move(hooks)) {}
  store::Reader reader;  // of the api thread, like the next three
  store::Users users;
  store::Office office;
  store::Webhooks webhook_reader;
  std::unique_ptr<webhooks::Outbox> outbox;
  Service service;
  Desks desks{service};
  std::atomic<bool> stopping{false};
  std::unique_ptr<Server> server;
  Background background;
  Background readings;
  std::atomic<int> to_hash{0};
  Background hashing;
  Sessions sessions;
  Brake brake;
  Limits limits;
  SetUp set_up;
  Shifts shifts;
  KeptAnswers kept_answers{&service};
  Audit audit{&service, all_routes(&service)};

  void perform(const Route& route, const Request& request, const Reply& reply);
  base::Result<> keep_sessions();
  base::Result<> offer_set_up(const std::string& data_dir);
  base::Result<ServerOptions> server_options(const config::ApiSettings& settings,
                                             const std::string& data_dir);
  // On the store's thread, some time; nobody waits for it.
  void write(std::function<base::Result<>(store::sqlite::Connection&)> work) {
    service.store->write<bool>(
        [work = std::move(work)](store::sqlite::Connection& db) -> base::Result<bool> {
          if (auto done = work(db); !done) return tl::unexpected{done.error()};
          return true;
        },
        {});
  }
  // A tenth of a second and 64 MiB each, one after the other.
  bool hash(std::function<void()> work) {
    if (to_hash >= kHashesWaitingMax) return false;
    ++to_hash;
    hashing.post([this, work = std::move(work)] {
      work();
      --to_hash;
    });
    return true;
  }
};

// What stands before a route: patience, then whether it was done before, then the log of who changed what.
void Api::State::perform(const Route& route, const Request& request, const Reply& reply) {
  if (const auto left = limits.wait(request, control::now().mono); left > base::Duration::zero())
    return reply(wait_response(left));
  kept_answers.perform(route, request, reply,
                       [this, &route, request](const Reply& told) { audit.perform(route, request, told); });
}

// Those that outlived the last stop; from now on each is kept. What a clock that was set makes of their age
// is at most their age.
base::Result<> Api::State::keep_sessions() {
  const auto kept = office.sessions();
  if (!kept) return tl::unexpected{kept.error()};
  const base::Now now = control::now();
  const auto ago = [&](base::WallTime at) {
    return now.mono - std::max(now.wall - at, base::Duration::zero());
  };
  for (const store::SessionRecord& one : *kept)
    sessions.restore(one.hash, {one.sign_in, ago(one.opened_at), ago(one.used_at)});
  sessions.kept_by({.keep =
                        [this](const std::string& hash, const Sessions::One& one) {
                          const base::Now at = control::now();
                          const store::SessionRecord record{hash, one.user, at.wall - (at.mono - one.opened),
                                                            at.wall - (at.mono - one.used)};
                          write([record](auto& db) { return store::put_session(db, record); });
                        },
                    .forget =
                        [this](const std::string& hash) {
                          write([hash](auto& db) { return store::remove_session(db, hash); });
                        }});
  return {};
}

base::Result<> Api::State::offer_set_up(const std::string& data_dir) {
  const std::string file = data_dir + "/setup-link";
  std::error_code ignored;
  std::filesystem::remove(file, ignored);
  const auto needed = SetUp::needed(users);
  if (!needed) return tl::unexpected{needed.error()};
  if (!*needed) return {};
  return set_up.offer(file, control::now().mono);
}

base::Result<ServerOptions> Api::State::server_options(const config::ApiSettings& settings,
                                                       const std::string& data_dir) {
  ServerOptions options;
  options.address = settings.address;
  options.port = settings.port;
  auto certificate = certificate_of(settings, data_dir);
  if (!certificate) return tl::unexpected{certificate.error()};
  options.certificate = std::move(*certificate);
  options.https_address = settings.https_address;
  options.https_port = settings.https_port;
  options.strict_transport = !settings.https_certificate.empty();
  if (options.certificate && !options.strict_transport)
    spdlog::info("our own HTTPS certificate: SHA-256 {}", options.certificate->fingerprint());
  options.upload_dir = data_dir + "/uploads";
  std::error_code failed;
  std::filesystem::remove_all(options.upload_dir, failed);  // what a crash left behind
  std::filesystem::create_directories(options.upload_dir, failed);
  auto page = page_of_folder(settings.web);
  if (!page) return tl::unexpected{page.error()};
  options.page = std::move(*page);
  options.may = [this](const std::string& token, const Route* route, Request& request) {
    if (token.empty()) return may_session(reader, users, sessions, route, request, control::now().mono);
    return may(reader, token, route, request, control::wall_now());
  };
  options.rows = [this](std::uint64_t after, std::size_t limit) {
    std::vector<RenderedRow> rendered;
    if (const auto rows = reader.rows(after, limit))
      for (const store::EventRow& row : *rows) rendered.push_back({row.sequence, render(row)});
    return rendered;
  };
  options.last_sequence = [this] { return reader.last_sequence().value_or(0); };
  options.routes = all_routes(&service);
  options.perform = [this](const Route& route, const Request& request, const Reply& reply) {
    perform(route, request, reply);
  };
  return options;
}

Api::Api(std::unique_ptr<State> state) : state_(std::move(state)) {}
Api::~Api() { stop(); }

base::Result<std::unique_ptr<Api>> Api::start(const config::ApiSettings& settings,
                                              const std::string& data_dir, const Parts& parts) {
  auto reader = store::Reader::open(parts.store->database());
  if (!reader) return tl::unexpected{reader.error()};
  auto users = store::Users::open(parts.store->database());
  if (!users) return tl::unexpected{users.error()};
  if (auto token = ensure_token(*parts.store, *reader, data_dir, control::wall_now()); !token)
    return tl::unexpected{token.error()};
  auto office = store::Office::open(parts.store->database());
  if (!office) return tl::unexpected{office.error()};
  auto webhooks = store::Webhooks::open(parts.store->database());
  if (!webhooks) return tl::unexpected{webhooks.error()};
  auto outbox = open_outbox(*parts.store, parts.file->webhooks.allow_private);
  if (!outbox) return tl::unexpected{outbox.error()};
  auto state = std::make_unique<State>(std::move(*reader), std::move(*users), std::move(*office),
                                       std::move(*webhooks));
  State* s = state.get();
  s->outbox = std::move(*outbox);
  s->service.control = parts.control;
  s->service.store = parts.store;
  s->service.reader = &s->reader;
  s->service.destinations = parts.destinations;
  s->service.file = parts.file;
  s->service.started_at = control::now().mono;
  s->service.post = [s](std::function<void()> work) { s->server->post(std::move(work)); };
  s->service.later = [s](base::Duration after, std::function<void()> work) {
    s->server->later(after, std::move(work));
  };
  s->service.desks = &s->desks;
  s->service.in_background = [s](std::function<void()> work) { s->background.post(std::move(work)); };
  s->service.reading = [s](std::function<void()> work) { s->readings.post(std::move(work)); };
  s->service.hashing = [s](std::function<void()> work) { return s->hash(std::move(work)); };
  s->service.users = &s->users;
  s->service.sessions = &s->sessions;
  s->service.brake = &s->brake;
  s->service.office = &s->office;
  s->service.webhooks = &s->webhook_reader;
  s->service.outbox = s->outbox.get();
  s->service.set_up = &s->set_up;
  s->service.shifts = &s->shifts;
  s->service.metrics = [metrics = parts.metrics](auto done) { metrics->collect(std::move(done)); };
  s->service.clip_folder = (std::filesystem::absolute(data_dir) / "clips").string();
  s->service.prompt_folder = (std::filesystem::absolute(data_dir) / "prompts").string();
  s->service.prompt_folders = parts.prompt_folders;
  s->service.stopping = [s] { return s->stopping.load(); };

  if (auto kept = s->keep_sessions(); !kept) return tl::unexpected{kept.error()};
  if (auto offered = s->offer_set_up(data_dir); !offered) return tl::unexpected{offered.error()};
  auto options = s->server_options(settings, data_dir);
  if (!options) return tl::unexpected{options.error()};
  auto server = Server::start(std::move(*options));
  if (!server) return tl::unexpected{server.error()};
  s->server = std::move(*server);
  s->outbox->start();
  write_port(data_dir + "/api.port", s->server->port());
  write_port(data_dir + "/api.https_port", s->server->https_port());
  return std::unique_ptr<Api>{new Api{std::move(state)}};
}

std::uint16_t Api::port() const { return state_->server->port(); }
const std::string& Api::set_up_path() const { return state_->set_up.path(); }
std::uint16_t Api::https_port() const { return state_->server->https_port(); }

void Api::publish(const control::Control::Rows& rows) {
  std::vector<RenderedRow> rendered;
  for (const auto& row : rows) rendered.push_back({row.sequence, render(row)});
  state_->server->publish(std::move(rendered));
  state_->outbox->touch();
  state_->server->post([s = state_.get(), rows] { s->desks.touch(rows); });
}

void Api::webrtc_failed(base::AgentId agent, const control::WebrtcFailure& failure) {
  state_->server->post([s = state_.get(), agent, failure] { s->desks.voice_failed(agent, failure); });
}

void Api::stopping() { state_->stopping = true; }

void Api::stop() {
  if (!state_ || !state_->server) return;
  // First what answers for itself while the server still can: an import says that it was broken off.
  state_->background.stop();
  state_->readings.stop();
  state_->outbox->stop();
  state_->server->stop();
  state_->hashing.stop();
}

}  // namespace ziptone::api
