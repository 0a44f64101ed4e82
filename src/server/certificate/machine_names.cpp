#include "server/certificate/machine_names.hpp"

#include <array>
#include <set>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <unistd.h>

namespace ziptone::certificate {

std::vector<std::string> names_of_machine(const std::string& listen_address,
                                          const std::vector<std::string>& more) {
  std::vector<std::string> names = more;
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) == 0 && host[0] != '\0') names.emplace_back(host.data());
  names.insert(names.end(), {"localhost", "127.0.0.1", "::1"});
  if (listen_address != "0.0.0.0" && listen_address != "::") {
    names.push_back(listen_address);
  } else if (ifaddrs* first = nullptr; ::getifaddrs(&first) == 0) {
    for (const ifaddrs* at = first; at != nullptr; at = at->ifa_next) {
      std::array<char, INET6_ADDRSTRLEN> text{};
      const sockaddr* address = at->ifa_addr;
      if (address != nullptr && address->sa_family == AF_INET &&
          ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(address)->sin_addr, text.data(),
                      text.size()))
        names.emplace_back(text.data());
    }
    ::freeifaddrs(first);
  }
  std::set<std::string> seen;
  std::erase_if(names, [&](const std::string& name) { return !seen.insert(name).second; });
  return names;
}

}  // namespace ziptone::certificate
