#include "server/api/server.hpp"

#include <atomic>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace ziptone::api {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using tcp = asio::ip::tcp;
using boost::system::error_code;

constexpr std::uint64_t kBodyMax = 1 << 20;
constexpr std::size_t kRowsAtOnce = 500;
constexpr std::size_t kWatcherBehindMax =
    20000;  // rows; a slower reader is sent away and comes back with ?since=
constexpr std::size_t kFramesBehindMax = 64;  // of a conversation; as above
constexpr std::size_t kFrameMax =
    64 * 1024;  // from a client: an SDP of a browser with all its candidates fits
constexpr std::chrono::seconds kSilenceMax{
    6};  // of a conversation; half of it after the last word comes a ping
constexpr std::chrono::seconds kIdleMax{60};
// A desktop has its WebSocket and up to six connections that rest: 500 of them. Each costs a descriptor.
constexpr std::size_t kConnectionsMax = 4096;
constexpr std::chrono::milliseconds kAcceptAgain{100};  // after the system had none to give

class Watcher;
class Conversation;

// What sessions share; lives on the api thread.
struct Hub {
  ServerOptions options;
  std::atomic<std::size_t> connections{0};  // outlives the connections, which `io` may hold to its end
  asio::io_context io{1};
  std::set<std::shared_ptr<Watcher>> watchers;
  std::set<std::shared_ptr<Conversation>> conversations;
  std::atomic<std::uint64_t> next_upload{1};
  bool stopping = false;
};

// A connection's place among those that may be there; whoever holds the connection holds it.
class Place {
 public:
  explicit Place(std::atomic<std::size_t>& taken) : taken_(taken) { ++taken_; }
  ~Place() { --taken_; }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  std::atomic<std::size_t>& taken_;  // a reply, and with it the connection, may end on any thread
};

// One WebSocket of event rows: first what the database has after `since`, then what comes.
class Watcher : public std::enable_shared_from_this<Watcher> {
 public:
  Watcher(Hub& hub, tcp::socket socket, std::unique_ptr<Place> place, const Route& route, Request request,
          std::uint64_t since)
      : hub_(hub),
        place_(std::move(place)),
        stream_(std::move(socket)),
        route_(route),
        request_(std::move(request)),
        sent_(since) {}

  void start(const http::request<http::empty_body>& request) {
    stream_.set_option(websocket::stream_base::timeout::suggested(beast::role_type::server));
    stream_.read_message_max(4096);
    stream_.async_accept(request, [self = shared_from_this()](error_code failed) {
      if (failed) return;
      self->hub_.watchers.insert(self);
      self->read();
      self->send();
    });
  }
  void publish(const std::vector<RenderedRow>& rows) {
    if (!caught_up_) return;  // the database has them
    for (const RenderedRow& row : rows) waiting_.push_back(row);
    if (waiting_.size() > kWatcherBehindMax) return close(websocket::close_code::policy_error);
    send();
  }
  bool may_stay() { return hub_.options.may(request_.token, &route_, request_) == Verdict::granted; }
  void close(websocket::close_code why) {
    hub_.watchers.erase(shared_from_this());
    if (closing_) return;
    closing_ = true;
    if (!writing_) say_goodbye(why);
    goodbye_ = why;
  }

 private:
  void say_goodbye(websocket::close_code why) {
    stream_.async_close(why, [self = shared_from_this()](error_code) {});
  }
  // Clients say nothing; reading answers pings and notices that they left.
  void read() {
    stream_.async_read(inbox_, [self = shared_from_this()](error_code failed, std::size_t) {
      if (failed) {
        self->hub_.watchers.erase(self);
        return;
      }
      self->inbox_.clear();
      self->read();
    });
  }
  void send() {
    if (writing_ || closing_) return;
    if (waiting_.empty() && !caught_up_) {
      for (RenderedRow& row : hub_.options.rows(sent_, kRowsAtOnce)) waiting_.push_back(std::move(row));
      // Nothing more there: from now on rows come as they become durable, and none was lost in between, since
      // this thread is the one that publishes them.
      caught_up_ = waiting_.empty();
    }
    while (!waiting_.empty() && waiting_.front().sequence <= sent_) waiting_.pop_front();
    if (waiting_.empty()) return;
    writing_ = true;
    stream_.text(true);
    stream_.async_write(asio::buffer(waiting_.front().json),
                        [self = shared_from_this()](error_code failed, std::size_t) {
                          self->writing_ = false;
                          if (failed) {
                            self->hub_.watchers.erase(self);
                            return;
                          }
                          self->sent_ = self->waiting_.front().sequence;
                          self->waiting_.pop_front();
                          if (self->closing_) return self->say_goodbye(self->goodbye_);
                          self->send();
                        });
  }

