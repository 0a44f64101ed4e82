#include "server/api/page.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>

namespace ziptone::api {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kBytesMax = 32 << 20;  // of all files
// What the page runs under (tested against it in web/): nothing of another site but screen pops.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; media-src 'self' blob:; frame-src https: http://127.0.0.1:* http://localhost:*; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

std::string type_of(const std::string& extension) {
  static const std::map<std::string, std::string> types{{".html", "text/html; charset=utf-8"},
                                                        {".js", "text/javascript; charset=utf-8"},
                                                        {".css", "text/css; charset=utf-8"},
                                                        {".svg", "image/svg+xml"},
                                                        {".png", "image/png"},
                                                        {".json", "application/json"},
                                                        {".woff2", "font/woff2"},
                                                        {".wav", "audio/wav"}};
  const auto at = types.find(extension);
  return at == types.end() ? "application/octet-stream" : at->second;
}

Response file_answer(const std::string& path, std::string body) {
  Response response{200, type_of(fs::path{path}.extension().string()), std::move(body)};
  // Names of assets hold a hash of what is in them.
  const bool fixed = path.starts_with("/assets/");
  response.headers = {{"Cache-Control", fixed ? "public, max-age=31536000, immutable" : "no-cache"},
                      {"X-Content-Type-Options", "nosniff"},
                      {"Content-Security-Policy", kPolicy},
                      {"Referrer-Policy", "no-referrer"},
                      {"Permissions-Policy", "microphone=(self)"}};
  return response;
}

using Files = std::map<std::string, Response>;

base::Result<Files> read_folder(const std::string& folder) {
  const auto refused = [&](const std::string& what) {
    return base::error(what, "api.web", "write the folder that `npm run build` made (web/dist)");
  };
  Files files;
  std::error_code failed;
  std::uintmax_t bytes = 0;
  for (fs::recursive_directory_iterator at{folder, failed}, end; !failed && at != end; at.increment(failed)) {
    if (!at->is_regular_file()) continue;
    bytes += at->file_size();
    if (bytes > kBytesMax) return refused("holds more than 32 MiB");
    std::ifstream in{at->path(), std::ios::binary};
    std::string body{std::istreambuf_iterator<char>{in}, {}};
    const std::string path = "/" + fs::relative(at->path(), folder).generic_string();
    files.emplace(path, file_answer(path, std::move(body)));
  }
  if (failed) return refused("can't be read: " + failed.message());
  if (!files.contains("/index.html")) return refused("has no index.html");
  return files;
}

}  // namespace

base::Result<std::function<Response(const std::string& path)>> page_of_folder(const std::string& folder) {
  if (folder.empty())
    return [](const std::string&) {
      return problem(404, "this server has no page: set [api] web to the folder of its files (web/dist)");
    };
  auto read = read_folder(folder);
  if (!read) return tl::unexpected{read.error()};
  const auto files = std::make_shared<const Files>(std::move(*read));
  return [files](const std::string& path) {
    if (const auto at = files->find(path); at != files->end()) return at->second;
    if (path.find('.') == std::string::npos) return files->at("/index.html");
    return problem(404, "no such file");
  };
}

}  // namespace ziptone::api
