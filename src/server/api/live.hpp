// The two kinds of WebSocket: event rows for whoever watches, and a route's own conversation.
#pragma once

#include <cstdint>
#include <memory>

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>

#include "server/api/hub.hpp"
#include "server/api/stream.hpp"

namespace ziptone::api {

// A connection whose request asks for a WebSocket, as it stands after the request was read and let in.
struct Upgrade {
  Hub& hub;
  Stream stream;
  std::unique_ptr<Place> place;
  const Route& route;
  Request request;
  boost::beast::http::request<boost::beast::http::empty_body> head;
};

// Rows: first what the database has after `since`, then what comes.
void watch(Upgrade upgrade, std::uint64_t since);
// Frames both ways with what route.live makes of it.
void converse(Upgrade upgrade);

}  // namespace ziptone::api