  Hub& hub_;
  std::unique_ptr<Place> place_;
  websocket::stream<beast::tcp_stream> stream_;
  const Route& route_;
  Request request_;
  beast::flat_buffer inbox_;
  std::deque<RenderedRow> waiting_;
  std::uint64_t sent_;
  bool caught_up_ = false;
  bool writing_ = false;
  bool closing_ = false;
  websocket::close_code goodbye_ = websocket::close_code::normal;
};

// One WebSocket of a route's own: frames both ways.
class Conversation : public Channel, public std::enable_shared_from_this<Conversation> {
 public:
  Conversation(Hub& hub, tcp::socket socket, std::unique_ptr<Place> place, const Route& route,
               Request request)
      : hub_(hub),
        place_(std::move(place)),
        stream_(std::move(socket)),
        route_(route),
        request_(std::move(request)) {}

  void start(const http::request<http::empty_body>& request) {
    auto times = websocket::stream_base::timeout::suggested(beast::role_type::server);
    times.idle_timeout = kSilenceMax;
    stream_.set_option(times);
    stream_.read_message_max(kFrameMax);
    stream_.async_accept(request, [self = shared_from_this()](error_code failed) {
      if (failed) return;
      self->hub_.conversations.insert(self);
      Listener listener = self->route_.live(self->request_, self);
      if (!self->over_)
        self->listener_ = std::move(listener);
      else if (listener.gone)
        listener.gone();  // it was told so much at once that it is sent away already
      self->read();
    });
  }
  void send(std::string text) override {
    if (over_) return;
    waiting_.push_back(std::move(text));
    if (waiting_.size() > kFramesBehindMax) return close(websocket::close_code::policy_error);
    write();
  }
  bool may_stay() { return hub_.options.may(request_.token, &route_, request_) == Verdict::granted; }
  void close(websocket::close_code why) {
    if (over_) return;
    const auto self = shared_from_this();
    leave();
    goodbye_ = why;
    if (!writing_) say_goodbye();
  }

 private:
  // The client is gone, or is told to go.
  void leave() {
    if (over_) return;
    over_ = true;
    hub_.conversations.erase(shared_from_this());
    const Listener last = std::exchange(listener_, {});
    if (last.gone) last.gone();
  }
  void say_goodbye() {
    stream_.async_close(goodbye_, [self = shared_from_this()](error_code) {});
  }
  void read() {
    stream_.async_read(inbox_, [self = shared_from_this()](error_code failed, std::size_t) {
      if (failed) return self->leave();
      const std::string text = beast::buffers_to_string(self->inbox_.data());
      self->inbox_.clear();
      if (!self->over_ && self->listener_.heard) self->listener_.heard(text);
      self->read();
    });
  }
  void write() {
    if (writing_ || waiting_.empty()) return;
    writing_ = true;
    stream_.text(true);
    stream_.async_write(asio::buffer(waiting_.front()),
                        [self = shared_from_this()](error_code failed, std::size_t) {
                          self->writing_ = false;
                          if (failed) return self->leave();
                          self->waiting_.pop_front();
                          if (self->over_) return self->say_goodbye();
                          self->write();
                        });
  }

