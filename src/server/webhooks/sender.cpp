#include "server/webhooks/sender.hpp"

#include <algorithm>
#include <thread>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

#include "server/webhooks/url.hpp"

namespace ziptone::webhooks {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

constexpr std::size_t kAnswerMax = 64 * 1024;  // of its body, which nobody reads
const std::chrono::microseconds kLimit{Sender::kLimit};

media::IpAddress as_ip(const asio::ip::address& address) {
  media::IpAddress ip;
  ip.v6 = address.is_v6();
  if (ip.v6) {
    const auto bytes = address.to_v6().to_bytes();
    std::copy(bytes.begin(), bytes.end(), ip.bytes.begin());
  } else {
    const auto bytes = address.to_v4().to_bytes();
    std::copy(bytes.begin(), bytes.end(), ip.bytes.begin());
  }
  return ip;
}

http::request<http::string_body> request_of(const Url& url, const Letter& letter) {
  http::request<http::string_body> request{http::verb::post, url.target, 11};
  const bool usual = url.port == (url.secure ? "443" : "80");
  const std::string host = url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]";
  request.set(http::field::host, usual ? host : host + ":" + url.port);
  request.set(http::field::user_agent, "Ziptone");
  request.set(http::field::content_type, "application/json");
  request.set(http::field::connection, "close");
  for (const auto& [name, value] : letter.headers) request.set(name, value);
  request.body() = letter.body;
  request.prepare_payload();
  return request;
}

// The status stands in the head: the body, which may never end, is nobody's.
template <class Stream>
asio::awaitable<int> talk(Stream& stream, const Url& url, const Letter& letter) {
  auto request = request_of(url, letter);
  co_await http::async_write(stream, request, asio::use_awaitable);
  beast::flat_buffer buffer{kAnswerMax};
  http::response_parser<http::empty_body> parser;
  co_await http::async_read_header(stream, buffer, parser, asio::use_awaitable);
  co_return static_cast<int>(parser.get().result_int());
}

asio::awaitable<int> deliver(Letter letter, asio::ssl::context& tls, bool allow_private) {
  const auto url = parse_url(letter.url);
  if (!url) throw std::runtime_error(base::to_string(url.error()));
  const auto executor = co_await asio::this_coro::executor;
  tcp::resolver resolver{executor};
  const auto found = co_await resolver.async_resolve(url->host, url->port, asio::use_awaitable);
  std::vector<tcp::endpoint> ends;
  for (const auto& one : found)
    if (allow_private || is_public(as_ip(one.endpoint().address()))) ends.push_back(one.endpoint());
  if (ends.empty())
    throw std::runtime_error(
        url->host + " is an address of this network, which webhooks may not reach (webhooks.allow_private)");
  if (!url->secure) {
    beast::tcp_stream stream{executor};
    stream.expires_after(kLimit);
    co_await stream.async_connect(ends, asio::use_awaitable);
    co_return co_await talk(stream, *url, letter);
  }
  beast::ssl_stream<beast::tcp_stream> stream{executor, tls};
  stream.set_verify_mode(asio::ssl::verify_peer);
  stream.set_verify_callback(asio::ssl::host_name_verification{url->host});
  if (SSL_set_tlsext_host_name(stream.native_handle(), url->host.c_str()) != 1)
    throw std::runtime_error("no name can be told to the server");
  beast::get_lowest_layer(stream).expires_after(kLimit);
  co_await beast::get_lowest_layer(stream).async_connect(ends, asio::use_awaitable);
  co_await stream.async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);
  co_return co_await talk(stream, *url, letter);
}

std::string sentence(std::exception_ptr thrown) {
  try {
    std::rethrow_exception(std::move(thrown));
  } catch (const boost::system::system_error& error) {
    if (error.code() == beast::error::timeout) return "no answer within 10 s";
    return error.code().message();
  } catch (const std::exception& error) {
    return error.what();
  }
}

}  // namespace

struct Sender::State {
  explicit State(bool may) : allow_private(may) { tls.set_default_verify_paths(); }
  bool allow_private;
  asio::ssl::context tls{asio::ssl::context::tls_client};
  asio::io_context io{1};
  asio::executor_work_guard<asio::io_context::executor_type> open{io.get_executor()};
  asio::steady_timer timer{io};
  std::thread thread;
};

Sender::Sender(bool allow_private) : state_(std::make_unique<State>(allow_private)) {
  state_->thread = std::thread{[s = state_.get()] { s->io.run(); }};
}

Sender::~Sender() { stop(); }

void Sender::stop() {
  state_->io.stop();
  if (state_->thread.joinable()) state_->thread.join();
}

void Sender::run(std::function<void()> work) { asio::post(state_->io, std::move(work)); }

void Sender::run_after(base::Duration after, std::function<void()> work) {
  state_->timer.expires_after(after);
  state_->timer.async_wait([work = std::move(work)](const boost::system::error_code& replaced) {
    if (!replaced) work();
  });
}

void Sender::post(Letter letter, std::function<void(Answer)> done) {
  asio::co_spawn(state_->io, deliver(std::move(letter), state_->tls, state_->allow_private),
                 [done = std::move(done)](std::exception_ptr thrown, int status) {
                   done(thrown ? Answer{0, sentence(std::move(thrown))} : Answer{status, {}});
                 });
}

}  // namespace ziptone::webhooks
