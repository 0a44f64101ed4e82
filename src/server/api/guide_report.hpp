// What became of the answers to one version of a guide: a table of them, and where agents stopped.
#pragma once

#include <string>

#include "base/result.hpp"
#include "server/api/http.hpp"
#include "server/guide/guide.hpp"
#include "server/store/reader.hpp"

namespace ziptone::api {

// One line an attempt, drafts too; a cell never begins as a formula would.
base::Result<Response> answers_csv(store::Reader& reader, const guide::Guide& guide,
                                   const store::GuideVersion& version);
// By question: how often it was asked, answered, and was the last one of a draft.
base::Result<Response> drop_off(store::Reader& reader, const guide::Guide& guide,
                                const store::GuideVersion& version);
// Quoted where CSV wants it (RFC 4180); text that a spreadsheet would take for a formula begins with '.
std::string csv_cell(const std::string& text);

}  // namespace ziptone::api
