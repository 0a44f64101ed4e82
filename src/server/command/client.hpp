// Speaks to a running server's interface; the server's address and token are found as docs/operate says.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"

namespace ziptone::command {

struct Endpoint {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;
  std::string token;
};
// From the configuration file: DATA/api.port (else the file's port) and ZIPTONE_TOKEN, else DATA/token.
base::Result<Endpoint> endpoint_of(const std::string& config_file);

struct Answer {
  int status = 0;
  std::string body;
};
// One request. An error: nobody listens there, or the connection broke.
base::Result<Answer> call(const Endpoint& endpoint, const std::string& method, const std::string& target,
                          const std::string& body = {});
// The body is a file's content.
base::Result<Answer> upload(const Endpoint& endpoint, const std::string& target, const std::string& path);
// One part of a path or query, percent-encoded.
std::string encode(const std::string& text);

}  // namespace ziptone::command
