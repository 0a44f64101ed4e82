#include "server/signalling/request_line.hpp"

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

#include <sofia-sip/msg_mclass.h>
#include <sofia-sip/sip_parser.h>

#include "base/check.hpp"

namespace ziptone::signalling {

namespace {

// The marks: equal to "SIP/2.0" as text, so that the library reads on; known by their address.
constexpr char kMalformed[] = "SIP/2.0";
constexpr char kForeignVersion[] = "SIP/2.0";

bool is_single_spaced(std::string_view line) {
  return line.find("  ") == std::string_view::npos && line.find('\t') == std::string_view::npos;
}

// RFC 3261 25.1.
bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("-.!%*_+`'~").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

issize_t parse_line(su_home_t* home, msg_header_t* header, char* s, isize_t length) {
  auto* line = reinterpret_cast<sip_request_t*>(header);
  const std::string raw(s);  // the library's parser writes into s
  const bool single_spaced = is_single_spaced(raw);
  if (sip_request_class->hc_parse(home, header, s, length) == 0) {
    if (!single_spaced || line->rq_url->url_headers)
      line->rq_version = kMalformed;
    else if (!su_casematch(line->rq_version, sip_version_2_0))
      line->rq_version = kForeignVersion;
    return 0;
  }
  // A method and nothing else that makes sense: enough to answer. Not even that: no request, dropped.
  const auto end = raw.find(' ');
  if (end == std::string::npos || !is_token(raw.substr(0, end))) return -1;
  char* method = su_strndup(home, raw.c_str(), end);
  char* at = method;
  line->rq_method = sip_method_d(&at, &line->rq_method_name);
  if (static_cast<int>(line->rq_method) < 0) {  // the library's idea of a token is narrower than RFC 3261's
    line->rq_method = sip_method_unknown;
    line->rq_method_name = method;
  }
  char* uri = su_strdup(home, "sip:malformed.invalid");
  if (!uri || url_d(line->rq_url, uri) < 0) return -1;
  line->rq_version = kMalformed;
  return 0;
}

// The library forgets its own limit for the second message of one read: it makes room for whatever length
// that names, and ends the process by an assertion from 2^31 - 1 on. Such a message is none, and its
// connection is closed.
issize_t extract_body(msg_t* msg, msg_pub_t* parsed, char bytes[], isize_t size, int is_end) {
  const sip_content_length_t* length = reinterpret_cast<sip_t*>(parsed)->sip_content_length;
  if (is_end == 0 && length && length->l_length > kMaxMessage) return -1;
  return sip_default_mclass()->mc_extract_body(msg, parsed, bytes, size, is_end);
}

}  // namespace

const msg_mclass_t* strict_messages() {
  static msg_hclass_t our_line = [] {
    auto copy = *sip_request_class;
    copy.hc_parse = &parse_line;
    return copy;
  }();
  static const msg_mclass_t* const messages = [] {
    msg_mclass_t* clone = msg_mclass_clone(sip_default_mclass(), 0, 0);
    VERIFY(clone != nullptr);
    clone->mc_request[0].hr_class = &our_line;
    clone->mc_extract_body = &extract_body;
    return clone;
  }();
  return messages;
}

LineFault fault_of(const sip_t* request) {
  const char* version = request->sip_request->rq_version;
  if (version == kMalformed) return LineFault::malformed;
  return version == kForeignVersion ? LineFault::version : LineFault::none;
}

bool has_clean_address(const sip_addr_t* address) {
  if (!address->a_common->h_data) return true;
  const std::string_view raw(static_cast<const char*>(address->a_common->h_data), address->a_common->h_len);
  bool quoted = false;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '\\' && quoted)
      ++i;
    else if (raw[i] == '"')
      quoted = !quoted;
    else if (raw[i] == '<' && !quoted) {
      const auto close = raw.find('>', i);
      return raw.substr(i, close - i).find(' ') == std::string_view::npos;
    }
  }
  return true;
}

}  // namespace ziptone::signalling