  Hub& hub_;
  std::unique_ptr<Place> place_;
  websocket::stream<beast::tcp_stream> stream_;
  const Route& route_;
  Request request_;
  Listener listener_;
  beast::flat_buffer inbox_;
  std::deque<std::string> waiting_;
  bool writing_ = false;
  bool over_ = false;
  websocket::close_code goodbye_ = websocket::close_code::normal;
};

// One connection: request, answer, and again.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(Hub& hub, tcp::socket socket)
      : hub_(hub), place_(std::make_unique<Place>(hub.connections)), stream_(std::move(socket)) {}
  ~Session() { drop_upload(); }

  void read() {
    header_.emplace();
    header_->header_limit(16 * 1024);
    header_->body_limit(hub_.options.upload_bytes_max);
    drop_upload();
    request_ = {};
    error_code unknown;
    const auto peer = stream_.socket().remote_endpoint(unknown);
    if (!unknown) request_.address = peer.address().to_string();
    route_ = nullptr;
    stream_.expires_after(kIdleMax);
    http::async_read_header(stream_, buffer_, *header_,
                            [self = shared_from_this()](error_code failed, std::size_t) {
                              if (!failed) self->on_header();
                            });
  }

 private:
  void on_header() {
    const auto& head = header_->get();
    const std::string target{head.target()};
    const std::size_t question = std::min(target.find('?'), target.size());
    request_.method = std::string{head.method_string()};
    request_.path = target.substr(0, question);
    request_.query = parse_query(std::string_view{target}.substr(std::min(question + 1, target.size())));
    keep_alive_ = head.keep_alive();
    bool known_path = false;
    for (const Route& route : hub_.options.routes) {
      auto parts = match(route.path, request_.path);
      if (!parts) continue;
      known_path = true;
      if (route.method != request_.method) continue;
      route_ = &route;
      request_.parts = std::move(*parts);
      break;
    }
    if (!known_path && request_.method == "GET" && hub_.options.page && !request_.path.starts_with("/api/"))
      return refuse(hub_.options.page(request_.path));
    const std::string authorization{head[http::field::authorization]};
    const std::string token = authorization.starts_with("Bearer ") ? authorization.substr(7) : std::string{};
    request_.token = token;
    request_.session = cookie_of(head[http::field::cookie], "ziptone_session");
    if (foreign(head[http::field::origin], head[http::field::host], token))
      return refuse(problem(403, "the request comes from another site", "foreign_origin"));
    switch (route_ && route_->rights == Rights::open ? Verdict::granted
                                                     : hub_.options.may(token, route_, request_)) {
      case Verdict::granted:
        break;
      case Verdict::unknown:
        return refuse(problem(401, "sign in, or send a bearer token"));
      case Verdict::refused:
        return refuse(problem(403, token.empty() ? "you may not do that" : "this token may not do that"));
      case Verdict::hidden:
        return refuse(problem(
            404, request_.parts.contains("agent") ? "there is no such agent" : "there is no such campaign"));
    }
    if (!route_)
      return refuse(known_path ? problem(405, "no such method here") : problem(404, "no such path"));
    if (route_->stream) return upgrade();
    if (route_->upload)
      read_upload();
    else
      read_body();
  }

  // What changes something, or opens a WebSocket, must not be another site's doing (issue 3, section 5): the
  // browser sends the cookie along, and says where the page is from.
  bool foreign(std::string_view origin, std::string_view host, const std::string& token) const {
    const bool harmless = request_.method == "GET" && !(route_ && route_->stream);
    if (harmless) return false;
    if (origin.empty()) return token.empty() && !request_.session.empty();
    return !own_origin(origin, host);
  }

  void read_body() {
    auto parser = std::make_shared<http::request_parser<http::string_body>>(std::move(*header_));
    parser->body_limit(kBodyMax);
    http::async_read(stream_, buffer_, *parser,
                     [self = shared_from_this(), parser](error_code failed, std::size_t) {
                       if (failed == http::error::body_limit)
                         return self->refuse(problem(413, "the body is over 1 MiB"));
                       if (failed) return;
                       self->request_.body = std::move(parser->get().body());
                       self->handle();
                     });
  }

  void read_upload() {
    request_.body_file = fmt::format("{}/upload-{}", hub_.options.upload_dir, hub_.next_upload++);
    auto parser = std::make_shared<http::request_parser<http::file_body>>(std::move(*header_));
    parser->body_limit(hub_.options.upload_bytes_max);
    error_code failed;
    parser->get().body().open(request_.body_file.c_str(), beast::file_mode::write, failed);
    if (failed) return refuse(problem(503, "the upload can't be kept: " + failed.message()));
    stream_.expires_after(std::chrono::hours{1});
    http::async_read(stream_, buffer_, *parser,
                     [self = shared_from_this(), parser](error_code broken, std::size_t) {
                       if (broken == http::error::body_limit)
                         return self->refuse(problem(413, "the file is too large"));
                       if (broken) return;
                       parser->get().body().close();
                       self->handle();
                     });
  }

  void handle() {
    stream_.expires_never();
    route_->handle(request_, [self = shared_from_this()](Response response) {
      asio::post(self->stream_.get_executor(),
                 [self, response = std::move(response)]() mutable { self->write(std::move(response)); });
    });
  }

  void upgrade() {
    if (!websocket::is_upgrade(header_->get())) return refuse(problem(426, "this is a WebSocket"));
    if (route_->live) {
      if (auto refused = route_->admit ? route_->admit(request_) : std::nullopt)
        return refuse(std::move(*refused));
      stream_.expires_never();
      std::make_shared<Conversation>(hub_, stream_.release_socket(), std::move(place_), *route_,
                                     std::move(request_))
          ->start(header_->release());
      return;
    }
    const std::string since = request_.text("since");
    const std::uint64_t last = hub_.options.last_sequence();
    const auto after = since.empty() ? last : parse_number(since);
    // Beyond the last one nothing would come, and the watcher would think that nothing happens.
    if (!after || *after > last)
      return refuse(
          problem(422, "a parameter is out of range", {},
                  {{"since", "\"" + since + "\" is no row's number", "write 0 to " + std::to_string(last)}}));
    stream_.expires_never();
    std::make_shared<Watcher>(hub_, stream_.release_socket(), std::move(place_), *route_, std::move(request_),
                              *after)
        ->start(header_->release());
  }

  // Answers without having read the body; the connection can't go on.
  void refuse(Response response) {
    keep_alive_ = false;
    write(std::move(response));
  }

  void write(Response response) {
    answer_ = {};
    answer_.result(static_cast<unsigned>(response.status));
    answer_.version(11);
    answer_.set(http::field::server, "ziptone");
    answer_.set(http::field::content_type, response.type);
    answer_.set(http::field::cache_control, "no-store");
    if (response.status == 401) answer_.set(http::field::www_authenticate, "Bearer");
    for (const auto& [name, value] : response.headers) answer_.set(name, value);
    answer_.body() = std::move(response.body);
    answer_.keep_alive(keep_alive_ && !hub_.stopping);
    answer_.prepare_payload();
    stream_.expires_after(kIdleMax);
    http::async_write(stream_, answer_, [self = shared_from_this()](error_code failed, std::size_t) {
      if (failed) return;
      if (self->answer_.keep_alive()) return self->read();
      error_code ignored;
      self->stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    });
  }

  void drop_upload() {
    if (request_.body_file.empty()) return;
    std::error_code ignored;
    std::filesystem::remove(request_.body_file, ignored);
  }

  Hub& hub_;
  std::unique_ptr<Place> place_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_{64 * 1024};
  std::optional<http::request_parser<http::empty_body>> header_;
  http::response<http::string_body> answer_;
  Request request_;
  const Route* route_ = nullptr;
  bool keep_alive_ = false;
};

