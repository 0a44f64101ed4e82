#include "server/api/server.hpp"

#include <memory>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "server/api/certificate.hpp"
#include "server/api/connection.hpp"
#include "server/api/hub.hpp"

namespace ziptone::api {
namespace {

namespace asio = boost::asio;
using boost::beast::websocket::close_code;
using tcp = asio::ip::tcp;
using boost::system::error_code;

// A desktop has its WebSocket and up to six connections that rest: 500 of them. Each costs a descriptor.
constexpr std::size_t kConnectionsMax = 4096;
constexpr std::chrono::milliseconds kAcceptAgain{100};  // after the system had none to give

// An address and port where clients come in.
class Door {
 public:
  // `certificate`: of a door that speaks TLS.
  explicit Door(Hub& hub, std::shared_ptr<Certificate> certificate = nullptr)
      : hub_(hub), certificate_(std::move(certificate)), acceptor_(hub.io), again_(hub.io) {}

  // `keys` names the settings in an error: "api." or "api.https_".
  base::Result<> open(const std::string& address, std::uint16_t port, const std::string& keys) {
    error_code failed;
    const auto where = asio::ip::make_address(address, failed);
    if (failed) return base::error("is no IP address", keys + "address", "write an address of this machine");
    const tcp::endpoint endpoint{where, port};
    acceptor_.open(endpoint.protocol(), failed);
    if (!failed) acceptor_.set_option(tcp::acceptor::reuse_address{true}, failed);
    if (!failed) acceptor_.bind(endpoint, failed);
    if (!failed) acceptor_.listen(asio::socket_base::max_listen_connections, failed);
    if (failed == asio::error::address_in_use)
      return base::error(fmt::format("port {} is in use", port), keys + "port",
                         "stop what listens there, or write another port");
    if (failed)
      return base::error(fmt::format("can't listen on {}: {}", address, failed.message()), keys + "address",
                         "write an address of this machine");
    accept();
    return {};
  }
  std::uint16_t port() const { return acceptor_.is_open() ? acceptor_.local_endpoint().port() : 0; }
  // On the api thread.
  void shut() {
    error_code ignored;
    acceptor_.close(ignored);
    again_.cancel();
  }

 private:
  void accept() {
    acceptor_.async_accept([this](error_code failed, tcp::socket socket) {
      if (failed == asio::error::operation_aborted || hub_.stopping) return;
      if (failed) return accept_later(failed);
      // Over the limit the connection is closed at once: the sockets of calls come first.
      if (hub_.connections < kConnectionsMax)
        serve(hub_, std::move(socket), certificate_ ? certificate_->context() : nullptr);
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

  Hub& hub_;
  std::shared_ptr<Certificate> certificate_;
  tcp::acceptor acceptor_;
  asio::steady_timer again_;
};

class Listening : public Server {
 public:
  explicit Listening(ServerOptions options) : secure_(hub_, options.certificate) {
    if (!options.perform)
      options.perform = [](const Route& route, const Request& request, Reply reply) {
        route.handle(request, std::move(reply));
      };
    hub_.options = std::move(options);
  }
  ~Listening() override { Listening::stop(); }

  base::Result<> listen() {
    const ServerOptions& options = hub_.options;
    if (auto open = plain_.open(options.address, options.port, "api."); !open) return open;
    if (options.certificate)
      if (auto open = secure_.open(options.https_address, options.https_port, "api.https_"); !open)
        return open;
    dismiss_later();
    thread_ = std::thread{[this] {
      pthread_setname_np(pthread_self(), "api");
      hub_.io.run();
    }};
    return {};
  }

  std::uint16_t port() const override { return plain_.port(); }
  std::uint16_t https_port() const override { return secure_.port(); }
  void post(std::function<void()> work) override { asio::post(hub_.io, std::move(work)); }
  void later(base::Duration after, std::function<void()> work) override {
    auto timer = std::make_shared<asio::steady_timer>(hub_.io, after);
    timer->async_wait([timer, work = std::move(work)](error_code cancelled) {
      if (!cancelled) work();
    });
  }
  void publish(std::vector<RenderedRow> rows) override {
    asio::post(hub_.io, [this, rows = std::move(rows)] {
      const auto sockets = hub_.sockets;  // publishing may remove one
      for (const auto& socket : sockets) socket->publish(rows);
    });
  }
  void stop() override {
    if (!thread_.joinable()) return;
    asio::post(hub_.io, [this] {
      hub_.stopping = true;
      plain_.shut();
      secure_.shut();
      const auto sockets = hub_.sockets;
      for (const auto& socket : sockets) socket->close(close_code::going_away);
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
      const auto sockets = hub_.sockets;  // closing takes one out
      for (const auto& socket : sockets)
        if (!socket->may_stay()) socket->close(close_code::policy_error);
      dismiss_later();
    });
  }

  Hub hub_;
  Door plain_{hub_};
  Door secure_;
  std::thread thread_;
};

}  // namespace

base::Result<std::unique_ptr<Server>> Server::start(ServerOptions options) {
  auto server = std::make_unique<Listening>(std::move(options));
  if (auto bound = server->listen(); !bound) return tl::unexpected{bound.error()};
  return server;
}

}  // namespace ziptone::api
