// The page's files, read once into memory, and the headers that they need.
#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"
#include "server/api/http.hpp"

namespace ziptone::api {

// Answers GETs from the files of a folder (web/dist): index.html for a path without a dot, so that the page's
// own addresses can be reloaded. An empty folder's name: every answer says that there is no page.
base::Result<std::function<Response(const std::string& path)>> page_of_folder(const std::string& folder);

}  // namespace ziptone::api
