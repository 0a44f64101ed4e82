// The other end of the API's socket, for tests: HTTP requests and a WebSocket, each with a deadline.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ziptone::api {

struct Answer {
  int status = 0;
  std::string body;
  std::map<std::string, std::string> headers = {};  // by their names as sent
};
using Headers = std::vector<std::pair<std::string, std::string>>;
// One request on a connection of its own. Status 0: no answer within ten seconds.
Answer http_request(std::uint16_t port, const std::string& method, const std::string& target,
                    const std::string& token, const std::string& body = {}, const Headers& headers = {});

class SocketClient {
 public:
  // `up()` is false when the server refused.
  SocketClient(std::uint16_t port, const std::string& target, const std::string& token);
  ~SocketClient();
  bool up() const;
  // The next text frame; nothing when none came within ten seconds or the server closed.
  std::optional<std::string> read();
  void write(const std::string& text);
  int close_code() const;  // after read() gave nothing; 0: none came

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ziptone::api