class Listening : public Server {
 public:
  explicit Listening(ServerOptions options) : acceptor_(hub_.io) { hub_.options = std::move(options); }
  ~Listening() override { Listening::stop(); }

  base::Result<> listen() {
    error_code failed;
    const auto address = asio::ip::make_address(hub_.options.address, failed);
    if (failed) return base::error("is no IP address", "api.address", "write an address of this machine");
    const tcp::endpoint endpoint{address, hub_.options.port};
    acceptor_.open(endpoint.protocol(), failed);
    if (!failed) acceptor_.set_option(tcp::acceptor::reuse_address{true}, failed);
    if (!failed) acceptor_.bind(endpoint, failed);
    if (!failed) acceptor_.listen(asio::socket_base::max_listen_connections, failed);
    if (failed == asio::error::address_in_use)
      return base::error(fmt::format("port {} is in use", hub_.options.port), "api.port",
                         "stop what listens there, or write another port");
    if (failed)
      return base::error(fmt::format("can't listen on {}: {}", hub_.options.address, failed.message()),
                         "api.address", "write an address of this machine");
    accept();
    dismiss_later();
    thread_ = std::thread{[this] {
      pthread_setname_np(pthread_self(), "api");
      hub_.io.run();
    }};
    return {};
  }

  std::uint16_t port() const override { return acceptor_.local_endpoint().port(); }
  void post(std::function<void()> work) override { asio::post(hub_.io, std::move(work)); }
  void later(base::Duration after, std::function<void()> work) override {
    auto timer = std::make_shared<asio::steady_timer>(hub_.io, after);
    timer->async_wait([timer, work = std::move(work)](error_code cancelled) {
      if (!cancelled) work();
    });
  }
  void publish(std::vector<RenderedRow> rows) override {
    asio::post(hub_.io, [this, rows = std::move(rows)] {
      const auto watchers = hub_.watchers;  // publishing may remove one
      for (const auto& watcher : watchers) watcher->publish(rows);
    });
  }
  void stop() override {
    if (!thread_.joinable()) return;
    asio::post(hub_.io, [this] {
      hub_.stopping = true;
      error_code ignored;
      acceptor_.close(ignored);
      const auto watchers = hub_.watchers;
      for (const auto& watcher : watchers) watcher->close(websocket::close_code::going_away);
      const auto conversations = hub_.conversations;
      for (const auto& one : conversations) one->close(websocket::close_code::going_away);
      // What is being answered gets a moment; then connections that only idle end with the loop.
      auto timer = std::make_shared<asio::steady_timer>(hub_.io, std::chrono::milliseconds{300});
      timer->async_wait([this, timer](error_code) { hub_.io.stop(); });
    });
    thread_.join();
  }

