// What a campaign sounds instead of the product's own: which file, of what, in which language. The sounds
// themselves are files (control/prompt_files.hpp).
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "server/store/sqlite.hpp"

namespace ziptone::store {

struct PromptRecord {
  base::CampaignId campaign;
  std::string kind;      // safe_harbour, hold_music, machine_message, screening_answer
  std::string language;  // tr, en; any
  std::string name;      // of the file that was uploaded
  std::string file;      // in DATA/prompts, without .wav
  base::Duration duration{};
  base::WallTime at{};
};

base::Result<bool> put_prompt(sqlite::Connection& db, const PromptRecord& record);
// False: there is none.
base::Result<bool> remove_prompt(sqlite::Connection& db, base::CampaignId campaign, const std::string& kind,
                                 const std::string& language);
base::Result<std::vector<PromptRecord>> all_prompts(sqlite::Connection& db);  // by campaign

}  // namespace ziptone::store
