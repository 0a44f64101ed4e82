#include "client.hpp"

#include <chrono>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>

namespace ziptone::api {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using tcp = asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::seconds kLimit{10};

tcp::endpoint local(std::uint16_t port) { return {asio::ip::make_address("127.0.0.1"), port}; }

}  // namespace

Answer http_request(std::uint16_t port, const std::string& method, const std::string& target,
                    const std::string& token, const std::string& body, const Headers& headers) {
  asio::io_context io;
  beast::tcp_stream stream{io};
  http::request<http::string_body> request{http::string_to_verb(method), target, 11};
  request.set(http::field::host, "127.0.0.1");
  if (!token.empty()) request.set(http::field::authorization, "Bearer " + token);
  for (const auto& [name, value] : headers) request.set(name, value);
  request.keep_alive(false);
  request.body() = body;
  request.prepare_payload();
  beast::flat_buffer buffer;
  http::response<http::string_body> response;
  bool answered = false;
  stream.async_connect(local(port), [&](error_code refused) {
    if (refused) return;
    http::async_write(stream, request, [&](error_code broken, std::size_t) {
      if (broken) return;
      http::async_read(stream, buffer, response, [&](error_code failed, std::size_t) { answered = !failed; });
    });
  });
  io.run_for(kLimit);
  if (!answered) return {};
  Answer answer{static_cast<int>(response.result_int()), response.body()};
  for (const auto& field : response) answer.headers[std::string{field.name_string()}] = field.value();
  return answer;
}

struct SocketClient::State {
  asio::io_context io;
  websocket::stream<beast::tcp_stream> stream{io};
  beast::flat_buffer buffer;
  bool up = false;

  // Runs until `done` or the deadline; false: the deadline came.
  bool run(const bool& done) {
    io.restart();
    const auto until = std::chrono::steady_clock::now() + kLimit;
    while (!done && std::chrono::steady_clock::now() < until)
      if (io.run_one_until(until) == 0) break;
    return done;
  }
};

SocketClient::SocketClient(std::uint16_t port, const std::string& target, const std::string& token)
    : state_(std::make_unique<State>()) {
  State& s = *state_;
  s.stream.set_option(websocket::stream_base::decorator([token](websocket::request_type& request) {
    if (!token.empty()) request.set(http::field::authorization, "Bearer " + token);
  }));
  bool done = false;
  s.stream.next_layer().async_connect(local(port), [&](error_code refused) {
    if (refused) {
      done = true;
      return;
    }
    s.stream.async_handshake("127.0.0.1", target, [&](error_code failed) {
      s.up = !failed;
      done = true;
    });
  });
  s.run(done);
}
SocketClient::~SocketClient() = default;

bool SocketClient::up() const { return state_->up; }

std::optional<std::string> SocketClient::read() {
  State& s = *state_;
  if (!s.up) return std::nullopt;
  // A read that is given up stays in the stream: nothing can be read after it.
  struct Read {
    bool done = false, good = false;
  };
  const auto one = std::make_shared<Read>();
  s.stream.async_read(s.buffer, [one](error_code failed, std::size_t) {
    one->done = true;
    one->good = !failed;
  });
  s.up = s.run(one->done) && one->good;
  if (!s.up) return std::nullopt;
  std::string text = beast::buffers_to_string(s.buffer.data());
  s.buffer.clear();
  return text;
}

void SocketClient::write(const std::string& text) {
  State& s = *state_;
  bool done = false;
  s.stream.async_write(asio::buffer(text), [&](error_code, std::size_t) { done = true; });
  s.run(done);
}

int SocketClient::close_code() const { return state_->stream.reason().code; }

}  // namespace ziptone::api
