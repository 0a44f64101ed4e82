// A client's connection, with TLS or without: one type for everything above it, so that HTTP and WebSocket
// are written, and compiled, once.
#pragma once

#include <utility>
#include <variant>

#include <boost/asio/async_result.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket/teardown.hpp>

namespace ziptone::api {

// An AsyncStream (Beast's concept). Its time limits are those of next_layer(). On the api thread.
class Stream {
 public:
  using executor_type = boost::beast::tcp_stream::executor_type;
  using error_code = boost::system::error_code;

  explicit Stream(boost::asio::ip::tcp::socket socket)
      : wire_(std::in_place_type<Plain>, std::move(socket)) {}

  // From now on with TLS; the handshake comes next. `context` outlives the stream.
  void secure(boost::asio::ssl::context& context) {
    Plain plain = std::move(std::get<Plain>(wire_));
    wire_.emplace<Tls>(std::move(plain), context);
  }
  bool is_secure() const { return std::holds_alternative<Tls>(wire_); }
  // Of a secure stream. `read`: what has come already.
  template <class Handler>
  void async_handshake(const boost::beast::flat_buffer& read, Handler&& handler) {
    std::get<Tls>(wire_).async_handshake(boost::asio::ssl::stream_base::server, read.data(),
                                         std::forward<Handler>(handler));
  }
  // Says that nothing more comes (RFC 8446 6.1), so that the client can tell an end from a cut.
  template <class Handler>
  void async_close(Handler&& handler) {
    if (auto* tls = std::get_if<Tls>(&wire_)) return tls->async_shutdown(std::forward<Handler>(handler));
    error_code ignored;
    next_layer().socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
  }

  boost::beast::tcp_stream& next_layer() {
    if (auto* tls = std::get_if<Tls>(&wire_)) return tls->next_layer();
    return std::get<Plain>(wire_);
  }
  executor_type get_executor() { return next_layer().get_executor(); }

  template <class Buffers, class Handler>
  auto async_read_some(const Buffers& buffers, Handler&& handler) {
    return boost::asio::async_initiate<Handler, void(error_code, std::size_t)>(
        [this](auto done, const Buffers& into) {
          std::visit([&](auto& wire) { wire.async_read_some(into, std::move(done)); }, wire_);
        },
        handler, buffers);
  }
  template <class Buffers, class Handler>
  auto async_write_some(const Buffers& buffers, Handler&& handler) {
    return boost::asio::async_initiate<Handler, void(error_code, std::size_t)>(
        [this](auto done, const Buffers& from) {
          std::visit([&](auto& wire) { wire.async_write_some(from, std::move(done)); }, wire_);
        },
        handler, buffers);
  }

 private:
  using Plain = boost::beast::tcp_stream;
  using Tls = boost::asio::ssl::stream<boost::beast::tcp_stream>;
  std::variant<Plain, Tls> wire_;
};

// What Beast's WebSocket asks for when it has said goodbye: the close frames have told both ends already.
template <class Handler>
void async_teardown(boost::beast::role_type role, Stream& stream, Handler&& handler) {
  using boost::beast::websocket::async_teardown;
  async_teardown(role, stream.next_layer(), std::forward<Handler>(handler));
}

}  // namespace ziptone::api
