// What the connections of one server share; lives on the api thread.
#pragma once

#include <atomic>
#include <memory>
#include <set>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include "server/api/server.hpp"

namespace ziptone::api {

// A WebSocket that is open, whatever is said on it.
class Socket {
 public:
  virtual ~Socket() = default;
  // Whether who opened it still may use its route.
  virtual bool may_stay() = 0;
  virtual void publish(const std::vector<RenderedRow>& rows) = 0;
  virtual void close(boost::beast::websocket::close_code why) = 0;
};

struct Hub {
  ServerOptions options;
  std::atomic<std::size_t> connections{0};  // outlives the connections, which `io` may hold to its end
  boost::asio::io_context io{1};
  std::set<std::shared_ptr<Socket>> sockets;
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

}  // namespace ziptone::api
