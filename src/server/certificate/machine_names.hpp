#pragma once

#include <string>
#include <vector>

namespace ziptone::certificate {

// What browsers may call this machine: what the administrator names (`more`, first), its host name,
// localhost, and the addresses of its interfaces, or the one that is listened on. Each once.
std::vector<std::string> names_of_machine(const std::string& listen_address,
                                          const std::vector<std::string>& more);

}  // namespace ziptone::certificate
