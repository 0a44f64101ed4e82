// The settings and the store's content as what each part of the process wants to begin with. main.cpp puts
// the parts together in order.
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "phone/destination.hpp"
#include "server/api/api.hpp"
#include "server/config/settings.hpp"
#include "server/control/control.hpp"
#include "server/mediaplane/mediaplane.hpp"
#include "server/signalling/signalling.hpp"
#include "server/store/load.hpp"
#include "server/store/reader.hpp"
#include "server/store/store.hpp"

namespace ziptone::server {

// An error names log.file.
base::Result<> set_up_log(const config::LogSettings& settings);
// What this process makes from now on (database, uploads, log, reports) is its user's alone to read: phones'
// passwords and the contacts' numbers stand there.
void keep_files_private();
base::Result<> ensure_data_dir(const std::string& path);
// A folder that others may enter is told, and left as it is: after what refuses it has spoken, which is
// worse.
void warn_of_readers(const std::string& path);
base::Result<phone::DestinationList> destination_list(const std::vector<config::Destination>& destinations);
// Reports into the mailbox. Prompts that are not tones come from the folder when it has them.
base::Result<std::unique_ptr<mediaplane::MediaPlane>> start_media(const config::MediaSettings& settings,
                                                                  control::Mailbox& mailbox);
// Where the product's own prompts lie; the last that has one counts.
std::vector<std::string> prompt_folders(const config::MediaSettings& settings);
// Where the clips of analysed calls lie.
std::string clip_folder(const std::string& data_dir);
// Where the page's files are: api.web, else page/ beside the binary, where the build puts it; empty: nowhere.
std::string page_folder(const std::string& web);
// What a person writes into a browser to get the page: "https://dialer.example:8443".
std::string page_address(const config::ApiSettings& settings, const api::Api& api);
// Phones and trunks have the store's ids; the site key is made by the first start.
base::Result<signalling::Config> signalling_config(const config::Settings& settings, store::Store& store,
                                                   store::Reader& reader,
                                                   const phone::DestinationList& destinations);
// A listener's error with the key that an administrator must change.
base::Error with_key(base::Error error, const config::SipSettings& settings);

// Into a control that has not started: what the store knew, then what a crash left behind. Campaigns that ran
// run again; those of the file with start = true run from now on. An error: contacts that can't be read,
// which must not be passed over in a dialing that looks whole.
base::Result<> feed(control::Control& control, const config::Settings& settings, const store::Loaded& loaded,
                    const store::Recovered& recovered, store::Reader& reader);

}  // namespace ziptone::server
