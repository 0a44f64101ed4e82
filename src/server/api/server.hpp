// HTTP and WebSocket on one thread, over TLS too. Routes are values; what they do lives in service.hpp.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "server/api/http.hpp"

namespace ziptone::api {

class Certificate;

// Rows of the event stream, already rendered, in the order of their sequence numbers.
struct RenderedRow {
  std::uint64_t sequence = 0;
  std::string json;
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one
  // With a certificate HTTPS is served too, here; a client that comes without TLS is sent to https://.
  std::shared_ptr<Certificate> certificate = nullptr;
  std::string https_address = "127.0.0.1";
  std::uint16_t https_port = 0;
  // Browsers that were here once refuse to come without TLS (HSTS, RFC 6797): for a certificate that they
  // trust.
  bool strict_transport = false;
  std::string upload_dir;  // bodies of uploads, while they are worked on
  std::uint64_t upload_bytes_max = std::uint64_t{2} << 30;
  // Whether this token, or without one the session of the request's cookie, may use the route (nullptr: there
  // is none), and whose it is (request.who). Not asked for an open route. On the api thread.
  std::function<Verdict(const std::string& token, const Route* route, Request& request)> may;
  // How often the WebSockets that are open are asked about again.
  base::Duration look_again = base::seconds{3};
  // Durable rows after a sequence number, at most `limit`. On the api thread.
  std::function<std::vector<RenderedRow>(std::uint64_t after, std::size_t limit)> rows;
  std::function<std::uint64_t()> last_sequence;
  // What is served to a GET outside /api/; may be empty: nothing is. On the api thread.
  std::function<Response(const std::string& path)> page;
  std::vector<Route> routes;
  // What stands between the server and a route's handler; empty: nothing. On the api thread.
  std::function<void(const Route& route, const Request& request, Reply reply)> perform;
};

class Server {
 public:
  // Binds and serves. Errors: address in use, no such address here; they name the key of the settings.
  static base::Result<std::unique_ptr<Server>> start(ServerOptions options);
  virtual ~Server() = default;  // stop()

  virtual std::uint16_t port() const = 0;
  virtual std::uint16_t https_port() const = 0;  // 0: HTTPS is not served
  // Any thread: runs on the api thread, where routes run.
  virtual void post(std::function<void()> work) = 0;
  // On the api thread: runs there after this time, unless the server stops first.
  virtual void later(base::Duration after, std::function<void()> work) = 0;
  // Any thread: new durable rows, in order.
  virtual void publish(std::vector<RenderedRow> rows) = 0;
  // No new requests; watchers are told to come back; then the thread ends.
  virtual void stop() = 0;
};

}  // namespace ziptone::api