 private:
  // A session that has ended, a token that was taken back: its WebSockets end too.
  void dismiss_later() {
    later(hub_.options.look_again, [this] {
      if (hub_.stopping) return;
      const auto leave = [](const auto all) {  // a copy: closing takes one out
        for (const auto& one : all)
          if (!one->may_stay()) one->close(websocket::close_code::policy_error);
      };
      leave(hub_.watchers);
      leave(hub_.conversations);
      dismiss_later();
    });
  }
  void accept() {
    acceptor_.async_accept([this](error_code failed, tcp::socket socket) {
      if (failed == asio::error::operation_aborted || hub_.stopping) return;
      if (failed) return accept_later(failed);
      // Over the limit the connection is closed at once: the sockets of calls come first.
      if (hub_.connections < kConnectionsMax) std::make_shared<Session>(hub_, std::move(socket))->read();
      accept();
    });
  }
  // Out of descriptors or memory: what waits to be accepted would be reported again and again at once.
  void accept_later(error_code why) {
    spdlog::warn("a connection to the API can't be accepted: {}", why.message());
    again_.expires_after(kAcceptAgain);
    again_.async_wait([this](error_code cancelled) {
      if (!cancelled && !hub_.stopping) accept();
    });
  }

  Hub hub_;
  tcp::acceptor acceptor_;
  asio::steady_timer again_{hub_.io};
  std::thread thread_;
};

}  // namespace

base::Result<std::unique_ptr<Server>> Server::start(ServerOptions options) {
  auto server = std::make_unique<Listening>(std::move(options));
  if (auto bound = server->listen(); !bound) return tl::unexpected{bound.error()};
  return server;
}

}  // namespace ziptone::api
