#include "server/api/connection.hpp"

#include <chrono>
#include <filesystem>
#include <optional>

#include <boost/asio/post.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/core/detect_ssl.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <fmt/format.h>

#include "server/api/live.hpp"
#include "server/api/stream.hpp"

namespace ziptone::api {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using tcp = asio::ip::tcp;
using boost::system::error_code;

constexpr std::uint64_t kBodyMax = 1 << 20;
constexpr std::chrono::seconds kIdleMax{60};
constexpr std::chrono::seconds kHandshakeMax{10};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Hub& hub, tcp::socket socket, std::shared_ptr<asio::ssl::context> secure)
      : hub_(hub),
        secure_(std::move(secure)),
        place_(std::make_unique<Place>(hub.connections)),
        stream_(std::move(socket)) {}
  ~Connection() { drop_upload(); }

  void start() {
    if (!secure_) return read();
    stream_.next_layer().expires_after(kHandshakeMax);
    beast::async_detect_ssl(stream_.next_layer(), buffer_,
                            [self = shared_from_this()](error_code failed, bool tls) {
                              if (failed) return;
                              if (!tls) return self->read();
                              self->shake_hands();
                            });
  }

 private:
  void shake_hands() {
    stream_.secure(*secure_);
    stream_.async_handshake(buffer_, [self = shared_from_this()](error_code failed, std::size_t used) {
      if (failed) return;
      self->buffer_.consume(used);
      self->read();
    });
  }

  void read() {
    header_.emplace();
    header_->header_limit(16 * 1024);
    header_->body_limit(hub_.options.upload_bytes_max);
    drop_upload();
    request_ = {};
    error_code unknown;
    const auto peer = stream_.next_layer().socket().remote_endpoint(unknown);
    if (!unknown) request_.address = peer.address().to_string();
    route_ = nullptr;
    stream_.next_layer().expires_after(kIdleMax);
    http::async_read_header(stream_, buffer_, *header_,
                            [self = shared_from_this()](error_code failed, std::size_t) {
                              if (!failed) self->on_header();
                            });
  }

  void on_header() {
    const auto& head = header_->get();
    const std::string target{head.target()};
    const std::size_t question = std::min(target.find('?'), target.size());
    request_.method = std::string{head.method_string()};
    request_.path = target.substr(0, question);
    request_.query = parse_query(std::string_view{target}.substr(std::min(question + 1, target.size())));
    if (secure_ && !stream_.is_secure()) return redirect(head[http::field::host], target);
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
    request_.secure = stream_.is_secure() || head[http::field::origin].starts_with("https://");
    request_.idempotency_key = std::string{head["Idempotency-Key"]};
    request_.session = cookie_of(head[http::field::cookie], "ziptone_session");
    if (foreign(head[http::field::origin], head[http::field::host], token))
      return refuse(problem(403, "the request comes from another site", "foreign_origin"));
    switch (route_ && route_->rights == Rights::open ? Verdict::granted
                                                     : hub_.options.may(token, route_, request_)) {
      case Verdict::granted:
        break;
      case Verdict::unknown:
        return refuse(problem(401, token.empty()
                                       ? "sign in, or send a bearer token"
                                       : "there is no such token, or it has expired or was taken back"));
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
    return !own_origin(origin, host, stream_.is_secure());
  }

  void redirect(std::string_view host, const std::string& target) {
    Response response = problem(308, "this port speaks HTTPS");
    if (target.starts_with('/'))
      response.headers.emplace_back("Location", fmt::format("https://{}{}", host, target));
    refuse(std::move(response));
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
    stream_.next_layer().expires_after(std::chrono::hours{1});
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
    stream_.next_layer().expires_never();
    hub_.options.perform(*route_, request_, [self = shared_from_this()](Response response) {
      asio::post(self->stream_.get_executor(),
                 [self, response = std::move(response)]() mutable { self->write(std::move(response)); });
    });
  }

  void upgrade() {
    if (!websocket::is_upgrade(header_->get())) return refuse(problem(426, "this is a WebSocket"));
    if (route_->live) {
      if (auto refused = route_->admit ? route_->admit(request_) : std::nullopt)
        return refuse(std::move(*refused));
      return converse(as_upgrade());
    }
    const std::string since = request_.text("since");
    const std::uint64_t last = hub_.options.last_sequence();
    const auto after = since.empty() ? last : parse_number(since);
    // Beyond the last one nothing would come, and the watcher would think that nothing happens.
    if (!after || *after > last)
      return refuse(
          problem(422, "a parameter is out of range", {},
                  {{"since", "\"" + since + "\" is no row's number", "write 0 to " + std::to_string(last)}}));
    watch(as_upgrade(), *after);
  }
  Upgrade as_upgrade() {
    stream_.next_layer().expires_never();
    return {hub_, std::move(stream_), std::move(place_), *route_, std::move(request_), header_->release()};
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
    if (stream_.is_secure() && hub_.options.strict_transport)
      answer_.set(http::field::strict_transport_security, "max-age=31536000");
    if (response.status == 401) answer_.set(http::field::www_authenticate, "Bearer");
    for (const auto& [name, value] : response.headers) answer_.set(name, value);
    answer_.body() = std::move(response.body);
    answer_.keep_alive(keep_alive_ && !hub_.stopping);
    answer_.prepare_payload();
    stream_.next_layer().expires_after(kIdleMax);
    http::async_write(stream_, answer_, [self = shared_from_this()](error_code failed, std::size_t) {
      if (failed) return;
      if (self->answer_.keep_alive()) return self->read();
      self->stream_.async_close([self](error_code) {});
    });
  }

  void drop_upload() {
    if (request_.body_file.empty()) return;
    std::error_code ignored;
    std::filesystem::remove(request_.body_file, ignored);
  }

  Hub& hub_;
  std::shared_ptr<asio::ssl::context> secure_;
  std::unique_ptr<Place> place_;
  Stream stream_;
  beast::flat_buffer buffer_{64 * 1024};
  std::optional<http::request_parser<http::empty_body>> header_;
  http::response<http::string_body> answer_;
  Request request_;
  const Route* route_ = nullptr;
  bool keep_alive_ = false;
};

}  // namespace

void serve(Hub& hub, tcp::socket socket, std::shared_ptr<asio::ssl::context> secure) {
  std::make_shared<Connection>(hub, std::move(socket), std::move(secure))->start();
}

}  // namespace ziptone::api
