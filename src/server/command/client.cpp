#include "server/command/client.hpp"

#include <cstdlib>
#include <fstream>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <fmt/format.h>

#include "server/config/settings.hpp"

namespace ziptone::command {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

template <class Body>
base::Result<Answer> exchange(const Endpoint& endpoint, http::request<Body> request) {
  const std::string where = fmt::format("http://{}:{}", endpoint.host, endpoint.port);
  error_code failed;
  asio::io_context io;
  beast::tcp_stream stream{io};
  const auto address = asio::ip::make_address(endpoint.host, failed);
  if (!failed) stream.connect({address, endpoint.port}, failed);
  if (failed)
    return base::error("no server answers: " + failed.message(), where,
                       "start it: ziptone serve --config FILE");
  request.version(11);
  request.set(http::field::host, endpoint.host);
  request.set(http::field::authorization, "Bearer " + endpoint.token);
  request.set(http::field::connection, "close");
  request.prepare_payload();
  http::write(stream, request, failed);
  // A refusal may come before the whole body is sent; it is still worth reading.
  const error_code sending = failed;
  beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(std::uint64_t{1} << 30);
  failed = {};
  http::read(stream, buffer, parser, failed);
  if (failed) return base::error((sending ? sending : failed).message(), where);
  return Answer{static_cast<int>(parser.get().result_int()), std::move(parser.get().body())};
}

std::string first_line(const std::string& path) {
  std::ifstream in{path};
  std::string line;
  std::getline(in, line);
  return line;
}

}  // namespace

base::Result<Endpoint> endpoint_of(const std::string& config_file) {
  const auto settings = config::read_file(config_file);
  if (!settings) return tl::unexpected{settings.error().front()};
  Endpoint endpoint{settings->api.address, settings->api.port, {}};
  if (const std::string port = first_line(settings->data_dir + "/api.port"); !port.empty())
    endpoint.port = static_cast<std::uint16_t>(std::strtoul(port.c_str(), nullptr, 10));
  const char* token = std::getenv("ZIPTONE_TOKEN");
  endpoint.token = token ? token : first_line(settings->data_dir + "/token");
  if (endpoint.token.empty())
    return base::error("no token is known", settings->data_dir + "/token",
                       "start the server once, or set ZIPTONE_TOKEN");
  return endpoint;
}

base::Result<Answer> call(const Endpoint& endpoint, const std::string& method, const std::string& target,
                          const std::string& body) {
  http::request<http::string_body> request;
  request.method_string(method);
  request.target(target);
  if (!body.empty()) request.set(http::field::content_type, "application/json");
  request.body() = body;
  return exchange(endpoint, std::move(request));
}

base::Result<Answer> upload(const Endpoint& endpoint, const std::string& target, const std::string& path) {
  http::request<http::file_body> request{http::verb::post, target, 11};
  request.set(http::field::content_type, "text/csv");
  error_code failed;
  request.body().open(path.c_str(), beast::file_mode::scan, failed);
  if (failed) return base::error("can't be read: " + failed.message(), path, "give the path of a CSV file");
  return exchange(endpoint, std::move(request));
}

std::string encode(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                       (byte >= '0' && byte <= '9') || byte == '-' || byte == '_' || byte == '.' ||
                       byte == '~';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return out;
}

}  // namespace ziptone::command
