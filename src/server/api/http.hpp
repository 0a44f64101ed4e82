// Requests, answers and routes as plain values; the socket side is server.hpp.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ziptone::api {

struct Request {
  std::string method;
  std::string path;                          // as sent, without the query
  std::map<std::string, std::string> parts;  // {campaign} and the like, decoded
  std::map<std::string, std::string> query;  // decoded
  std::string body;                          // up to 1 MiB
  std::string body_file;                     // of an upload: where its body lies; removed after the answer
  std::string text(const std::string& key) const {  // of the query; empty when absent
    const auto at = query.find(key);
    return at == query.end() ? std::string{} : at->second;
  }
};

struct Response {
  int status = 200;
  std::string type = "application/json";
  std::string body;
};
// Once, from any thread.
using Reply = std::function<void(Response)>;

struct Route {
  std::string_view method;
  std::string_view path;  // "/api/v1/agents/{agent}/hold"
  std::function<void(const Request&, Reply)> handle;
  bool open = false;    // needs no token
  bool upload = false;  // the body goes to a file
  bool stream = false;  // a WebSocket of event rows
};

// The parts when the path fits the pattern.
std::optional<std::map<std::string, std::string>> match(std::string_view pattern, std::string_view path);
// %XX decoded; nullopt when malformed.
std::optional<std::string> decode(std::string_view text);
// A whole number in decimal digits and nothing else.
std::optional<std::uint64_t> parse_number(std::string_view text);
std::map<std::string, std::string> parse_query(std::string_view query);

// One fault of what was sent, in the field's name.
struct FieldError {
  std::string field, what, mend;
};
Response problem(int status, std::string_view title, std::string_view reason = {},
                 const std::vector<FieldError>& errors = {});

}  // namespace ziptone::api
