// One client's connection: request, answer, and again, until it becomes a WebSocket or ends.
#pragma once

#include <memory>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include "server/api/hub.hpp"

namespace ziptone::api {

// With `secure` it speaks TLS; who comes without is sent to https://.
void serve(Hub& hub, boost::asio::ip::tcp::socket socket,
           std::shared_ptr<boost::asio::ssl::context> secure = nullptr);

}  // namespace ziptone::api
